(third) => {
  const at = third + '/ads/';
  const p = document.body.appendChild(document.createElement('p'));
  p.textContent = 'x';
  p.className = 'later';
  p.style.fontFamily = 'o';
  const link = (href) => document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href }));
  link('data:text/css,@import "' + at + 'linkdata";');
  link(URL.createObjectURL(new Blob(['.later{background:url(' + at + 'linkblob)}'], { type: 'text/css' })));
  const i = document.createProcessingInstruction('xml-stylesheet', 'type="text/css" href="' + at + 'instruction"');
  document.insertBefore(i, document.documentElement);
  const late = document.createProcessingInstruction('xml-stylesheet', 'type="text/css" href="/empty"');
  document.insertBefore(late, document.documentElement);
  late.data = 'type="text/css" href="&#104;ttp' + at.slice(4) + 'instructed"';
  const f = document.createElement('iframe');
  document.body.append(f);
  return true;
};
