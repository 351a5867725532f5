/*
 * A site on this machine, with its third parties: the tests' browser takes stats.example and
 * film.example for it. /log tells what these were asked for, and DELETE forgets it.
 */

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const dist = fileURLToPath(new URL('.', import.meta.resolve('octroi/dist/octroi.js')));
const types = { '.html': 'text/html', '.js': 'text/javascript', '.json': 'application/json' };

const octroi = () => `<script type="application/json" id="octroi-config">${readFileSync(join(here, 'octroi.json'), 'utf8').replaceAll('<', '\\u003c')}</script>
    <script src="/octroi/octroi.js"></script>`;

let log = [];

createServer(({ method, url, headers }, response) => {
  const host = headers.host.split(':')[0];
  const { pathname } = new URL(url, 'http://site');
  response.setHeader('Cache-Control', 'no-store');
  if (host.endsWith('.example')) {
    log.push(`${host}${url}`);
    response.setHeader('Content-Type', types[extname(pathname)] ?? 'text/plain');
    return response.end(pathname.endsWith('.js') ? 'window.counted = true;' : '');
  }
  if (pathname === '/log') {
    if (method === 'DELETE') log = [];
    return response.end(JSON.stringify(log));
  }
  const file = pathname.startsWith('/octroi/')
    ? join(dist, normalize(pathname.slice('/octroi/'.length)))
    : join(here, 'site', normalize(pathname === '/' ? 'index.html' : pathname));
  try {
    const content = readFileSync(file);
    response.setHeader('Content-Type', `${types[extname(file)] ?? 'application/octet-stream'}; charset=utf-8`);
    response.end(extname(file) === '.html' ? content.toString().replace('<!-- octroi -->', octroi) : content);
  } catch {
    response.writeHead(404).end();
  }
}).listen(Number(process.env.PORT ?? 4173), '127.0.0.1');
