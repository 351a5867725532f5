/*
 * Makes markups by number: a number's markup is the same in each page.
 */
import { around, pieces } from './pieces.js';

/** The addresses that markups name: of a service that is shut, of nobody's, and none that is asked. */
const held = 'http://ads.localhost:1/a';
const places = [held, held, 'http://ads.localhost:1/b?c&d=e', '//ads.localhost:1/a', 'http://other.localhost:1/c', 'data:,x', '#', ''];

const random = (seed) => {
  let a = Math.imul(seed + 1, 0x9e3779b1) ^ 0x5bf03635;
  const next = () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n) => Math.floor(next() * n);
  return { next, below, of: (list) => list[below(list.length)] };
};

let seeds = ['<img src=AT>'];
/** Changes a markup in one place, in one of six ways. */
const changed = (html, r) => {
  const at = r.below(html.length + 1);
  const to = Math.min(html.length, at + r.below(12));
  switch (r.below(8)) {
    case 0:
    case 1:
    case 2:
      return html.slice(0, at) + r.of(pieces) + html.slice(at);
    case 3:
      return html.slice(0, at) + html.slice(to);
    case 4:
      return html.slice(0, to) + html.slice(at);
    case 5: {
      const other = r.of(seeds);
      return html.slice(0, at) + other.slice(r.below(other.length + 1)) + html.slice(to);
    }
    case 6: {
      const [before, after] = r.of(around);
      return before + html + after;
    }
    default:
      return html.slice(0, at) + html.slice(at, to).toUpperCase() + html.slice(to);
  }
};

/** Makes a markup, of a seed or of pieces. */
const made = (n, r) => {
  if (n < seeds.length) return seeds[n];
  let html = r.next() < 0.3 ? '' : r.of(seeds);
  if (!html) for (let i = 1 + r.below(9); i > 0; i--) html += r.of(pieces);
  for (let i = r.below(5); i > 0; i--) html = changed(html, r);
  return html;
};

/** Makes the markup of a number, and what goes on drawing for it. */
export const markup = (n) => {
  const r = random(n);
  const html = made(n, r)
    .slice(0, 3000)
    .replace(/AT\b/g, () => r.of(places))
    .replace(/\b(?:alert|prompt|confirm|XSS)\b/g, 'top.XSS')
    .replace(/top\.XSS\([^)]{0,40}\)/g, `top.XSS(${n})`);
  return { html, r };
};

/** Fetches the markups that others are made of; how many there are. */
export const fetchSeeds = async () => (seeds = await (await fetch('/differ/seeds')).json()).length;
