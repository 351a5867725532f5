/* Commands for Cypress. They run in its browser, and ask its Node process for what needs the engine. */

import { button, place } from './acts.js';

/** @type {typeof import('./cypress.js').register} */
export const register = (globals = /** @type {any} */ (globalThis)) => {
  const { Cypress, cy } = /** @type {any} */ (globals);
  Cypress.Commands.add('octroi', (/** @type {any} */ consent) => {
    const url = Cypress.config('baseUrl');
    if (!url) throw new Error('octroi/testing: a record belongs to a host; set e2e.baseUrl in the configuration of Cypress');
    const options = typeof consent === 'string' || Array.isArray(consent) ? { grant: consent } : consent;
    cy.task('octroi:record', { url, ...options }, { log: false }).then((/** @type {any} */ { cookies, origins }) => {
      for (const { name, value, domain, path, expires, secure } of cookies) {
        cy.setCookie(name, value, {
          domain: domain.replace(/^\./, ''),
          hostOnly: !domain.startsWith('.'),
          path,
          expiry: expires,
          secure,
          sameSite: 'lax',
          log: false,
        });
      }
      let fresh = true;
      cy.on('window:before:load', (/** @type {Window} */ page) => {
        const [{ origin, localStorage }] = origins;
        if (!fresh || page.location.origin !== origin) return;
        fresh = false;
        for (const { name, value } of localStorage) page.localStorage.setItem(name, value);
      });
    });
  });

  Cypress.Commands.add('consent', (/** @type {string} */ action) => {
    cy.get(button(action === 'customise' ? 'preferences' : action))
      .last()
      .click();
  });

  Cypress.Commands.add('consentSwitch', (/** @type {string} */ id, /** @type {any} */ to) => {
    cy.get(place(id, to)).then((/** @type {any} */ field) => {
      const checked = to !== 'off' || field.attr('type') === 'radio';
      cy.wrap(field, { log: false })[checked ? 'check' : 'uncheck']({ force: true });
    });
  });
};
