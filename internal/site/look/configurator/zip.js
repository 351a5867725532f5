/* A zip without compression (APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12, 4.3.16). */

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});

/** @param {Uint8Array} bytes */
const crc32 = (bytes) => {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = table[(sum ^ byte) & 255] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
};

/** Numbers of 2 or 4 bytes, little-endian. @param {[number, 2 | 4][]} fields */
const packed = (fields) => {
  const out = [];
  for (const [value, size] of fields) for (let i = 0; i < size; i++) out.push((value >>> (8 * i)) & 255);
  return Uint8Array.from(out);
};

/** The first day that a zip can tell, so that the same files give the same bytes: 1980-01-01. */
const DAY = 33;
const UTF8 = 0x800;

/** @param {Record<string, Uint8Array>} files by name */
export const zip = (files) => {
  /** @type {Uint8Array[]} */
  const parts = [];
  /** @type {Uint8Array[]} */
  const directory = [];
  let at = 0;
  for (const name of Object.keys(files).toSorted()) {
    const content = files[name];
    const label = new TextEncoder().encode(name);
    /** @type {[number, 2 | 4][]} */
    const common = [
      [20, 2],
      [UTF8, 2],
      [0, 2],
      [0, 2],
      [DAY, 2],
      [crc32(content), 4],
      [content.length, 4],
      [content.length, 4],
      [label.length, 2],
      [0, 2],
    ];
    const head = packed([[0x04034b50, 4], ...common]);
    directory.push(packed([[0x02014b50, 4], [20, 2], ...common, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]]), label);
    parts.push(head, label, content);
    at += head.length + label.length + content.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const count = Object.keys(files).length;
  const end = packed([
    [0x06054b50, 4],
    [0, 2],
    [0, 2],
    [count, 2],
    [count, 2],
    [size, 4],
    [at, 4],
    [0, 2],
  ]);
  return new Blob(/** @type {BlobPart[]} */ ([...parts, ...directory, end]), { type: 'application/zip' });
};
