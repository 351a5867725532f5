/*
 * The keys that the browser holds, and their removal; inventory.js has what takes longer. An
 * item is its name behind the digit of its area, as numbered in engine/config. Storage
 * can be denied: then there is nothing.
 */
import { AREA_STORAGE } from '../../jsbridge/kinds.js';
import { attempt } from '../safe/builtins.js';
import { native } from '../safe/native.js';

/** @type {(0 | 1)[]} */
const storages = [0, 1];

/**
 * The keys of both storages.
 *
 * @param {number} longest so many characters of them, at most
 */
export const keys = (longest) =>
  storages
    .flatMap((which) => attempt(() => Object.keys(native.storage(which))) || [])
    .filter((key) => (longest -= key.length) > 0)
    .map((key) => `${AREA_STORAGE}${key}`);

/** @param {string} key */
export const drop = (key) => storages.forEach((which) => attempt(() => native.drop(which, key)));
