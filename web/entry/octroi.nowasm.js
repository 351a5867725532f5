/* octroi.nowasm.js: the same engine as JavaScript, for where there is no WebAssembly. */
import make from 'octroi:nowasm';
import { current } from '../safe/current.js';

// The script that asked for this file waits for it here.
current.octroi?.(make);
