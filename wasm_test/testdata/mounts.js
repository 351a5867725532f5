window.react = (place, attributes, text = '') => {
  const div = document.createElement('div');
  div.innerHTML = '<script><' + '/script>';
  const script = div.removeChild(div.firstChild);
  for (const name in attributes) script.setAttribute(name, attributes[name]);
  if (text) script.textContent = text;
  place.append(script);
  return script;
};
window.cloned = (place, html) => {
  const template = document.createElement('template');
  template.innerHTML = html;
  place.append(document.importNode(template.content, true));
};
