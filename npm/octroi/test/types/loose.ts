/* What an app writes that has no octroi-env.d.ts. */
import { allows, save, state, type Id } from 'octroi';
import { build, DeclarationError, tags, type Built } from 'octroi/build';
import { octroi } from 'octroi/vite';
import octroiNuxt from 'octroi/nuxt';
import 'octroi/embed';

const id: Id = 'anything';
const granted: boolean = allows(id) && allows('one two three') && window.octroi?.allows('x') === true;
save({ [id]: true });
const one: boolean | undefined = state()?.services[id];
// @ts-expect-error: no id is a number
allows(1);

const made = async (): Promise<string> => {
  try {
    const built: Built = await build({ declaration: 'octroi.json', path: '/octroi/' });
    return tags(built, { nonce: 'x' });
  } catch (error) {
    return error instanceof DeclarationError ? String(error.faults[0].line) : '';
  }
};
const plugins = [octroi({ declaration: 'octroi.json' })];
// @ts-expect-error: it is declaration
octroi({ config: 'octroi.json' });

export { granted, made, octroiNuxt, one, plugins };
