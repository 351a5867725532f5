/*
 * Waits, and calls that must not throw: an audited page may have replaced anything in its
 * own window.
 */

/** @param {number} ms */
export const pass = (ms) => new Promise((done) => setTimeout(done, ms));

/** Calls a function; undefined where the function throws. @template T @param {() => T} fn @returns {T | undefined} */
export const attempt = (fn) => {
  try {
    return fn();
  } catch {
    return undefined;
  }
};

/** Awaits a promise; undefined where the promise is rejected or takes longer. @template T @param {Promise<T> | undefined} promise @param {number} ms @returns {Promise<T | undefined>} */
export const within = (promise, ms) => Promise.race([Promise.resolve(promise).catch(() => undefined), pass(ms).then(() => undefined)]);
