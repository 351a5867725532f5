/* octroi.js: the page half and the engine in one classic script. It works as soon as the browser has read it. */
import { compile } from '../core/bytes.js';
import { findDeclaration } from '../page/declaration.js';
import { ready } from '../page/engine.js';
import { failed, start } from '../page/page.js';
import { first } from 'octroi:wasm';

const otherwise = compile(first, ready, failed);
start(findDeclaration);
otherwise();
