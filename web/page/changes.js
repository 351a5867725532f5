/* What is watched of a tree. */
import { names } from '../intercept/loads.js';
import { iterable, list, visit } from '../safe/reading.js';

const watched = list(['data-octroi']);
visit(names, (name) => void (watched[watched.length] = name));

/** The options of an observer that hears of elements that come, and of attributes by which they load. */
export const changes = { childList: true, subtree: true, attributes: true, attributeFilter: iterable(watched) };
