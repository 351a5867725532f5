/**
 * What the ids of the site's declaration are: `octroi types` writes a file that adds `category`
 * and `service`, each a union of strings:
 *
 * ```ts
 * interface OctroiRegister {
 *   category: 'statistics';
 *   service: 'matomo' | 'hotjar';
 * }
 * ```
 *
 * An id that the declaration does not have is then an error.
 */
interface OctroiRegister {}

type OctroiIdOf<Kind extends 'category' | 'service'> = OctroiRegister extends Record<Kind, infer Id> ? Id & string : string;

/** The id of a category or a service. */
type OctroiId = OctroiIdOf<'category'> | OctroiIdOf<'service'>;

/** One id, or several divided by spaces, which must all be granted. Of several, TypeScript looks at the first alone. */
type OctroiIds = string extends OctroiId ? string : OctroiId | `${OctroiId} ${string}`;

/**
 * Octroi, as a page's own code sees it. Nothing here throws, whatever it is given.
 *
 * @example
 * window.octroi?.when('audience').then(() => startStatistics());
 * document.addEventListener('octroi:change', (e) => console.log(e.detail.changed));
 */
interface Window {
  /** Not there where a filter list or the network keeps `octroi.js` from loading: then nothing is granted. */
  readonly octroi?: Octroi;
}

interface Octroi {
  /** Of the files that the page has, as `2.0.0`. Where it has two versions, of the one that came first: the other does nothing, and says so in the console. */
  readonly version: string;

  /**
   * Whether the engine is there. Before, everything that is not essential is shut; on a page that
   * `octroi build` made files for, `allows()` and `state()` then wait for the engine, and the page
   * with them. `octroi:ready` tells when it has come.
   */
  readonly ready: boolean;

  /**
   * What is granted and what has to be asked, at this instant. `null` until the
   * engine and the declaration are there, and for good where the engine cannot run:
   * everything that is not essential is then shut.
   */
  state(): OctroiState | null;

  /**
   * Whether gated markup with this id would run now. Where the page has a policy
   * (`"enforce"`), what is granted later than it came runs on the next page: `state()`
   * tells that it is granted.
   *
   * @param id of a category or a service; several, divided by spaces, must all be
   * granted. An id that nothing has is never allowed.
   */
  allows(id: OctroiIds): boolean;

  /** Resolves once `allows(id)` is true; at once where it is. It never rejects. */
  when(id: OctroiIds): Promise<void>;

  /** Grants everything, as the page's choice. Call it for a visitor's click only. */
  acceptAll(): void;

  /** Refuses everything that is not essential, and erases what was declared for it. */
  refuseAll(): void;

  /**
   * Decides about the categories named, or of whose services one is named; a
   * service of theirs that is not named stays as it is, other categories are still
   * asked for. Ids that nothing has, and essential ones, are passed over with a
   * line in the console.
   *
   * @param selection answers by id; only `true` grants, and `'visit'`: for this visit
   */
  save(selection: Partial<Record<OctroiId, boolean | 'visit'>>): void;

  /**
   * The id of the receipt that proves how the visitor's choices stand, by which the visitor can
   * ask the site for it. `null` where the declaration wants no `receipts`, nothing was chosen, or
   * all was refused: then no id is kept.
   */
  receipt(): Promise<string | null>;

  /** Shows the first layer; an interface of the page's own is told to, by `octroi:ask`. */
  show(): void;

  /**
   * Shows the second layer, with the stored state. Links to `#octroi` and elements
   * with `data-octroi-open` do the same.
   */
  preferences(): void;

  /**
   * All that an interface of the page's own shows (`"ui": "own"`), in the page's language. `null`
   * where the engine cannot run or has no declaration yet, or the declaration has a fault. The
   * same comes with `octroi:ask`, as soon as it can be told.
   */
  ask(): Promise<OctroiAsk | null>;

  /** Loads the page again, as the layer `reload` proposes. */
  reload(): void;

  /**
   * Brings the part of the engine that most visits never need, octroi.rest.js; it comes by
   * itself with the first call for it. Resolves once it is there, or cannot be had.
   */
  whole(): Promise<void>;

  /** Takes back one grant, or all of them: as easy as granting. */
  withdraw(id?: OctroiId): void;

  /**
   * Takes a message of the app around the page, as examples/webview/README.md describes them:
   * native code calls it. Nothing is heard unless the declaration has an `app`; what is not
   * obeyed is answered with its reason.
   *
   * @param message as an object or as JSON
   */
  native(message: object | string): void;

  /**
   * Shows what was held, what is unknown and what is kept. On localhost only, unless
   * the declaration allows it; `?octroi=debug` in the address does the same.
   */
  debug(): void;

