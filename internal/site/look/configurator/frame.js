/*
 * A page of the site that is being declared: it takes the declaration from the configurator around
 * it, and loads the drop-in as such a page does. Its address says who the visitor is.
 */
const visitor = new URLSearchParams(location.search);
document.documentElement.style.colorScheme = visitor.get('shade') || 'light';
document.documentElement.lang = visitor.get('lang') || 'en';

// A visitor who comes back: the clock is that many months behind, so that what is chosen was chosen then.
const months = Number(visitor.get('months'));
if (months) {
  const now = Date.now;
  Date.now = () => now() - months * 30 * 864e5;
}
// A visitor whose browser says no.
if (visitor.has('gpc')) Object.defineProperty(navigator, 'globalPrivacyControl', { value: true });

/** The declaration, with a record of this frame's own. */
const declared = (() => {
  try {
    return { ...JSON.parse(parent.declared), name: `configurator-${visitor.get('frame')}` };
  } catch {
    return {};
  }
})();
/** @param {string} text */
const escaped = (text) => text.replace(/</g, '\\u003c');
document.write(`<script type="application/json" id="octroi-config">${escaped(JSON.stringify(declared))}</script><script src="../octroi/octroi.js"></script>`);

/** Fills the page: the policy, or an embed and a script of the first services that need consent. */
// oxlint-disable-next-line no-unused-vars -- the page calls it
function fill() {
  const { site = {}, categories = [], services = [] } = declared;
  /** @param {string} id */
  const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
  element('name').textContent = String(site.name ?? '');
  const content = element('content');
  if (visitor.get('page') === 'policy') {
    content.innerHTML = '<div data-octroi-declaration></div>';
    return;
  }
  const required = new Set(categories.filter((/** @type {any} */ c) => c?.required).map((/** @type {any} */ c) => c.id));
  const gated = services.filter((/** @type {any} */ s) => s?.id && !required.has(s.category));
  const embed = gated.find((/** @type {any} */ s) => s.plays) ?? gated[0];
  if (!embed) return;
  const frame = document.createElement('iframe');
  frame.dataset.octroi = embed.id;
  frame.dataset.src = 'about:blank';
  frame.title = 'An embed of the page';
  frame.width = '560';
  frame.height = '315';
  content.append(frame);
  const script = document.createElement('script');
  script.type = 'text/plain';
  script.dataset.octroi = embed.id;
  script.textContent = 'window.ran = true';
  content.append(script);
}
