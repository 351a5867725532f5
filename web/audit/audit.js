/*
 * The audit's page: reads what the owner asks for, runs the audit, and shows its report.
 */
import languages from 'octroi:languages';
import { byId, make } from './elements.js';
import { openLook } from './look.js';
import { remember, remembered } from './memory.js';
import { nativeFetch, startProgram, world } from './program.js';
import { showReport } from './report.js';
import { fail, setState, showProgress, showRunning } from './status.js';

const form = /** @type {HTMLFormElement} */ (byId('form'));
const parameters = new URLSearchParams(location.search);
/** How long a page must be quiet to count as loaded, in ms. */
const settle = Number(parameters.get('settle') || 1000);
/** The audited site's origin. A proxy serves this page and the site at an origin of its own. */
let site = location.origin;
let paused = false;

/** @param {string} name @returns {any} */
const field = (name) => form.elements.namedItem(name);

/** @param {string} name */
const number = (name) => Number(field(name).value);

/** Where the audit starts, at the origin of this page: a page of another origin cannot be read. */
const start = () => {
  const { origin, href, pathname, search } = new URL(field('start').value, location.origin);
  return origin === location.origin ? href : location.origin + pathname + search;
};

/** What the program is asked for. Its fields are those of wasm/audit. */
const options = () => ({
  Start: start(),
  Site: site,
  Pages: number('pages'),
  Depth: number('depth'),
  Live: number('live') || -1,
  Minutes: number('minutes'),
  Seconds: number('seconds'),
  Megabytes: number('megabytes'),
  Languages: languages,
});

/** @param {boolean} value */
const setPaused = (value) => {
  paused = value;
  byId('pause').textContent = paused ? 'Go on' : 'Pause';
  if (paused) world.octroiAudit.pause();
  else world.octroiAudit.resume();
};

/** Adds the frame in which pages are loaded. */
const addFrame = () => {
  const frame = make('iframe', { title: 'The page that is looked at' });
  // A page must neither navigate the window around it nor stop the audit by a dialog.
  frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-forms');
  byId('stage').replaceChildren(frame);
  return frame;
};

/** Shows that an audit runs. */
const showStart = () => {
  byId('failure').hidden = true;
  byId('go').disabled = true;
  showRunning(true);
  setPaused(false);
  setState('running');
};

/** Shows the report of an audit that has ended. @param {string} text */
const showEnd = (text) => {
  const report = JSON.parse(text);
  // The command with --headless, and tests, read the report from here.
  world.octroiReport = text;
  remember(report);
  showReport(report);
  setState('done');
  showRunning(false);
};

const run = async () => {
  const before = remembered(site);
  const frame = addFrame();
  showStart();
  const look = openLook(frame, { erasures: world.octroiAudit.erasures, seconds: number('seconds'), settle });
  // The site must meet a visitor whom it does not know.
  await look('about:blank');
  try {
    const text = await world.octroiAudit.run(JSON.stringify(options()), look, showProgress);
    showEnd(before ? world.octroiAudit.compare(text, before) || text : text);
  } catch (error) {
    fail(error);
  }
  frame.remove();
  byId('go').disabled = false;
};

/** Fills the form with what the page's address names. */
const fillForm = () => {
  for (const [name, value] of parameters) {
    if (field(name)?.value !== undefined) field(name).value = value;
  }
};

/** Asks the proxy for which site it stands; without a proxy, the site serves this page itself. */
const findSite = async () => {
  const told = await nativeFetch('site.json')
    .then((response) => (response.ok ? response.json() : null))
    .catch(() => null);
  if (!told) return;
  site = told.origin;
  if (!parameters.has('start')) field('start').value = told.start;
};

form.onsubmit = (event) => {
  event.preventDefault();
  run();
};
byId('pause').onclick = () => setPaused(!paused);
byId('stop').onclick = () => world.octroiAudit.stop();

(async () => {
  fillForm();
  try {
    await findSite();
    byId('site').textContent = site;
    await startProgram(fail);
    byId('go').disabled = false;
    setState('ready');
    if (parameters.has('auto')) run();
  } catch (error) {
    fail(error);
  }
})();
