/*
 * Tells the WP Consent API what the visitor has chosen, and takes refusals from it. It never takes a
 * grant: who has not chosen with Octroi has not chosen.
 */
/** @typedef {'allow' | 'deny'} Value */

(() => {
  const api =
    /** @type {Window & { octroiConsentApi?: Record<string, string>, wp_set_consent?: (category: string, value: Value) => void, wp_consent_type?: string }} */ (
      window
    );
  /** @type {Record<string, string>} the id of the declaration that each category of the API stands for, '' for none */
  const ids = api.octroiConsentApi || {};
  let telling = false;

  /** @param {string} id @returns {Value} */
  const allows = (id) => (id && api.octroi?.allows(id) ? 'allow' : 'deny');

  /** @param {string} category @param {Value} value */
  const tell = (category, value) => {
    // The API's event is heard at once: what we tell is no news.
    telling = true;
    try {
      api.wp_set_consent?.(category, value);
    } finally {
      telling = false;
    }
  };

  /** What the API was told last, by category. @type {Record<string, Value>} */
  const told = {};
  const tellAll = () => {
    for (const [category, id] of [...Object.entries(ids), ['functional', '']]) {
      const value = category === 'functional' ? 'allow' : allows(id);
      if (told[category] !== value) tell(category, (told[category] = value));
    }
  };

  document.addEventListener('wp_listen_for_consent_change', (event) => {
    /** @type {Record<string, Value>} */
    const detail = /** @type {CustomEvent} */ (event).detail || {};
    if (telling) return;
    for (const category of Object.keys(detail)) {
      const id = ids[category];
      if (id && detail[category] === 'deny' && allows(id) === 'allow') api.octroi?.withdraw(id);
      delete told[category];
    }
    tellAll();
  });

  api.wp_consent_type = 'optin';
  document.dispatchEvent(new CustomEvent('wp_consent_type_defined'));
  document.addEventListener('octroi:change', tellAll);
  if (api.octroi?.state()) tellAll();
  else {
    document.addEventListener('octroi:ready', tellAll);
    // Without octroi.js nothing is granted.
    if (!api.octroi) tellAll();
  }
})();
