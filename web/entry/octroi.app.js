/*
 * octroi.app.js: carries messages between the engine and the app around the page, without reading
 * them; examples/webview/README.md describes the messages. A page that loads this file before
 * octroi.js gives the engine the app's answers before the visitor is asked; otherwise octroi.js
 * loads the file.
 */

const prefix = '#octroi=';

/** Returns what a function returns; nothing if it throws. @template T @param {() => T} read @returns {T | undefined} */
const attempt = (read) => {
  try {
    return read();
  } catch {}
};

const view = /** @type {any} */ (window);

/** Finds the functions by which a page posts to native code; the first that is there is used. @type {(() => ((text: string) => void) | undefined)[]} */
const channels = [
  () => view.webkit?.messageHandlers?.octroi && ((text) => view.webkit.messageHandlers.octroi.postMessage(text)),
  // On Android a @JavascriptInterface or a web message listener; with Flutter a channel of webview_flutter.
  () => view.octroiApp?.postMessage && ((text) => view.octroiApp.postMessage(text)),
  () => view.ReactNativeWebView?.postMessage && ((text) => view.ReactNativeWebView.postMessage(text)),
  () => view.flutter_inappwebview?.callHandler && ((text) => void view.flutter_inappwebview.callHandler('octroi', text)),
  () => view.Capacitor?.Plugins?.Octroi && ((text) => void view.Capacitor.Plugins.Octroi.message({ text })),
];

/** Returns the function that posts a text to native code, if there is one. */
const channel = () => {
  for (const find of channels) {
    const post = attempt(find);
    if (post) return post;
  }
};

/** Messages that the app has left in the page, and where. @type {[message: any, where: string, origin?: string][]} */
const messages = [];

/** Takes a message from a global variable, or from one of its methods. @param {string} name @param {string} [method] */
const takeFrom = (name, method) => {
  const value = view[name];
  const message = method && typeof value?.[method] === 'function' ? attempt(() => value[method]()) : value;
  if (message !== undefined && message !== null) messages.push([message, name === 'octroiNative' ? 'global' : name]);
};
takeFrom('octroiNative');
takeFrom('OTExternalConsent');
takeFrom('didomiConfig');
takeFrom('ucMobileSdk', 'getUserSessionData');

if (location.hash.startsWith(prefix)) {
  const text = attempt(() => decodeURIComponent(location.hash.slice(prefix.length))) ?? '';
  messages.push([text, 'hash', channel() ? 'app' : '']);
  attempt(() => history.replaceState(history.state, '', location.pathname + location.search));
}

/** The windows that have sent a message, and their origins. @type {Map<any, string>} */
const peers = new Map();
/** The origins that the declaration allows. @type {string[]} */
let origins = [];

document.addEventListener('octroi:app', (event) => {
  const { detail } = /** @type {CustomEvent} */ (event);
  if (detail.type === 'start') {
    ({ origins } = detail);
    for (const message of messages.splice(0)) view.octroi.native(...message);
    // Greets the page around this one, if it is of one of these origins; a browser delivers a
    // message to the named origin only.
    if (parent !== window) for (const origin of origins) attempt(() => parent.postMessage('{"octroi":1,"type":"hello"}', origin));
    return;
  }
  const text = JSON.stringify(detail);
  attempt(() => channel()?.(text));
  for (const [peer, origin] of peers) attempt(() => peer.postMessage(text, origin));
});

addEventListener('message', (event) => {
  const { data, origin, source, isTrusted } = event;
  const isMessage = typeof data === 'string' ? data.includes('"octroi"') : data && typeof data === 'object' && 'octroi' in data;
  // Passes over events that the page has made itself: they are no messages of another window.
  if (!isMessage || !isTrusted || source === window || !view.octroi) return;
  // Native code has neither a window nor an origin.
  if (!source && !origin) return view.octroi.native(data);
  if (origins.includes(origin) && source) peers.set(source, origin);
  view.octroi.native(data, 'message', origin);
});

/** Sends native code that is ready only now the whole state. */
const hello = () => view.octroi?.native('{"octroi":1,"type":"hello"}');
addEventListener('flutterInAppWebViewPlatformReady', hello);
document.addEventListener('deviceready', hello);
// If octroi.js has loaded this file, the engine's first message has passed: asks for it again.
view.octroi?.native('{"octroi":1,"type":"start"}');
