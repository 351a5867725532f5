/* The one stage of this page, and what its buttons do. */
import { attempt } from '../safe/reading.js';
import { document } from '../safe/dom.js';
import { stage } from '../ui/stage.js';
import { roots } from './roots.js';

/** @type {(action: string) => void} */
let act = () => {};
/** @type {(id: string, answer: string) => void} */
let toggle = () => {};

/** Sets what answers buttons and switches from now on. @param {typeof act} acting @param {typeof toggle} toggling */
export const answerBy = (acting, toggling) => {
  act = acting;
  toggle = toggling;
};

/** The first layer that was drawn ahead of the engine, as JSON; "" once the engine has drawn. */
let ahead = '';

/** Shows a button as pressed that the engine will answer. @param {string} action */
export const showPressed = (action) => attempt(() => document.querySelector(`.octroi-ask [data-octroi-act="${action}"]`)?.setAttribute('aria-busy', 'true'));

export const page = stage(
  (action) => act(action),
  (id, answer) => toggle(id, answer),
  roots,
);

/** @typedef {[css: string, tab: string, lang: string, dir: string, tree: string]} Layer tree is "" where the page draws what asks */

/** Shows the first layer ahead of the engine. @param {Layer} layer */
export const drawAhead = ([css, tab, lang, dir, tree]) => {
  page.theme(css, tab, lang, dir);
  if (tree) page.draw('ask', (ahead = tree), '');
};

/** What was pressed in the layer that was drawn ahead: the engine answers only what it has drawn itself. @type {(() => void)[]} */
let pressed = [];

/** Calls a function once the engine has drawn. @param {() => void} then */
export const whenDrawn = (then) => {
  if (ahead) pressed[pressed.length] = then;
  else then();
};

/** Shows a layer; the one that was drawn ahead stays if it is the same, but for a region of its language. @type {typeof page.draw} */
export const draw = (layer, tree, focused) => {
  const before = ahead;
  ahead = '';
  const worded = (/** @type {string} */ json) => json.replace(/"lang":"[^"]*"/, '');
  if (before && layer === 'ask' && !focused && worded(tree) === worded(before)) page.speak(JSON.parse(tree)[1].lang);
  else page.draw(layer, tree, focused);
  if (!COMPILED) return;
  const due = pressed;
  pressed = [];
  for (let i = 0; i < due.length; i++) due[i]();
};

/** Takes the layer away that was drawn ahead, for a visitor who has decided meanwhile, in another tab: the engine knows of none. @param {() => boolean} decided */
export const endAhead = (decided) => {
  if (!ahead || !decided()) return;
  ahead = '';
  pressed = [];
  page.draw('', '', '');
};
