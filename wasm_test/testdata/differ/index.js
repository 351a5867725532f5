/*
 * Makes markups by number, brings each into a document by one of the doors that there are,
 * and tells what tree came of it, as a hash: a page with Octroi and one without must tell the
 * same, but for what is held. The test joins these files into one script, which stands before
 * the drop-in.
 */
import { doors, drawn, forgetFrame, old } from './doors.js';
import { fetchSeeds, markup } from './markup.js';
import { dump, hash } from './tree.js';

// Firefox brings markup in by another path, and to another tree, where anyone observes.
new MutationObserver(() => {}).observe(document, { childList: true, subtree: true });

const ran = new Set();
window.XSS = (n) => ran.add(n);

/** Brings a number's markup in, and tells the tree; or why not. */
const one = (n) => {
  const { html, r } = markup(n);
  const door = r.of(drawn);
  let out;
  try {
    out = doors[door][1](html, r);
  } catch (error) {
    return { html, door, tree: 'throws ' + error.name };
  }
  const told = (nodes) => ({ html, door, tree: nodes.map((node) => dump(node).join('')).join('|') });
  return out.then ? out.then(told, (error) => ({ html, door, tree: 'throws ' + error.name })) : told(out);
};

/** The trees of so many numbers, or as many as five seconds take, as hashes; and which of them ran something. */
window.differ = async (from, count, wait) => {
  ran.clear();
  const hashes = [];
  const late = [];
  const end = Date.now() + 5000;
  for (let i = 0; i < count && Date.now() < end; i++) {
    const told = one(from + i);
    if (told.then) late.push(told.then(({ tree }) => (hashes[i] = hash(tree))));
    else hashes[i] = hash(told.tree);
    if (late.length > 9) await Promise.all(late.splice(0));
  }
  await Promise.all(late);
  await new Promise((done) => setTimeout(done, wait));
  forgetFrame();
  for (const f of old.splice(0)) f.remove();
  return { hashes, ran: [...ran].filter((n) => n >= from && n < from + count) };
};
window.differOne = async (n) => one(n);
window.differSeeds = fetchSeeds;
