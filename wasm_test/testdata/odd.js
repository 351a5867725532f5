(() => {
  const long = 'x'.repeat(100000);
  const odd = {
    service: [
      'https://ads.example/',
      'HTTPS://ADS.EXAMPLE/X',
      'https://ads.example./',
      '//ads.example',
      'https:\\\\ads.example\\x',
      'https://user:pw@ads.example:444/',
      ' \n https://ads.ex\tample/',
      'https://bücher.example/',
      'http://[::1]:8123/',
      'http://[0:0::1]:8123/',
      'https://ads.example/' + long,
      'https://ads.example/\ud800',
      'https:ads.example',
      'https://ads%2eexample/',
    ],
    unknown: [
      'https://other.example/',
      'https://xads.example/',
      'https://ads.example.org/',
      'http://[::1]:81/',
      'http://1.2.3.4/',
      'ftp://x/',
      'http://[',
      'http://a b/',
      'https://',
      '//',
      'http://x:99999/',
      'https://' + 'a.'.repeat(5000) + 'example/',
      'https://ads.example@other.example/',
    ],
    own: [
      '',
      '/',
      'x',
      '?x',
      '#x',
      './' + long,
      'data:,x',
      'data:' + long,
      'blob:null/x',
      'blob:' + location.origin + '/x',
      'javascript:void 0',
      'about:blank',
      '\ud800',
      '\0',
      'https://ads.example'.slice(13),
    ],
  };
  const seen = {};
  for (const kind in odd) {
    for (const [i, address] of odd[kind].entries()) {
      const image = new Image(),
        script = document.createElement('script');
      const ways = [
        () => (image.src = address),
        () => script.setAttribute('src', address),
        () => (image.srcset = address),
        () => {
          new XMLHttpRequest().open('GET', address);
        },
        () => {
          document.createElement('div').innerHTML = '<img src="' + address + '">';
        },
        () => {
          new CSSStyleSheet().replaceSync('a { background: url(' + address + ') }');
        },
      ];
      const thrown = ways.map((way) => {
        try {
          way();
          return '';
        } catch (error) {
          return error.name;
        }
      });
      seen[kind + ' ' + i] = [
        image.getAttribute('src') === null && script.getAttribute('src') === null
          ? 'held'
          : image.getAttribute('src') === address.toWellFormed() || image.getAttribute('src') === address
            ? 'let'
            : 'changed',
        ...thrown,
      ];
    }
  }
  return seen;
})();
