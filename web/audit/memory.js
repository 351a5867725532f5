/*
 * Keeps the last audit's findings in this browser, so that the next audit tells which ones
 * are new.
 */

/** @typedef {import('./report.js').Report} Report */

/** The key in localStorage. */
const key = 'octroi-audit';

/**
 * Reads the last audit of a site, as JSON; '' where this browser has none. The audits of
 * several sites share one origin, the proxy's, so the site is compared.
 *
 * @param {string} site origin of the site
 * @returns {string}
 */
export const remembered = (site) => {
  try {
    const text = localStorage.getItem(key) || '';
    return JSON.parse(text).site === site ? text : '';
  } catch {
    return '';
  }
};

/** Keeps a report's findings, each with one place: storage is small. @param {Report} report */
export const remember = ({ site, at, findings }) => {
  try {
    localStorage.setItem(key, JSON.stringify({ site, at, findings: findings.map((finding) => ({ ...finding, places: finding.places.slice(0, 1) })) }));
  } catch {
    // Without room, the next audit compares with nothing.
  }
};
