package wasmtest

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

// reports are the violations that browsers tell the site of.
type reports struct {
	mu   sync.Mutex
	list []string
}

func (r *reports) all() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string{}, r.list...)
}

// strictPage is a page under a policy; NONCE stands for its nonce.
type strictPage struct {
	path        string
	policy      string
	declaration string
	head        string // the drop-in alone, unless given
	body        string
}

// strictly serves a page under a policy. Violations come to the site's log, and into the
// page's own list.
func (s *site) strictly(page strictPage) *reports {
	r := &reports{}
	if page.head == "" {
		page.head = strictDropIn
	}
	s.pages.HandleFunc("POST "+page.path+"/csp", func(w http.ResponseWriter, q *http.Request) {
		b, _ := io.ReadAll(q.Body)
		r.mu.Lock()
		r.list = append(r.list, string(b))
		r.mu.Unlock()
	})
	s.pages.HandleFunc("GET "+page.path, func(w http.ResponseWriter, q *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", strings.ReplaceAll(page.policy, "NONCE", "'nonce-bm9uY2U'")+"; report-uri "+page.path+"/csp")
		fmt.Fprint(w, strings.NewReplacer("NONCE", `nonce="bm9uY2U"`, "THIRD", s.Third).Replace(`<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>test</title>
<script NONCE>window.ran = []; window.violations = []; document.addEventListener('securitypolicyviolation', (e) => violations.push(e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sample));</script>
<script NONCE type="application/json" id="octroi-config">`+page.declaration+`</script>`+page.head+`</head><body><a href="#octroi" id="tab">Cookies</a>`+page.body+`</body></html>`))
	})
	return r
}

// strictest is what a careful site sends (R8.02): the policy that SECURITY.md shows, with the page's
// own third party and policies for Trusted Types.
func (s *site) strictest(policies string) string {
	text, err := os.ReadFile("../examples/snippets/policy.txt")
	if err != nil {
		panic(err)
	}
	policy := strings.NewReplacer("\n", " ", "'nonce-…'", "NONCE", "img-src 'self'", "img-src 'self' "+s.Third+"; frame-src 'self' "+s.Third+"; form-action 'none'").Replace(strings.TrimSpace(string(text)))
	own, found := strings.CutSuffix(policy, "; trusted-types octroi")
	if !found {
		panic("the policy of SECURITY.md does not end with that for Trusted Types: " + policy)
	}
	return own + "; trusted-types " + policies
}

const strictDropIn = `<script NONCE src="/octroi/octroi.js"></script>`

// measures is a declaration whose pixel calls the third party's ads.
func (s *site) measures() string {
	return measuring("", `"urls": ["`+s.Third+`/ads/", "/part.js"],`)
}

const strictBody = `
<script type="text/plain" data-octroi="pixel" data-src="/part.js?unsigned"></script>
<script NONCE type="text/plain" data-octroi="pixel" src="/part.js?signed"></script>
<script NONCE type="text/plain" data-octroi="pixel">ran.push('inline' + Boolean(document.currentScript.nonce))</script>
<script NONCE type="text/plain" data-octroi="pixel" data-type="module">ran.push('module')</script>
<template data-octroi="pixel"><b id="in"></b><script data-src="/part.js?template"></script></template>
<script type="text/plain" data-octroi="pixel" data-src="/undeclared.js"></script>
<script type="text/plain" data-octroi="essential" data-src="/undeclared.js"></script>
<script type="text/plain" data-octroi="pixel">ran.push('injected without a nonce')</script>
<iframe data-octroi="pixel" data-src="THIRD/ads/frame" width="300" height="200"></iframe>
<img data-octroi="pixel" data-src="THIRD/ads/image" alt="">
<div data-octroi-declaration></div><div data-octroi-table></div>`

// Nonces, strict-dynamic, Trusted Types, and nothing that is unsafe: in every layer and
// state, the engine does nothing that the policy has to forbid (R8.02 to R8.04, R8.10).
func TestStrictPolicies(t *testing.T) {
	s := newSite(t)
	s.raw("/part.js", "text/javascript", func() string { return `ran.push(document.currentScript.src.split('?')[1])` })
	s.raw("/undeclared.js", "text/javascript", func() string { return `ran.push('undeclared')` })
	r := s.strictly(strictPage{path: "/strict", policy: s.strictest("octroi"), declaration: s.measures(), body: strictBody})
	_, tab := visit(t, s, "no service that is granted declares the address", "it lacks the page's nonce")
	none := func(when string) {
		t.Helper()
		var seen []string
		tab.eval(`new Promise((done) => setTimeout(done, 50)).then(() => violations)`, &seen)
		assert.Empty(t, seen, when)
		assert.Empty(t, r.all(), when)
	}
	tab.open("/strict")
	tab.until(`document.querySelector('dialog.octroi-ask[open]')?.lang === 'fr'`)
	assert.True(t, tab.truth(`ran.length === 0`))
	assert.True(t, tab.truth(`getComputedStyle(document.querySelector('dialog')).position === 'fixed'`), "styled")
	none("asking")
	tab.press("preferences")
	tab.until(`document.querySelector('dialog.octroi-preferences[open]')`)
	none("the second layer")
	tab.press("refuse")
	none("refused")
	tab.click("#tab")
	tab.press("close")
	tab.truth(`octroi.acceptAll()`)
	tab.until(`document.getElementById('in') && ran.includes('template')`)
	tab.until(`ran.includes('module')`)
	tab.arrived("/ads/frame", "/ads/image")
	// Markup that somebody injects without the nonce gets no right by being gated: texts
	// need it, addresses need the declaration.
	assert.True(t, tab.truth(`!ran.includes('undeclared') && !ran.some((r) => r.startsWith('injected'))`))
	assert.True(t, tab.truth(`['unsigned', 'signed', 'inlinetrue', 'module', 'template'].every((r) => ran.includes(r)) && ran.length === 5`))
	assert.True(t, tab.whole().truth(`octroi.report().held.filter(({ what, rule }) => what.endsWith('/undeclared.js') && rule === 'nonce').length === 1`), "and the site's owner hears of it")
	none("granted")
	s.Log.Clear()
	tab.truth(`octroi.refuseAll()`)
	tab.until(`document.querySelector('[data-octroi-act="reload"]')`)
	assert.True(t, tab.truth(`!document.querySelector('iframe').src`))
	none("withdrawn")
	tab.press("close")
	tab.press("once")
	tab.arrived("/ads/frame")
	tab.truth(`octroi.debug()`)
	tab.until(`document.querySelector('octroi-debug')`)
	none("the overlay, an embed loaded once")
}

