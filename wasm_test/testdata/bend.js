window.bend = (from, parts, part) => {
  const { defineProperty, getOwnPropertyDescriptor, getOwnPropertyNames } = Object;
  const kinds = {
    Array,
    String,
    Map,
    Set,
    WeakMap,
    WeakSet,
    RegExp,
    Number,
    Math,
    JSON,
    Reflect,
    Date,
    URL,
    Promise,
    TextEncoder,
    TextDecoder,
    DataView,
    Uint8Array,
  };
  const cases = [];
  for (const kind in kinds) {
    for (const [where, target] of [
      [kind, kinds[kind]],
      [kind + '.prototype', kinds[kind].prototype],
    ]) {
      for (const name of target ? getOwnPropertyNames(target) : []) {
        const descriptor = getOwnPropertyDescriptor(target, name);
        if (typeof descriptor.value !== 'function' || !descriptor.configurable || name === 'constructor') continue;
        for (const how of ['throws', 'true', 'one', 'nothing']) cases[cases.length] = { where: where + '.' + name, target, name, descriptor, how };
      }
    }
  }
  for (let i = 0, n = 0; i < cases.length; i++) if (i % parts === part) cases[n++] = cases[i];
  cases.length = Math.ceil((cases.length - part) / parts);
  const ways = {
    throws() {
      throw new Error('bent');
    },
    true: () => true,
    one: () => 1,
    nothing: () => undefined,
  };
  const bad = [];
  let next = from,
    bent = 0;
  while (next < cases.length && octroi.state() && bent < 100) {
    const { where, target, name, descriptor, how } = cases[next++];
    window.mark = where + '.' + how;
    let said = [];
    defineProperty(target, name, { ...descriptor, value: ways[how] });
    try {
      said = probe(next % 3 === 0); // which comes round to each manner
    } catch {}
    defineProperty(target, name, descriptor);
    bent++;
    for (const one of said) if (how !== 'throws' || !one.includes('threw')) bad[bad.length] = mark + ': ' + one;
  }
  return { next: next < cases.length ? next : -1, bent, bad };
};
