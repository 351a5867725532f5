/*
 * A Capacitor app's page is the app, so its own code keeps the choices: import this file
 * before anything else. It registers the way out that octroi.app.js looks for, and hands
 * over what was kept before octroi.js runs; load that afterwards, as here.
 */
import { Preferences } from '@capacitor/preferences';

const key = 'octroi';

type Said = { octroi?: number; type?: string; complete?: boolean; keys?: Record<string, number> };

const hear = async (text: string) => {
  const said: Said = JSON.parse(text);
  if (said.type !== 'hello' && said.type !== 'state') return;
  // The first hello of a page that has to ask tells nothing that was chosen.
  if (said.complete) await Preferences.set({ key, value: text });
  for (const [name, value] of Object.entries(said.keys ?? {})) await Preferences.set({ key: name, value: String(value) });
};

const run = (src: string) =>
  new Promise((done, failed) => document.head.append(Object.assign(document.createElement('script'), { src, async: false, onload: done, onerror: failed })));

export const startOctroi = async () => {
  const view = window as any;
  view.Capacitor.Plugins.Octroi = { message: ({ text }: { text: string }) => hear(text) };
  view.octroiNative = (await Preferences.get({ key })).value ?? undefined;
  await run('octroi/octroi.app.js');
  await run('octroi/octroi.rest.js');
  await run('octroi/octroi.js');
  view.octroi.native({ octroi: 1, type: 'hello', keys: true });
};
