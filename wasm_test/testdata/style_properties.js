(third) => {
  const at = third + '/ads/x',
    out = { Through: [], Held: [] };
  const sheet = document.head.appendChild(document.createElement('style')).sheet;
  for (const rule of ['@font-face{font-family:a}', '@page{margin:0}', '@keyframes k{from{color:red}}', '.none{color:red}']) sheet.insertRule(rule);
  const styles = [document.createElement('p').style, document.createElementNS('http://www.w3.org/2000/svg', 'g').style];
  for (const rule of sheet.cssRules) styles.push((rule.cssRules?.[0] || rule).style);
  const names = new Set();
  for (const style of styles) {
    for (const name in style) names.add(name);
    for (let p = style; p; p = Object.getPrototypeOf(p)) for (const name of Object.getOwnPropertyNames(p)) names.add(name);
  }
  for (const name of [...names]) {
    const dashed = name.replace(/[A-Z]/g, (c) => '-' + c.toLowerCase()).replace(/^(webkit|moz|epub)-/, '-$1-');
    names
      .add(dashed)
      .add(dashed.replace(/^-/, '').replace(/-([a-z])/g, (_, c) => c.toUpperCase()))
      .add(dashed.replace(/-([a-z])/g, (_, c) => c.toUpperCase()));
  }
  const url = 'url("' + at + '")';
  // What each says before something is written to it. Most take nothing, and then say the same.
  const texts = new Map(styles.map((style) => [style, style.cssText]));
  for (const name of names) {
    if (name === 'cssText') continue;
    for (const style of styles) {
      for (const value of [
        url,
        url + ' 0 0, auto',
        url + ', auto',
        'below 0px ' + url,
        url + ' 3',
        url + ' red',
        'a ' + url,
        'a, ' + url,
        url + ' format("woff")',
        'image-set("' + at + '" 1x)',
        '"a" ' + url,
        'normal ' + url,
        url + ' inside',
      ]) {
        try {
          style[name] = value;
        } catch {
          continue;
        }
        const text = style.cssText;
        if (text === texts.get(style)) continue;
        if (text.includes(at)) out.Through.push(name + ': ' + value);
        else if (text.includes('octroi-') && !out.Held.includes(name)) out.Held.push(name);
        try {
          style.removeProperty(name);
          style[name] = '';
          style.cssText = '';
        } catch {}
        texts.set(style, style.cssText);
      }
    }
  }
  return out;
};
