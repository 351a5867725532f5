/*
 * The tab: the small button at the foot of a page that opens the second layer again. A page
 * with an opener of its own has no tab.
 */
import { document, unseen } from '../safe/dom.js';
import { pace } from '../core/pace.js';
import { addStyles } from './styles.js';
import { raise } from './top-layer.js';
import { build } from './tree.js';

/** @param {import('./stage.js').Scene} scene */
export const makeTab = (scene) => {
  /** @type {HTMLElement | undefined} */
  let tab;
  let label = '';
  /** The label's language and direction. @type {Record<string, string>} */
  let spoken = {};
  /** The label that the tab was given last. The same label is not written again: a translator may have rewritten the tab. */
  let written = '';

  /** Shows the tab if the page needs one. Each change of the document calls this again. */
  const update = () => {
    const early = !document.body || document.readyState === 'loading';
    // While the page loads there is no tab: the page is searched once, then.
    const wanted = label && !scene.dialog && (!early || tab?.isConnected) && !scene.hasOpener();
    if (!wanted || early) return void (wanted || tab?.remove());
    if (!tab?.isConnected && scene.waits()) return;
    addStyles();
    tab ||= build(['button', { type: 'button', class: 'octroi octroi-tab', 'data-octroi-open': '' }]);
    const button = /** @type {HTMLElement} */ (tab);
    if (written !== label) {
      button.textContent = written = label;
      for (const name in spoken) button.setAttribute(name, spoken[name]);
    }
    if (!button.isConnected && scene.mayInsert()) {
      scene.mayRaise = pace(50);
      document.documentElement.append(unseen(button));
    }
    if (button.isConnected) raise(scene, button);
  };
  document.addEventListener('DOMContentLoaded', update);

  return {
    update,
    /** Words the tab; an update shows it. @param {string} text "" for no tab @param {string} lang BCP 47 @param {string} dir "ltr" or "rtl" */
    rename(text, lang, dir) {
      label = text;
      spoken = { lang, dir };
    },
  };
};
