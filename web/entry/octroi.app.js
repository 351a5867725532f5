/*
 * octroi.app.js: the way between the page and the app around it. It carries messages, and
 * reads none: examples/webview/README.md is their reference. Put before the drop-in, it hands
 * over what the app has left before the first question; else the drop-in loads it.
 */

const prefix = '#octroi=';

/** @template T @param {() => T} read @returns {T | undefined} */
const attempt = (read) => {
  try {
    return read();
  } catch {}
};

const view = /** @type {any} */ (window);

/** The ways to the native side, in the order in which they are looked for. @type {(() => ((text: string) => void) | undefined)[]} */
const channels = [
  () => view.webkit?.messageHandlers?.octroi && ((text) => view.webkit.messageHandlers.octroi.postMessage(text)),
  // A @JavascriptInterface, a web message listener, or webview_flutter's channel.
  () => view.octroiApp?.postMessage && ((text) => view.octroiApp.postMessage(text)),
  () => view.ReactNativeWebView?.postMessage && ((text) => view.ReactNativeWebView.postMessage(text)),
  () => view.flutter_inappwebview?.callHandler && ((text) => void view.flutter_inappwebview.callHandler('octroi', text)),
  () => view.Capacitor?.Plugins?.Octroi && ((text) => void view.Capacitor.Plugins.Octroi.message({ text })),
];

const channel = () => {
  for (const find of channels) {
    const post = attempt(find);
    if (post) return post;
  }
};

/** What an app has left for the page, and where. @type {[message: any, where: string, origin?: string][]} */
const left = [];

/** What a global holds, or what it answers. @param {string} name @param {string} [method] */
const look = (name, method) => {
  const value = view[name];
  const said = method && typeof value?.[method] === 'function' ? attempt(() => value[method]()) : value;
  if (said !== undefined && said !== null) left.push([said, name === 'octroiNative' ? 'global' : name]);
};
look('octroiNative');
look('OTExternalConsent');
look('didomiConfig');
look('ucMobileSdk', 'getUserSessionData');

if (location.hash.startsWith(prefix)) {
  const text = attempt(() => decodeURIComponent(location.hash.slice(prefix.length))) ?? '';
  left.push([text, 'hash', channel() ? 'app' : '']);
  attempt(() => history.replaceState(history.state, '', location.pathname + location.search));
}

/** Windows that have spoken, and from where. @type {Map<any, string>} */
const peers = new Map();
/** @type {string[]} */
let origins = [];

document.addEventListener('octroi:app', (event) => {
  const { detail } = /** @type {CustomEvent} */ (event);
  if (detail.type === 'start') {
    ({ origins } = detail);
    for (const letter of left.splice(0)) view.octroi.native(...letter);
    // The page around this one is told where it is looked for, and hears it only there.
    if (parent !== window) for (const origin of origins) attempt(() => parent.postMessage('{"octroi":1,"type":"hello"}', origin));
    return;
  }
  const text = JSON.stringify(detail);
  attempt(() => channel()?.(text));
  for (const [peer, origin] of peers) attempt(() => peer.postMessage(text, origin));
});

addEventListener('message', (event) => {
  const { data, origin, source, isTrusted } = event;
  const ours = typeof data === 'string' ? data.includes('"octroi"') : data && typeof data === 'object' && 'octroi' in data;
  // What a page makes itself is no message of another's.
  if (!ours || !isTrusted || source === window || !view.octroi) return;
  // Of no window and no origin: the native side's own.
  if (!source && !origin) return view.octroi.native(data);
  if (origins.includes(origin) && source) peers.set(source, origin);
  view.octroi.native(data, 'message', origin);
});

/** The native side has come late: it is told all anew. */
const hello = () => view.octroi?.native('{"octroi":1,"type":"hello"}');
addEventListener('flutterInAppWebViewPlatformReady', hello);
document.addEventListener('deviceready', hello);
// Loaded by the drop-in, this file is the one that is late.
view.octroi?.native('{"octroi":1,"type":"start"}');
