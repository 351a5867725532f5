/*
 * Runs in place of octroi.js where window.octroi is there already. Of two copies the one that came
 * first goes on, even if it is the older: to hand over what it holds would take a moment in which
 * nothing is held.
 */
import version from 'octroi:version';

try {
  const { get, value } = /** @type {any} */ (Object.getOwnPropertyDescriptor(window, 'octroi'));
  // A site's own octroi.js has a getter until the hooks are there, and to read it would bring them.
  const running = (get || value).version;
  console.warn(
    `octroi: ${version} does nothing on this page: ` +
      (/^\d+\.\d/.test(running)
        ? `${running} came first and runs. Keep one tag of octroi.js, the newer one’s.`
        : 'window.octroi is something else. Give that another name.'),
  );
} catch {}
