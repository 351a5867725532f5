const kinds = {
  async wasm() {
    const [first, rest] = await Promise.all(
      ['/octroi/octroi.wasm', '/rest.wasm'].map(async (path) => WebAssembly.compile(await (await fetch(path)).arrayBuffer())),
    );
    const placeholder = Object.fromEntries(WebAssembly.Module.imports(first).map(({ name }) => [name, () => {}]));
    return () => {
      const { exports } = new WebAssembly.Instance(first, { placeholder });
      new WebAssembly.Instance(rest, { primary: exports });
      return exports;
    };
  },
  javascript: () =>
    new Promise((done) => document.head.append(Object.assign(document.createElement('script'), { src: '/octroi/octroi.nowasm.js', octroi: done }))),
};
window.play = async (kind, seed) => {
  const make = await (kinds[kind + 'Made'] ||= kinds[kind]());
  const bytes = new Uint8Array(await (await fetch('/transcript/' + seed)).arrayBuffer());
  const view = new DataView(bytes.buffer),
    machines = [];
  let at = 0,
    calls = 0;
  const part = () => {
    const length = view.getUint32(at, true);
    at += 4 + length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const [machine, kind, number] = bytes.subarray(at, at + 3),
      now = view.getFloat64(at + 3, true);
    at += 11;
    const input = part(),
      want = part();
    if (kind === 110) {
      const fresh = (machines[machine] = make());
      fresh._initialize();
      fresh.in(0);
      fresh.handle(12, 0, 0); // the rest has come
      continue;
    }
    const m = machines[machine];
    new Uint8Array(m.memory.buffer).set(input, m.in(input.length));
    const out = (n) => new Uint8Array(m.memory.buffer, m.out(), n);
    let got;
    if (kind === 104) got = out(m.handle(number, now, input.length));
    else if (kind === 100) got = [m.decide(now, input.length)];
    else {
      const n = m.access(number, now, input.length);
      got = [n & 1, ...out(n >> 1)];
    }
    calls++;
    if (got.length !== want.length || want.some((byte, i) => byte !== got[i]))
      return { calls, seed, wrong: new TextDecoder().decode(Uint8Array.from(got)), right: new TextDecoder().decode(want) };
  }
  return { calls };
};
