/* octroi.nowasm.js: the same engine as JavaScript, for where there is no WebAssembly. */
import make from 'octroi:nowasm';

// The script that asked for this file waits for it here.
/** @type {any} */ (document.currentScript).octroi?.(make);
