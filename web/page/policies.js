/* Fills the places of a policy page that ask for the table of all stored items, or for the declaration. */
import { document } from '../safe/dom.js';
import * as kinds from '../../jsbridge/kinds.js';
import { learn } from './engine.js';
import { page } from './interface.js';

/** Fills all such places of the document. */
export const tables = () => {
  for (const what of ['policy', 'declaration']) {
    for (const place of document.querySelectorAll(what === 'policy' ? '[data-octroi-table]' : '[data-octroi-declaration]')) {
      const tree = learn(what === 'policy' ? kinds.policy() : kinds.declaration());
      if (tree) page.fill(place, tree);
    }
  }
};
