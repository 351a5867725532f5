/* The form's fields: each has a path into the declaration; what it may hold, and what it means, the schema says. */

import { make } from './make.js';
import { steps } from './model.js';

/** @typedef {{ path: string, label: string, options?: string[], hint?: string, area?: boolean, check?: boolean, plain?: boolean }} Field */

/** @type {any} */
const schema = await (await fetch('../octroi/config.schema.json')).json();

/** What the schema has for a path. @param {string} path @returns {any} */
const rule = (path) => {
  /** @param {any} node @returns {any} */
  const whole = (node) => (node?.$ref ? { ...schema.$defs[node.$ref.split('/').pop()], ...node } : node);
  return steps(path).reduce((node, step) => whole(typeof step === 'number' ? node?.items : node?.properties?.[step]), schema);
};

/** A field, with a place for its fault. @param {Field} f */
export const field = ({ path, label, options, hint = '', area, check, plain }) => {
  const id = `field-${path}`;
  const { enum: values, description = '' } = rule(path) ?? {};
  const common = { id, 'data-path': path, 'aria-describedby': `hint-${path} fault-${path}` };
  const choices = options ?? values;
  let control;
  if (choices)
    control = make(
      'select',
      common,
      make('option', { value: '' }, hint || 'as usual'),
      ...choices.map((/** @type {string} */ o) => make('option', { value: o }, o)),
    );
  else if (area) control = make('textarea', { ...common, rows: 2, placeholder: hint });
  else if (check) control = make('input', { ...common, type: 'checkbox' });
  else control = make('input', { ...common, type: 'text', placeholder: hint, spellcheck: !plain });
  const title = make('label', { htmlFor: id }, label);
  return make(
    'div',
    { className: `field${check ? ' check' : ''}${area ? ' whole' : ''}` },
    ...(check ? [control, ' ', title] : [title, control]),
    make('p', { className: 'hint', id: `hint-${path}` }, description),
    make('p', { className: 'fault', id: `fault-${path}` }),
  );
};

const times = ['1 month', '3 months', '6 months', '12 months', '13 months'];

/** The fields of the parts that are always there. @type {Record<string, Field[]>} */
export const fixed = {
  site: [
    { path: '$.site.name', label: 'The site’s name' },
    { path: '$.site.controller', label: 'Who is responsible' },
    { path: '$.site.contact', label: 'Contact', hint: 'mailto:privacy@shop.example' },
    { path: '$.site.authority.name', label: 'Supervisory authority', hint: 'CNIL' },
    { path: '$.site.authority.url', label: 'The authority’s address', hint: 'https://www.cnil.fr/' },
    { path: '$.site.domain', label: 'Domain of all hosts', hint: 'shop.example' },
    { path: '$.policy.url', label: 'Cookie policy', hint: '/cookies' },
    { path: '$.policy.revision', label: 'The policy’s revision' },
  ],
  look: [
    { path: '$.layout', label: 'Layout', hint: 'corner' },
    { path: '$.theme.name', label: 'Theme', hint: 'neutral' },
    { path: '$.theme.scheme', label: 'Light or dark', hint: 'as the page' },
    { path: '$.language', label: 'Language of plain texts', hint: 'en' },
  ],
  shape: [
    { path: '$.theme.$style.radius', label: 'Corners, in pixels', hint: 'the theme’s' },
    { path: '$.theme.$style.buttonRadius', label: 'Buttons’ corners, in pixels', hint: 'the theme’s' },
    { path: '$.theme.$style.font', label: 'Font', hint: 'the theme’s; Georgia, serif' },
  ],
  rules: [
    { path: '$.unknown', label: 'What no service declares', hint: 'is reported' },
    { path: '$.enforce', label: 'The browser’s policy', hint: 'from a refusal on' },
    { path: '$.onWithdraw', label: 'After a withdrawal', hint: 'ask to reload' },
    { path: '$.sessionIdle', label: 'A visit ends after', hint: '30 minutes' },
    { path: '$.lifetimes.max', label: 'Longest life of anything', options: times, hint: '13 months' },
    { path: '$.erase.endpoint', label: 'Path that erases HttpOnly cookies', hint: '/erase' },
    { path: '$.receipts.endpoint', label: 'Path that takes receipts', hint: '/consent' },
  ],
};

/** The colours of a theme, for light and for dark. */
export const colors = Object.keys(schema.$defs.colors.properties);

/** @param {number} i @returns {Field[]} */
export const ofCategory = (i) => [
  { path: `$.categories[${i}].id`, label: 'Id', plain: true },
  { path: `$.categories[${i}].label`, label: 'Label' },
  { path: `$.categories[${i}].text`, label: 'Text', area: true },
  { path: `$.categories[${i}].required`, label: 'Essential', check: true },
  { path: `$.categories[${i}].renewAfter`, label: 'Ask again after', options: times, hint: '6 months' },
  { path: `$.categories[${i}].gpc`, label: 'When the browser says no', hint: 'as usual' },
];

/** @param {number} i @param {string[]} categories the ids that there are @returns {Field[]} */
export const ofService = (i, categories) => [
  { path: `$.services[${i}].id`, label: 'Id', plain: true },
  { path: `$.services[${i}].category`, label: 'Category', options: categories, hint: 'choose one' },
  { path: `$.services[${i}].name`, label: 'Name' },
  { path: `$.services[${i}].provider`, label: 'Provider' },
  { path: `$.services[${i}].purpose`, label: 'Purpose', area: true },
  { path: `$.services[${i}].policy`, label: 'Privacy policy', hint: 'https://', plain: true },
  { path: `$.services[${i}].life`, label: 'Life of what it keeps', options: times, hint: 'each its own' },
  { path: `$.services[${i}].urls`, label: 'Addresses, a line each', area: true },
  { path: `$.services[${i}].cookies`, label: 'Cookies, a line each', hint: '_ga, 13 months', area: true },
  { path: `$.services[${i}].storage`, label: 'Keys in storage, a line each', hint: 'visits, 6 months', area: true },
  { path: `$.services[${i}].plays`, label: 'It plays films or sound', check: true },
];