  /**
   * For the site's owner: what is wrong and what could not be done. `null` until the rest
   * of the engine is there, which the call brings; see `whole`.
   */
  report(): OctroiReport | null;

  /**
   * What vendors were told of the choices (`"signals"`), in order: the first 200 calls. Of a
   * vendor whose script has not run yet the latest is owed.
   */
  signals(): OctroiSignal[];

  /**
   * Listens to an event; the same is fired on `document` as `octroi:` and its name.
   *
   * @returns a function that stops listening
   */
  on<K extends keyof OctroiEvents>(event: K, listener: (detail: OctroiEvents[K]) => void): () => void;
}

interface OctroiSignal {
  /** The vendor's name, as the declaration has it. */
  vendor: string;
  /** How it was called: `arguments`, `flat`, `array`, `stub`, `call`, `set` or `event`. */
  operation: string;
  /** What was called, as a path below `window`. */
  call: string;
  arguments: unknown[];
  /** When, as Unix time in milliseconds. */
  at: number;
  /** `owed` until the vendor's script has run, `failed` where the call threw. */
  state: 'sent' | 'owed' | 'failed';
}

interface OctroiState {
  /** Nothing waits for the visitor's answer. */
  decided: boolean;
  /** The policy's revision, as declared. */
  revision: string;
  /** The interface's language, a BCP 47 tag. */
  language: string;
  categories: Record<OctroiIdOf<'category'>, OctroiCategory>;
  /** Whether each service may run. */
  services: Record<OctroiIdOf<'service'>, boolean>;
}

interface OctroiCategory {
  /** The whole category may run. */
  granted: boolean;
  /** Essential: always granted, never asked for. */
  required: boolean;
  /** The browser says no (Global Privacy Control), and the visitor has not decided: refused, and not asked for. */
  gpc?: true;
  /**
   * Why it has to be asked for, '' where it has not: never asked, past its deadline,
   * a new policy revision, a new service, a service with another purpose or provider,
   * something that it keeps has ended and would begin anew.
   */
  ask: '' | 'undecided' | 'expired' | 'policy' | 'service' | 'purpose' | 'ended';
  /** When the visitor last decided, in Unix milliseconds (whole minutes). */
  decided?: number;
  /** From when that no longer holds, in Unix milliseconds. No visit moves it. */
  until?: number;
  /** Whether that granted anything, in force or not. */
  earlier?: boolean;
  /** It was for one visit only. */
  visit?: true;
}

/** What an interface of the page's own shows. Texts are texts, never markup. */
interface OctroiAsk {
  /**
   * What is called for: the question; the visitor's choices, which a link to `#octroi` or
   * `octroi.preferences()` has called for; to propose that the page be loaded again, since
   * something that was withdrawn still runs; '' for nothing, also where the question has been
   * answered elsewhere.
   */
  show: '' | 'ask' | 'preferences' | 'reload';
  /** Why the latest grant did not count, and what would be right; '' where it did. For the developer. */
  fault: string;
  /** The language of these texts, a BCP 47 tag, and its direction. */
  language: string;
  direction: 'ltr' | 'rtl';
  /** Asked again, after an earlier choice. */
  again: boolean;
  /** The address of the cookie policy. */
  policy: string;
  site: { name: string; controller: string; contact: string; authority?: { name: string; url: string } };
  /** `title` and `introduction` are of what is called for; the others as `locales/` names them. `{…}` in them stands for a place to fill. */
  texts: Record<OctroiText, string>;
  categories: OctroiAskedCategory[];
  services: OctroiAskedService[];
}

type OctroiText =
  | 'title'
  | 'introduction'
  | 'consequence'
  | 'cookiepolicy'
  | 'accept'
  | 'refuse'
  | 'customise'
  | 'save'
  | 'close'
  | 'preferences'
  | 'explain'
  | 'always'
  | 'once'
  | 'privacy'
  | 'name'
  | 'kind'
  | 'life'
  | 'contact'
  | 'ask'
  | 'authority'
  | 'objected'
  | 'earlierYes'
  | 'earlierNo'
  | 'earlierSome'
  | 'holds'
  | 'later';

interface OctroiAskedCategory {
  id: string;
  label: string;
  text: string;
  /** Of these texts, where it is not the interface's. */
  language?: string;
  /** Essential: always on. */
  required: boolean;
  /** How it stands: `mixed` where some of its services are granted, `visit` where it is for one visit. */
  state: 'on' | 'off' | 'mixed' | 'visit';
  /** Why it has to be asked for, as in `OctroiCategory`; '' where it has not. */
  ask: OctroiCategory['ask'];
  /** The same as a sentence, where there was an earlier choice. */
  reason?: string;
  /** The browser says no (Global Privacy Control). */
  gpc?: true;
  /** What the latest choice granted of it, when that was made, and until when it holds, in Unix milliseconds. */
  earlier?: 'all' | 'some' | 'none';
  decided?: number;
  until?: number;
}

