// Package rewrite gates what needs consent in a page's markup, before it leaves the server.
//
// Browsers request what a page's HTML names before any script could prevent it. A [Rewriter]
// reads the HTML as it goes out, finds by the site's declaration what loads from services that
// need consent, and writes it as gated markup, which Octroi opens in the page once that is
// granted. [Rewriter.Handler] is a middleware; [Rewriter.NewWriter] takes markup from anywhere, as
// it comes and of any length, in little memory.
//
// What loads is said by internal/loads, and whose it is by the engine: both as in the page. What
// need not change goes through byte for byte.
package rewrite
