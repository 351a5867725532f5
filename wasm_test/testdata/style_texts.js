(third) => {
  const failed = [],
    check = (what, ok) => ok || failed.push(what);
  const at = third + '/ads/x';
  const style = document.head.appendChild(document.createElement('style'));
  const texts = ['.t{color:red} .u{background:u', 'rl(' + at, ')} .v{color:blue}'].map((t) => document.createTextNode(t));
  style.append(...texts);
  check('as many texts', style.childNodes.length === 3 && texts.every((t, i) => style.childNodes[i] === t));
  check('nothing is asked for', !style.textContent.includes(at) && style.textContent.includes('octroi-'));
  check('the rules', [...style.sheet.cssRules].map((r) => r.selectorText).join() === '.t,.u,.v');
  check('the type', !style.hasAttribute('type'));
  // What is not held stays as it was written, to the letter.
  const odd = ".a{b:\\75rl( 'own.gif' ) ; content:'" + at + '\'} a[href="' + at + '"]{} /* url(' + at + ') */ @namespace q url(' + at + ');';
  style.textContent = odd;
  check('to the letter: ' + style.textContent, style.textContent === odd);
  const typed = document.createElement('style');
  typed.type = 'text/css';
  typed.textContent = '.a{color:red}';
  document.head.append(typed);
  typed.firstChild.data = '.b{color:red}';
  check('its own type', typed.type === 'text/css' && typed.sheet.cssRules[0].selectorText === '.b');
  const rule = typed.sheet.cssRules[0];
  rule.style.backgroundImage = 'url(' + at + ')';
  check('a rule', rule.style.backgroundImage.includes('octroi-') && typed.sheet.cssRules[0] === rule);
  const e = document.createElement('p');
  check('has', 'background' in e.style && e.style.background === '' && getComputedStyle(document.body).backgroundImage === 'none');
  e.style.background = 'red';
  check('reads', e.style.backgroundColor === 'red');
  e.style.background = null;
  check('empties', e.style.cssText === '');
  e.style.backgroundImage = 'url(own.gif)';
  check('own', e.style.backgroundImage.includes('own.gif'));
  const a = e.animate(
    [
      { opacity: 0, offset: 0 },
      { opacity: 1, easing: 'ease-in' },
    ],
    100,
  );
  check('keyframes', a.effect.getKeyframes().length === 2 && a.effect.getKeyframes()[1].opacity === '1');
  try {
    e.animate(
      [
        {
          get color() {
            throw 1;
          },
        },
      ],
      1,
    );
    check('throws', false);
  } catch (error) {
    check('throws what the page throws', error === 1);
  }
  try {
    e.style.setProperty('color');
    check('throws', false);
  } catch (error) {
    check('a TypeError', error instanceof TypeError);
  }
  return failed;
};
