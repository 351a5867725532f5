/*
 * What a script inserts: nodes, and the texts of scripts.
 */
import { framing } from './sources.js';
import { pairs } from './pairs.js';
import { inertMark, viewOf } from './markup.js';
import {
  apply,
  attempt,
  baseURI,
  exec,
  findAll,
  finds,
  firstChild,
  hasAttribute,
  isConnected,
  localName,
  nextSibling,
  nodeName,
  nodeType,
  ownerDocument,
  parentNode,
  room,
  setAttribute,
  textOf,
  toLowerCase,
  startContainer,
} from '../safe/builtins.js';
import { typed } from '../safe/trust.js';

/** What inserts nodes. */
const inserting = pairs({
  Node: ['appendChild', 'insertBefore', 'replaceChild'],
  Element: ['append', 'prepend', 'before', 'after', 'replaceWith', 'replaceChildren', 'insertAdjacentElement', 'moveBefore'],
  Document: ['append', 'prepend', 'replaceChildren', 'adoptNode', 'moveBefore'],
  DocumentFragment: ['append', 'prepend', 'replaceChildren', 'moveBefore'],
  CharacterData: ['before', 'after', 'replaceWith'],
  DocumentType: ['before', 'after', 'replaceWith'],
  Range: ['insertNode', 'surroundContents'],
  HTMLSelectElement: ['add'],
  HTMLOptionsCollection: ['add'],
});
/** Properties that insert what they are set to. */
const places = pairs({ Document: ['body'], HTMLTableElement: ['caption', 'tHead', 'tFoot'] });
/** Properties that give a script its text; browsers with Trusted Types have some a second time. */
const texts = pairs({
  HTMLScriptElement: ['text', 'textContent', 'innerText'],
  SVGScriptElement: ['textContent'],
  Node: ['textContent'],
  HTMLElement: ['innerText'],
  Element: ['innerHTML'],
});
/** @param {any} node */
const isScript = (node) => exec(/^(?:.*:)?script$/i, attempt(() => nodeName(node)) || '') !== null && nodeType(node) === 1;

/** The text that a script will have. @param {any} script @param {any[]} nodes @param {any} [before] @param {any} [instead] */
const textWith = (script, nodes, before, instead) => {
  let text = '';
  const add = () => {
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i];
      text += typeof node === 'object' && node && attempt(() => nodeType(node)) ? textOf(node) : `${node}`;
    }
  };
  let done = false;
  for (let child = firstChild(script); child; child = nextSibling(child)) {
    if (child === before || child === instead) {
      add();
      done = true;
    }
    if (child !== instead) text += nodeType(child) === 3 || nodeType(child) === 4 ? textOf(child) : '';
  }
  if (!done) add();
  return text;
};

/** Whether a node brings windows. @param {any} node */
const brings = (node) => (nodeType(node) === 1 && exec(framing, localName(node)) !== null) || (!!firstChild(node) && finds(node, 'iframe,frame,object,embed'));

/**
 * @param {import('./shared.js').Shared} shared
 * @param {object} marks
 * @param {(script: any, text: string) => void} marks.gateText gates a script by the text that it will have
 * @param {(element: Element, base: string) => void} marks.receive judges an element that a script brings
 * @param {(node: Node) => boolean} marks.isForeign
 * @param {{ each: Function, deep: Function }} marks.made
 */
