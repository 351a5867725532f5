/*
 * octroi.rest.js: the rest of the engine, and of the page's half: the second layer, what
 * stands for embeds, policies, what takes time to erase. It comes when it is wanted.
 */
import { compile } from './bytes.js';
import { current } from './current.js';
import { embeds } from './embeds.js';
import { reveal } from './reveal.js';
import { things } from './things.js';
import css from 'octroi:restcss';
import { texts } from 'octroi:alltexts';
import { rest } from 'octroi:rest';

// The drop-in looks for it here.
current.octroi = {
  css,
  texts,
  embeds,
  reveal,
  things,
  /** @param {(module: WebAssembly.Module) => void} ready @param {() => void} failed */
  compile: (ready, failed) => compile(rest, ready, failed)(),
};
