/*
 * Bends whatever a page can reach of its language and its browser, one thing at a time, and
 * tries meanwhile to reach another party, to keep something, and to do what is the page's
 * own. The test joins these files into one script, which stands before the drop-in and needs
 * nothing that it has not saved by then.
 */
import { bend } from './bend.js';
import { apply, beacon, nav, now, quiet, takeAway } from './builtins.js';
import { caught } from './caught.js';
import { find, list, members } from './members.js';
import { box, freshBox, hooked, ready } from './page.js';
import { owning, owns } from './owns.js';
import { probe, setIndex } from './tries.js';
import { begins, soon } from './turns.js';

/** Bends a member for as long as the page lasts; false where there is no such member. */
const bendForGood = (name) => {
  list();
  const found = find(name);
  if (found) bend(found);
  return !!found;
};

/** Does what is the page's own; a bit for each that was done. */
const ownBits = () => {
  let bits = 0;
  for (let i = 0; i < owning.length; i++) {
    try {
      if (owns[owning[i]]()) bits |= 1 << i;
    } catch {}
  }
  return bits;
};

const engineIsDead = () => {
  try {
    return !apply(hooked.state, hooked.api, []);
  } catch {
    return true;
  }
};

/**
 * Bends one member after the other, for so many milliseconds or until the engine is dead. A
 * member stays bent for one turn more, in which the page and the drop-in do what they have put
 * off. Tries that make a frame, which takes long, are made more often up to "whole". A name
 * that no member has bends nothing. In a bare page, without the drop-in, nothing is tried.
 */
const run = (names, from, ms, bare, whole) =>
  new Promise((done) => {
    if (!members.size) list();
    const end = now() + ms;
    const said = { done: 0, bad: [], owns: [], dead: '' };
    const boxes = [];
    const next = () => {
      const name = names[said.done];
      if (name === undefined || now() > end || said.dead) {
        begins(-1);
        return done(said);
      }
      const found = find(name);
      said.done++;
      const n = from + said.done - 1;
      begins(n);
      freshBox();
      boxes.push(box);
      const straighten = found ? bend(found) : quiet;
      if (!bare) probe(n, n % (n < whole ? 3 : 16) === 0);
      setIndex(n);
      const bits = ownBits();
      soon(() => {
        straighten();
        said.owns.push(bits);
        if (!bare) {
          for (const what of caught()) said.bad.push([n, what]);
          if (engineIsDead()) said.dead = name;
        }
        if (boxes.length > 20) apply(takeAway, boxes.shift(), []);
        soon(next);
      });
    };
    next();
  });

/** Makes all tries in a page in which a member was bent before the drop-in came. */
const once = (n) => {
  freshBox();
  probe(n, true);
  soon(() => {
    for (const what of caught()) apply(beacon, nav, [`/bad?${n} ${what}`]);
  });
};

window.bends = { list, bendForGood, ready, owning, run, once };
