/* Puts the tag of octroi.js into each page that Astro renders. The body goes on as it comes. */

// @ts-ignore: the plug-in for Vite has it
import { tag } from 'virtual:octroi';
import { place, whole } from './place.js';

/** By then a page's head is over. */
const headed = /<\/head|<body[\s>]/i;

/** Characters of a page, after which no head is waited for. */
const enough = 1 << 16;

const placing = () => {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  /** What is not sent yet; undefined once the tag is in its place. @type {string | undefined} */
  let held = '';
  /** @param {string} text @param {boolean} last @param {TransformStreamDefaultController} out */
  const send = (text, last, out) => {
    if (held !== undefined) {
      held += text;
      if (!last && held.length < enough && !headed.test(held)) return;
      text = whole(held) ? place(held, tag) : held;
      held = undefined;
    }
    out.enqueue(encoder.encode(text));
  };
  return new TransformStream({
    transform: (chunk, out) => send(decoder.decode(chunk, { stream: true }), false, out),
    flush: (out) => send(decoder.decode(), true, out),
  });
};

/** @param {unknown} context @param {() => Promise<Response>} next */
export const onRequest = async (context, next) => {
  const response = await next();
  if (!response.body || !/^text\/html\b/i.test(response.headers.get('content-type') ?? '')) return response;
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  return new Response(response.body.pipeThrough(placing()), { status, statusText, headers });
};
