/* Unpacks and compiles the engine's bytes, which the build writes into a script as a text. */

/**
 * Returns the bytes, or nothing if they are not those that the build wrote: a browser that reads
 * the page in another charset changes them, and may leave them a valid module.
 *
 * @param {string} text one character for each byte
 * @param {string} rare five characters that are swapped with the five that a string must escape
 * @param {number} sum the bytes' FNV-1a checksum, of 32 bits
 * (https://datatracker.ietf.org/doc/html/draft-eastlake-fnv)
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
 * Compiles the engine: now, or later in a Chrome before 114, which compiles at most 4 KB
 * synchronously.
 *
 * @param {[text: string, rare: string, sum: number]} packed
 * @param {(module: WebAssembly.Module) => void} ready
 * @param {() => void} failed
 * @returns {() => void} does what is left to do; calls "failed" if the engine cannot be compiled.
 * A compilation that a policy forbids is not tried again, because it would be reported twice.
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
