/* Brings the interface about in two frames, in the state that is wanted, by the clicks of a visitor. */

/** How long a state may take to come, in ms. */
const PATIENCE = 15000;
const outdated = new Error('outdated');
let wanted = 0;

/** What can be shown, with its name. */
export const states = {
  first: 'First layer',
  second: 'Second layer',
  standin: 'Stand-in',
  message: 'Message',
  again: 'Due again',
  gpc: 'Global Privacy Control',
  policy: 'Policy',
  reload: 'Reload',
};

const ask = 'dialog.octroi-ask[open]';
const choices = 'dialog.octroi-preferences[open]';
/** @param {string} name @param {string} within */
const act = (name, within) => `${within} [data-octroi-act="${name}"]`;

/** @typedef {ReturnType<typeof visitorOf>} Visitor */

/** Waits, frame by frame of the screen, until a page gives something. @param {number} current @param {() => any} give */
const until = async (current, give) => {
  for (const end = performance.now() + PATIENCE; ; await new Promise((next) => setTimeout(next, 16))) {
    if (current !== wanted) throw outdated;
    const given = give();
    if (given) return given;
    if (performance.now() > end) throw new Error('It has not come.');
  }
};

/** Takes away what a frame's pages keep of their visitor. @param {HTMLIFrameElement} frame */
const forget = ({ id }) => {
  for (const pair of document.cookie.split('; ')) {
    const [name] = pair.split('=');
    if (name.startsWith(`configurator-${id}`)) document.cookie = `${name}=; path=/; max-age=0`;
  }
  for (const store of [localStorage, sessionStorage]) {
    for (const key of Object.keys(store)) if (key.startsWith(`configurator-${id}`)) store.removeItem(key);
  }
};

/** The address of a frame's page. @param {HTMLIFrameElement} frame @param {Record<string, string>} visitor */
export const address = ({ id }, visitor) => `frame.html?${new URLSearchParams({ ...visitor, frame: id })}`;

/** @param {HTMLIFrameElement} frame @param {Record<string, string>} look @param {number} current */
const visitorOf = (frame, look, current) => {
  /** @returns {any} */
  const page = () => frame.contentWindow;
  /** @param {string} selector */
  const seen = (selector) => {
    const element = page()?.document.querySelector(selector);
    return element?.checkVisibility?.({ visibilityProperty: true }) !== false && element?.getClientRects().length ? element : null;
  };
  /** @param {string} selector */
  const sees = (selector) => until(current, () => seen(selector));
  return {
    sees,
    /** Goes to the page, and waits for the engine, or for its word that the declaration has a fault. @param {Record<string, string>} [more] */
    goes: async (more = {}) => {
      if (page()) page().leaves = true;
      // In the place of the page before: the tab's history stays the configurator's.
      page().location.replace(new URL(address(frame, { ...look, ...more }), location.href));
      await until(current, () => !page().leaves && page().document.readyState === 'complete' && page().octroi);
    },
    /** @param {string} selector */
    presses: async (selector) => (await sees(selector)).click(),
    /** @param {(page: any) => any} test */
    has: (test) => until(current, () => test(page())),
  };
};

/** Refuses everything, and puts the message away. @param {Visitor} they */
const refuses = async ({ presses, sees }) => {
  await presses(act('refuse', ask));
  await sees('.octroi-status');
  await presses(act('dismiss', '.octroi-status'));
};

/** How a visitor comes to each state. @type {Record<string, (they: Visitor) => Promise<unknown>>} */
const ways = {
  first: ({ sees }) => sees(ask),
  second: async ({ presses, sees }) => {
    await presses(`${ask} .octroi-select`);
    await sees(choices);
  },
  standin: async (they) => {
    await refuses(they);
    // Scrolling it into view would scroll the configurator, too.
    await they.has((page) => {
      const embed = page.document.querySelector('iframe[data-octroi]');
      if (embed) page.scrollTo(0, page.scrollY + embed.getBoundingClientRect().top - page.innerHeight / 3);
      return embed;
    });
    await they.sees('.octroi-embed');
  },
  message: async ({ presses, sees }) => {
    await presses(act('refuse', ask));
    await sees('.octroi-status');
  },
  policy: async (they) => {
    await refuses(they);
    await they.goes({ page: 'policy' });
    await they.sees('[data-octroi-declaration] .octroi-policy');
  },
  again: async ({ presses, goes, has, sees }) => {
    await presses(act('accept', ask));
    await has(({ octroi }) => octroi.state()?.decided);
    await goes();
    await sees(ask);
  },
  reload: async ({ presses, sees, has }) => {
    await presses(act('accept', ask));
    await has(({ ran }) => ran);
    await presses(act('preferences', '.octroi-status'));
    await presses(act('refuse', choices));
    await sees(act('reload', '.octroi'));
  },
  gpc: ({ has }) => has(({ octroi }) => octroi.state()),
};
/** @type {Record<string, Record<string, string>>} */
const origins = { again: { months: '7' }, gpc: { gpc: '1' } };

/**
 * Shows a state in frames; of several calls the last counts.
 *
 * @param {HTMLIFrameElement[]} frames
 * @param {string} state
 * @param {Record<string, string>} look `shade` and `lang`
 * @param {boolean} faulty the engine asks nothing
 * @returns {Promise<boolean>} whether it is there, and nothing else is wanted by now
 */
export const show = async (frames, state, look, faulty) => {
  const current = ++wanted;
  try {
    await Promise.all(
      frames.map(async (frame) => {
        const they = visitorOf(frame, look, current);
        forget(frame);
        // By what a frame stands in, its page takes its visitor's system for light or dark; not in Safari.
        frame.style.colorScheme = look.shade;
        await they.goes(faulty ? {} : origins[state]);
        if (!faulty) await ways[state](they);
      }),
    );
  } catch (error) {
    if (error === outdated) return false;
    throw error;
  }
  return current === wanted;
};
