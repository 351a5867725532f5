/*
 * octroi.receipts.js: keeps and sends the receipts of choices. octroi.js loads it where the
 * declaration wants receipts, and lends it the browser's own functions.
 */
import { outbox } from '../page/outbox.js';
import { current } from '../safe/current.js';

current.octroi = outbox;
