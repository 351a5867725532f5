/* Something of a page's own that depends on consent, by what `octroi` exports. */

import { allows, subscribe } from 'octroi';

/** @param {HTMLElement} element says whether visits are counted @returns {() => void} ends it */
export const counter = (element) => {
  const draw = () => {
    element.textContent = allows('stats') ? 'Visits are counted.' : 'Visits are not counted.';
  };
  draw();
  return subscribe(draw);
};
