import { defineConfig } from '@playwright/test';

const port = Number(process.env.PORT ?? 4173);

/** @param {string} testDir */
export const configuration = (testDir) =>
  defineConfig({
    testDir,
    workers: 1,
    reporter: 'line',
    use: {
      baseURL: `http://localhost:${port}`,
      declaration: 'octroi.json',
      launchOptions: {
        // A Chromium that is there already; without it Playwright's own.
        executablePath: process.env.CHROME,
        args: [`--host-resolver-rules=MAP *.example 127.0.0.1:${port}`],
      },
    },
    webServer: { command: 'node site.js', url: `http://127.0.0.1:${port}/log`, env: { PORT: String(port) } },
  });

export default configuration('e2e');
