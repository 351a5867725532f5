/*
 * A stand-in for the document, whose members are those of the prototypes. In the document
 * itself, a name in the markup hides a member: <img name="querySelector">
 * (https://html.spec.whatwg.org/multipage/dom.html#dom-tree-accessors).
 */
const { apply, defineProperty, getOwnPropertyDescriptor, ownKeys } = Reflect;

/** The descriptors of all members. @type {Record<PropertyKey, PropertyDescriptor>} */
const descriptors = Object.create(null);
/** @param {any} prototype */
const take = (prototype) => {
  const names = ownKeys(prototype);
  for (let i = 0; i < names.length; i++) descriptors[names[i]] = /** @type {PropertyDescriptor} */ (getOwnPropertyDescriptor(prototype, names[i]));
};
take(EventTarget.prototype);
take(Node.prototype);
take(Document.prototype);

const { document: real } = window;

export const document = /** @type {Document} */ (
  new Proxy(/** @type {any} */ ({}), {
    get(_, name) {
      const { get, value } = descriptors[name] || {};
      return get ? apply(get, real, []) : value && ((/** @type {any[]} */ ...args) => apply(value, real, args));
    },
    set(_, name, value) {
      apply(/** @type {any} */ (descriptors[name].set), real, [value]);
      return true;
    },
  })
);

/**
 * Makes a node of Octroi's look like a processing instruction to the page's scripts. A framework
 * that hydrates a server's markup ignores instructions, but takes an unknown element for a
 * mismatch: React would then discard the markup and render it again.
 *
 * @template {Node} T
 * @param {T} node
 */
export const unseen = (node) => {
  defineProperty(node, 'nodeType', /** @type {any} */ ({ __proto__: null, value: 7, configurable: true }));
  return node;
};
