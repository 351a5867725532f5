/*
 * Keeps the receipts of choices until the site's server has them, and sends them: at once, and what
 * could not be delivered on later pages, or when the network is back. docs/receipts.md describes
 * it. No timer runs.
 *
 * A receipt is written into local storage first, which takes no time, so that it outlasts a tab that
 * is closed at once; from there it goes into a database. Both have the same name.
 */

/** @typedef {{ id: string, text: string, at: number, refusal: boolean }} Entry a receipt that waits; at: when it was made, Unix ms */
/** @typedef {{ id: string, at: number, until: number }} Latest the receipt that the visitor can ask for; until: when the first of its choices ends, Unix ms */
/** @typedef {{ tries: number, next: number }} Pause how often sending has failed in a row, and when it may be tried again, Unix ms */
/** @typedef {{ waits: Entry[], latest?: Latest, pause?: Pause }} Kept */
/** @typedef {{ waiting: IDBObjectStore, notes: IDBObjectStore }} Stores */

/**
 * The browser's own functions, which no hook holds, and what the engine is told.
 *
 * @typedef {object} Tools
 * @property {typeof window.fetch} fetch
 * @property {(url: string, text: string) => boolean} beacon
 * @property {(name: string, version: number) => IDBOpenDBRequest} database
 * @property {(which: 0 | 1, key: string) => string | null} read
 * @property {(which: 0 | 1, key: string, value: string) => void} keep
 * @property {(which: 0 | 1, key: string) => void} drop
 * @property {(id: string) => void} tell tells the engine which receipt the visitor can ask for
 */

/** The most receipts that wait; of more, the oldest go: the latest tells how all choices stand. */
const most = 32;
/** How long a receipt waits, in milliseconds. */
const patience = 30 * 86_400_000;
/** The longest pause between two attempts, in minutes. */
const longestPause = 360;
/** The statuses that mean that these bytes will never be taken. */
const hopeless = [400, 409, 410, 413, 415];
/** The most characters that a request may have that outlasts its page: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch */
const lasting = 60_000;

const WAITING = 'waiting';
const NOTES = 'notes';

/** Makes a UUID of version 4 (RFC 9562, section 5.4). crypto.randomUUID is not there on http. */
const uuid = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

/**
 * @param {Tools} tools
 * @param {string} url where receipts are sent
 * @param {string} name of the database, and of the storage key
 */
