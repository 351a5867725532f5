/* Elements. */

/** @param {string} tag @param {Record<string, any>} properties @param {(string | Node)[]} children @returns {any} */
export const make = (tag, properties, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes('-')) element.setAttribute(name, value);
    else /** @type {any} */ (element)[name] = value;
  }
  element.append(...children);
  return element;
};
