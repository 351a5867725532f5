/*
 * What stands in for the drop-in where it cannot begin, since something before it has taken
 * away what it begins with. Nobody is asked here, so all that is not the page's own is shut,
 * by the browser, and nothing is kept.
 */
{
  /** @param {() => void} act */
  const each = (act) => {
    try {
      act();
    } catch {}
  };
  each(() => {
    const meta = document.createElement('meta');
    meta.httpEquiv = 'Content-Security-Policy';
    // Inline scripts may be a service's: nobody can tell.
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
