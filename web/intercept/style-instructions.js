/*
 * Processing instructions that bring a style sheet: <?xml-stylesheet href="…"?>
 * (https://www.w3.org/TR/xml-stylesheet/).
 */
import { document } from '../safe/dom.js';
import { markup } from '../safe/trust.js';
import { apply, attributeNames, dataOf, exec, failClosed, getAttribute, instructionTarget, parseFromString, reads, setData } from '../safe/builtins.js';
import { rewriteAddress } from './style-texts.js';

const rootOf = reads(Document.prototype, 'documentElement');
/** A text node that no document has. */
const scratch = document.createTextNode('');

/** Escapes the value of an attribute. @param {string} value */
const escaped = (value) => {
  let text = '';
  for (let i = 0; i < value.length; i++) text += exec(/[&<"]/, value[i]) ? `&#${value[i] === '&' ? 38 : value[i] === '<' ? 60 : 34};` : value[i];
  return text;
};

/** Rewrites the pseudo-attributes of an instruction, which a parser of XML reads as those of an element. @param {string} data */
const rewriteData = failClosed((/** @type {string} */ data) => {
  const root = rootOf(parseFromString(new DOMParser(), markup(`<a ${data}/>`), 'text/xml'));
  const href = getAttribute(root, 'href');
  const now = href && rewriteAddress(href, true, undefined);
  if (!now) return data;
  const names = attributeNames(root);
  let text = '';
  for (let i = 0; i < names.length; i++) {
    text += `${text && ' '}${names[i]}="${escaped(names[i] === 'href' ? now : getAttribute(root, names[i]))}"`;
  }
  return text;
}, '');

/** Returns the data that an instruction may have. @param {any} node @param {string} data */
const allowedData = (node, data) => (instructionTarget(node) === 'xml-stylesheet' ? rewriteData(data) : data);

/** Rewrites an instruction before it is inserted. @param {any} node */
export const rewriteInstruction = (node) => {
  const data = dataOf(node);
  const now = allowedData(node, data);
  if (now !== data) setData(node, now);
};

/**
 * Changes the data of an instruction by a method or setter of its own. Another node is changed
 * first, so that the instruction never has data that were not judged.
 *
 * @param {any} node
 * @param {Function} change
 * @param {any[]} args
 */
export const changeInstruction = (node, change, args) => {
  setData(scratch, dataOf(node));
  apply(change, scratch, args);
  setData(node, allowedData(node, dataOf(scratch)));
};
