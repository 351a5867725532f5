/* What of the look belongs into the site's style sheet: the custom properties that the interface takes. */

/** What each is for, what is right for it, and what to say of what is not. @type {Record<string, { set: string[], right: RegExp, hint: string, unit: string }>} */
const properties = {
  radius: { set: ['--octroi-radius'], right: /^\d{1,2}$/, hint: 'Write a number of pixels from 0 to 99.', unit: 'px' },
  buttonRadius: { set: ['--octroi-button-radius'], right: /^\d{1,2}$/, hint: 'Write a number of pixels from 0 to 99.', unit: 'px' },
  font: { set: ['--octroi-font', '--octroi-title-font'], right: /^[A-Za-z0-9 ,'"-]{1,200}$/, hint: 'Write names of fonts, divided by commas.', unit: '' },
};

/** Whether quotes come in pairs. @param {string} text */
const paired = (text) => ["'", '"'].every((quote) => text.split(quote).length % 2 === 1);

/**
 * What a note of the look comes to.
 *
 * @param {any} note the declaration's `theme.$style`
 * @returns {{ set: Record<string, string>, wrong: Record<string, string> }} custom properties, and what is wrong by its name
 */
export const styled = (note) => {
  /** @type {Record<string, string>} */
  const set = {};
  /** @type {Record<string, string>} */
  const wrong = {};
  for (const [name, { set: names, right, hint, unit }] of Object.entries(properties)) {
    const value = String(note?.[name] ?? '');
    if (!value) continue;
    if (right.test(value) && paired(value)) for (const property of names) set[property] = value + unit;
    else wrong[name] = hint;
  }
  return { set, wrong };
};

/** Custom properties as a style sheet. @param {Record<string, string>} set */
export const sheet = (set) =>
  Object.keys(set).length
    ? `:root {\n${Object.entries(set)
        .map(([name, value]) => `  ${name}: ${value};\n`)
        .join('')}}`
    : '';

/**
 * Whether a theme takes a colour, and what goes with it, from the page, where the engine sees to its contrast.
 *
 * @param {any} theme
 * @param {string} shade
 * @param {string} color
 */
export const ofPage = (theme, shade, color) =>
  theme?.name === 'plain' && !(color === 'onAccent' ? ['accent', 'onAccent'] : ['ink', 'paper', 'soft', 'line']).some((c) => theme[shade]?.[c]);
