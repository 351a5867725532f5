/* What an app writes, with the ids of its declaration. */
import { allows, consentScript, on, save, state, subscribe, when, withdraw, type Id } from 'octroi';

const id: Id = 'stats';
const granted: boolean = allows(id) && allows('video') && allows('stats film');
// @ts-expect-error: mistyped
allows('statz');
// @ts-expect-error: mistyped, the first of several
allows('statz film');
// @ts-expect-error: no id is a number
allows(1);

const soon: Promise<void> = when('film');
// @ts-expect-error: mistyped
when('flim');

save({ stats: true, video: 'visit' });
// @ts-expect-error: mistyped
save({ stat: true });
// @ts-expect-error: neither a grant nor a visit
save({ stats: 'yes' });

withdraw();
withdraw('film');
// @ts-expect-error: mistyped
withdraw('flim');

consentScript({ service: 'stats', src: 'https://stats.example/tag.js', async: true })();
// @ts-expect-error: mistyped
consentScript({ service: 'statz', src: 'https://stats.example/tag.js' });
// @ts-expect-error: either an address or a text
consentScript({ service: 'stats' });

const stop: () => void = subscribe(() => {});
on('change', ({ changed }) => changed.map((one) => one.length));
on('blocked', ({ element }) => element?.remove());
// @ts-expect-error: there is no such event
on('changed', () => {});

const decided: boolean | undefined = state()?.decided;
const run: boolean | undefined = state()?.services.stats;
// @ts-expect-error: mistyped
state()?.services.statz;

// @ts-expect-error: it may not be there
window.octroi.allows('stats');
window.octroi?.allows('stats');
// @ts-expect-error: mistyped
window.octroi?.allows('statz');
// @ts-expect-error: mistyped
window.octroi?.save({ statz: true });
const ready: boolean | undefined = window.octroi?.ready;
document.addEventListener('octroi:change', (event) => event.detail.changed.length);

export { decided, granted, ready, run, soon, stop };
