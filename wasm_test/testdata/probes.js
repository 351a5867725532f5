window.mark = '';
// A frame and the interface take long: they are tried where "also" says so.
window.probe = (also) => {
  const bad = [];
  const image = new Image();
  const tries = {
    allows: () => octroi.allows('pixel') && bad.push('allows'),
    cookie: () => {
      document.cookie = 'px=1';
    },
    storage: () => {
      localStorage.setItem('px', 1);
    },
    property: () => {
      localStorage.px2 = 1;
    },
    image: () => {
      image.src = THIRD + '/ads/image?' + mark;
    },
    script: () => {
      const s = document.createElement('script');
      s.src = THIRD + '/ads/script?' + mark;
      document.head.appendChild(s);
      s.remove();
    },
    frame: () => {
      const f = document.createElement('iframe');
      f.setAttribute('src', THIRD + '/ads/frame?' + mark);
      document.head.appendChild(f);
      f.remove();
    },
    markup: () => {
      const d = document.createElement('div');
      d.innerHTML = '<img src="' + THIRD + '/ads/markup?' + mark + '">';
    },
    fetch: () => {
      fetch(THIRD + '/ads/fetch?' + mark, { mode: 'no-cors' }).catch(() => {});
    },
    beacon: () => {
      navigator.sendBeacon(THIRD + '/ads/beacon?' + mark);
    },
    state: () => {
      octroi.state();
      octroi.report();
    },
    shown: () => {
      octroi.preferences();
      octroi.show();
    },
  };
  for (const name in tries) {
    if (!also && (name === 'frame' || name === 'shown')) continue;
    try {
      tries[name]();
    } catch (error) {
      bad.push(name + ' threw ' + error);
    }
  }
  const kept = read.call(document).split('; ');
  for (let i = 0; i < kept.length; i++) if (kept[i][0] === 'p') bad.push('cookie');
  return bad;
};
