// cypress.config.js
import { tasks } from 'octroi/testing';

export default { e2e: { baseUrl: 'http://localhost:3000', setupNodeEvents: (on) => on('task', tasks('octroi.json')) } };

// cypress/support/e2e.js
import { register } from 'octroi/testing/cypress';

register();

// a test
cy.octroi('none'); // or 'all', a list, or the options of record; before cy.visit
cy.visit('/');
cy.consent('customise');
cy.consentSwitch('statistics', 'on');
cy.consent('save');
