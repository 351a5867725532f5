// Runs a Google Tag Manager template's sandboxed code with fakes of the template APIs, as its own
// tests have it: mock, runCode, assertThat, assertApi. It returns what was wrong.
(code, setup, test, apis) => {
  const wrong = [];
  const calls = {};
  const mocks = {};
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  const sorted = (v) => (v && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort()) : Array.isArray(v) ? v.map(sorted) : v);
  const check = (fine, ...what) => fine || wrong.push(what.map((w) => JSON.stringify(w)).join(' '));
  const api = (name) => {
    if (!apis.includes(name)) throw new Error('no such API, or no permission for it: ' + name);
    if (name === 'makeInteger') return (v) => Math.trunc(Number(v)) || 0;
    return (...args) => {
      (calls[name] ??= []).push(structuredClone(args.map((a) => (typeof a === 'function' ? 'function' : a))));
      return typeof mocks[name] === 'function' ? mocks[name](...args) : mocks[name];
    };
  };
  const tools = {
    mock: (name, as) => (mocks[name] = as),
    runCode(data) {
      const ended = (name) => () => (calls[name] ??= []).push([]);
      new Function('require', 'data', '"use strict";' + code)(api, { ...data, gtmOnSuccess: ended('gtmOnSuccess'), gtmOnFailure: ended('gtmOnFailure') });
    },
    assertThat: (value) => ({ isEqualTo: (want) => check(same(sorted(value), sorted(want)), value, 'is not', want) }),
    assertApi: (name) => ({
      wasCalled: () => check(calls[name], name, 'was not called'),
      wasNotCalled: () => check(!calls[name], name, 'was called', calls[name]),
      wasCalledWith: (...args) =>
        check(
          calls[name]?.some((c) => same(sorted(c), sorted(args))),
          name,
          calls[name],
          'not with',
          args,
        ),
    }),
  };
  try {
    new Function(...Object.keys(tools), setup + '\n' + test)(...Object.values(tools));
  } catch (error) {
    wrong.push(String(error));
  }
  return wrong;
};
