import type { RecordOptions } from '../testing.js';

/**
 * Adds the commands, in Cypress' support file. `setupNodeEvents` has to give it the engine:
 *
 * @example
 * // cypress.config.js
 * import { tasks } from 'octroi/testing';
 * export default { e2e: { baseUrl, setupNodeEvents: (on) => on('task', tasks('octroi.json')) } };
 * // cypress/support/e2e.js
 * import { register } from 'octroi/testing/cypress';
 * register();
 */
export function register(globals?: { Cypress: any; cy: any }): void;

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace Cypress {
    interface Chainable<Subject = any> {
      /** What the visitor has chosen before: call it before `cy.visit`. */
      octroi(consent: 'all' | 'none' | string[] | RecordOptions): Chainable<void>;
      /** Presses what the visitor presses; other actions are in docs/testing.md. */
      consent(action: 'accept' | 'refuse' | 'customise' | 'save' | (string & {})): Chainable<void>;
      /** Moves a switch of the visitor's choices. */
      consentSwitch(id: string, to: 'on' | 'off' | 'visit'): Chainable<void>;
    }
  }
}
