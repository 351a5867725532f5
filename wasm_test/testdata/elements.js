async (third) => {
  const AT = third + '/ads/',
    bad = [];
  const on = (e) => document.body.appendChild(e),
    make = (tag, props) => Object.assign(document.createElement(tag), props);
  window.INL = 0;
  for (const size of [10, 33000, 1 << 20]) on(make('script', { text: 'INL = ' + size + ';//' + 'x'.repeat(size) + '__pxInline' }));
  for (const set of [
    (s, t) => (s.text = t),
    (s, t) => (s.textContent = t),
    (s, t) => (s.innerText = t),
    (s, t) => (s.innerHTML = t),
    (s, t) => s.append(t),
    (s, t) => s.append(...t.match(/.{1,9}/g)),
    (s, t) => s.insertAdjacentText('beforeend', t),
    (s, t) => s.insertBefore(document.createTextNode(t), null),
  ])
    set(on(make('script')), 'INL = 1; /*__pxInline*/');
  if (INL) bad.push('inline ' + INL);
  // Gated after it was told its address, by the page.
  const late = make('script', { src: '/late.js', onload: () => bad.push('late'), onerror: () => bad.push('late') });
  late.setAttribute('data-octroi', 'pixel');
  on(late);
  const frame = make('iframe', { src: '/empty' });
  frame.setAttribute('data-octroi', 'pixel');
  on(frame);
  // Shadow roots that come with markup.
  const img = (name) => '<img src="' + AT + name + '.gif">';
  const root = (mode, inner) => '<div><template shadowrootmode="' + mode + '">' + inner + '</template></div>';
  on(make('div')).setHTMLUnsafe?.(root('open', img('open')) + root('closed', img('closed') + root('closed', img('nested'))));
  const parsed = Document.parseHTMLUnsafe?.(root('open', img('parsed')));
  if (parsed) on(parsed.body.firstChild);
  await new Promise((done) => setTimeout(done, 200));
  if (frame.contentDocument.body.textContent) bad.push('frame');
  return bad.length ? Promise.reject(new Error(bad.join())) : true;
};
