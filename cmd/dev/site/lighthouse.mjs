/*
 * Looks at the pages of a made site with Lighthouse, in one browser, and ends with 1 where one of
 * them has less than 100 in accessibility, best practices or SEO.
 *
 *   node lighthouse.mjs MODULES FOLDER [PAGE…]
 */
import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, folder, ...named] = process.argv.slice(2);
const from = createRequire(path.join(path.resolve(modules), 'index.js'));
/** @param {string} name */
const bring = (name) => import(pathToFileURL(from.resolve(name)).href);
const { default: lighthouse } = await bring('lighthouse');
const chromeLauncher = await bring('chrome-launcher');

const kinds = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain',
  '.xml': 'application/xml',
  '.md': 'text/plain; charset=utf-8',
};
const server = createServer((request, response) => {
  const file = path.join(folder, path.normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname)));
  if (!existsSync(file)) return void response.writeHead(404).end();
  response.writeHead(200, { 'Content-Type': kinds[path.extname(file)] ?? 'application/octet-stream' });
  createReadStream(file).pipe(response);
});
await new Promise((done) => server.listen(0, '127.0.0.1', () => done(undefined)));
const origin = `http://127.0.0.1:${server.address().port}`;

const pages = named.length
  ? named
  : readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.html') && !/^(files|octroi|pagefind|demo\/(shop|peers))\/|^configurator\/frame/.test(name))
      .toSorted();
const chrome = await chromeLauncher.launch({ chromePath: process.env.CHROME ?? '/usr/bin/chromium', chromeFlags: ['--headless', '--no-sandbox'] });
const categories = ['accessibility', 'best-practices', 'seo'];
let short = 0;
for (const page of pages) {
  const { lhr } = await lighthouse(`${origin}/${page}`, { port: chrome.port, onlyCategories: categories, logLevel: 'error' });
  const scores = categories.map((name) => Math.round((lhr.categories[name].score ?? 0) * 100));
  const less = scores.some((score) => score < 100);
  if (less) short++;
  console.log(`| ${page} | ${scores.join(' | ')} |`);
  if (!less) continue;
  for (const audit of Object.values(lhr.audits))
    if (audit.score !== null && audit.score < 1 && audit.scoreDisplayMode === 'binary')
      console.log(`  ${audit.id}: ${audit.title} ${JSON.stringify(audit.details?.items?.slice(0, 5))}`);
}
await chrome.kill();
server.close();
console.log(`${pages.length} pages, ${short} with less than 100`);
process.exit(short ? 1 : 0);
