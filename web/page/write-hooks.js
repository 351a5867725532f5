/*
 * The hooks of cookies and storage, which octroi.js brings itself: a page reads its storage early.
 */
import { failClosed } from '../safe/reading.js';
import { cookies } from '../intercept/cookies.js';
import { storage } from '../intercept/storage.js';

/** @typedef {import('../intercept/hooks.js').Judge} Judge */
/** @typedef {(area: number, name: string) => boolean} MayWrite */

/** @type {Judge} */
let judge = () => undefined;
/** @type {MayWrite} */
let mayWrite = () => false;

/** Sets who judges writes from now on. @param {Judge} judging @param {MayWrite} may whether a name was let before */
export const judgeBy = (judging, may) => {
  judge = judging;
  mayWrite = may;
};

/** Whatever throws means that the write is blocked. @type {Judge} */
export const judgeOrBlock = failClosed((area, text, again, view) => judge(area, text, again, view), undefined);

const hookCookies = cookies(judgeOrBlock);
const hookStorage = storage(judgeOrBlock, (area, name) => mayWrite(area, name));

/** @type {import('../intercept/hooks.js').Hooks} */
export const hookWrites = (view) => {
  hookCookies(view);
  hookStorage(view);
};