interface OctroiAskedService {
  id: string;
  /** Its category's id. */
  category: string;
  name: string;
  provider: string;
  purpose: string;
  /** Of these texts, where it is not the interface's. */
  language?: string;
  /** The address of the provider's privacy policy; '' for none. */
  policy: string;
  /** It is granted. */
  on: boolean;
  /** What it keeps, for how long, and since and until when what is there lasts, in Unix milliseconds. */
  items: { name: string; kind: string; life: string; since?: number; until?: number }[];
}

interface OctroiReport {
  /** What is wrong in the declaration: path, reason, and what would be right. */
  faults: string[];
  /** What is no fault in it and is seldom meant so, as `youtube.com` without `www.youtube.com`. */
  hints: string[];
  /** What vendors were told; as `signals()`. */
  signals: OctroiSignal[];
  /** Who else tells these vendors of consent on this page, a sentence each with what would be right. */
  conflicts: string[];
  /** What should have been erased and is still there. */
  survivors: string[];
  /** Cookies of shut services that script cannot erase: HttpOnly, or another site's. */
  unreachable: string[];
  /** What is there and no service declares. */
  undeclared: string[];
  /** Hosts that scripts called and no service declares, 100 at most. */
  hosts: string[];
  /** What was held, 100 at most: an address, a name, or gated markup; by which rule. */
  held: { what: string; ids: string; rule: string }[];
  /**
   * Tags of the page's own markup that load something of a service's, 100 at most.
   * Browsers may ask for that before any script can prevent it; what would is the
   * markup given here.
   */
  ungated: { id: string; markup: string }[];
  /** What the page had replaced before Octroi came, as `cookie` or `setItem`. */
  replaced: string[];
  /**
   * What became of each service that was shut on this page: nothing of it runs any more
   * (`stopped`); or a script of it had run, which ends with the page: the visitor was
   * asked to reload it (`asked`), or it was reloaded (`reloaded`).
   */
  withdrawn: Record<string, 'stopped' | 'asked' | 'reloaded'>;
  /** What names of other managers mean here, as declared. */
  inherit: { from: string; ids: Record<string, string> }[];
  /**
   * What is kept: its area (0 cookie, 1 storage key, 2 database, 3 cache, 4 worker), when
   * it was first seen and when it ends, in Unix milliseconds; 0 with the visit.
   */
  alive: { name: string; area: number; since: number; until: number }[];
  /** The record is in a store; if not, the choice lasts as long as the page. */
  kept: boolean;
  /** How the tag of octroi.js comes too late to hold all: `async`, `defer`, `a module`, `in body`, `behind` a script, `before its declaration`; '' where it does not. */
  misplaced: string;
}

interface OctroiEvents {
  /** The record was read; gates stand as they should. */
  ready: OctroiState;
  /** A choice was made here or in another tab, or something expired. */
  change: {
    /** Ids of categories and services that opened or shut. */
    changed: string[];
    /** Names of what was erased. */
    erased: string[];
    /** Names of what could not be, and of what only the site's server could. */
    survivors: string[];
    state: OctroiState;
  };
  /**
   * Gated markup was held; or a form, a link or a frame that a script sends to an `address`,
   * `element` is then `null` for a new window; or a script that is granted cannot run, for
   * the `reason` given.
   */
  blocked: { id: string; element: Element | null; address?: string; reason?: string };
  /**
   * The declaration is wrong (`config`), WebAssembly cannot be had (`wasm`), or the engine
   * broke twice (`trap`): everything that is not essential stays blocked. Or a part of the
   * engine, `octroi.rest.js`, cannot be had (`rest`), or the hooks of a site's own files,
   * `octroi.hold.js` (`hold`).
   */
  error: { reason: 'config' | 'wasm' | 'trap' | 'rest' | 'hold'; faults?: string[] };
  /**
   * What an interface of the page's own has to show (`"ui": "own"`): once on each page, after each
   * choice, and whenever that changes, a link to `#octroi` is followed, or a grant did not count.
   */
  ask: OctroiAsk;
  /** A message to the app around the page; examples/webview/README.md describes them. */
  app: { octroi: 1; type: 'start' | 'hello' | 'state' | 'refused'; [key: string]: unknown };
}

interface DocumentEventMap {
  'octroi:ready': CustomEvent<OctroiEvents['ready']>;
  'octroi:change': CustomEvent<OctroiEvents['change']>;
  'octroi:blocked': CustomEvent<OctroiEvents['blocked']>;
  'octroi:ask': CustomEvent<OctroiEvents['ask']>;
  'octroi:app': CustomEvent<OctroiEvents['app']>;
  'octroi:error': CustomEvent<OctroiEvents['error']>;
}
