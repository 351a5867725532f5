/* The engine's bytes, as the build writes them into a script. */

/**
 * @param {string} text one character for each byte
 * @param {string} rare those that have changed places with what a string must escape
 * @param {number} sum FNV-1a of the bytes: a page read with another charset would change
 * them, and not each change makes them invalid
 * @returns {Uint8Array<ArrayBuffer> | undefined}
 */
const unpacked = (text, rare, sum) => {
  const awkward = '\0\n\r"\\';
  const table = new Uint8Array(256);
  for (let i = 0; i < 256; i++) table[i] = i;
  for (let i = 0; i < 5; i++) {
    const a = awkward.charCodeAt(i);
    const b = rare.charCodeAt(i);
    table[a] = b;
    table[b] = a;
  }
  const bytes = new Uint8Array(text.length);
  let hash = -2128831035;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ (bytes[i] = table[text.charCodeAt(i) & 255]), 16777619);
  return hash === sum ? bytes : undefined;
};

/**
 * Compiles them: at once, or later where Chrome before 114 takes no more than 4 KB at once.
 *
 * @param {[text: string, rare: string, sum: number]} packed
 * @param {(module: WebAssembly.Module) => void} ready
 * @param {() => void} failed called later, in any case: what a policy forbids would only
 * be reported twice
 * @returns {() => void} what is left to do
 */
export const compile = (packed, ready, failed) => {
  const bytes = unpacked(...packed);
  if (!bytes) return failed;
  try {
    ready(new WebAssembly.Module(bytes));
  } catch (error) {
    return error instanceof RangeError ? () => void WebAssembly.compile(bytes).then(ready, failed) : failed;
  }
  return () => {};
};
