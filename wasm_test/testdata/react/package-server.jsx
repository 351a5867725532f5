import { renderToString } from 'react-dom/server';
import { App } from './package.jsx';

process.stdout.write(JSON.stringify({ package: [renderToString(<App />)] }));
