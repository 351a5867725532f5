(list) => {
  const make = (tag, props) => Object.assign(document.createElement(tag), props);
  const on = (element) => {
    document.body.appendChild(element);
    return element;
  };
  const own = (path) => location.origin + path;
  const later = (fn) => setTimeout(fn, 200);
  const F = (async () => {}).constructor;
  const tell = fetch;
  const failed = {};
  for (const { name, code, T, at, udp } of list) {
    const viol = () => tell('/ran/' + name);
    const fail = (error) => {
      failed[name] = String(error);
    };
    try {
      new F('at', 'T', 'make', 'on', 'own', 'later', 'viol', 'ENV', code)(at, T, make, on, own, later, viol, { udp }).catch(fail);
    } catch (error) {
      fail(error);
    }
  }
  return new Promise((done) => setTimeout(() => done(failed), 100));
};
