/*
 * The document as it was made. In the real one, names in the markup hide what stands on
 * its prototypes: <img name="querySelector"> (HTML, section 3.1.7).
 */
const { apply, defineProperty, getOwnPropertyDescriptor, ownKeys } = Reflect;

/** @type {Record<PropertyKey, PropertyDescriptor>} */
const made = Object.create(null);
/** @param {any} prototype */
const take = (prototype) => {
  const names = ownKeys(prototype);
  for (let i = 0; i < names.length; i++) made[names[i]] = /** @type {PropertyDescriptor} */ (getOwnPropertyDescriptor(prototype, names[i]));
};
take(EventTarget.prototype);
take(Node.prototype);
take(Document.prototype);

const { document: real } = window;

export const document = /** @type {Document} */ (
  new Proxy(/** @type {any} */ ({}), {
    get(_, name) {
      const { get, value } = made[name] || {};
      return get ? apply(get, real, []) : value && ((/** @type {any[]} */ ...args) => apply(value, real, args));
    },
    set(_, name, value) {
      apply(/** @type {any} */ (made[name].set), real, [value]);
      return true;
    },
  })
);

/**
 * What is ours says to scripts that it is a processing instruction. Who hydrates markup that a
 * server has made passes over these, and takes an element that it does not know for a
 * mismatch: React then throws the markup away and makes it anew.
 *
 * @template {Node} T
 * @param {T} node
 */
export const unseen = (node) => {
  defineProperty(node, 'nodeType', /** @type {any} */ ({ __proto__: null, value: 7, configurable: true }));
  return node;
};
