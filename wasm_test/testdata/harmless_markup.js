async (third) => {
  window.XSS = () => {
    window.ran = 1;
  };
  const AT = third + '/ads/',
    q = "'";
  const box = document.body.appendChild(document.createElement('div'));
  const markups = [
    '<b title="<img src=' + AT + 'a alt=' + q + ' onmouseover=XSS() x=' + q + '>">t</b>',
    '<b title="<img src=' + AT + 'a alt=' + q + ' autofocus tabindex=0 onfocus=XSS() x=' + q + '>">t</b>',
    '<style>a{}</style><p title="url(' + AT + 'a' + q + ' onmouseover=XSS() x=' + q + ')">t</p>',
    '<textarea><img src=' + AT + 'a alt=' + q + ' onfocus=XSS() autofocus x=' + q + '></textarea>',
    '<!-- <img src=' + AT + 'a alt="--><i>t</i>',
    '<a data-octroi="essential" data-href="javascript:XSS()">t</a>',
    '<form data-octroi="essential" data-action="javascript:XSS()"><button data-octroi="essential" data-formaction="javascript:XSS()">t</button></form>',
    '<iframe data-octroi="essential" data-srcdoc="<script>parent.XSS()</script>"></iframe>',
    '<iframe data-octroi="pixel" data-src="javascript:parent.XSS()"></iframe>',
    '<svg><set data-octroi="pixel" attributeName="href" data-to="javascript:XSS()"></set></svg>',
    '<meta data-octroi="pixel" http-equiv="refresh" data-content="0;url=javascript:XSS()">',
    '<base data-octroi="pixel" data-href="http://evil.invalid/">',
  ];
  for (const html of markups) {
    box.innerHTML = html;
    for (const e of box.querySelectorAll('*')) for (const { name } of e.attributes) if (name.startsWith('on')) throw new Error(html);
    for (const e of box.querySelectorAll('[tabindex], a, b, p, button')) {
      e.focus?.();
      e.dispatchEvent(new MouseEvent('mouseover'));
      if (e.localName === 'a') e.click();
    }
    await new Promise((done) => setTimeout(done, 20));
    const d = document.body.appendChild(document.createElement('iframe')).contentDocument;
    d.open();
    d.write('<script>document.title = ' + JSON.stringify(html).replaceAll('</', '<\\/') + '</script>');
    d.close();
    if (d.title.length < 10) throw new Error('title ' + html);
  }
  await new Promise((done) => setTimeout(done, 100));
  return !window.ran && !document.querySelector('base[href], [href^=javascript]');
};
