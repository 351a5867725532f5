/* What has happened ahead of octroi.hold.js. */
import { list } from '../safe/reading.js';

export const early = {
  /** The site's engine, where octroi.js has begun to fetch it. @type {Promise<WebAssembly.Module> | undefined} */
  engine: undefined,
  /** Whether the first layer was drawn. */
  asks: false,
  /** Whether the visitor clicks or types at this moment. */
  acting: false,
  /** A digit for each call that told a vendor of its default: "1" where it threw. */
  untold: '',
  /** What the visitor has pressed. @type {List<string>} */
  actions: list(),
  /** Hears an event that had the hooks there: they came too late for it. @type {(event: Event) => void} */
  heard() {},
};
