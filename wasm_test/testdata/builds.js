(place) => {
  const add = (tag, props, parent = document.body) => {
    const e = document.createElement(tag);
    Object.assign(e, props);
    parent.append(e);
    return e;
  };
  window.heard = [];
  const hear = (name) => ({ onload: () => heard.push(name + ' load'), onerror: () => heard.push(name + ' error') });
  add('script', { src: place + 'script.js', ...hear('script') });
  add('script', { src: place + 'typed.js', type: 'text/javascript', async: true });
  const late = document.createElement('script');
  document.head.append(late);
  late.src = place + 'late.js';
  const set = document.createElement('script');
  set.setAttribute('src', place + 'set.js');
  document.head.appendChild(set);
  const ns = document.createElement('img');
  ns.setAttributeNS(null, 'src', place + 'ns.gif');
  document.body.append(ns);
  add('img', { src: place + 'img.gif', ...hear('img') });
  add('img', { srcset: place + 'set.gif 2x' });
  new Image().src = place + 'pixel.gif';
  add('iframe', { src: place + 'frame.html' });
  add('link', { rel: 'stylesheet', href: place + 'style.css' }, document.head);
  const video = add('video', { preload: 'auto' });
  video.src = place + 'video.mp4';
  const first = document.getElementsByTagName('script')[0],
    g = document.createElement('script');
  g.async = 1;
  g.src = place + 'before.js';
  first.parentNode.insertBefore(g, first);
};
