/*
 * Runs octroi.receipts.js, which keeps and sends the receipts of choices, where the declaration wants them.
 */
import { native } from '../safe/native.js';
import * as kinds from '../../jsbridge/kinds.js';
import { tell } from './engine.js';
import { bring } from './files.js';

/** What keeps receipts, once it is there; nothing if it cannot be had. @type {Promise<ReturnType<typeof import('./outbox.js').outbox> | undefined> | undefined} */
let outbox;

/** Loads what keeps receipts. @type {kinds.Effects[typeof kinds.KEEP_RECEIPTS]} */
export const keepReceipts = (url, database) => {
  outbox ||= new Promise((resolve) => {
    bring(
      'octroi.receipts.js',
      (element) => {
        if (!element.octroi) return false;
        there = element.octroi({ ...native, tell: (/** @type {string} */ id) => tell(kinds.receiptKept({ id })) }, url, database);
        resolve(there);
        return true;
      },
      () => resolve(void console.error('octroi: octroi.receipts.js cannot be had: choices have no receipts')),
    );
  });
};

/** The same, once it is there. @type {ReturnType<typeof import('./outbox.js').outbox> | undefined} */
let there;

/** Keeps and sends the receipt of a choice, at once where that can be: the visitor may close the page. @type {kinds.Effects[typeof kinds.RECEIPT]} */
export const takeReceipt = (head, tail, refusal) => {
  if (there) there.take(head, tail, refusal);
  else outbox?.then((box) => box?.take(head, tail, refusal));
};

/** Returns the id of the receipt that the visitor can ask for, null if there is none. */
export const latestReceipt = async () => (await outbox)?.latest() ?? null;
