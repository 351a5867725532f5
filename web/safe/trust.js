/*
 * Keeps to the page's Content Security Policy. Where the page enforces Trusted Types
 * (https://www.w3.org/TR/trusted-types/), the addresses of scripts and all markup go through the
 * one policy that the page's CSP must name: "trusted-types octroi". Where Octroi's script has a
 * nonce, the scripts that Octroi runs get it.
 */
import { document } from './dom.js';
import { attempt } from './reading.js';

const { trustedTypes } = /** @type {any} */ (window);

/** The script element of octroi.js; null if a module imports it. */
export const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);

/** The nonce of Octroi's script, which is the page's; "" if there is none. */
export const nonce = script?.nonce || '';

/** The addresses of Octroi's own files and blobs. @type {Set<string>} */
export const own = new Set();

/** Whether an address that is not Octroi's own may be a script's. @type {(address: string) => boolean} */
let rule = () => false;

/** Sets the rule for addresses that are not Octroi's own. @param {typeof rule} may */
export const judged = (may) => (rule = may);

/** The address of a script that has the page's nonce, while Octroi runs the script. @type {string | undefined} */
let vouched;

/** @param {string} address @returns {string} @throws {TypeError} for an address that no script may have */
const createScriptURL = (address) => {
  if (address !== vouched && !own.has(address) && !rule(address)) throw new TypeError('octroi: not declared: ' + address);
  return address;
};

/** The text of Octroi's own that runs. @type {string | undefined} */
let ran;

/** @param {string} text @throws {TypeError} for any other text */
const createScript = (text) => {
  if (text !== ran) throw new TypeError();
  return text;
};

const rules = { createScriptURL, createScript, createHTML: (/** @type {string} */ html) => html };
/** @type {typeof rules | undefined} */
let created;
/** Makes the policy when it is first needed, because a page may make each policy only once. Where it cannot be created, its rules apply without it. */
const policy = () => (created ??= attempt(() => trustedTypes.createPolicy('octroi', rules)) ?? rules);

/** Returns an address that a script may load from. @param {string} address @throws {TypeError} */
export const scriptURL = (address) => policy().createScriptURL(address);

/** Returns a text of Octroi's own that may run. @param {string} text @returns {any} */
export const scriptText = (text) => {
  ran = text;
  return policy().createScript(text);
};

/** Returns the address of a script that has the page's nonce. @param {string} address */
export const vouchedURL = (address) => {
  vouched = address;
  try {
    return scriptURL(address);
  } finally {
    vouched = undefined;
  }
};

/**
 * Whether a script without an address may run: it has the page's nonce, or a service declares
 * it. Under 'strict-dynamic' (https://www.w3.org/TR/CSP3/#strict-dynamic-usage) a browser trusts
 * each script that a trusted script inserts. Without this check, an attacker's injected markup
 * would run if it were gated.
 *
 * @param {HTMLScriptElement} script
 */
export const signed = (script) => !nonce || script.nonce === nonce || rule('');

/** Returns trusted markup. Callers parse it where nothing loads, or got it from the page as trusted. @param {string} html */
export const markup = (html) => policy().createHTML(html);

/** Whether a value is trusted by a policy of the page's. Such a value must not become a text, which is not trusted. @param {unknown} value */
export const typed = (value) =>
  !!value && typeof value === 'object' && !!(trustedTypes?.isScriptURL(value) || trustedTypes?.isHTML(value) || trustedTypes?.isScript(value));
