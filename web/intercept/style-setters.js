/*
 * The setters of CSS properties that may have an address, on the prototypes of styles.
 */
import { attempt, createElementNS, exec, localName, namespaceURI, visit } from '../safe/reading.js';

const { getOwnPropertyNames } = Object;
const { CSSStyleSheet, document } = window;
/**
 * The properties, as scripts name them, whose values may have addresses: those of these families,
 * but for the ones whose last word says that they have none.
 */
const carriers =
  /^((webkit|moz|epub)(?=[A-Z])|-(webkit|moz|epub)-)?(background|border-?image|box-?reflect|clip|content|cursor|fill|filter|backdrop|list-?style|marker|mask|offset|result|shape|src|stroke)(?!.*(anchor|array|attachment|cap|clip|color|composite|dash-?offset|distance|join|limit|margin|mode|opacity|origin|outset|(position|repeat)(-?[xy])?|rendering|rotate|rule|size|slice|threshold|visibility|width)$)/i;
/** The interfaces whose prototypes have such properties: each engine has its own choice. */
const declarations = ['CSSStyleDeclaration', 'CSSStyleProperties', 'CSS2Properties', 'CSSFontFaceDescriptors', 'CSSPageDescriptors', 'CSSFunctionDescriptors'];

/** Calls a function with each property of an object that may have an address. @param {object} object @param {(name: string) => void} see */
export const visitCarriers = (object, see) => visit(getOwnPropertyNames(object), (name) => void (exec(carriers, name) && see(name)));

/** Calls a function with each prototype of a window's styles. @param {any} view @param {(prototype: any) => void} see */
export const visitDeclarations = (view, see) => visit(declarations, (kind) => void (view[kind] && see(view[kind].prototype)));

/** Makes what is like an element or a sheet and is nowhere: what a page does to its styles loads nothing. @param {any} self */
export const apart = (self) => attempt(() => createElementNS(document, namespaceURI(self), localName(self))) || new CSSStyleSheet();
