/*
 * octroi.rest.js: the deferred part of the engine and of the page half: the second layer, stand-ins,
 * policy tables, the inventory of items that take time. octroi.js loads it when it needs it.
 */
import { compile } from '../core/bytes.js';
import { current } from '../safe/current.js';
import { list } from '../ui/device.js';
import { embeds } from '../ui/embeds.js';
import { watchPresses } from '../ui/presses.js';
import { reveal } from '../ui/reveal.js';
import { conflicts } from '../page/conflicts.js';
import { inventory } from '../page/inventory.js';
import css from 'octroi:restcss';
import { texts } from 'octroi:alltexts';
import { rest } from 'octroi:rest';
import { build } from 'octroi:engine';

// octroi.js reads the deferred part from the file's element.
current.octroi = {
  build,
  css,
  texts,
  embeds,
  reveal,
  inventory,
  list,
  conflicts,
  watchPresses,
  /** @param {(module: WebAssembly.Module) => void} ready @param {() => void} failed */
  compile: (ready, failed) => compile(rest, ready, failed)(),
};
