/* Where the interface's buttons and switches are: docs/testing.md has the contract. */

/** A button: two of a layer can carry one action. @param {string} action */
export const button = (action) => `[data-octroi-act="${action}"]`;

/** A switch of the second layer: a category's has three places. @param {string} id @param {'on' | 'off' | 'visit'} place */
export const place = (id, place) => `[data-octroi-switch="${id}"]:is([type="checkbox"], [value="${place === 'off' ? '' : place}"])`;
