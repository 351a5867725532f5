/*
 * The picture of who calls whom: the site, services, hosts, from left to right.
 */

/** @typedef {{ from: string, to: string, service: string, kind: string, states: string[] }} Call */

const space = 'http://www.w3.org/2000/svg';

/** @param {string} tag @param {Record<string, string | number>} attributes @param {(string | Node)[]} children */
const svg = (tag, attributes, ...children) => {
  const element = document.createElementNS(space, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
};

/** @param {string} text @param {number} most */
const brief = (text, most) => (text.length > most ? text.slice(0, most - 1) + '…' : text);

/** What a line tells by its colour and dashes, the gravest first. */
export const kinds = [
  { name: 'early', label: 'before or without consent' },
  { name: 'parsed', label: 'held, but asked for by the parser' },
  { name: 'consented', label: 'once it is granted' },
  { name: 'free', label: 'it needs no consent' },
];

/** @param {string} site @param {Call[]} calls @param {(id: string) => string} title of a service */
export const picture = (site, calls, title) => {
  const row = 26;
  /** @type {Map<string, number>} */
  const services = new Map();
  /** @type {Map<string, number>} */
  const hosts = new Map();
  for (const call of calls) {
    const id = call.service || '?' + call.to;
    if (!services.has(id)) services.set(id, services.size);
    if (!hosts.has(call.to)) hosts.set(call.to, hosts.size);
  }
  const height = Math.max(services.size, hosts.size, 2) * row + 20;
  const columns = [10, 330, 660];
  const wide = 230;
  /** @param {Map<string, number>} list @param {string} id */
  const y = (list, id) =>
    10 + row / 2 + ((list.get(id) || 0) * (height - 20 - row)) / Math.max(1, list.size - 1) + (list.size === 1 ? (height - 20 - row) / 2 : 0);
  /** @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 @param {string} which @param {string} text */
  const line = (x1, y1, x2, y2, which, text) =>
    svg('path', { d: `M${x1} ${y1}C${(x1 + x2) / 2} ${y1} ${(x1 + x2) / 2} ${y2} ${x2} ${y2}`, class: 'call ' + which }, svg('title', {}, text));
  /** @param {number} x @param {number} at @param {string} text @param {string} which */
  const node = (x, at, text, which) =>
    svg(
      'g',
      { class: 'node ' + which },
      svg('title', {}, text),
      svg('rect', { x, y: at - 10, width: wide, height: 20, rx: 4 }),
      svg('text', { x: x + 8, y: at + 4 }, brief(text, 32)),
    );

  const middle = height / 2;
  /** @type {Map<string, Call[]>} */
  const byService = new Map();
  for (const call of calls) byService.set(call.service || '?' + call.to, [...(byService.get(call.service || '?' + call.to) || []), call]);
  const lines = [...byService].flatMap(([id, list]) => {
    const worst = kinds.find(({ name }) => list.some((call) => call.kind === name))?.name || '';
    const text = (id.startsWith('?') ? id.slice(1) : id) + ': ' + [...new Set(list.flatMap(({ states }) => states))].join(', ');
    return [
      line(columns[0] + wide, middle, columns[1], y(services, id), worst, text),
      ...list.map((call) =>
        line(columns[1] + wide, y(services, id), columns[2], y(hosts, call.to), call.kind, `${call.from} → ${call.to}: ${call.states.join(', ')}`),
      ),
    ];
  });
  return svg(
    'svg',
    { viewBox: `0 0 ${columns[2] + wide + 10} ${height}`, role: 'img', 'aria-label': `Who calls whom: ${services.size} services, ${hosts.size} hosts` },
    ...lines,
    node(columns[0], middle, site.replace(/^https?:\/\//, ''), 'site'),
    ...[...services.keys()].map((id) =>
      node(
        columns[1],
        y(services, id),
        id.startsWith('?') ? 'nobody that is known' : id.split(' ').map(title).join(', '),
        id.startsWith('?') ? 'unknown' : 'service',
      ),
    ),
    ...[...hosts.keys()].map((host) => node(columns[2], y(hosts, host), host, 'host')),
  );
};
