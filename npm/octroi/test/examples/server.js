import { readFileSync } from 'node:fs';
import { read } from 'octroi/server';

const declaration = JSON.parse(readFileSync('octroi.json', 'utf8'));

export default {
  fetch(request) {
    const visitor = read(request.headers.get('cookie'), declaration, { gpc: request.headers.get('sec-gpc') === '1' });
    return new Response(visitor.allows('matomo') ? 'counted' : 'not counted', { headers: { Vary: 'Cookie' } });
  },
};
