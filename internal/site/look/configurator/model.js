/* The declaration that is edited: one JSON text, its history, and the paths into it. */

/** @typedef {{ text: string, value: any, error: string }} Now */

/** A text's value, or why it has none. @param {string} text @returns {Now} */
export const read = (text) => {
  try {
    const value = JSON.parse(text);
    if (value && typeof value === 'object' && !Array.isArray(value)) return { text, value, error: '' };
    return { text, value: {}, error: 'The declaration is one object: write { … }.' };
  } catch (error) {
    return { text, value: {}, error: `This is not JSON: ${/** @type {Error} */ (error).message}.` };
  }
};

/** @param {unknown} value */
export const write = (value) => `${JSON.stringify(value, null, 2)}\n`;

/** A path's steps: "$.services[2].name" is services, 2, name. @param {string} path @returns {(string | number)[]} */
export const steps = (path) => [...path.matchAll(/\.([$A-Za-z0-9_-]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));

/** @param {any} value @param {string} path */
export const at = (value, path) => steps(path).reduce((part, step) => part?.[step], value);

/**
 * Sets what stands at a path; an empty text, or undefined, takes it out, and what it leaves empty.
 *
 * @param {any} value
 * @param {string} path
 * @param {unknown} what
 */
export const put = (value, path, what) => {
  const way = steps(path);
  const last = /** @type {string} */ (way.pop());
  const empty = what === undefined || what === '';
  let part = value;
  const passed = [];
  for (const step of way) {
    if (part[step] === null || typeof part[step] !== 'object') {
      if (empty) return;
      part[step] = {};
    }
    passed.push([part, step]);
    part = part[step];
  }
  if (!empty) part[last] = what;
  else if (Array.isArray(part)) part.splice(Number(last), 1);
  else delete part[last];
  for (const [of, step] of passed.toReversed()) {
    const inner = of[step];
    if (!empty || Array.isArray(inner) || Array.isArray(of) || Object.keys(inner).length) break;
    delete of[step];
  }
};

/** Items that are kept, a line each: "_ga, 13 months". @param {any[]} items */
export const lined = (items) => items.map((item) => [item?.name, item?.life].filter(Boolean).join(', ')).join('\n');

/** The items that lines tell of; what no line tells, an item keeps. @param {string} text @param {any} before */
export const itemsOf = (text, before) => {
  const had = Array.isArray(before) ? before : [];
  const lines = text.split('\n').filter((line) => line.trim());
  const items = lines.map((line, i) => {
    const [, name, life] = line.match(/^\s*(.*?)(?:,\s*([^,]*?))?\s*$/) ?? [];
    const { life: _, ...kept } = had.find((item) => item?.name === name) ?? (had.length === lines.length ? had[i] : {});
    return { ...kept, name, ...(life && { life }) };
  });
  return items.length ? items : undefined;
};

/** Where a draft says that something is still to do. @param {any} value @param {string} [path] @returns {{ where: string, text: string }[]} */
export const todo = (value, path = '$') => {
  if (typeof value === 'string') return /^(TO DO|À ÉCRIRE)/.test(value) ? [{ where: path, text: value }] : [];
  if (!value || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => todo(inner, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`));
};

/** What was, and what was taken back. */
export const history = () => {
  /** @type {string[]} */
  const past = [];
  /** @type {string[]} */
  const future = [];
  return {
    /** Notes a text before it changes; changes of one field within a second are one. */
    note: (() => {
      let field = '';
      let when = 0;
      return (/** @type {string} */ text, /** @type {string} */ from, /** @type {number} */ now) => {
        if (from !== field || now - when > 1000) past.push(text);
        [field, when] = [from, now];
        future.length = 0;
      };
    })(),
    /** @param {string} text the one that is there */
    undo: (text) => {
      const before = past.pop();
      if (before !== undefined) future.push(text);
      return before;
    },
    /** @param {string} text */
    redo: (text) => {
      const after = future.pop();
      if (after !== undefined) past.push(text);
      return after;
    },
    state: () => ({ undo: past.length > 0, redo: future.length > 0 }),
  };
};

/** @param {ReadableStream} from */
const bytesOf = async (from) => new Uint8Array(await new Response(/** @type {any} */ (from)).arrayBuffer());

/** A text as a part of an address. @param {string} text */
export const packed = async (text) => {
  const bytes = await bytesOf(new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw')));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
};

/** @param {string} part */
export const unpacked = async (part) => {
  const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  return new TextDecoder().decode(await bytesOf(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))));
};
