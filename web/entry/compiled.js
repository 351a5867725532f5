/*
 * octroi.js of one site, as `octroi build` makes it: the first layer, latches on all that may
 * load or store something, and the table of what is held. It lets pass what is plainly open; for
 * anything else it has the hooks there first, octroi.hold.js. A visitor who has decided gets the
 * hooks before the page goes on. For others they come once the page has been seen.
 */
import { firstLayer, isAhead } from '../page/ahead.js';
import { document } from '../safe/dom.js';
import { framed } from '../page/framed.js';
import { begin } from '../page/guard.js';

begin(!framed && isAhead() && !(/** @type {any} */ (document).prerendering) ? firstLayer() : undefined);
