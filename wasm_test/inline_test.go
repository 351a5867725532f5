package wasmtest

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/bundle"
	"github.com/octroi-consent/octroi/server/consent"
	"github.com/octroi-consent/octroi/server/rewrite"
)

// octroi.js may stand in the page itself: the page asks, holds, opens and comes again as with the
// file, and asks for no file before it does. Its text has what other scripts are held by.
func TestAPageThatHasOctroiItself(t *testing.T) { // R1.01
	for name, row := range map[string]struct {
		policy string // with HASH and NONCE for what names the script
		nonce  string
	}{
		"without a policy":    {},
		"under a hash":        {policy: "script-src 'self' 'wasm-unsafe-eval' 'HASH'"},
		"under a nonce":       {policy: "script-src 'nonce-n' 'strict-dynamic' 'wasm-unsafe-eval'", nonce: "n"},
		"under Trusted Types": {policy: "script-src 'self' 'wasm-unsafe-eval' 'HASH'; require-trusted-types-for 'script'; trusted-types octroi"},
		"without WebAssembly": {policy: "script-src 'self' 'HASH'"},
		"without connections": {policy: "script-src 'self' 'HASH' 'wasm-unsafe-eval'; connect-src 'none'"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			own := s.built(t, measuring("", `"urls": ["`+s.Third+`/ads/", "/itself.js"], "inline": ["pixelate("],`))
			close(own.withheld)
			var asked atomic.Int32
			own.answers = func(name string, _ *http.Request) {
				if name == "octroi.js" {
					asked.Add(1)
				}
			}
			tag := string(own.files[bundle.InlineFile])
			hash := (&bundle.Site{Files: own.files}).InlineHash()
			if row.nonce != "" {
				tag = strings.Replace(tag, "<script", `<script nonce="`+row.nonce+`"`, 1)
			}
			s.pages.HandleFunc("GET /itself", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				if row.policy != "" {
					w.Header().Set("Content-Security-Policy", strings.ReplaceAll(row.policy, "HASH", hash))
				}
				w.Write([]byte(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>itself</title>` + tag + `</head><body>
<img data-octroi="pixel" data-src="` + s.Third + `/ads/gated" alt=""><script type="text/plain" data-octroi="pixel" src="/itself.js"` + map[bool]string{true: ` nonce="` + row.nonce + `"`}[row.nonce != ""] + `></script>
<a href="#octroi">Cookies</a></body></html>`))
			})
			s.raw("/itself.js", "text/javascript", func() string { return `window.ran = true; new Image().src = '` + s.Third + `/ads/script'` })
			_, tab := visit(t, s, "octroi: ", "Content Security Policy", "Content-Security-Policy", "CSP", "Refused", "WebAssembly", "blocked")
			tab.open("/itself").until(`document.querySelector('dialog.octroi-ask[open]')`)
			assert.Empty(t, tab.requests(), "nothing before a choice")
			tab.press("accept")
			tab.until(`window.ran`)
			tab.arrived("/ads/gated", "/ads/script")
			s.Log.Clear()
			tab.open("/itself").until(`window.ran`)
			tab.arrived("/ads/gated", "/ads/script")
			assert.True(t, tab.truth(`!document.querySelector('dialog') && document.querySelector('script[data-base]').getAttributeNames().every((name) => name === 'data-base' || name === 'nonce')`), "its own tag is as it was")
			assert.Zero(t, asked.Load(), "the file is asked for by nobody")
		})
	}
}

// What such a page writes or asks for itself is held as in any other.
func TestAPageThatHasOctroiItselfLetsNothingThrough(t *testing.T) { // R1.01
	s := newSite(t)
	own := s.built(t, measuring("", `"urls": ["`+s.Third+`/ads/"], "inline": ["pixelate("],`))
	close(own.withheld)
	s.raw("/itself", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>itself</title>` + string(own.files[bundle.InlineFile]) + `</head><body>
<script>window.pixelate = () => (window.pixelated = true); window.went = true</script><script>pixelate('x')</script>
<script>new Image().src = '` + s.Third + `/ads/script'; fetch('` + s.Third + `/ads/call').catch(() => {}); document.cookie = 'px=1'</script></body></html>`
	})
	_, tab := visit(t, s, "octroi: ")
	tab.open("/itself").until(`window.went && document.querySelector('dialog.octroi-ask[open]')`)
	assert.Empty(t, tab.requests())
	assert.True(t, tab.truth(`!window.pixelated`), "a script that is known by its text")
	tab.press("accept")
	tab.arrived("/ads/script")
	tab.until(`window.pixelated`)
}

// A server gives octroi.js itself to those who have yet to answer, and its tag to all others.
func TestAServerHasOctroiInThePageForWhoIsAsked(t *testing.T) {
	s := newSite(t)
	text := measuring("", `"urls": ["`+s.Third+`/ads/"],`)
	own := s.built(t, text)
	close(own.withheld)
	var asked atomic.Int32
	own.answers = func(name string, _ *http.Request) {
		if name == "octroi.js" {
			asked.Add(1)
		}
	}
	declared, err := consent.Parse([]byte(text))
	require.NoError(t, err)
	r, err := rewrite.New([]byte(text), rewrite.Options{
		Head: `<script src="/own/octroi.js"></script>`, Inline: string(own.files[bundle.InlineFile]), PerVisitor: true,
		Visitor: func(r *http.Request) rewrite.Grants { return declared.FromRequest(r) },
	})
	require.NoError(t, err)
	s.pages.Handle("GET /served", r.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write([]byte(`<!doctype html><html lang="en"><head><title>served</title></head><body><img src="` + s.Third + `/ads/plain" alt=""><a href="#octroi">Cookies</a></body></html>`))
	})))
	_, tab := visit(t, s, "octroi: ")
	tab.open("/served").until(`document.querySelector('dialog.octroi-ask[open]')`)
	assert.Empty(t, tab.requests(), "nothing before a choice")
	assert.Zero(t, asked.Load())
	tab.press("accept")
	tab.arrived("/ads/plain")
	s.Log.Clear()
	tab.open("/served")
	s.reached("/ads/plain")
	tab.until(`octroi.state()?.decided`)
	assert.True(t, tab.truth(`!document.querySelector('dialog') && !document.querySelector('script[data-base]')`))
	assert.EqualValues(t, 1, asked.Load(), "a file, which a cache may keep")
}
