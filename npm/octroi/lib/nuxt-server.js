/* On Nuxt's server: each page gets the tag of octroi.js behind its <meta charset>, ahead of all that loads something. */

// @ts-expect-error: the module makes it
import { tag } from '#octroi';
import { place } from './place.js';

/** @param {any} nitro */
export default (nitro) => {
  nitro.hooks.hook('render:html', (/** @type {{ head: string[] }} */ page) => {
    page.head = [place(page.head.join('\n'), tag)];
  });
};
