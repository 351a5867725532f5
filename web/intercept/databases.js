/*
 * Databases and caches, by name.
 */
const { apply } = Reflect;

/** @param {import('../hooks.js').Judge} judge @returns {import('../hooks.js').Hooks} */
export const databases = (judge) => (view, wrap) => {
  wrap(view.IDBFactory?.prototype, 'open', 'value', (original) => ({
    hook(name, ...rest) {
      if (!arguments.length) return apply(original, this, arguments);
      name = `${name}`;
      if (judge(2, name, () => {})) return apply(original, this, [name, ...rest]);
      // A request that fails as a real one does, and leaves nothing behind.
      const request = apply(original, this, ['octroi', 1]);
      request.addEventListener('upgradeneeded', (/** @type {Event} */ event) => {
        event.stopImmediatePropagation();
        request.transaction.abort();
      });
      return request;
    },
  }));

  wrap(view.CacheStorage?.prototype, 'open', 'value', (original) => ({
    hook(name, ...rest) {
      if (!arguments.length) return apply(original, this, arguments);
      name = `${name}`;
      if (judge(3, name, () => {})) return apply(original, this, [name, ...rest]);
      return view.Promise.reject(new view.DOMException('The operation is insecure.', 'SecurityError'));
    },
  }));
};