export const insertions = ({ styles, frames, shadow }, { gateText, receive, isForeign, made }) => {
  /** Nodes on their way to a place; tells whether they bring windows. @param {any} place @param {any[]} nodes */
  const admit = (place, nodes) => {
    let framed = false;
    if (!viewOf(place)) return framed;
    const there = nodeType(place) === 9 || isConnected(place);
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i];
      const type = typeof node === 'object' && node ? attempt(() => nodeType(node)) : undefined;
      if (type === 7) styles.instruction(node);
      if (type !== 1 && type !== 11) continue;
      framed ||= brings(node);
      const from = viewOf(node);
      // What is moved has been asked about; what stands beside no document will be.
      if (from && (isConnected(node) || (!there && ownerDocument(node) === ownerDocument(place)))) continue;
      if (isForeign(node)) {
        const scripts = findAll(node, 'script[data-octroi]');
        if (type === 1 && isScript(node) && hasAttribute(node, 'data-octroi')) scripts[scripts.length] = node;
        for (let k = 0; k < scripts.length; k++) setAttribute(scripts[k], inertMark, 'parsed');
      }
      const base = baseURI(place);
      (from ? made.each : made.deep)(node, (/** @type {Element} */ element) => receive(element, base));
    }
    if (framed) room();
    return framed;
  };

  /** @type {import('./hooks.js').Hooks} */
  return (view, wrap) => {
    wrap(view.Element.prototype, 'attachShadow', 'value', (original) => ({
      hook() {
        const root = apply(original, this, arguments);
        shadow(root);
        return root;
      },
    }));
    for (let i = 0; i < inserting.length; i += 2) {
      const kind = inserting[i];
      const name = inserting[i + 1];
      const sibling = exec(/^(?:before|after|replaceWith)$/, name) !== null;
      const elsewhere = exec(/^(?:Range|HTML)/, kind) !== null;
      wrap(view[kind]?.prototype, name, 'value', (original) => ({
        hook(...nodes) {
          /** @type {any} */
          const self = this;
          if (name === 'insertAdjacentElement' && nodes.length) nodes[0] = `${nodes[0]}`;
          const adjacent = sibling || (name === 'insertAdjacentElement' && exec(/^(?:beforebegin|afterend)$/i, nodes[0]) !== null);
          const place = elsewhere
            ? kind === 'Range'
              ? (attempt(() => startContainer(self)) ?? view.document)
              : view.document
            : adjacent
              ? parentNode(self)
              : self;
          let framed = false;
          if (place) {
            if (isScript(place)) {
              const one = nodes[0];
              const other = nodes[1];
              gateText(
                place,
                name === 'insertBefore'
                  ? textWith(place, [one], other)
                  : name === 'replaceChild'
                    ? textWith(place, [one], undefined, other)
                    : name === 'prepend'
                      ? textWith(place, nodes, firstChild(place))
                      : name === 'before' || name === 'replaceWith'
                        ? textWith(place, nodes, self, name === 'replaceWith' ? self : undefined)
                        : textWith(place, nodes, name === 'after' ? nextSibling(self) : undefined),
              );
            }
            framed = admit(place, nodes);
          }
          const result = place ? styles.change(place, () => apply(original, self, nodes), nodes) : apply(original, self, nodes);
          if (framed) frames(view);
          return result;
        },
      }));
    }
    wrap(view.Element.prototype, 'insertAdjacentText', 'value', (original) => ({
      hook(...args) {
        if (args.length > 1 && isScript(this)) {
          args[0] = `${args[0]}`;
          args[1] = `${args[1]}`;
          gateText(this, textWith(this, [args[1]], toLowerCase(args[0]) === 'afterbegin' ? firstChild(this) : undefined));
        }
        return apply(original, this, args);
      },
    }));
    for (let i = 0; i < places.length; i += 2) {
      wrap(view[places[i]].prototype, places[i + 1], 'set', (original) => ({
        hook(node) {
          const framed = admit(nodeType(this) === 9 ? this : ownerDocument(this), [node]);
          apply(original, this, arguments);
          if (framed) frames(view);
        },
      }));
    }
    for (let i = 0; i < texts.length; i += 2) {
      wrap(view[texts[i]]?.prototype, texts[i + 1], 'set', (original) => ({
        hook(value) {
          if (!arguments.length || !isScript(this)) return apply(original, this, arguments);
          const given = typed(value) || value === null ? value : `${value}`;
          gateText(this, `${given ?? ''}`);
          apply(original, this, [given]);
        },
      }));
    }
  };
};
