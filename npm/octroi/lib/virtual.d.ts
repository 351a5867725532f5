/** What octroi/vite has for server code: the tag of octroi.js, which stands first in `<head>`. */
declare module 'virtual:octroi' {
  /** Its attributes. A nonce, which is another for each page, is added by whoever knows it. */
  export const script: { src: string; crossorigin?: 'anonymous' };
  /** The same as markup. */
  export const tag: string;
}
