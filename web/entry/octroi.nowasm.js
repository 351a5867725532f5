/* octroi.nowasm.js: the same engine as JavaScript, for browsers without WebAssembly. */
import make from 'octroi:nowasm';
import { build, declaration } from 'octroi:engine';
import { current } from '../safe/current.js';

// The script that loaded this file has put a function on the file's element, which takes the engine.
current.octroi?.(make, declaration, build);
