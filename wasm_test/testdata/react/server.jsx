import { Writable } from 'node:stream';
import { renderToPipeableStream, renderToString } from 'react-dom/server';
import { App, Page, Shell } from './app.jsx';

/** A page as it comes: its shell, then what was slow. */
const streamed = (props) =>
  new Promise((done) => {
    const wait = { pending: true };
    let arrive;
    wait.promise = new Promise((resolve) => (arrive = resolve));
    const parts = [''];
    const to = new Writable({
      write(chunk, _, next) {
        parts[parts.length - 1] += chunk;
        next();
      },
    });
    to.on('finish', () => done(parts));
    const { pipe } = renderToPipeableStream(<Page {...props} wait={wait} />, {
      bootstrapScripts: [props.bootstrap],
      onShellReady() {
        pipe(to);
        setTimeout(() => {
          parts.push('');
          wait.pending = false;
          arrive();
        }, 20);
      },
    });
  });

const doctype = '<!doctype html>';
const all = {};
for (const [name, props] of Object.entries(pages)) {
  if (props.bootstrap) all[name] = await streamed(props);
  else if (props.whole) all[name] = [doctype + renderToString(<Page {...props} />)];
  else all[name] = [doctype + renderToString(<Shell {...props} inner={renderToString(<App {...props} />)} />)];
}
process.stdout.write(JSON.stringify(all));
