/*
 * The styles blank what style sheets would load from a service that is shut. A blank
 * carries the address, so that it can be put back wherever it has got to.
 */
import { attempt } from './hooks.js';

const { apply, construct } = Reflect;

const blank = 'about:invalid#octroi-';

// What a sheet loads: url(…), @import "…", and other strings that are addresses.
const links = /url\(\s*(["']?)(.*?)\1\s*\)|(@import\s*)(["'])(.*?)\4|(["'])((?:https?:)?\/\/.*?|about:invalid#octroi-.*?)\6/gis;

/** @param {(address: string) => readonly [ids: string, open: boolean]} whose */
export const sheets = (whose) => {
  /** Whether any sheet loads something of a service's. */
  let some = false;

  /** @param {string} address */
  const held = (address) => {
    const [ids, open] = whose(address);
    if (ids || !open) some = true;
    return !open;
  };

  /** A sheet's text as it may stand now. @param {string} css */
  const text = (css) =>
    css.replace(links, (whole, _, url = '', at, __, imported = '', ___, string = '') => {
      const written = url || imported || string;
      if (!written) return whole;
      // Neither takes any text: half a surrogate pair, half an escape.
      const address = written.startsWith(blank) ? attempt(() => decodeURIComponent(written.slice(blank.length))) : written;
      const now = !address || held(address) ? blank + (attempt(() => encodeURIComponent(address || '')) ?? '') : address;
      if (now === written) return whole;
      return at || string ? `${at || ''}"${now}"` : `url("${now}")`;
    });

  /** Rules that are in a list, and those within them. @param {CSSStyleSheet} sheet */
  const rules = (sheet) => {
    for (let i = 0; i < sheet.cssRules.length; i++) {
      const { cssText } = sheet.cssRules[i];
      const now = text(cssText);
      if (now === cssText) continue;
      sheet.deleteRule(i);
      sheet.insertRule(now, i);
    }
  };

  const styles = {
    blank: text,
    /** @param {string} _ @param {string} value */
    attribute: (_, value) => value,
    /** @param {any} node a text, or a string that becomes one */
    node(node) {
      if (node?.nodeType !== 3) return typeof node === 'string' ? text(node) : node;
      const now = text(node.data);
      if (now !== node.data) node.data = now;
      return node;
    },
    /** @param {Element} element */
    text: (element) => element.childNodes.forEach(styles.node),
    /** Puts back what has opened, and blanks what has shut. @param {(Document | ShadowRoot)[]} roots */
    review(roots) {
      if (!some) return;
      for (let i = 0; i < roots.length; i++) {
        const root = roots[i];
        for (const element of root.querySelectorAll('style')) styles.text(element);
        for (const sheet of [...root.styleSheets, ...root.adoptedStyleSheets]) {
          try {
            rules(sheet);
          } catch {} // another site's
        }
      }
    },
    /** @type {import('./hooks.js').Hooks} */
    hook(view, wrap, stand) {
      /** @type {[kind: string, name: string, half: 'value' | 'set', when: (it: any) => boolean][]} */
      const ways = [
        ['CSSStyleSheet', 'insertRule', 'value', Boolean],
        ['CSSStyleSheet', 'replace', 'value', Boolean],
        ['CSSStyleSheet', 'replaceSync', 'value', Boolean],
        ['CSSGroupingRule', 'insertRule', 'value', Boolean],
        ['Node', 'textContent', 'set', (it) => it?.localName === 'style'],
        ['HTMLElement', 'innerText', 'set', (it) => it?.localName === 'style'],
        ['CharacterData', 'data', 'set', (it) => it?.parentNode?.localName === 'style'],
        ['Node', 'nodeValue', 'set', (it) => it?.parentNode?.localName === 'style'],
      ];
      for (const [kind, name, half, when] of ways) {
        wrap(view[kind].prototype, name, half, (original) => ({
          hook(css, ...rest) {
            return arguments.length && css != null && when(this) ? apply(original, this, [text(`${css}`), ...rest]) : apply(original, this, arguments);
          },
        }));
      }
      stand(view, 'FontFace', (target, args, as) => construct(target, typeof args[1] === 'string' ? [args[0], text(args[1]), ...args.slice(2)] : args, as));
    },
  };
  return styles;
};
