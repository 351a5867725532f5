/*
 * Reads a visitor's record on a server: docs/record.md has its format and the rules, and
 * docs/record-vectors.json what the engine answers. It runs wherever there is JavaScript.
 */

const MINUTE = 60_000;
const EPOCH = 1_577_836_800_000; // 2020-01-01T00:00:00Z
const LONGEST = 1 << 15;
const GRANTED = 1 << 23;

/** What each letter stands for, by its code; 64 for what is none. */
const SIX_BITS = new Uint8Array(128).fill(64);
[...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].forEach((letter, value) => {
  SIX_BITS[letter.charCodeAt(0)] = value;
});

/** Why a category has to be asked for, the strongest reason last. @type {import('./server.js').Reason[]} */
const REASONS = ['', 'service', 'purpose', 'policy', 'expired', 'undecided'];

const utf8 = new TextEncoder();

/** FNV-1a, 32 bits. @param {Uint8Array} bytes */
const sum = (bytes) => {
  let h = 2166136261;
  for (const byte of bytes) h = Math.imul(h ^ byte, 16777619);
  return h >>> 0;
};

/** @param {string} text */
const hash = (text) => sum(utf8.encode(text));

/** The instant 13 calendar months later, in UTC; a day that the month lacks becomes its last. @param {number} at */
const longestAfter = (at) => {
  const then = new Date(at);
  const day = then.getUTCDate();
  then.setUTCMonth(then.getUTCMonth() + 13);
  if (then.getUTCDate() !== day) then.setUTCDate(0);
  return then.getTime();
};

/** @param {string} text @returns {Uint8Array | null} what stands before a right checksum */
const bytesOf = (text) => {
  const bytes = new Uint8Array((text.length * 3) >> 2);
  let held = 0;
  let bits = 0;
  let n = 0;
  for (let i = 0; i < text.length; i++) {
    const value = SIX_BITS[text.charCodeAt(i)] ?? 64;
    if (value === 64) return null;
    held = ((held << 6) | value) & 0x3fff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[n++] = held >> bits;
  }
  // Another spelling of the same bytes is not what was written.
  if (bits === 6 || held & ((1 << bits) - 1) || n < 5) return null;
  const end = n - 4;
  return new DataView(bytes.buffer).getUint32(end, true) === sum(bytes.subarray(0, end)) ? bytes.subarray(0, end) : null;
};

/** @typedef {{ granted: boolean, at: number, until: number, visit: number, revision: number, services: Map<number, number> }} Choice */
/** @typedef {{ seen: number, choices: Map<number, Choice> }} Stored */

/**
 * @param {string} text
 * @returns {Stored | null} null where it is damaged, of another format, or as no engine writes it
 */
const decode = (text) => {
  const bytes = text.length <= LONGEST && bytesOf(text);
  if (!bytes) return null;
  let at = 0;
  let good = true;

  /** @param {number} count of bytes, little-endian */
  const number = (count) => {
    good &&= at + count <= bytes.length;
    let value = 0;
    for (let i = 0; good && i < count; i++) value += bytes[at++] * 256 ** i;
    return value;
  };
  const varint = () => {
    let value = 0;
    for (let i = 0; i < 5; i++) {
      const byte = number(1);
      value += (byte & 0x7f) * 128 ** i;
      if (byte < 0x80) {
        good &&= byte > 0 || i === 0;
        return value;
      }
    }
    good = false;
    return 0;
  };
  const instant = () => {
    const minutes = varint();
    return minutes && EPOCH + minutes * MINUTE;
  };

  const format = number(1);
  const serial = varint();
  good &&= format === 2 && serial < 2 ** 32;
  /** @type {Stored} */
  const record = { seen: instant(), choices: new Map() };
  instant();
  let category = -1;
  /** The fields that a choice can leave out, as in the one before. @type {number[] | undefined} */
  let shared;
  while (good && at < bytes.length) {
    const before = category;
    category = number(4);
    const flags = number(1);
    const own = shared;
    if (!(flags & 2)) {
      const how = number(1);
      const made = instant();
      shared = [how, made, made + varint() * MINUTE, instant(), number(4)];
      good &&= how > 0 && how < 7 && shared[2] <= longestAfter(made) && `${shared}` !== `${own}`;
    }
    if (!shared || flags > 3 || category <= before) return null;
    const services = new Map();
    for (let left = varint(); good && left > 0; left--) {
      const id = number(4);
      good &&= !services.has(id);
      services.set(id, number(3));
    }
    const [, made, until, visit, revision] = shared;
    record.choices.set(category, { granted: (flags & 1) > 0, at: made, until, visit, revision, services });
  }
  return good && record.choices.size ? record : null;
};

/** @param {Stored} record @param {number} now Unix ms */
const trusted = ({ seen, choices }, now) => {
  let last = 0;
  for (const choice of choices.values()) last = Math.max(last, choice.at);
  return now > 0 && now < longestAfter(last) && now + MINUTE >= Math.max(seen, last);
};

/** @typedef {{ id: string, hash: number, print: number }} Service */
/** @typedef {{ id: string, hash: number, required: boolean, objectable: boolean, services: Service[] }} Category */
/** @typedef {{ name: string, revision: number, categories: Category[] }} Site */

