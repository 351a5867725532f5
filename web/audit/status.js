/*
 * Shows what the audit is doing, and why an audit could not go on.
 */
import { byId } from './elements.js';

/** Says in the page's markup what the audit's state is: style sheet and tests read it. @param {'ready' | 'running' | 'done' | 'failed'} state */
export const setState = (state) => {
  document.documentElement.dataset.state = state;
};

/** Shows or hides what belongs to an audit that runs. @param {boolean} shown */
export const showRunning = (shown) => {
  byId('running').hidden = byId('pause').hidden = byId('stop').hidden = !shown;
};

/** Shows how far the audit has come: done of all steps. @param {string} verb @param {string} what @param {number} done @param {number} all */
export const showProgress = (verb, what, done, all) => {
  byId('progress').max = all || 1;
  byId('progress').value = done;
  byId('doing').textContent = `${done} of ${all}, ${verb} ${what}`;
};

/** Shows a message about what went wrong. @param {string} message */
export const showFailure = (message) => {
  byId('failure').textContent = message;
  byId('failure').hidden = false;
};

/** Ends an audit that cannot go on. @param {unknown} error */
export const fail = (error) => {
  setState('failed');
  showFailure(error instanceof Error ? error.message : String(error));
  showRunning(false);
};
