/*
 * Makes the elements that the audit's page consists of. What an audited site says enters the
 * page as text alone, never as markup.
 */

/** Finds an element of the page. @param {string} id @returns {any} */
export const byId = (id) => document.getElementById(id);

/** Makes an element with properties and children. @param {string} tag @param {Record<string, any>} properties @param {(string | Node)[]} children @returns {any} */
export const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

/** Writes a number with its noun, as "2 pages". @param {number} n @param {string} noun */
export const count = (n, noun) => `${n} ${noun}${n === 1 ? '' : 's'}`;

/** Hands a text to the browser as a file. @param {string} name @param {string} type @param {string} text */
export const download = (name, type, text) => {
  const link = make('a', { download: name, href: URL.createObjectURL(new Blob([text], { type })) });
  link.click();
  // Browsers read the file after the click, at a time that they do not tell: 60 seconds are enough.
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
};

/** Makes a button. @param {string} label @param {() => void} onclick */
export const button = (label, onclick) => make('button', { type: 'button', onclick }, label);

/** Makes a code block with a button that copies it; where the clipboard is closed, the button selects the code. @param {string} text */
export const codeBlock = (text) => {
  const code = make('pre', {}, text);
  const copy = button('Copy', () => {
    navigator.clipboard.writeText(text).then(
      () => (copy.textContent = 'Copied'),
      () => getSelection()?.selectAllChildren(code),
    );
  });
  copy.className = 'small';
  return make('div', { className: 'code' }, code, copy);
};

/** Makes a box that scrolls, also by the keyboard. @param {string} label @param {Node} content */
export const scrollBox = (label, content) => make('div', { className: 'scroll', tabIndex: 0, role: 'region', ariaLabel: label }, content);

/** Makes a table. @param {string[]} heads @param {(string | Node)[][]} rows */
export const table = (heads, rows) =>
  scrollBox(
    heads.join(', '),
    make(
      'table',
      {},
      make('thead', {}, make('tr', {}, ...heads.map((head) => make('th', { scope: 'col' }, head)))),
      make('tbody', {}, ...rows.map((cells) => make('tr', {}, ...cells.map((cell) => make('td', {}, cell))))),
    ),
  );

/** Makes a section that opens and closes. @param {string} title @param {{ size?: number, open?: boolean }} options size is how many things the section lists @param {(string | Node)[]} children */
export const section = (title, { size, open = false }, ...children) =>
  make('details', { className: 'section', open }, make('summary', {}, make('h2', {}, size === undefined ? title : `${title} (${size})`)), ...children);

/** Makes a field that selects one of several values, or all. @param {string} label @param {string[]} values @param {() => void} onchange */
export const selectField = (label, values, onchange) => {
  const select = make('select', { onchange }, make('option', { value: '' }, 'all'), ...values.map((value) => make('option', { value }, value)));
  return { select, field: make('label', {}, label, ' ', select) };
};
