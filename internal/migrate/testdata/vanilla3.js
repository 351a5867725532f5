import 'vanilla-cookieconsent/dist/cookieconsent.css';
import * as CookieConsent from 'vanilla-cookieconsent';

const YEAR = 365;
const gaCookies = [{ name: /^_ga/ }, { name: '_gid' }];

/** @type {import('vanilla-cookieconsent').CookieConsentConfig} */
const config = {
  revision: 3,
  root: 'body',
  autoShow: true,
  disablePageInteraction: true,
  guiOptions: {
    consentModal: { layout: 'bar inline', position: 'bottom', equalWeightButtons: true, flipButtons: false },
    preferencesModal: { layout: 'box' },
  },
  cookie: {
    name: 'lys_consent',
    domain: '.lysandre.example',
    expiresAfterDays: (acceptType) => (acceptType === 'all' ? YEAR : 182),
  },
  onFirstConsent: ({ cookie }) => {
    console.log('first consent', cookie);
  },
  onConsent() {
    gtag('consent', 'update', { analytics_storage: CookieConsent.acceptedCategory('analytics') ? 'granted' : 'denied' });
  },
  categories: {
    necessary: { enabled: true, readOnly: true },
    analytics: {
      autoClear: { cookies: gaCookies, reloadPage: true },
      services: {
        ga: { label: 'Google Analytics', onAccept: () => loadAnalytics(), onReject: () => {} },
        stats: { label: 'Our own <b>statistics</b>', cookies: [{ name: 'lys_visit', path: '/shop' }, { name: /^lys_(first|last)_seen$/ }] },
      },
    },
    ads: {
      enabled: true,
      autoClear: { cookies: [{ name: '_fbp' }, { name: /^_gcl_au$/, domain: '.lysandre.example' }] },
    },
    social: {},
  },
  language: {
    default: 'en',
    autoDetect: 'document',
    translations: {
      en: './texts/en.json',
      fr: {
        consentModal: {
          title: 'Nous utilisons des cookies',
          description: 'Bonjour',
          acceptAllBtn: 'Tout accepter',
          acceptNecessaryBtn: 'Tout refuser',
          footer: '<a href="/fr/confidentialite">Politique de confidentialité</a><a href="/fr/mentions">Mentions légales</a>',
        },
        preferencesModal: {
          title: 'Vos choix',
          sections: [
            { title: 'Introduction', description: 'Bla' },
            { title: 'Strictement nécessaires <span class="pm__badge">Toujours actifs</span>', description: 'Sans eux, le site ne marche pas.', linkedCategory: 'necessary' },
            {
              title: 'Mesure d’audience',
              description: 'Ces cookies comptent les visites.',
              linkedCategory: 'analytics',
              cookieTable: {
                headers: { name: 'Nom', domain: 'Service', expiration: 'Durée' },
                body: [
                  { name: '_ga', domain: 'Google Analytics', expiration: '2 ans' },
                  { name: '_gid', domain: 'Google Analytics', expiration: '1 jour' },
                  { name: 'lys_visit', domain: 'nous', expiration: 'Session' },
                ],
              },
            },
            { title: 'Publicité', description: 'Ces cookies servent à la publicité.', linkedCategory: 'ads' },
          ],
        },
      },
      de: async () => {
        const answer = await fetch('/texts/de.json');
        return await answer.json();
      },
    },
  },
};

CookieConsent.run(config);
