/* The one stage of this page, connected with the engine. */
import { attempt } from '../safe/builtins.js';
import { document } from '../safe/dom.js';
import * as kinds from '../../jsbridge/kinds.js';
import { stage } from '../ui/stage.js';
import { machine, tell } from './engine.js';
import { roots } from './roots.js';
import { act } from './stores.js';

/** The first layer that was drawn ahead of the engine, as JSON; "" once the engine has drawn. */
let ahead = '';

/** Shows a button as pressed that the engine will answer. @param {string} action */
const showPressed = (action) =>
  attempt(() => {
    const button = /** @type {HTMLElement} */ (document.querySelector(`.octroi-ask [data-octroi-act="${action}"]`));
    button.setAttribute('aria-busy', 'true');
    button.style.setProperty('opacity', '0.6', 'important'); // the layer's own styles are important, too
  });

export const page = stage(
  (action) => {
    if (COMPILED && !machine) showPressed(action);
    act(action, '');
  },
  (id, on) => tell(kinds.toggle({ id, on })),
  roots,
);

/** Shows the first layer ahead of the engine. @param {[css: string, tab: string, tree: string]} layer */
export const drawAhead = ([css, tab, tree]) => {
  page.theme(css, tab);
  page.draw('ask', (ahead = tree), '');
};

/** Shows a layer; the one that was drawn ahead stays if it is the same, but for a region of its language. @type {typeof page.draw} */
export const draw = (layer, tree, focused) => {
  const before = ahead;
  ahead = '';
  const worded = (/** @type {string} */ json) => json.replace(/"lang":"[^"]*"/, '');
  if (before && layer === 'ask' && !focused && worded(tree) === worded(before)) page.speak(JSON.parse(tree)[1].lang);
  else page.draw(layer, tree, focused);
};
