import assert from 'node:assert/strict';
import { test } from 'node:test';
import { place, placed, placing, whole } from '../lib/place.js';

const tag = '<script src="/octroi/octroi.js"></script>';

// What a page has ahead of the tag.
for (const [name, ahead, behind] of [
  ['behind the charset', '<!doctype html><html><head><meta charset="utf-8">', '<script src="/a.js"></script><title>x</title></head>'],
  ['odd casing, no quotes', '<!DOCTYPE HTML><HTML><HEAD><META CharSet=UTF-8>', '<LINK rel=stylesheet href=a.css></HEAD>'],
  ['other attributes of the charset', "<head><meta data-x='a > b' charset='utf-8' data-y/>", '<link rel="preload" href="/a">'],
  ['the older form of a charset', '<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">', '<style></style>'],
  [
    'metas and a title ahead of the charset',
    '<head><meta name="viewport" content="width=device-width"><title>a <b> c</title><meta charset="utf-8">',
    '<script></script>',
  ],
  ['no charset', '<!doctype html><html lang="en"><head>', '<meta name="viewport" content="x"><script></script></head>'],
  ['a script ahead of the charset', '<html><head>', '<script type="module" src="/@vite/client"></script><meta charset="utf-8"></head>'],
  ['a charset in a comment', '<head>', '<!-- <meta charset="utf-8"> --><script src="/a.js"></script><meta charset="utf-8">'],
  ['a comment ahead', '<!-- <head><meta charset=x> --><!doctype html><head><!-- <script> --><meta charset="utf-8">', '<link>'],
  ['a charset in a title', '<head>', '<title><meta charset="utf-8"></title><script></script>'],
  ['a charset in a script', '<head>', '<script>document.write(\'<meta charset="utf-8">\')</script>'],
  ['a charset in an attribute', '<head>', '<meta name="x" content=" charset=utf-8 "><link rel="icon" href="/i.png">'],
  ['no head', '<!doctype html><html>', '<body><p>x</p></body></html>'],
  ['no head, a charset', '<!doctype html><meta charset="utf-8">', '<p>x'],
  ['a doctype alone', '<!doctype html>', '<p>x'],
  ['nothing', '', '<p>x</p>'],
  ['attributes of head', '<html><head prefix="og: https://ogp.me/ns#" data-a=">">', '<script></script>'],
])
  test(`the tag's place: ${name}`, () => assert.equal(place(ahead + behind, tag), ahead + tag + behind));

test('the tag has a line of its own where the page has lines', () => {
  assert.equal(
    place('<head>\n    <meta charset="utf-8" />\n    <title>x</title>\n', tag),
    `<head>\n    <meta charset="utf-8" />\n    ${tag}\n    <title>x</title>\n`,
  );
});

test('markup that never ends is passed in linear time', () => {
  const odd = '<a ' + '="" '.repeat(50_000) + "='";
  const before = performance.now();
  assert.equal(place(odd, tag), tag + odd);
  assert.ok(performance.now() - before < 1000);
});

test('a tag of octroi.js that is there already is seen', () => {
  assert.ok(placed('<head><meta charset=utf-8><SCRIPT SRC=/octroi/octroi.js></SCRIPT>'));
  assert.ok(placed(`<head>${tag}`));
  assert.ok(placed('<script src="octroi.js?v=0123456789abcdef"></script>'));
  assert.ok(placed('<script src="octroi.0123456789abcdef.js" integrity="x"></script>'));
  for (const other of [
    `<!-- ${tag} -->`,
    '<script src="/not-octroi.js"></script>',
    '<script data-src="/octroi/octroi.js"></script>',
    '<script>"octroi.js"</script>',
  ])
    assert.ok(!placed(other), other);
});

test('a part of a page is none', () => {
  for (const page of ['<!doctype html><p>x', '<!-- x --><html>', '<head>', '<meta charset="utf-8"><p>']) assert.ok(whole(page), page);
  for (const part of ['', 'x', '<p>x</p>', '<!-- <html> --><script></script>']) assert.ok(!whole(part), part);
});

/** What becomes of a page that comes in parts of so many bytes, and in how many it goes on. */
const streamed = async (html, size) => {
  const bytes = new TextEncoder().encode(html);
  const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.slice(i * size, (i + 1) * size));
  const out = [];
  for await (const part of ReadableStream.from(parts).pipeThrough(placing(tag))) out.push(part);
  return { text: Buffer.concat(out).toString(), parts: out.length };
};

test('a page that comes in parts has the tag in its place, and each character', async () => {
  const html = `<!doctype html><html><head><title>Æ€😀</title><meta charset="utf-8"><link></head><body>${'<p>é€😀</p>'.repeat(50)}</body></html>`;
  for (const size of [1, 2, 3, 7, 64, 100_000]) assert.equal((await streamed(html, size)).text, place(html, tag), `parts of ${size} bytes`);
  assert.ok((await streamed(html, 64)).parts > 5, 'what comes behind the head is not held');
  assert.equal((await streamed('<p>a part</p>', 4)).text, '<p>a part</p>');
  assert.equal((await streamed('', 4)).text, '');
  const endless = '<!doctype html><p>' + 'x'.repeat(1 << 17);
  assert.equal((await streamed(endless, 1 << 12)).text, place(endless, tag));
});