export const outbox = (tools, url, name) => {
  const address = new URL(url, location.href).href;
  /** The ids of the receipts that are on their way from this page. @type {Set<string>} */
  const going = new Set();
  /** Of those that this page has sent. @type {Set<string>} */
  const tried = new Set();
  /** Of those that are delivered, or given up. @type {Set<string>} */
  const gone = new Set();
  /** The receipts of this page that nothing could keep. @type {Entry[]} */
  let unkept = [];
  /** The id of the receipt that the visitor can ask for, once it is known. @type {string | undefined} */
  let latest;
  /** What the developer was told. @type {Set<string>} */
  const told = new Set();

  /** Tells the developer something, once on a page. @param {'warn' | 'error'} level @param {string} text */
  const say = (level, text) => {
    if (told.size === told.add(text).size) return;
    console[level]('octroi: ' + text);
  };

  /** Reads what waits in local storage. @returns {Entry[]} */
  const readJournal = () => {
    try {
      const all = JSON.parse(tools.read(0, name) || '');
      return Array.isArray(all) ? all : [];
    } catch {
      return [];
    }
  };
  /** Replaces it. @param {Entry[]} entries @returns whether it could be written */
  const writeJournal = (entries) => {
    try {
      if (entries.length) tools.keep(0, name, JSON.stringify(entries.slice(-most)));
      else tools.drop(0, name);
      return true;
    } catch {
      return false;
    }
  };
  /** Removes a receipt from local storage. @param {string} id */
  const strike = (id) => {
    const all = readJournal();
    if (all.some((entry) => entry.id === id)) writeJournal(all.filter((entry) => entry.id !== id));
  };

  /** Does a job while no other tab removes the database. @template T @param {() => Promise<T>} job @returns {Promise<T>} */
  const sharing = async (job) => {
    if (!navigator.locks) return job();
    /** @type {Promise<T> | undefined} */
    let outcome;
    // Firefox reports an error that is the lock's own, though it is handled.
    await navigator.locks.request(name, { mode: 'shared' }, () => (outcome = job()).catch(() => {}));
    return /** @type {Promise<T>} */ (outcome);
  };

  /**
   * Opens the database for one transaction.
   *
   * @template T
   * @param {boolean} make whether to make one where there is none; otherwise nothing is done then
   * @param {(stores: Stores) => { value?: T }} job its value may come until the transaction ends
   * @returns {Promise<T | undefined>}
   */
  const transact = (make, job) =>
    new Promise((resolve, reject) => {
      const request = tools.database(name, 1);
      let there = true;
      request.onupgradeneeded = () => {
        // An upgrade that is aborted leaves no database behind.
        if (!(there = make)) return request.transaction?.abort();
        request.result.createObjectStore(WAITING, { keyPath: 'id' });
        request.result.createObjectStore(NOTES);
      };
      request.onerror = (event) => {
        event.preventDefault();
        if (there) reject(request.error);
        else resolve(undefined);
      };
      request.onsuccess = () => {
        const database = request.result;
        /** @type {{ value?: any }} */
        let result = {};
        try {
          const transaction = database.transaction([WAITING, NOTES], 'readwrite', { durability: 'strict' });
          transaction.oncomplete = () => {
            database.close();
            resolve(result.value);
          };
          transaction.onabort = () => {
            database.close();
            reject(transaction.error);
          };
          result = job({ waiting: transaction.objectStore(WAITING), notes: transaction.objectStore(NOTES) });
        } catch (error) {
          database.close();
          reject(error);
        }
      };
    });

  /** Whether there is a database, as far as the browser tells: WebKit leaves an empty one behind where an upgrade is aborted. */
  const isThere = async () => !indexedDB.databases || (await indexedDB.databases()).some((one) => one.name === name && one.version);

  /** Does a job with the database. Without `make` nothing is done where there is none. @template T @param {boolean} make @param {(stores: Stores) => { value?: T }} job */
  const using = (make, job) => sharing(async () => (make || (await isThere()) ? transact(make, job) : undefined));

  /** Reads all that the database has. @returns {Promise<Kept | undefined>} */
  const read = () =>
    using(false, ({ waiting, notes }) => {
      const [all, latest, pause] = [waiting.getAll(), notes.get('latest'), notes.get('pause')];
      /** @type {{ value?: Kept }} */
      const result = {};
      pause.onsuccess = () => (result.value = { waits: all.result, latest: latest.result, pause: pause.result });
      return result;
    });

  /** Removes the database if nothing is in it. Where other tabs cannot be kept from using it meanwhile, an empty one stays. */
  const tidy = async () =>
    navigator.locks?.request(name, { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      const items =
        (await isThere()) &&
        (await transact(false, ({ waiting, notes }) => {
          /** @type {{ value?: number }} */
          const result = {};
          const [receipts, others] = [waiting.count(), notes.count()];
          others.onsuccess = () => (result.value = receipts.result + others.result);
          return result;
        }));
      if (items !== 0) return;
      await new Promise((done) => {
        const request = indexedDB.deleteDatabase(name);
        request.onsuccess = request.onerror = request.onblocked = done;
      });
    });

  /** Removes a receipt that is delivered, or never will be. @param {string} id */
  const forget = async (id) => {
    gone.add(id);
    strike(id);
    unkept = unkept.filter((entry) => entry.id !== id);
    await using(false, ({ waiting }) => (waiting.delete(id), {})).catch(() => {});
  };

  /** Moves receipts from local storage into the database; the last of them replaces the one that the visitor can ask for. Those that the database does not take stay where they are. @param {Entry[]} entries */
  const keep = async (entries) => {
    const newest = entries[entries.length - 1];
    await using(true, ({ waiting, notes }) => {
      for (const entry of entries) waiting.put(entry);
      const latest = notes.get('latest');
      latest.onsuccess = () => {
        const { id, at, text, refusal } = newest;
        if (latest.result?.at > at) return;
        if (refusal) notes.delete('latest');
        else notes.put({ id, at, until: Date.parse(JSON.parse(text).until) }, 'latest');
      };
      const all = waiting.getAll();
      all.onsuccess = () => {
        const old = all.result.sort((a, b) => b.at - a.at).slice(most);
        if (old.length) say('warn', `more than ${most} receipts wait for ${address}: the oldest are given up`);
        for (const { id } of old) waiting.delete(id);
      };
      return {};
    });
    for (const { id } of entries) strike(id);
  };

  /**
   * Sends a receipt.
   *
   * @param {Entry} entry
   * @returns {Promise<'done' | 'waits' | 'stop'>} 'stop': others would fare no better now
   */
  const post = async ({ id, text }) => {
    going.add(id);
    tried.add(id);
    try {
      // Another host's server takes text/plain without being asked first; no cookie goes along.
      const { status } = await tools.fetch(address, {
        method: 'POST',
        body: text,
        headers: { 'Content-Type': 'text/plain' },
        keepalive: text.length < lasting,
        credentials: 'omit',
        referrerPolicy: 'strict-origin',
      });
      if (status === 202) return 'done';
      if (hopeless.includes(status)) {
        say('error', `${address} will never take a receipt of this page (status ${status}): it is given up; see docs/receipts.md`);
        return 'done';
      }
      say('warn', `${address} did not take a receipt (status ${status} in the place of 202): it is kept, and sent again on a later page`);
      return status === 429 || status === 503 ? 'stop' : 'waits';
    } catch {
      return 'stop';
    } finally {
      going.delete(id);
    }
  };

  /** Notes whether sending has failed: each time in a row, the pause is twice as long. @param {boolean} failed */
  const pause = (failed) =>
    using(false, ({ notes }) => {
      const before = notes.get('pause');
      before.onsuccess = () => {
        if (!failed) return before.result && notes.delete('pause');
        // The first pause lasts until the next page.
        const tries = (before.result?.tries ?? 0) + 1;
        notes.put({ tries, next: tries > 1 ? Date.now() + Math.min(2 ** (tries - 2), longestPause) * 60_000 : 0 }, 'pause');
      };
      return {};
    }).catch(() => {});

  /** Sends receipts, until the server cannot be reached. @param {Entry[]} entries @param {Promise<unknown>} [kept] when they are kept */
  const send = async (entries, kept) => {
    let failed = false;
    for (const entry of entries) {
      if (going.has(entry.id) || gone.has(entry.id)) continue;
      const outcome = await post(entry);
      await kept;
      if (outcome === 'done') await forget(entry.id);
      else failed = true;
      if (outcome === 'stop') break;
    }
    await pause(failed);
    await tidy().catch(() => {});
  };

  /** How many choices were made on this page. */
  let choices = 0;
  /** Whether the database knows of the last of them. */
  let noted = true;
  /** @param {string} id */
  const setLatest = (id) => {
    if ((latest ?? '') !== id) tools.tell(id);
    latest = id;
  };
  /** Takes which receipt the visitor can ask for from what is kept. @param {Kept | undefined} kept @param {number} then how many choices were made when that was read */
  const takeLatest = async (kept, then) => {
    if (then !== choices || !noted) return;
    const note = kept?.latest;
    const holds = !!note && note.until > Date.now();
    setLatest(holds ? note.id : '');
    if (!note || holds) return;
    await using(false, ({ notes }) => (notes.delete('latest'), {})).catch(() => {});
    await tidy().catch(() => {});
  };

  /** Whether what is kept is being sent. */
  let flushing = false;
  /** Whether it is to be sent once more after that: the network has come back meanwhile. */
  let again = false;
  /** Sends what is kept. @param {Kept | undefined} kept @param {boolean} now whether to do so within a pause, too, and what this page has sent before */
  const flush = async (kept, now) => {
    if (flushing) return void (again ||= now);
    flushing = true;
    const journal = readJournal();
    // Those of this page are on their way into the database.
    const left = journal.filter(({ id }) => !tried.has(id));
    // Nothing is sent later for it: Chromium may have frozen the page ahead of this one while that made
    // the database, and then it stands still for minutes.
    const keeping = left.length ? keep(left).catch(() => {}) : undefined;
    const all = [...(kept?.waits ?? [])];
    for (const entry of [...journal, ...unkept]) if (!all.some(({ id }) => id === entry.id)) all.push(entry);
    const old = all.filter(({ at }) => Date.now() - at > patience);
    if (old.length) say('warn', `receipts have waited for ${address} for 30 days, and are given up`);
    for (const { id } of old) await forget(id);
    const rest = all.filter(({ id }) => !gone.has(id) && (now || !tried.has(id))).sort((a, b) => a.at - b.at);
    if (rest.length && (now || (kept?.pause?.next ?? 0) <= Date.now())) await send(rest, keeping);
    else if (old.length) await tidy().catch(() => {});
    await keeping;
    flushing = false;
    if (!again) return;
    again = false;
    void sendAll(true);
  };

  /** Reads what is kept and sends it. @param {boolean} now */
  const look = async (now) => {
    const then = choices;
    // Where the database cannot be read, what this page knows stays.
    const [kept, there] = await read().then(
      (all) => /** @type {const} */ ([all, true]),
      () => /** @type {const} */ ([undefined, false]),
    );
    if (there) await takeLatest(kept, then);
    return () => flush(kept, now);
  };
  const sendAll = async (/** @type {boolean} */ now) => (await look(now))();

  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
    if (effectiveDirective === 'connect-src' && (blockedURI === address || blockedURI === new URL(address).origin))
      say('error', `this page's Content-Security-Policy lets no receipt out: add ${address} to its connect-src`);
  });
  addEventListener('online', () => void sendAll(true));
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return;
    tried.clear();
    void sendAll(false);
  });
  addEventListener('pagehide', () => {
    // What nothing has kept has its last chance; requests of some browsers do not outlast their page.
    const outlasts = 'keepalive' in Request.prototype;
    for (const { id, text } of unkept) if (!outlasts || !going.has(id)) tools.beacon(address, text);
  });
  // A choice in another tab has another receipt; it is in the database once it is out of local storage.
  addEventListener('storage', ({ key }) => void (key === name && look(false)));

  void sendAll(false);

  return {
    /** Takes the receipt of a choice, but for its id. @param {string} head the text before the id @param {string} tail the text behind it @param {string} refusal not "" if nothing is granted */
    async take(head, tail, refusal) {
      const id = uuid();
      const entry = { id, text: head + id + tail, at: Date.now(), refusal: !!refusal };
      const choice = ++choices;
      noted = false;
      setLatest(refusal ? '' : id);
      unkept.push(entry);
      const journaled = writeJournal([...readJournal(), entry]);
      const kept = keep([entry]).then(
        () => {
          if (choice === choices) noted = true;
          return true;
        },
        () => journaled,
      );
      const sent = send([entry], kept);
      if (!(await kept)) say('warn', 'this browser keeps no receipts: each is sent from its own page alone');
      else unkept = unkept.filter((one) => one !== entry);
      await sent;
    },
    /** Returns the id of the receipt that the visitor can ask for, null if there is none. @returns {Promise<string | null>} */
    async latest() {
      await look(false);
      return latest || null;
    },
  };
};