/** What a declaration asks for, by the declaration. @type {WeakMap<object, Site>} */
const sites = new WeakMap();

/** @param {import('./server.js').Declaration} declaration @returns {Site} */
const siteOf = (declaration) => {
  if (typeof declaration !== 'object' || !Array.isArray(declaration?.categories)) {
    throw new TypeError('octroi/server: the second argument is no declaration; give octroi.json, parsed');
  }
  const known = sites.get(declaration);
  if (known) return known;
  const { name = 'octroi', language = 'en', policy, categories, services = [], use } = declaration;
  if (use) {
    throw new TypeError('octroi/server: the declaration has "use", which names services of the catalogue; give what `octroi declare octroi.json` prints');
  }
  /** @param {string | Record<string, string>} [text] in the declaration's own language */
  const worded = (text = '') => (typeof text === 'string' ? text : (text[language] ?? text[language.split('-', 1)[0]] ?? Object.values(text)[0] ?? ''));
  const site = {
    name,
    revision: hash(policy?.revision ?? ''),
    categories: categories.map(({ id, required = false, gpc }) => ({
      id,
      hash: hash(id),
      required,
      objectable: gpc === 'refuse',
      services: services
        .filter(({ category }) => category === id)
        .map((service) => ({
          id: service.id,
          hash: hash(service.id),
          print: hash(`${service.provider ?? ''}\0${service.purposeId || worded(service.purpose)}`) % GRANTED,
        })),
    })),
  };
  sites.set(declaration, site);
  return site;
};

/**
 * How a category stands by one record.
 *
 * @param {Site} site
 * @param {Category} category
 * @param {Stored | null} record
 * @param {number} now Unix ms
 * @returns {{ reason: number, granted: string[], until: number | null }} the place of the reason, and ids
 */
const stand = (site, category, record, now) => {
  const choice = record?.choices.get(category.hash);
  /** @param {import('./server.js').Reason} reason */
  const none = (reason) => ({ reason: REASONS.indexOf(reason), granted: [], until: null });
  if (!record || !choice) return none('undecided');
  // Which visit this is, the page alone knows.
  if (Math.max(now, record.seen) >= choice.until || choice.visit) return none('expired');
  const { until } = choice;
  if (!choice.granted && [...choice.services.values()].every((print) => print < GRANTED)) return { ...none(''), until };
  if (choice.revision !== site.revision) return none('policy');
  const granted = [];
  let reason = 0;
  for (const { id, hash: service, print } of category.services) {
    const had = choice.services.get(service);
    if (had === undefined) reason = Math.max(reason, 1);
    else if (had % GRANTED !== print) reason = Math.max(reason, 2);
    else if (had >= GRANTED) granted.push(id);
  }
  if (choice.granted && granted.length === category.services.length) granted.push(category.id);
  return { reason, granted, until };
};

/** @param {string} header @param {string} name @returns {string[]} the records in cookies of a name */
const recordsIn = (header, name) =>
  header.split(';').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at >= 0 && pair.slice(0, at).trim() === name
      ? [
          pair
            .slice(at + 1)
            .trim()
            .split('.', 1)[0],
        ]
      : [];
  });

/** @type {typeof import('./server.js').read} */
export const read = (cookies, declaration, { now = Date.now(), gpc = false } = {}) => {
  const site = siteOf(declaration);
  /** @type {(Stored | null)[]} */
  const records = recordsIn(cookies ?? '', site.name)
    .map(decode)
    .filter((record) => record !== null);
  if (!records.length) records.push(null);
  const believed = records.map((record) => (record && trusted(record, now) ? record : null));

  /** @type {Set<string>} */
  const granted = new Set();
  /** @type {Map<string, import('./server.js').Reason>} */
  const asked = new Map();
  /** @type {Map<string, number | null>} */
  const ends = new Map();
  for (const category of site.categories) {
    const ids = category.services.map(({ id }) => id).concat(category.id);
    // Another host of the site can set a cookie of the same name: what one grants, all have to.
    const stands = believed.map((record) => stand(site, category, record, now));
    let reason = REASONS[Math.max(...stands.map((one) => one.reason))];
    let until = stands.reduce(
      (/** @type {number | null} */ least, one) => (one.until === null || least === null ? null : Math.min(least, one.until)),
      Infinity,
    );
    if (category.required || (gpc && category.objectable && (reason === 'expired' || reason === 'undecided'))) {
      reason = '';
      until = null;
    }
    for (const id of ids) {
      if (category.required || stands.every((one) => one.granted.includes(id))) granted.add(id);
      asked.set(id, reason);
      ends.set(id, until);
    }
  }

  return {
    decided: [...asked.values()].every((reason) => reason === ''),
    allows(ids) {
      const named = String(ids)
        .split(/[ \t\n\r\f]+/)
        .filter(Boolean);
      return named.length > 0 && named.every((id) => granted.has(id));
    },
    ask: (id) => asked.get(id) ?? '',
    until: (id) => ends.get(id) ?? null,
  };
};
