/*
 * What can be bent: every member that a page reaches of its language and its browser.
 */
import { manners, values } from './bend.js';
import { getOwnPropertyDescriptor, getPrototypeOf, ownKeys, stringOf } from './builtins.js';

const named = (key) => (typeof key === 'symbol' ? `[${key.description}]` : key);
/** Every member that can be bent: where, of what, by which half. @type {Map<string, any>} */
export const members = new Map();
const seen = new Set();
const note = (path, object, key, descriptor, part) => members.set(part === 'value' ? path : `${path} ${part}`, { object, key, descriptor, part });
const walk = (object, path, depth) => {
  if (seen.has(object) || depth > 3) return;
  seen.add(object);
  for (const key of ownKeys(object)) {
    if (/^(bends?|THIRD|octroi.*|window|self|top|parent|frames|globalThis|webkit.*Automation.*|__.*|\d+)$/.test(stringOf(named(key)))) continue;
    let descriptor;
    try {
      descriptor = getOwnPropertyDescriptor(object, key);
    } catch {}
    if (!descriptor) continue;
    const here = path ? `${path}.${named(key)}` : named(key);
    const { value } = descriptor;
    if (descriptor.configurable || descriptor.writable) {
      if (typeof value === 'function') note(here, object, key, descriptor, 'value');
      else if (path === '' && value && typeof value === 'object') note(here, object, key, descriptor, 'value');
      else if (typeof value === 'string' && typeof key === 'symbol') note(here, object, key, descriptor, 'value');
      if (descriptor.get) note(here, object, key, descriptor, 'get');
      if (descriptor.set) note(here, object, key, descriptor, 'set');
    }
    if (typeof value === 'function' || (value && typeof value === 'object' && (key === 'prototype' || path === ''))) walk(value, here, depth + 1);
  }
};

const roots = {
  '%TypedArray%': getPrototypeOf(Uint8Array),
  '%ArrayIterator%': getPrototypeOf([][Symbol.iterator]()),
  '%Iterator%': getPrototypeOf(getPrototypeOf([][Symbol.iterator]())),
  '%StringIterator%': getPrototypeOf(''[Symbol.iterator]()),
  '%MapIterator%': getPrototypeOf(new Map().entries()),
  '%SetIterator%': getPrototypeOf(new Set().values()),
  '%RegExpStringIterator%': getPrototypeOf('a'.matchAll(/a/g)),
  '%Generator%': getPrototypeOf(function* () {}).prototype,
  '%AsyncFunction%': getPrototypeOf(async () => {}),
  '%AsyncGenerator%': getPrototypeOf(async function* () {}).prototype,
};
// What a page may put where nothing stood: it hides what is inherited, or is taken for an option.
const options =
  'get set value writable configurable enumerable then toJSON toString valueOf 0 1 length name src href data type url mode method construct apply has deleteProperty ownKeys hook capture once passive childList subtree attributes attributeFilter characterData script img iframe style exports memory imports env done next index flags lastIndex groups raw cause signal body priority keepalive'.split(
    ' ',
  );

export const find = (name) => {
  const at = name.lastIndexOf(' ');
  const member = members.get(name.slice(0, at));
  return member && { ...member, manner: name.slice(at + 1) };
};

/** Lists all that can be bent, in every manner, by name: "path manner". */
export const list = () => {
  walk(window, '', 0);
  for (const name in roots) walk(roots[name], name, 1);
  for (const key of ownKeys(window)) {
    const made = getOwnPropertyDescriptor(window, key)?.value;
    if (typeof made === 'function' && made.prototype && !getOwnPropertyDescriptor(made, Symbol.hasInstance))
      note(`${named(key)}.[Symbol.hasInstance] added`, made, Symbol.hasInstance, undefined, 'value');
  }
  for (const kind of ['HTMLImageElement', 'HTMLScriptElement', 'HTMLIFrameElement', 'HTMLDocument']) {
    const own = window[kind].prototype;
    for (let above = getPrototypeOf(own); above && above !== Object.prototype; above = getPrototypeOf(above)) {
      for (const key of ownKeys(above))
        if (!getOwnPropertyDescriptor(own, key) && key !== 'constructor') note(`${kind}.prototype.${named(key)} added`, own, key, undefined, 'value');
    }
  }
  for (const key of options)
    for (const kind of ['Object', 'Array', 'String', 'Function'])
      if (!getOwnPropertyDescriptor(window[kind].prototype, key)) note(`${kind}.prototype.${key} added`, window[kind].prototype, key, undefined, 'value');
  const names = [];
  for (const [path, { object, part, descriptor }] of members) {
    const how = part === 'set' ? ['nothing', 'throws'] : typeof descriptor?.value === 'string' ? ['empty'] : manners;
    if (typeof descriptor?.value !== 'string') for (const manner of how) names.push(`${path} ${manner}`);
    if (object === window || !descriptor || typeof descriptor.value === 'string') for (const value of Object.keys(values)) names.push(`${path} =${value}`);
  }
  return names;
};
