/*
 * octroi.rest.js: the rest of the engine, and of the page's half: the second layer, what
 * stands for embeds, policies, what takes time to erase. It comes when it is wanted.
 */
import { compile } from '../core/bytes.js';
import { current } from '../safe/current.js';
import { embeds } from '../ui/embeds.js';
import { reveal } from '../ui/reveal.js';
import { inventory } from '../page/inventory.js';
import css from 'octroi:restcss';
import { texts } from 'octroi:alltexts';
import { rest } from 'octroi:rest';

// The drop-in looks for it here.
current.octroi = {
  css,
  texts,
  embeds,
  reveal,
  inventory,
  /** @param {(module: WebAssembly.Module) => void} ready @param {() => void} failed */
  compile: (ready, failed) => compile(rest, ready, failed)(),
};
