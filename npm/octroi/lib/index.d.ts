/// <reference path="../dist/octroi.d.ts" />

/**
 * The id of a category or a service. `octroi types` writes a file that adds `category` and `service`
 * to `OctroiRegister`; an id that the declaration does not have is then an error.
 */
export type Id = OctroiRegister extends Record<'category', infer Category> & Record<'service', infer Service> ? (Category | Service) & string : string;

/** One id, or several divided by spaces, which must all be granted. Of several, TypeScript looks at the first alone. */
export type Ids = string extends Id ? string : Id | `${Id} ${string}`;

/**
 * Whether the page may use it now. `false` on a server, where octroi.js is not there, and until its
 * engine is: `subscribe` tells when that comes. It never makes the page wait.
 */
export function allows(id: Ids): boolean;

/** What is granted and what has to be asked; `null` on a server, and until the engine is there. */
export function state(): OctroiState | null;

/** Calls `changed` whenever `allows` may answer otherwise than before. Returns a function that ends it. */
export function subscribe(changed: () => void): () => void;

/** Resolves once it is granted, and never where octroi.js is not there. It never rejects. */
export function when(id: Ids): Promise<void>;

/** Listens to an event of Octroi's, whether octroi.js is there yet or comes later. Returns a function that ends it. */
export function on<K extends keyof OctroiEvents>(event: K, listener: (detail: OctroiEvents[K]) => void): () => void;

/** Opens the visitor's choices. What follows does nothing where octroi.js is not there. */
export function preferences(): void;

/** Shows the first layer. */
export function show(): void;

/** Decides for the categories and services that are named: `true` grants, `'visit'` for this visit. */
export function save(selection: Partial<Record<Id, boolean | 'visit'>>): void;

/** Grants everything. Call it for a visitor's click only. */
export function acceptAll(): void;

/** Refuses everything that is not essential. */
export function refuseAll(): void;

/** Takes back one grant, or all of them. */
export function withdraw(id?: Id): void;

/** A script of a service's, with its attributes as markup has them; `onload` and `onerror` are called with the browser's event. */
export type Script = { service: Ids; type?: string; nonce?: string } & ({ src: string; text?: undefined } | { src?: undefined; text: string }) & {
    [attribute: string]: unknown;
  };

/**
 * Adds a script once its service is granted, and once in a page however often it is called for:
 * by `src`, or with `text`. What has to end at a withdrawal, the engine ends. On a server it does
 * nothing. Returns a function after which a script that is not there yet is not added.
 */
export function consentScript(script: Script): () => void;
