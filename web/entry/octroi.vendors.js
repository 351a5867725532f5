/*
 * octroi.vendors.js: tells vendors whose interface takes more than a call. It is loaded where the
 * declaration has one of them. What a vendor was told before it was there is replaced by what it
 * is told later.
 */

/** @type {any} */
const page = window;

/**
 * Makes a function that hands the latest state to a vendor once it is there: at once, or when
 * another script of the page has loaded.
 *
 * @param {() => unknown} isThere
 * @param {(state: any) => void} tell
 */
const whenThere = (isThere, tell) => {
  /** @type {{ state: any } | undefined} */
  let owed;
  const deliver = () => {
    if (!owed || !isThere()) return;
    const { state } = owed;
    owed = undefined;
    document.removeEventListener('load', deliver, true);
    removeEventListener('load', deliver);
    tell(state);
  };
  return (/** @type {any} */ state) => {
    owed = { state };
    document.addEventListener('load', deliver, true);
    addEventListener('load', deliver);
    deliver();
  };
};

/** Shopify's customer privacy API: https://shopify.dev/docs/api/customer-privacy */
const shopify = whenThere(
  () => page.Shopify?.customerPrivacy || page.Shopify?.loadFeatures,
  (consent) => {
    const tell = () => page.Shopify.customerPrivacy.setTrackingConsent(consent, () => {});
    if (page.Shopify.customerPrivacy) tell();
    else
      page.Shopify.loadFeatures([{ name: 'consent-tracking-api', version: '0.1' }], (/** @type {unknown} */ error) => {
        if (error) console.error('octroi: shopify was not told: its consent-tracking-api could not be loaded', error);
        else tell();
      });
  },
);

/** What Segment's events are stamped with. @type {Record<string, boolean> | undefined} */
let preferences;
const segment = whenThere(
  () => page.analytics?.addSourceMiddleware,
  (categories) => {
    const isFirst = !preferences;
    preferences = categories;
    if (!isFirst) return page.analytics.track('Segment Consent Preference Updated');
    page.analytics.addSourceMiddleware((/** @type {any} */ { payload, next }) => {
      const { context } = payload.obj;
      context.consent = { ...context.consent, categoryPreferences: { ...preferences } };
      next(payload);
    });
  },
);

page.octroiVendors = { shopify, segment };
