// A stand-in for Clarity: it replays the stub's queue. A field that is missing keeps its value.
(() => {
  const log = ((window.__signals ??= {}).clarity ??= []);
  const state = { ad_Storage: 'denied', analytics_Storage: 'denied' };
  const keep = () => {
    const expires = state.analytics_Storage === 'granted' ? '' : ';expires=Thu, 01 Jan 1970 00:00:00 GMT';
    document.cookie = '_clck=1;path=/' + expires;
  };
  const commands = {
    consentv2(said) {
      for (const field of Object.keys(state)) state[field] = said?.[field]?.toLowerCase() ?? state[field];
      keep();
    },
    consent(given = true) {
      state.ad_Storage = state.analytics_Storage = given === false ? 'denied' : 'granted';
      keep();
    },
  };
  const queue = window.clarity?.q ?? [];
  window.clarity = (command, ...args) => {
    commands[command]?.(...args);
    log.push([command, ...args, { ...state }]);
  };
  for (const args of queue) window.clarity(...args);
  log.push(['hit', { ...state }]);
})();
