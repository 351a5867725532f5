/*
 * Finds who else tells vendors of consent on a page, for its developer: two voices contradict each
 * other, and vendors believe the last one.
 */

/** @typedef {import('./signals.js').Told} Told */

/** Calls a function; undefined where it throws, as what a page has put into a queue may. @template T @param {() => T} fn @returns {T | undefined} */
const attempt = (fn) => {
  try {
    return fn();
  } catch {
    return undefined;
  }
};

/** From how many entries on Google's scripts drop the first ones of a data layer. */
const dropped = 300;

/** Reads what stands at a path below window. @param {string} path */
const at = (path) => path.split('.').reduce((/** @type {any} */ holder, name) => holder?.[name], window);

/** Writes an entry of a queue as JSON, as far as that can be. @param {any} entry */
const text = (entry) => attempt(() => JSON.stringify(Array.from(entry)));

/** Whether an entry is what gtag pushes. @param {unknown} entry */
const isCommand = (entry) => Object.prototype.toString.call(entry) === '[object Arguments]';

/** What is said of a command of somebody else. @param {string} place @param {string} how */
const another = (place, how) => `${place} is a consent ${how} of somebody else, and the last one counts: leave it to Octroi`;

/** What is said where a queue lacks what was told. @param {string} name @param {any[]} queue */
const lost = (name, queue) =>
  Object.isExtensible(queue)
    ? `${name} has lost what Octroi has said, since something was put in its place: write ${name} = window.${name} || []`
    : `${name} is frozen, and has nothing of what Octroi has said: leave it open`;

/**
 * Looks through a data layer, which takes Arguments objects.
 *
 * @param {string} name
 * @param {any[]} queue
 * @param {any[][]} told what Octroi has pushed, in order
 */
const inLayer = (name, queue, told) => {
  /** @param {any} entry @param {any[]} one */
  const says = (entry, one) => isCommand(entry) && entry[0] === one[0] && text(entry) === text(one);
  // An entry may throw whatever is done with it, and hides none of the others.
  const first = queue.findIndex((entry) => attempt(() => says(entry, told[0])));
  const found = queue.map((entry, i) =>
    attempt(() => {
      const place = `${name}[${i}]`;
      const command = isCommand(entry);
      const [word, how] = command || Array.isArray(entry) ? entry : [];
      if (word === 'consent' && told.some((one) => says(entry, one))) return;
      if (word === 'consent' && !command) return `${place} is a list, which Google takes for no command: leave it out, or push the arguments object`;
      if (i < first && (command ? /^(consent|js|config|event)$/.test(word) : entry['gtm.start']))
        return `${place} (${command ? word : 'gtm.start'}) stands ahead of what Octroi has said: put octroi.js before it in the page`;
      return word === 'consent' && another(place, how);
    }),
  );
  const heard = queue.some((entry) => attempt(() => told.some((one) => says(entry, one))));
  return heard || queue.length >= dropped ? found : [lost(name, queue), ...found];
};

/**
 * Looks through a queue that takes its arguments one by one.
 *
 * @param {string} name
 * @param {any[]} queue
 * @param {any[][]} told
 */
const inRow = (name, queue, told) => {
  let heard = false;
  const found = queue.map((word, i) => {
    if (word !== 'consent' || i + 2 >= queue.length) return false;
    const ours = told.some((one) => text(one) === text(queue.slice(i, i + one.length)));
    heard ||= ours;
    return !ours && another(`${name}[${i}]`, queue[i + 1]);
  });
  return heard ? found : [lost(name, queue), ...found];
};

/** What looks through a queue, by the operation that fills it. @type {Record<string, typeof inLayer>} */
const looks = { arguments: inLayer, flat: inRow };

/** Says, a sentence each, who else speaks to the vendors that were told something. @param {Told[]} told @returns {string[]} */
export const conflicts = (told) => {
  /** @type {Map<string, [look: typeof inLayer, sent: any[][]]>} */
  const queues = new Map();
  for (const one of told) {
    const { operation, call } = one;
    const look = looks[operation];
    if (look && !queues.has(call)) queues.set(call, [look, []]);
    const queue = queues.get(call);
    // An event in a data layer is no command.
    if (look === queue?.[0]) queue?.[1].push(one.arguments);
  }
  const found = [...queues].flatMap(([name, [look, sent]]) => {
    const queue = attempt(() => at(name));
    // A vendor's script may have put an object of its own in the queue's place, and has read that.
    return Array.isArray(queue) ? look(name, queue, sent) : [];
  });
  const reads = attempt(() => typeof at('__tcfapi') === 'function' && at('gtag_enable_tcf_support') === true);
  if (reads && told.some(({ operation }) => operation === 'arguments'))
    found.push('Google is told by consent mode and reads the TCF as well (gtag_enable_tcf_support): leave one of them out');
  return found.filter((one) => typeof one === 'string');
};
