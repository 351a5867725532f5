/*
 * Starts the program in wasm/audit, and gives it a fetch that says where redirects led to.
 */

/** What the program adds to the page: octroiAudit. @type {any} */
export const world = globalThis;

/** The browser's own fetch. @type {typeof fetch} */
export const nativeFetch = world.fetch;

/**
 * Adds the address after redirects to a response, as a header: the program's HTTP client sees
 * headers, and not the response's own address.
 *
 * @param {Response} response
 */
const withAddress = (response) => {
  const headers = new Headers(response.headers);
  headers.set('Octroi-Url', response.url);
  return new Proxy(response, {
    get(target, name) {
      const value = name === 'headers' ? headers : Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
};

/**
 * Starts the program.
 *
 * @param {(error: unknown) => void} onend called with why the program ended
 */
export const startProgram = async (onend) => {
  world.fetch = async (/** @type {Parameters<typeof fetch>} */ ...args) => {
    const response = await nativeFetch(...args);
    return typeof args[0] === 'string' ? withAddress(response) : response;
  };
  const go = new world.Go();
  const response = await nativeFetch('audit.wasm');
  if (!response.ok) throw new Error('audit.wasm cannot be had: ' + response.status);
  const { instance } = await WebAssembly.instantiate(await response.arrayBuffer(), go.importObject);
  go.run(instance).catch(onend);
  // Tests measure how far the program's memory grows.
  world.octroiAuditMemory = instance.exports.mem;
};
