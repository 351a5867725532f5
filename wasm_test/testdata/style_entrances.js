// The ways in which a script comes to a style object and to what sets its properties, each
// ahead of any other. Each asks for an address.
(() => {
  const kinds = ['CSSStyleDeclaration', 'CSSStyleProperties', 'CSS2Properties'];
  const paragraph = () => document.body.appendChild(Object.assign(document.createElement('p'), { textContent: 'x' }));
  const frame = () => document.body.appendChild(document.createElement('iframe')).contentWindow;
  const namespaced = (root, child, space) => {
    const element = document.body.appendChild(document.createElementNS(space, root)).appendChild(document.createElementNS(space, child));
    element.append('x');
    return element;
  };
  let sheets = 0;
  const sheet = () => {
    const name = `entered${sheets++}`;
    paragraph().className = name;
    return document.head.appendChild(Object.assign(document.createElement('style'), { textContent: `.${name} { color: red }` })).sheet;
  };
  const image = (at) => `url("${at}")`;
  // What a script has taken before it has touched any style; nothing where an engine has none.
  const taken = (take) => (at, view) => {
    const setters = kinds.map((kind) => (view || window)[kind]?.prototype).map((prototype) => prototype && take(prototype));
    const { style } = paragraph();
    style.display = 'block';
    const set = setters.find(Boolean);
    if (set) set.call(style, image(at), '');
    else style.backgroundImage = image(at);
  };
  const inFrame = (take) => (at) => taken(take)(at, frame());
  const descriptor = (prototype) => Object.getOwnPropertyDescriptor(prototype, 'backgroundImage')?.set;
  return {
    htmlStyle: (at) => (paragraph().style.backgroundImage = image(at)),
    dashedName: (at) => (paragraph().style['background-image'] = image(at)),
    reflected: (at) => Reflect.set(paragraph().style, 'backgroundImage', image(at)),
    svgStyle: (at) => (namespaced('svg', 'rect', 'http://www.w3.org/2000/svg').parentNode.style.backgroundImage = image(at)),
    mathStyle(at) {
      const { style } = namespaced('math', 'mtext', 'http://www.w3.org/1998/Math/MathML').parentNode;
      Object.assign(style, { display: 'block', backgroundImage: image(at) });
    },
    rule: (at) => (sheet().cssRules[0].style.backgroundImage = image(at)),
    oldRule: (at) => (sheet().rules[0].style.backgroundImage = image(at)),
    listedRule(at) {
      const made = sheet();
      [...document.styleSheets].find((one) => one === made).cssRules[0].style.backgroundImage = image(at);
    },
    adoptedRule(at) {
      const made = new CSSStyleSheet();
      made.insertRule('.adopted { color: red }');
      document.adoptedStyleSheets = [made];
      paragraph().className = 'adopted';
      made.cssRules[0].style.backgroundImage = image(at);
    },
    frameStyle(at) {
      const { document: inside } = frame();
      const element = inside.body.appendChild(inside.createElement('p'));
      element.append('x');
      element.style.backgroundImage = image(at);
    },
    frameGetter: (at) => (Object.getOwnPropertyDescriptor(frame().HTMLElement.prototype, 'style').get.call(paragraph()).backgroundImage = image(at)),
    frameSheet: (at) => (Object.getOwnPropertyDescriptor(frame().CSSStyleSheet.prototype, 'cssRules').get.call(sheet())[0].style.backgroundImage = image(at)),
    frameElement(at) {
      const element = frame().document.createElement('p');
      document.body.append(element);
      element.append('x');
      element.style.backgroundImage = image(at);
    },
    styleForwarded: (at) => (paragraph().style = `background-image: ${image(at)}`),
    descriptor: taken(descriptor),
    descriptors: taken((prototype) => Object.getOwnPropertyDescriptors(prototype).backgroundImage?.set),
    dashedDescriptor: taken((prototype) => Object.getOwnPropertyDescriptor(prototype, 'background-image')?.set),
    lookedUp: taken((prototype) => prototype.__lookupSetter__('backgroundImage')),
    ofTheChild: taken((prototype) => descriptor(prototype) || descriptor(Object.getPrototypeOf(prototype))),
    ofTheConstructor: taken((prototype) => descriptor(prototype.constructor.prototype)),
    ofComputed: taken(() => descriptor(Object.getPrototypeOf(getComputedStyle(document.body)))),
    ofTheFrame: inFrame(descriptor),
    lookedUpInTheFrame: inFrame((prototype) => prototype.__lookupSetter__('backgroundImage')),
    taker: taken(
      (prototype) =>
        prototype.setProperty &&
        function (...values) {
          prototype.setProperty.call(this, 'background-image', ...values);
        },
    ),
    text: taken((prototype) => {
      const set = Object.getOwnPropertyDescriptor(prototype, 'cssText')?.set;
      return (
        set &&
        function (value) {
          set.call(this, `background-image: ${value}`);
        }
      );
    }),
    copied: taken((prototype) => {
      const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(prototype));
      return Object.getOwnPropertyDescriptor(copy, 'backgroundImage')?.set;
    }),
    // The object takes no more properties.
    unextended(at) {
      for (const kind of kinds) if (window[kind]) Object.preventExtensions(window[kind].prototype);
      paragraph().style.backgroundImage = image(at);
    },
    frozen(at) {
      for (const kind of kinds) if (window[kind]) Object.freeze(window[kind].prototype);
      paragraph().style.backgroundImage = image(at);
    },
  };
})();