// What the page's own policies trust stays what it is, whether it is held or let through.
func TestTrustedValues(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	s.raw("/part.js", "text/javascript", func() string { return `ran.push(document.currentScript.src.split('?')[1])` })
	s.raw("/worker.js", "text/javascript", func() string { return `postMessage('works')` })
	r := s.strictly(strictPage{path: "/trusted", policy: s.strictest("octroi page") + "; worker-src 'self' blob:", declaration: s.measures(), head: strictDropIn + `<script NONCE>
		window.policy = trustedTypes.createPolicy('page', { createHTML: (s) => s, createScriptURL: (s) => s, createScript: (s) => s });
		window.add = (src, way) => {
			const script = document.createElement('script'), address = policy.createScriptURL(src);
			if (way) script.setAttribute('src', address);
			else script.src = address;
			document.body.append(script);
			return script;
		};
	</script>`, body: `<main></main>`})
	_, tab := visit(t, s)
	tab.open("/trusted")
	tab.press("refuse")
	tab.truth(`(() => {
		add('/part.js?held'); add('/part.js?attribute', true); add('/other.js?let');
		document.querySelector('main').innerHTML = policy.createHTML('<p>text</p><img src="` + s.Third + `/ads/markup"><img src="/empty">');
		document.querySelector('main').insertAdjacentHTML('beforeend', policy.createHTML('<iframe src="` + s.Third + `/ads/adjacent"></iframe>'));
		const frame = document.createElement('iframe');
		frame.srcdoc = policy.createHTML('<img src="` + s.Third + `/ads/srcdoc">');
		document.body.append(frame);
		new Worker(policy.createScriptURL('/worker.js')).onmessage = ({ data }) => ran.push(data);
	})()`)
	tab.until(`ran.includes('works')`)
	assert.True(t, tab.truth(`ran.join() === 'works' && document.querySelector('script[src^="/other.js"]') && document.querySelector('main img[src="/empty"]')`))
	assert.Empty(t, tab.requests())
	tab.truth(`octroi.acceptAll()`)
	tab.until(`ran.includes('held') && ran.includes('attribute')`)
	tab.arrived("/ads/markup", "/ads/adjacent", "/ads/srcdoc")
	assert.True(t, tab.truth(`violations.length === 0`), "%v", r.all())
	assert.Empty(t, r.all())
}

// Isolated pages (COOP, COEP) are isolated still, and what is granted loads if it may.
func TestIsolatedPages(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	s.keeper("/inner", s.measures(), `<img data-octroi="pixel" data-src="THIRD/ads/image" alt=""><script type="text/plain" data-octroi="pixel" data-src="/part.js"></script>`)
	s.raw("/part.js", "text/javascript", func() string { return `window.ran = true` })
	inner := s.pages
	s.pages = http.NewServeMux()
	s.pages.HandleFunc("/", func(w http.ResponseWriter, q *http.Request) {
		w.Header().Set("Cross-Origin-Opener-Policy", "same-origin")
		w.Header().Set("Cross-Origin-Embedder-Policy", "require-corp")
		inner.ServeHTTP(w, q)
	})
	_, tab := visit(t, s)
	tab.open("/inner")
	assert.True(t, tab.truth(`crossOriginIsolated`))
	tab.press("preferences")
	tab.press("accept")
	tab.until(`octroi.allows('pixel') && document.querySelector('img').src && window.ran`)
	tab.open("/inner")
	assert.True(t, tab.truth(`crossOriginIsolated && octroi.allows('pixel') && !document.querySelector('dialog')`))
}

// What an address of a blob stands for is known as long as the address is, though no script
// holds the blob and the page's policy lets nobody read it.
func TestABlobIsKnownAsLongAsItsAddress(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	reports := s.strictly(strictPage{path: "/blobs", policy: "connect-src 'self'", declaration: s.measures(), body: `<script>
		const at = URL.createObjectURL(new Blob(['postMessage(1)'], { type: 'text/javascript' }));
	</script>`})
	_, tab := visit(t, s, "octroi: ")
	tab.open("/blobs").press("refuse")
	tab.open("/blobs").collect()
	assert.True(t, tab.truth(`new Promise((done) => { const w = new Worker(at); w.onmessage = () => done(true); setTimeout(done, 9000, false); })`))
	assert.Empty(t, reports.all())
}
