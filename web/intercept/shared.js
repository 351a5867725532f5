/*
 * What the page half's parts know and do together about markup. page.js makes one such
 * object; tags.js and page/gates.js each put in what the other calls.
 */

/**
 * @typedef {readonly [ids: string, open: boolean]} Said
 *
 * @typedef {object} Shared
 * @property {(address: string, base: string) => Said} classifyURL
 * @property {(text: string, type: string, base: string) => Said} classifyScript whose a script is, by its text and its type in lower case; the type "literal" is of any text in which addresses stand
 * @property {(href: string) => { type: string, text: string } | undefined} local what a data: or blob: address carries
 * @property {() => boolean} everything whether what cannot be judged may load: all that is declared is granted
 * @property {any} styles
 * @property {(view: any) => void} frames when a realm may have new ones
 * @property {(document: any) => void} reopened of a document that may have lost its listeners
 * @property {(root: ShadowRoot) => void} shadow of a new shadow root
 * @property {(element: Element, ids: string) => void} opened of an element that loads, with its services, and is to be shut when they are
 * @property {Tags} tags
 * @property {Gates} gates
 *
 * @typedef {object} Tags what is known of elements that were marked by their addresses
 * @property {(element: Element) => boolean | undefined} mayLoad of an element that is held for no service
 * @property {(element: Element) => void} gateParsed marks what the parser has brought, where it is a service's
 * @property {(element: Element) => Record<string, string> | undefined} told what an element was told by scripts while it was held
 * @property {(element: Element) => boolean} inserted whether a script has put an element in
 * @property {(element: Element) => boolean} marked whether an element was marked here, by its address or its text, and not by the page
 * @property {ReturnType<typeof import('./written.js').writer>} writing
 *
 * @typedef {object} Gates
 * @property {(element: Element) => boolean} allowed whether a gated element may load
 * @property {(element: Element) => void} hold keeps a gated element from loading
 * @property {(element: Element, ids: string) => void} opened of an element that loads already
 * @property {(element: Element) => void} detached of an element that is held and in no document
 * @property {(root: ShadowRoot) => void} shadow looks after a shadow root from now on
 */

/**
 * @param {Omit<Shared, 'tags' | 'gates'>} parts
 * @returns {Shared} without tags and gates, until both are made
 */
export const share = (parts) => /** @type {any} */ ({ ...parts, tags: undefined, gates: undefined });
