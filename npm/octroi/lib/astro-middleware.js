/* Puts the tag of octroi.js into each page that Astro renders. The body goes on as it comes. */

// @ts-ignore: the plug-in for Vite has it
import { tag } from 'virtual:octroi';
import { placing } from './place.js';

/** @param {unknown} context @param {() => Promise<Response>} next */
export const onRequest = async (context, next) => {
  const response = await next();
  if (!response.body || !/^text\/html\b/i.test(response.headers.get('content-type') ?? '')) return response;
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  return new Response(response.body.pipeThrough(placing(tag)), { status, statusText, headers });
};
