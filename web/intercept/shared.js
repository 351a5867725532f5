/*
 * What the parts of the page half know and do together about markup. page/page.js fills
 * `shared` once, before any hook exists; tags.js adds `tags`, and page/gates.js adds `gates`.
 */

/**
 * @typedef {readonly [ids: string, open: boolean]} Verdict the services that something belongs to, separated by spaces, and whether it may load or run now
 *
 * @typedef {object} Shared
 * @property {(address: string, base: string) => Verdict} classifyURL
 * @property {(text: string, type: string, base: string) => Verdict} classifyScript judges a script by its text and its type in lower case; for the type "literal", by every address in the text
 * @property {(href: string) => { type: string, text: string } | undefined} local finds the content of a data: or blob: address
 * @property {() => boolean} everything tells whether all that is declared is granted: only then may something load that cannot be judged
 * @property {any} styles
 * @property {(view: any) => void} frames hooks the frames of a window that are not hooked yet
 * @property {(document: any) => void} reopened listens again to a document that may have lost its listeners
 * @property {(root: ShadowRoot) => void} shadow watches a new shadow root
 * @property {(element: Element, ids: string) => void} opened registers an element that loads because its services are granted, so that a withdrawal stops it
 * @property {Tags} tags
 * @property {Gates} gates
 *
 * @typedef {object} Tags what the page half knows of elements that were gated by their addresses
 * @property {(element: Element) => boolean | undefined} mayLoad judges an element that is held for no known service
 * @property {(element: Element) => void} gateParsed gates an element that the parser made, if it belongs to a service
 * @property {(element: Element) => Record<string, string> | undefined} told returns the sources that scripts gave an element while it was held, by attribute
 * @property {(element: Element) => boolean} inserted tells whether a script inserted an element
 * @property {(element: Element) => boolean} marked tells whether Octroi gated an element by its address or text; false if the page's own markup did
 * @property {typeof import('./written.js').writing} writing what page/gated-scripts.js tells written.js
 *
 * @typedef {object} Gates
 * @property {(element: Element) => boolean} allowed tells whether a gated element may load
 * @property {(element: Element) => void} hold keeps a gated element from loading
 * @property {(element: Element, ids: string) => void} opened registers an element that loads already
 * @property {(element: Element) => void} detached registers a held element that is in no document
 * @property {(root: ShadowRoot) => void} shadow watches a shadow root
 * @property {() => boolean} busy tells whether granted scripts still wait to run
 */

/** @type {Shared} */
export let shared;

/**
 * Fills `shared`.
 *
 * @param {Omit<Shared, 'tags' | 'gates'>} parts
 */
export const share = (parts) => (shared = /** @type {any} */ ({ ...parts, tags: undefined, gates: undefined }));
