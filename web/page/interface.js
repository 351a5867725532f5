/* The one stage of this page, connected with the engine. */
import * as kinds from '../../jsbridge/kinds.js';
import { stage } from '../ui/stage.js';
import { tell } from './engine.js';
import { roots } from './roots.js';
import { act } from './stores.js';

export const page = stage(
  (action) => act(action, ''),
  (id, on) => tell(kinds.toggle({ id, on })),
  roots,
);
