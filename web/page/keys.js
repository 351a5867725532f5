/*
 * Lists and removes storage keys; inventory.js does so for the items that take time. An item is
 * written as the digit of its area (jsbridge/kinds.js) and its name. A page that is denied storage
 * has no keys.
 */
import { AREA_STORAGE } from '../../jsbridge/kinds.js';
import { attempt } from '../safe/builtins.js';
import { native } from '../safe/native.js';

/** Local storage, then session storage. @type {(0 | 1)[]} */
const storages = [0, 1];

/**
 * Lists the keys of both storages.
 *
 * @param {number} longest how many characters the keys may have in all
 */
export const keys = (longest) =>
  storages
    .flatMap((which) => attempt(() => Object.keys(native.storage(which))) || [])
    .filter((key) => (longest -= key.length) > 0)
    .map((key) => `${AREA_STORAGE}${key}`);

/** Removes a key from both storages. @param {string} key */
export const drop = (key) => storages.forEach((which) => attempt(() => native.drop(which, key)));
