/*
 * Latches stand where hooks will: they let pass what is plain, and have the hooks there before
 * anything else goes on (octroi.hold.js). A page that has taken one keeps it, and it calls the hook.
 */
import { apply, bare, construct, Promise, slice, split, TypeError, visit } from '../safe/reading.js';
import { constructors } from './members.js';
import { apart, visitCarriers, visitDeclarations } from './style-setters.js';
import { makePlace, wrap, wrapConstructor } from './wrap.js';

/**
 * @callback Passes tells whether a call is plain
 * @param {any} self
 * @param {any[]} args
 * @param {string} name
 * @returns {boolean | void}
 */

/** Has the hooks there; tells whether they are. @typedef {() => boolean} Open */

const { reject } = Promise;
/** @type {Record<string, 'value' | 'get' | 'set'>} */
const halves = bare({ '-': 'get', '+': 'set' });

/**
 * Puts latches on the members of a list (members.js).
 *
 * @param {any} view
 * @param {string} members
 * @param {Open} open
 * @param {Passes} passes
 * @param {(result: any) => void} [after] called with what a call returned that was plain
 */
export const latch = (view, members, open, passes, after) =>
  visit(split(members, ','), (group) => {
    const names = split(group, ' ');
    const kind = names[0];
    const at = kind[0] === '=' ? 1 : 0;
    const owner = kind === '=window' ? view : view[at ? slice(kind, 1) : kind];
    const object = at ? owner : owner?.prototype;
    for (let i = 1; i < names.length; i++) latchMember(object, names[i], open, passes, after);
  });

/**
 * Does nothing, and gives the page what it can go on with: for want of the hooks, what is not
 * plain stays shut. A getter gives what an element or a sheet has that is nowhere.
 *
 * @param {Function} original
 * @param {any} self
 * @param {any[]} args
 * @param {string} half
 * @param {string} name
 */
const nothing = (original, self, args, half, name) => {
  if (half === 'get') return apply(original, apart(self), []);
  if (name === 'fetch') return apply(reject, Promise, [new TypeError('Failed to fetch')]);
  return half === 'value' && typeof args[0] === 'object' ? args[0] : undefined;
};

/** @param {any} object @param {string} named with the mark of its half @param {Open} open @param {Passes} passes @param {(result: any) => void} [after] */
const latchMember = (object, named, open, passes, after) => {
  const half = halves[named[0]] || 'value';
  const name = half === 'value' ? named : slice(named, 1);
  wrap(object, name, half, (original) => {
    const place = makePlace(object, name, half, original);
    return {
      hook(...args) {
        if (place.hook) return apply(place.hook, this, args);
        if (passes(this, args, name)) {
          const result = apply(original, this, args);
          if (after) after(result);
          return result;
        }
        return open() ? apply(place.hook || original, this, args) : nothing(original, this, args, half, name);
      },
    };
  });
};

/** Puts latches on the setters of CSS properties. @param {any} view @param {Open} open @param {Passes} passes */
export const latchProperties = (view, open, passes) =>
  visitDeclarations(view, (prototype) => visitCarriers(prototype, (name) => latchMember(prototype, '+' + name, open, passes)));

/** Puts latches on constructors. @param {any} view @param {Open} open @param {Passes} passes */
export const latchConstructors = (view, open, passes) =>
  visit(split(constructors, ' '), (name) => {
    if (!view[name]) return;
    /** @type {import('./wrap.js').Place} */
    let place;
    wrapConstructor(view, name, (target, args, as) => {
      if (!place.hook && !passes(undefined, args, name) && !open()) throw new TypeError();
      return place.hook ? place.hook(target, args, as) : construct(target, args, as);
    });
    place = makePlace(view, name, 'new', view[name]);
  });
