import { attempt } from '../safe/reading.js';

/** Whether this page is in a frame of a page of the same origin that has Octroi, too. A page of another origin throws. */
export const framed = parent !== window && attempt(() => Object.hasOwn(parent, 'octroi'));
