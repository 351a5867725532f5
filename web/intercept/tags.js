/*
 * Gates elements that load from a service that is not granted: those that scripts make or
 * change, and those of the parser as early as a script sees them. page/gates.js opens the
 * gates.
 */
import { hookAttributes } from './attributes.js';
import { allowed, classifySource, hasSource } from './classify.js';
import { documentWriteHooks } from './document-write.js';
import { blankStyles, gateText, orGate } from './gating.js';
import { inertDocument } from './inert.js';
import { hookInsertions } from './insertions.js';
import { sourceOf, sourcesOf, twin } from './loads.js';
import { markupHooks } from './markup-hooks.js';
import { heldSourcesOf, inertMark, isInserted, isMarked, markAll, setOnce, unknown } from './marks.js';
import { unstyled } from './reader.js';
import { shared } from './shared.js';
import {
  baseURI,
  failClosed,
  getAttribute,
  hasAttribute,
  importNode,
  localName,
  outerHTML,
  removeAttribute,
  setAttribute,
  textOf,
  toLowerCase,
} from '../safe/builtins.js';
import { writing } from './written.js';

/** Elements that may have loaded before Octroi saw them, as the gated markup to write in their place. @type {{ id: string, markup: string }[]} */
const ungated = [];

/** Reports an element that the page's author should gate in the markup. @param {Element} element @param {string} name @param {string} value @param {string} ids */
const reportUngated = (element, name, value, ids) => {
  if (ungated.length >= 100 || isInserted(element)) return;
  const gated = importNode(inertDocument, element, false);
  removeAttribute(gated, name);
  if (localName(element) === 'script') setAttribute(gated, 'type', 'text/plain');
  setAttribute(gated, 'data-octroi', ids);
  setAttribute(gated, twin(name), value);
  ungated.push({ id: ids, markup: outerHTML(gated) });
};

/** Gates an element for a source that belongs to a service. @param {Element} element @param {string} name @param {string} value @param {import('./shared.js').Verdict} verdict */
const gateSource = (element, name, value, verdict) => {
  const tag = localName(element);
  if (verdict[0]) reportUngated(element, name, value, verdict[0]);
  if (verdict[1]) {
    shared.opened(element, verdict[0]);
    // A script that runs cannot be stopped. Routers compare scripts and links of two pages, so
    // that marks on one page's would make them differ.
    if (tag === 'script' || tag === 'link') return;
  }
  markAll(element, verdict[0]);
  if (verdict[1]) setAttribute(element, twin(name), value);
};

/** Judges an element that the parser made. @param {Element} element */
const gateParsed = (element) => {
  const tag = localName(element);
  if (tag === 'style') {
    shared.styles.text(element);
    if (getAttribute(element, 'type') === unstyled) removeAttribute(element, 'type');
  } else blankStyles(element);
  if (hasAttribute(element, 'data-octroi')) return;
  const sources = sourcesOf(element);
  const base = baseURI(element);
  for (let i = 0; i < sources.length; i++) {
    const value = sourceOf(element, sources[i]);
    const verdict = value ? classifySource(element, tag, sources[i], value, base) : allowed;
    if (value && (verdict[0] || !verdict[1])) return gateSource(element, sources[i], value, verdict);
  }
  if (tag === 'script') gateText(element, textOf(element));
};

/**
 * Judges an element that is held for no known service. Returns undefined for any other
 * element, and for one whose service has become known: their ids decide.
 */
const mayLoad = failClosed((/** @type {Element} */ element) => {
  if (!hasAttribute(element, unknown) || getAttribute(element, 'data-octroi')) return undefined;
  const tag = localName(element);
  const sources = sourcesOf(element);
  const base = baseURI(element);
  // A script that the browser would never have run stays shut.
  let open = sources.length > 0 && !hasAttribute(element, inertMark);
  /** Applies a verdict; tells whether it names a service. @param {import('./shared.js').Verdict} verdict */
  const namesService = (verdict) => {
    if (verdict[0]) setOnce(element, 'data-octroi', verdict[0]);
    open = verdict[1];
    return !!verdict[0];
  };
  for (let i = 0; i < sources.length && open; i++) {
    const value = getAttribute(element, twin(sources[i])) ?? sourceOf(element, sources[i]);
    if (namesService(classifySource(element, tag, sources[i], value, base))) return undefined;
  }
  if (open && tag === 'script' && !hasSource(element)) {
    const type = toLowerCase(getAttribute(element, 'data-type') ?? '');
    if (namesService(shared.classifyScript(textOf(element), type, base))) return undefined;
  }
  return open;
}, false);

/** Fills `shared.tags`. */
export const tags = () => {
  shared.tags = { gateParsed: orGate(gateParsed), mayLoad, writing, told: heldSourcesOf, marked: isMarked, inserted: isInserted };
  return {
    ungated,
    /** @type {import('./hooks.js').Hooks} */
    hook(view) {
      hookInsertions(view);
      markupHooks(view);
      documentWriteHooks(view);
      hookAttributes(view);
    },
  };
};
