/* octroi.js: everything in one classic script, at work from its first byte. */
import { compile } from '../core/bytes.js';
import { ready } from '../page/engine.js';
import { failed, start } from '../page/page.js';
import { first } from 'octroi:wasm';

if (!Object.hasOwn(window, 'octroi')) {
  const otherwise = compile(first, ready, failed);
  start();
  otherwise();
}
