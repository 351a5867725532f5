/*
 * Looks up what a site's table says of addresses, and what else is known without an engine.
 */
import { bare, endsWith, protocolOf, reads, slice, URL } from '../safe/reading.js';
import { judgeAddress, servicesOfOwn } from '../core/table.js';
import { site } from 'octroi:site';

export const hostOf = reads(URL.prototype, 'host');
const hostnameIn = reads(URL.prototype, 'hostname');
const portIn = reads(URL.prototype, 'port');
const pathIn = reads(URL.prototype, 'pathname');
const searchIn = reads(URL.prototype, 'search');
/** The ports that addresses leave out. @type {Record<string, string>} */
const usualPorts = bare({ 'https:': '443', 'wss:': '443', 'http:': '80', 'ws:': '80' });

/** This page's host, with its port. */
export const { host: home } = location;

/** The types of scripts that run. */
export const runs = /^$|^module$|(?:java|ecma|j|live)script/;

/**
 * The longest text that the engine is asked about, in characters: a longer assignment or name is
 * blocked without asking, and an inventory leaves out the keys beyond. The engine takes 16 MiB at
 * once.
 */
export const longest = 1 << 18;

/** Looks an address up in the site's table. Of the site's own the engine alone judges what a service may have. @param {URL} url @param {string} at its host, with its port @returns {readonly [ids: string, open: boolean]} */
export const lookUp = (url, at) => {
  const name = hostnameIn(url);
  const host = endsWith(name, '.') ? slice(name, 0, name.length - 1) : name;
  const port = portIn(url) || usualPorts[protocolOf(url)] || '';
  const path = pathIn(url) + searchIn(url);
  const ids = at === home ? servicesOfOwn(site.table, port, path) : '';
  return ids ? [ids, false] : judgeAddress(site.table, host, port, path);
};
