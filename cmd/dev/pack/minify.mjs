/* Gives the names in scripts fewer and more often used letters than esbuild does: node minify.mjs FOLDER <{"name": "source"} >{"name": "source"}; FOLDER has terser@5.51.4. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { minify } = createRequire(process.argv[2] + '/')('terser');
const scripts = JSON.parse(readFileSync(0, 'utf8'));
for (const name in scripts) {
  const { code } = await minify(scripts[name], { ecma: 2020, compress: false, format: { comments: false } });
  scripts[name] = code;
}
writeFileSync(1, JSON.stringify(scripts));
