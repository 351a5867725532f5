/*
 * Draws who calls whom: the site, services and hosts in three columns, from left to right.
 */

/** @typedef {{ from: string, to: string, service: string, kind: string, states: string[] }} Call */
/** @typedef {{ x: number, y: number }} Point */

/** What the kind of a call means, the gravest first: a line's colour and dashes show it. */
export const kinds = [
  { name: 'early', label: 'before or without consent' },
  { name: 'parsed', label: 'held, but asked for by the parser' },
  { name: 'consented', label: 'once it is granted' },
  { name: 'free', label: 'it needs no consent' },
];

// Lengths in the picture's own units.
const rowHeight = 26;
const margin = 10;
const nodeWidth = 230;
const columns = { site: 10, service: 330, host: 660 };
const width = columns.host + nodeWidth + margin;

/** Marks the id of a host without a known service. */
const unknown = '?';

/** @param {string} tag @param {Record<string, string | number>} attributes @param {(string | Node)[]} children */
const svg = (tag, attributes, ...children) => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
};

/** Cuts a text to a number of characters. @param {string} text @param {number} most */
const cut = (text, most) => (text.length > most ? text.slice(0, most - 1) + '…' : text);

/** @param {Call} call */
const serviceOf = ({ service, to }) => service || unknown + to;

/** Places the nodes of a column, evenly from top to bottom; where each node's middle is. @param {string[]} ids @param {number} height @returns {Map<string, number>} */
const place = (ids, height) => {
  const room = height - 2 * margin - rowHeight;
  const top = margin + rowHeight / 2;
  return new Map(ids.map((id, i) => [id, ids.length === 1 ? top + room / 2 : top + (i * room) / (ids.length - 1)]));
};

/** Draws a line from the right edge of a node to the left edge of another. @param {Point} from @param {Point} to @param {string} kind @param {string} text */
const line = (from, to, kind, text) => {
  const start = from.x + nodeWidth;
  const middle = (start + to.x) / 2;
  const path = `M${start} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`;
  return svg('path', { d: path, class: 'call ' + kind }, svg('title', {}, text));
};

/** @param {Point} at @param {string} text @param {string} which */
const node = ({ x, y }, text, which) =>
  svg(
    'g',
    { class: 'node ' + which },
    svg('title', {}, text),
    svg('rect', { x, y: y - 10, width: nodeWidth, height: 20, rx: 4 }),
    svg('text', { x: x + 8, y: y + 4 }, cut(text, 32)),
  );

/** Groups calls by service. @param {Call[]} calls */
const byService = (calls) => {
  /** @type {Map<string, Call[]>} */
  const groups = new Map();
  for (const call of calls) groups.set(serviceOf(call), [...(groups.get(serviceOf(call)) || []), call]);
  return groups;
};

/** Finds the gravest kind among calls. @param {Call[]} calls */
const gravest = (calls) => kinds.find(({ name }) => calls.some((call) => call.kind === name))?.name || '';

/** Names a service's node. @param {string} id one id, or several with spaces @param {(id: string) => string} nameOf */
const label = (id, nameOf) => (id.startsWith(unknown) ? 'nobody that is known' : id.split(' ').map(nameOf).join(', '));

/**
 * Draws the picture.
 *
 * @param {string} site
 * @param {Call[]} calls
 * @param {(id: string) => string} nameOf the name of a service
 */
export const picture = (site, calls, nameOf) => {
  const groups = byService(calls);
  const hostNames = [...new Set(calls.map(({ to }) => to))];
  const height = Math.max(groups.size, hostNames.length, 2) * rowHeight + 2 * margin;
  const services = place([...groups.keys()], height);
  const hosts = place(hostNames, height);
  const middle = { x: columns.site, y: height / 2 };
  const atService = (/** @type {string} */ id) => ({ x: columns.service, y: services.get(id) || 0 });
  const atHost = (/** @type {string} */ host) => ({ x: columns.host, y: hosts.get(host) || 0 });

  const lines = [...groups].flatMap(([id, group]) => {
    const states = [...new Set(group.flatMap(({ states }) => states))].join(', ');
    const name = id.startsWith(unknown) ? id.slice(unknown.length) : id;
    return [
      line(middle, atService(id), gravest(group), `${name}: ${states}`),
      ...group.map((call) => line(atService(id), atHost(call.to), call.kind, `${call.from} → ${call.to}: ${call.states.join(', ')}`)),
    ];
  });
  return svg(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `Who calls whom: ${services.size} services, ${hosts.size} hosts` },
    ...lines,
    node(middle, site.replace(/^https?:\/\//, ''), 'site'),
    ...[...groups.keys()].map((id) => node(atService(id), label(id, nameOf), id.startsWith(unknown) ? 'unknown' : 'service')),
    ...hostNames.map((host) => node(atHost(host), host, 'host')),
  );
};
