(list, at, places) => {
  window.make ||= (tag, props) => Object.assign(document.createElement(tag), props);
  window.on ||= (e) => document.body.appendChild(e);
  for (const name in list) {
    try {
      list[name](at + name + '?' + places.visit, places);
    } catch (error) {
      if (!(error instanceof ReferenceError)) throw error; // not in this browser
      delete list[name];
    }
  }
  return Object.keys(list);
};
