/*
 * Finds who else tells vendors of consent on a page, for its developer: two voices contradict each
 * other, and vendors believe the last one.
 */

/** @typedef {import('./signals.js').Told} Told */

/** Reads what stands at a path below window. @param {string} path */
const at = (path) => path.split('.').reduce((/** @type {any} */ holder, name) => holder?.[name], window);

/** Writes an entry of a queue as JSON, as far as that can be. @param {unknown} entry */
const text = (entry) => {
  try {
    return JSON.stringify(Array.from(/** @type {any} */ (entry)));
  } catch {
    return '';
  }
};

/** Whether an entry is what gtag pushes. @param {unknown} entry */
const isCommand = (entry) => Object.prototype.toString.call(entry) === '[object Arguments]';

/**
 * Looks through a data layer, which takes Arguments objects.
 *
 * @param {string} name
 * @param {any[]} queue
 * @param {string[]} ours what Octroi has pushed, as JSON
 */
const inLayer = (name, queue, ours) => {
  const found = [];
  const first = queue.findIndex((entry) => isCommand(entry) && ours.includes(text(entry)));
  for (let i = 0; i < queue.length; i++) {
    const entry = queue[i];
    const place = `${name}[${i}]`;
    const [command, how] = isCommand(entry) || Array.isArray(entry) ? entry : [];
    if (isCommand(entry) && ours.includes(text(entry))) continue;
    if (i < first && (isCommand(entry) || entry?.['gtm.start']))
      found.push(`${place} (${command || 'gtm.start'}) stands ahead of what Octroi has said: put octroi.js before it in the page`);
    else if (command !== 'consent') continue;
    else if (!isCommand(entry)) found.push(`${place} is a list, which Google takes for no command: leave it out, or push the arguments object`);
    else found.push(`${place} is a consent ${how} of somebody else, and the last one counts: leave it to Octroi`);
  }
  return found;
};

/**
 * Looks through a queue that takes its arguments one by one.
 *
 * @param {string} name
 * @param {any[]} queue
 * @param {string[]} ours
 */
const inRow = (name, queue, ours) => {
  const found = [];
  for (let i = 0; i + 2 < queue.length; i++)
    if (queue[i] === 'consent' && !ours.includes(text(queue.slice(i, i + 3))))
      found.push(`${name}[${i}] is a consent ${queue[i + 1]} of somebody else, and the last one counts: leave it to Octroi`);
  return found;
};

/** Says, a sentence each, who else speaks to the vendors that were told something. @param {Told[]} told @returns {string[]} */
export const conflicts = (told) => {
  /** @type {string[]} */
  const found = [];
  for (const { operation, call } of told.filter((one, i) => told.findIndex(({ call }) => call === one.call) === i)) {
    const queue = at(call);
    const ours = told.filter((one) => one.call === call).map((one) => text(one.arguments));
    if (!Array.isArray(queue)) continue;
    if (operation === 'arguments') found.push(...inLayer(call, queue, ours));
    if (operation === 'flat') found.push(...inRow(call, queue, ours));
  }
  if (typeof at('__tcfapi') === 'function' && at('gtag_enable_tcf_support') === true && told.some(({ operation }) => operation === 'arguments'))
    found.push('Google is told by consent mode and reads the TCF as well (gtag_enable_tcf_support): leave one of them out');
  return found;
};
