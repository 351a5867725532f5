/*
 * Runs if octroi.js throws while it starts: code before it has replaced a built-in that it needs.
 * Nobody can be asked then: the browser blocks whatever is not first-party, by a Content Security
 * Policy (https://www.w3.org/TR/CSP3/), and scripts can store nothing.
 */
{
  /** Does one step; a step that throws does not prevent the others. @param {() => void} act */
  const each = (act) => {
    try {
      act();
    } catch {}
  };
  each(() => {
    const meta = document.createElement('meta');
    meta.httpEquiv = 'Content-Security-Policy';
    // Allows no inline scripts: any of them may be a service's.
    meta.content = "default-src 'self' 'unsafe-eval' data: blob:;style-src 'self' 'unsafe-inline';base-uri 'self'";
    (document.head || document.documentElement).appendChild(meta);
  });
  each(() => Object.defineProperty(Document.prototype, 'cookie', { get: () => '', set() {} }));
  each(() => Object.defineProperty(window, 'localStorage', { value: undefined }));
  each(() => Object.defineProperty(window, 'sessionStorage', { value: undefined }));
  each(() => Object.defineProperty(window, 'indexedDB', { value: undefined }));
  each(() => Object.defineProperty(window, 'caches', { value: undefined }));
  each(() => Object.defineProperty(window, 'cookieStore', { value: undefined }));
  each(() => console.error('octroi: cannot begin; something before it has replaced what it needs'));
}
