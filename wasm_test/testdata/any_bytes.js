(() => {
  let seed = 7;
  const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
  const parts = [
    'px',
    'lang',
    'octroi',
    '=',
    ';',
    ' ',
    '\t',
    'max-age=',
    'expires=',
    '9',
    '99999999999999',
    'Fri, 01 Jan 2038',
    'path=/',
    'domain=',
    '\0',
    '\n',
    'é',
    '\ud800',
    '😀',
    '%00',
    '"',
    ',',
    '__Host-',
    'secure',
  ];
  for (let i = 0; i < 3000; i++) {
    let text = '';
    for (let n = random(12); n--;) text += parts[random(parts.length)];
    document.cookie = text;
    if (text) localStorage[text] = 1;
    localStorage.removeItem(text);
  }
  for (const length of [4095, 4096, 4097, 1 << 18, 1 << 21, 5e6]) {
    document.cookie = 'px='.padEnd(length, 'x');
    document.cookie = 'lang=1; a='.padEnd(length, 'x');
    document.cookie = ';'.repeat(length);
    document.cookie = 'px' + '=1;max-age=9'.repeat(length / 20);
  }
  try {
    localStorage.setItem('px'.padEnd(3e6, 'x'), 1);
  } catch {}
  for (let i = 0; i < 400; i++) localStorage.setItem('k'.padEnd(5000, 'x') + i, 1);
  return octroi.state() && !octroi.allows('pixel') && octroi.report().survivors.length === 0 && !/(^|; )px/.test(document.cookie);
})();
