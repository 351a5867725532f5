/*
 * Rewrites style sheets that the browser has made, rule by rule.
 */
import { attempt, free, localName, reads, writes, eventTarget } from '../safe/builtins.js';
import { baseOf, rewriteCSS } from './style-texts.js';

const rulesOf = reads(CSSStyleSheet.prototype, 'cssRules');
const textOfRule = reads(CSSRule.prototype, 'cssText');
const insertRule = free(CSSStyleSheet.prototype.insertRule);
const deleteRule = free(CSSStyleSheet.prototype.deleteRule);
const textOfStyle = reads(CSSStyleDeclaration.prototype, 'cssText');
const setTextOfStyle = writes(CSSStyleDeclaration.prototype, 'cssText');

/** Rewrites the declarations of a rule in place, so that a script that has the rule keeps it. @param {any} rule */
const rewriteDeclarations = (rule) => {
  const { style } = rule;
  if (!style) return;
  const css = textOfStyle(style);
  const now = rewriteCSS(css, () => baseOf(rule));
  if (now !== css) setTextOfStyle(style, now);
};

/**
 * Rewrites the rules of a list, and the rules in them. A rule of a sheet's own list that
 * cannot be changed in place is replaced.
 *
 * @param {any} rules
 * @param {any} [sheet] the sheet, if the list is its own
 */
const rewriteRules = (rules, sheet) => {
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i];
    const css = textOfRule(rule);
    const imported = attempt(() => rule.styleSheet);
    if (imported) attempt(() => rewriteRules(rulesOf(imported), imported));
    const base = () => baseOf(rule);
    if (rewriteCSS(css, base) === css) continue;
    attempt(() => rewriteDeclarations(rule));
    attempt(() => rule.cssRules && rewriteRules(rule.cssRules));
    const left = textOfRule(rule);
    const now = rewriteCSS(left, base);
    if (now === left || !sheet) continue;
    deleteRule(sheet, i);
    insertRule(sheet, now, i);
  }
};

/** Rewrites a sheet. The rules of a sheet from another origin cannot be read. @param {any} sheet */
export const rewriteSheet = (sheet) => attempt(() => rewriteRules(rulesOf(sheet), sheet));

/** Rewrites a sheet that has just loaded, by a link or an import: its text is known only now. @param {Event} event */
export const onSheetLoad = (event) => {
  const target = /** @type {any} */ (eventTarget(event));
  const name = attempt(() => localName(target));
  if (name !== 'link' && name !== 'style') return;
  const { sheet } = target;
  if (sheet && (name === 'link' || attempt(() => rulesOf(sheet)[0].styleSheet))) rewriteSheet(sheet);
};
