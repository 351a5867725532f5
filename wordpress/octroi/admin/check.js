/*
 * Asks the engine what is wrong with a declaration, and for the text of its policy. It runs in a frame
 * of an origin of its own: there it cannot erase anything that this site keeps.
 */

/** How long the engine may take, in ms. */
const patience = 15000;

/**
 * What the engine says.
 *
 * @typedef {{ faults: string[], hints: string[], language: string, policy: string }} Answer `policy` as HTML, in `language`, '' where there are faults
 */

/** What runs in the frame: waits for the report and for the policy, then sends an Answer. @param {string} wanted a language */
const inFrame = async (wanted) => {
  const { octroi } = /** @type {any} */ (window);
  const place = /** @type {Element} */ (document.querySelector('[data-octroi-declaration]'));
  await octroi?.whole();
  // Texts of another language than English come a moment later.
  const until = performance.now() + 5000;
  for (;;) {
    const report = octroi?.report();
    const policy = /** @type {HTMLElement | null} */ (place.querySelector('.octroi-policy'));
    const late = performance.now() > until;
    const spoken = policy && policy.lang.split('-')[0] === wanted.split('-')[0];
    if (report?.faults.length || spoken || late) {
      const { faults = [], hints = [] } = report || {};
      parent.postMessage({ octroi: 1, faults, hints, language: policy?.lang || '', policy: faults.length ? '' : place.innerHTML }, '*');
      return;
    }
    await new Promise((next) => setTimeout(next, 20));
  }
};

/** Writes a text for the inside of a script. @param {unknown} value */
const json = (value) => JSON.stringify(value).replaceAll('<', '\\u003c');

/** Writes a text for markup. @param {string} text */
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/**
 * The texts of a language: the frame may not fetch them itself.
 *
 * @param {string} assets the address of Octroi's files
 * @param {string} language a BCP 47 tag
 */
const textsOf = async (assets, language) => {
  for (const name of [language, language.split('-')[0]]) {
    const response = name === 'en' ? null : await fetch(new URL(`locales/${name}.json`, assets)).catch(() => null);
    if (response?.ok) return response.text();
  }
  return '';
};

/**
 * Has the engine read a declaration.
 *
 * @param {string} assets the address of Octroi's files
 * @param {string} declaration its text, as it was written
 * @param {string} language that the policy is wanted in
 * @returns {Promise<Answer>} rejected where the engine does not answer
 */
export const check = async (assets, declaration, language) => {
  const texts = await textsOf(assets, language);
  const frame = document.createElement('iframe');
  frame.sandbox.add('allow-scripts');
  frame.hidden = true;
  frame.srcdoc = `<!doctype html><html lang="${escaped(language)}"><meta charset="utf-8"><base href="${escaped(assets)}">
<script>fetch = async () => new Response(${json(texts)}, { status: ${texts ? 200 : 404} }); octroiBase = ${json(assets)};</script>
<script type="application/json" id="octroi-config">${declaration.replaceAll('<', '\\u003c')}</script>
<script src="octroi.js"></script><div data-octroi-declaration></div>
<script>(${inFrame})(${json(language)})</script>`;
  try {
    return await new Promise((done, fail) => {
      const timer = setTimeout(() => fail(new Error('The engine does not answer: is octroi.js blocked by an extension?')), patience);
      addEventListener('message', function heard({ source, data }) {
        if (source !== frame.contentWindow || data?.octroi !== 1) return;
        clearTimeout(timer);
        removeEventListener('message', heard);
        done(data);
      });
      document.body.append(frame);
    });
  } finally {
    frame.remove();
  }
};
