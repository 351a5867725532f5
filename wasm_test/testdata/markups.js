(place) => {
  const on = () => document.body.appendChild(document.createElement('div'));
  const tag = (name) => '<b title=">">x</b><img alt="a > b" src="' + place + name + '.gif">';
  on().innerHTML = tag('inner');
  on().outerHTML = tag('outer');
  on().insertAdjacentHTML('beforeend', tag('adjacent'));
  on().attachShadow({ mode: 'open' }).innerHTML = tag('shadow');
  on().append(document.createRange().createContextualFragment(tag('range') + '<script src=' + place + 'range.js></scr' + 'ipt>'));
  const template = document.createElement('template');
  template.innerHTML = tag('template');
  on().appendChild(document.importNode(template.content, true));
  on().replaceChildren(new DOMParser().parseFromString(tag('parsed'), 'text/html').querySelector('img'));
  on().insertBefore(template.content.cloneNode(true).querySelector('img'), null).src;
  on().innerHTML = '<iframe src=' + place + 'inner.html></iframe><link rel=stylesheet href="' + place + 'inner.css">';
};
