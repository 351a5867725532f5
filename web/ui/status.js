/*
 * The status message: one line that says what was done, and leads back and on. A live region
 * speaks it.
 */
import { document, unseen } from '../safe/dom.js';
import { afterPaint } from '../safe/painted.js';
import { readColours } from './colours.js';
import { followSpacing } from './spacing.js';
import { addStyles } from './styles.js';
import { raise } from './top-layer.js';
import { build, listen, writeDates } from './tree.js';

/** @param {import('./stage.js').Scene} scene */
export const makeStatus = (scene) => {
  /** What speaks: there from the first layer on, since screen readers pass over a text that comes with its region. @type {HTMLElement | undefined} */
  let region;
  /** @type {HTMLElement | undefined} */
  let message;
  /** Counts the messages: one that comes after the next is not shown. */
  let turn = 0;

  /** @param {HTMLElement} part */
  const insert = (part) => document.documentElement.insertBefore(unseen(part), document.body);

  /** Has the region there; true once it is. */
  const ready = () => {
    if (!document.body) return false;
    addStyles();
    region ||= build(['div', { class: 'octroi octroi-spoken', role: 'status' }]);
    const spoken = /** @type {HTMLElement} */ (region);
    if (!spoken.isConnected) insert(spoken);
    return true;
  };

  /** Speaks a text, "" for nothing more, in the language of what shows it. @param {string} text @param {HTMLElement} [shown] */
  const speak = (text, shown) => {
    const spoken = /** @type {HTMLElement} */ (region);
    if (shown) for (const name of ['lang', 'dir']) spoken.setAttribute(name, /** @type {string} */ (shown.getAttribute(name)));
    setTimeout(() => {
      if (spoken.textContent !== text) spoken.textContent = text;
    });
  };

  /** Takes the message away: a layer has come, or the visitor has closed it. */
  const hide = () => {
    turn++;
    message?.remove();
    message = undefined;
    if (region) speak('');
  };
  /** What a layer's spacing and colours are read from. @type {HTMLElement | undefined} */
  let probe;
  /** Has the colours of a layer judged that the site has set. */
  const look = () => {
    const { dialog } = scene;
    const colours = dialog && probe && readColours(dialog, probe);
    if (colours) scene.coloured(colours);
    scene.look(true);
  };
  // The page's style sheets have come by then.
  addEventListener('load', look);
  /** A layer that takes no focus is told of: who types goes on. */
  const came = () => {
    const { dialog } = scene;
    hide();
    if (dialog && probe?.parentNode !== dialog) probe = followSpacing(dialog);
    look();
    if (dialog && ready() && !dialog.contains(document.activeElement)) speak(dialog.querySelector('h2')?.textContent || '', dialog);
  };
  scene.came = came;
  // A layer that was drawn ahead of the engine: what is inserted waits for the hooks, which come now.
  setTimeout(() => scene.dialog?.isConnected && came());

  /** Shows and speaks a message. Nothing takes it away but the visitor: who needs time has it. @param {string} tree JSON */
  const show = (tree) => {
    const made = listen(build(JSON.parse(tree)), (act) => (act === 'dismiss' ? hide() : scene.act(act)));
    writeDates(made);
    speak(/** @type {Element} */ (made.firstElementChild).textContent || '', made);
    // A layer that asks comes first: nothing may lie over it.
    if (scene.dialog) return;
    message = made;
    scene.waits();
    insert(made);
    raise(scene, made);
  };

  /** Takes the message away, and has another come. @param {string} tree JSON; "" for none */
  return (tree) => {
    hide();
    const mine = turn;
    // The first date that a page writes takes 25 ms, of which a click need not wait.
    if (tree) afterPaint(() => mine === turn && ready() && show(tree));
  };
};
