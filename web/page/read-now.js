/* Reads a file before the page goes on. */
import { free, reads, TypeError } from '../safe/reading.js';

const { XMLHttpRequest } = window;
const { prototype } = XMLHttpRequest;
const open = free(prototype.open);
const send = free(prototype.send);
const override = free(prototype.overrideMimeType);
const statusOf = reads(prototype, 'status');
const textOf = reads(prototype, 'responseText');

/** Returns the text of a file. Throws where that cannot be had. @param {URL} url @param {string} [type] to read it as @returns {string} */
export const readNow = (url, type) => {
  const request = new XMLHttpRequest();
  open(request, 'GET', url, false);
  if (type) override(request, type);
  send(request);
  if (statusOf(request) !== 200) throw new TypeError();
  return textOf(request);
};
