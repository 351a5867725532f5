/*
 * Writes a tree as text, but for what is held: a page with Octroi and one without write the
 * same. It reads with the built-ins that were there before the drop-in.
 */
const { apply, getOwnPropertyDescriptor } = Reflect;
const getter = (kind, name) => getOwnPropertyDescriptor(kind.prototype, name).get;
const read = {
  type: getter(Node, 'nodeType'),
  first: getter(Node, 'firstChild'),
  next: getter(Node, 'nextSibling'),
  text: getter(CharacterData, 'data'),
  attributes: getter(Element, 'attributes'),
  local: getter(Element, 'localName'),
  space: getter(Element, 'namespaceURI'),
  shadow: getter(Element, 'shadowRoot'),
  content: getter(HTMLTemplateElement, 'content'),
};

/** Attributes that may stand as "data-" while what they name is held. */
const sources =
  /^(src|srcset|srcdoc|data|href|xlink:href|poster|imagesrcset|ping|background|action|formaction|to|values|from|by|style|fill|filter|mask|cursor|content|manifest)$/;
const painted = /^(style|fill|stroke|filter|mask|clip-path|cursor|marker|marker-(start|mid|end))$/;
const blank = /about:invalid#octroi-([^"')\s]*)/g;
const encoded = /(?:%[0-9a-f]{2})+/gi;
/** Decodes what may be encoded. */
const decoded = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
/** Puts the address back that stands in a held one. */
const unblank = (text) => text.replace(blank, (_, address) => decoded(address));
/** A style sheet's text, without what a blank may change: quotes, the end of an address that has none, and how its letters are written. */
const css = (text) =>
  unblank(text)
    .replace(encoded, decoded)
    .replace(encoded, decoded) // what was encoded before, too
    .replace(/["'\s\\)]/g, '')
    .replace(/url\(/gi, 'url(');

/** Collects the attributes as they would be without Octroi, by name. */
const attributes = (element) => {
  const map = apply(read.attributes, element, []);
  const list = [];
  let gated = false;
  for (let i = 0; i < map.length; i++) {
    const { name, value, namespaceURI } = map[i];
    if (name === 'data-octroi') gated = true;
    list.push([name, value, namespaceURI || '']);
  }
  const found = new Map();
  for (const [name, value, space] of list) {
    if ((gated && name.startsWith('data-octroi')) || value === 'octroi-held') continue;
    const twin = name === 'data-xlink-href' ? 'xlink:href' : name.slice(5);
    if (name.startsWith('data-') && sources.test(twin)) {
      // A page's own stays where a source is held that has its place.
      if (!list.some(([other, text]) => other === twin && !/ads\.localhost/i.test(text))) {
        found.set(twin === 'xlink:href' ? '/xlink|xlink:href' : twin, value);
      }
      continue;
    }
    if (found.has(name) && sources.test(name)) continue;
    found.set(space ? `${space.slice(-6)}|${name}` : name, painted.test(name) ? css(value) : unblank(value));
  }
  return found;
};

/** Writes an element's own start: its namespace, name and attributes. */
const start = (element, local, found, out) => {
  if (local === 'script') {
    let all = '';
    for (const value of found.values()) all += value + ' ';
    all += element.textContent;
    if (/ads\.localhost/i.test(all)) for (const name of ['type', 'data-type', 'async']) found.delete(name);
  }
  out.push('<', apply(read.space, element, [])?.slice(-8) || '', ' ', local);
  for (const name of [...found.keys()].sort()) out.push(' ', name, '=', JSON.stringify(found.get(name)));
  out.push('>');
};

/** The text of a style element; "?" for what is no text. */
const sheet = (element) => {
  let text = '';
  for (let c = apply(read.first, element, []); c; c = apply(read.next, c, [])) text += apply(read.type, c, []) === 3 ? apply(read.text, c, []) : '?';
  return css(text);
};

const dumpElement = (element, out) => {
  const local = apply(read.local, element, []);
  const found = attributes(element);
  if (found.get('class') === 'octroi octroi-embed') return; // stands for what is held
  start(element, local, found, out);
  if (local === 'template' && apply(read.space, element, []) === 'http://www.w3.org/1999/xhtml') dump(apply(read.content, element, []), out);
  const shadow = apply(read.shadow, element, []);
  if (shadow) {
    out.push('#shadow');
    dump(shadow, out);
  }
  if (local === 'style') out.push(sheet(element));
  else children(element, out);
  out.push('</>');
};

/** Writes a node with all that is in it; the list of parts, to be joined. */
export const dump = (node, out = []) => {
  switch (apply(read.type, node, [])) {
    case 1:
      dumpElement(node, out);
      break;
    case 3:
    case 4:
      out.push(JSON.stringify(apply(read.text, node, [])));
      break;
    case 8:
      out.push('<!--', JSON.stringify(apply(read.text, node, [])), '-->');
      break;
    case 10:
      out.push('<!', node.name, '|', node.publicId, '|', node.systemId, '>');
      break;
    case 7:
      out.push('<?', node.target, ' ', apply(read.text, node, []), '>');
      break;
    default:
      children(node, out);
  }
  return out;
};
const children = (node, out) => {
  for (let c = apply(read.first, node, []); c; c = apply(read.next, c, [])) dump(c, out);
};
/** A text as a short one, of two 32-bit sums. */
export const hash = (text) => {
  let a = 0x811c9dc5;
  let b = 0x1b873593;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 0x01000193);
    b = Math.imul(b + c, 0x85ebca6b) ^ (b >>> 13);
  }
  return (a >>> 0).toString(36) + (b >>> 0).toString(36);
};
