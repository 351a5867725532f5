/*
 * What a page with a strict policy lets pass. Where it enforces Trusted Types, addresses of
 * scripts and markup go through the one policy that its CSP names: trusted-types octroi.
 * What carries a nonce gives it to what it lets run.
 */
import { document } from './dom.js';
import { attempt } from './builtins.js';

const { trustedTypes } = /** @type {any} */ (window);

/** The page's nonce, "" where it has none. */
export const nonce = /** @type {HTMLScriptElement | null} */ (document.currentScript)?.nonce || '';

/** Addresses of our own making. @type {Set<string>} */
export const own = new Set();

/** Whether another address may be a script's. @type {(address: string) => boolean} */
let rule = () => false;

/** @param {typeof rule} may */
export const judged = (may) => (rule = may);

/** The address of a script that the page itself vouches for, while that is let run. @type {string | undefined} */
let vouched;

/** @param {string} address @returns {string} @throws {TypeError} for an address that no script is to have */
const createScriptURL = (address) => {
  if (address !== vouched && !own.has(address) && !rule(address)) throw new TypeError('octroi: not declared: ' + address);
  return address;
};

const rules = { createScriptURL, createHTML: (/** @type {string} */ html) => html };
/** @type {typeof rules | undefined} */
let made;
/** A page may have each policy once: it is made when it is needed, and where it cannot be, its rules stand alone. */
const policy = () => (made ??= attempt(() => trustedTypes.createPolicy('octroi', rules)) ?? rules);

/** An address for a script to load from. @param {string} address @throws {TypeError} */
export const scriptURL = (address) => policy().createScriptURL(address);

/** The address of a script that has the page's nonce. @param {string} address */
export const vouchedURL = (address) => {
  vouched = address;
  try {
    return scriptURL(address);
  } finally {
    vouched = undefined;
  }
};

/**
 * Whether a script without an address may run. To strict-dynamic, whatever a script starts
 * is trusted: markup that somebody injects must not be started for being gated.
 *
 * @param {HTMLScriptElement} script
 */
export const signed = (script) => !nonce || script.nonce === nonce || rule('');

/** Markup that is read where nothing loads, or that the page trusts already. @param {string} html */
export const markup = (html) => policy().createHTML(html);

/** Whether a value is trusted by a policy of the page's: it must stay what it is. @param {unknown} value */
export const typed = (value) =>
  !!value && typeof value === 'object' && !!(trustedTypes?.isScriptURL(value) || trustedTypes?.isHTML(value) || trustedTypes?.isScript(value));
