package markup

import (
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// summary writes a thing as a test expects it: line, kind, whether it is gated and for
// whom, and its address or text.
func summary(t Thing) string {
	s := fmt.Sprintf("%d %s", t.Line, t.Kind)
	if t.Gated {
		s += " gated"
	}
	if t.Manager != "" {
		s += " " + t.Manager + ":" + t.IDs
	}
	if t.NoScript {
		s += " noscript"
	}
	if t.Kind == Inline {
		return s + " " + strings.TrimSpace(t.Text)
	}
	return s + " " + t.Address
}

// reads checks what is read of markups, by their text: a summary of each thing.
func reads(t *testing.T, wants map[string]string) {
	t.Helper()
	for markup, want := range wants {
		var got []string
		for _, thing := range Read(markup).Things {
			got = append(got, summary(thing))
		}
		assert.Equal(t, want, strings.Join(got, "; "), markup)
	}
}

func TestEveryThingIsRead(t *testing.T) {
	reads(t, map[string]string{
		"\n\n<script\nsrc='/a.js'>ignored</script>":                  "3 script /a.js",
		`<SCRIPT SRC=/a.js></SCRIPT>`:                                "1 script /a.js",
		`<script type="module" src="/a.js"></script>`:                "1 script /a.js",
		"<p>\n<script>run()</script>":                                "2 inline script run()",
		`<script type="application/ld+json">{}</script>`:             "",
		`<script type="text/plain">never()</script>`:                 "",
		`<script type="importmap">{}</script>`:                       "",
		`<script></script>`:                                          "",
		`<iframe src="https://v.example/e?a&amp;b"></iframe>`:        "1 frame https://v.example/e?a&b",
		`<img src="/p.gif" srcset="/q.gif 1x, /r.gif 2x">`:           "1 image /p.gif; 1 image /q.gif; 1 image /r.gif",
		`<picture><source srcset="/q.webp"><img src=/p></picture>`:   "1 image /q.webp; 1 image /p",
		`<video src="/v" poster="/p"><track src="/t"></video>`:       "1 media /v; 1 image /p; 1 media /t",
		`<embed src="/e"><object data="/o"></object>`:                "1 embed /e; 1 embed /o",
		`<link rel="Stylesheet" href="/s.css">`:                      "1 link /s.css",
		`<link rel="canonical" href="/s">`:                           "",
		`<link rel="dns-prefetch" href="//d.example">`:               "1 preconnect //d.example",
		`<link rel=preload as=script href="/p.js">`:                  "1 link /p.js",
		`<form action="https://f.example/"><button formaction="/b">`: "1 form https://f.example/; 1 form /b",
		`<input type="image" src="/i"><input src="/no">`:             "1 image /i",
		`<a href="/x" ping="https://p.example/1 /2">`:                "1 ping https://p.example/1; 1 ping /2",
		`<body background="/b">`:                                     "1 image /b",
		`<div style="background:url('/u.png')">`:                     "1 style /u.png",
		`<style>@import "/i.css"; a{background:url(/u)}</style>`:     "1 style /u; 1 style /i.css",
		`<style>a{fill:url(#own)}</style>`:                           "",
		`<style>a{background:image-set("/u" 1x, '/v' 2x)}</style>`:   "1 style /u; 1 style /v",
		`<p style='background:image-set("/u" 1x)'>`:                  "1 style /u",
		`<svg><image xlink:href="/s.png"/><use href="/u.svg#a"/>`:    "1 image /s.png; 1 image /u.svg#a",
		`<meta http-equiv="refresh" content="3; URL='/next'">`:       "1 refresh /next",
		`<noscript><img src="/n.gif"></noscript><img src="/m">`:      "1 image noscript /n.gif; 1 image /m",
		`<!-- <script src="/a.js"></script> --><p>`:                  "",
		`<textarea><script src="/a.js"></script></textarea>`:         "",
		`<script src="/a.js" src="/b.js"></script>`:                  "1 script /a.js",
	})
}

// What the audit did not see while its table was its own.
func TestWhatIsSeldomMetIsRead(t *testing.T) {
	reads(t, map[string]string{
		`<table background="/a"><colgroup background="/b"><col background="/c"><thead background="/d"><tr background="/e"><th background="/f"><tbody background="/g"><tfoot background="/h">`: "1 image /a; 1 image /b; 1 image /c; 1 image /d; 1 image /e; 1 image /f; 1 image /g; 1 image /h",
		`<image src="/i">`: "1 image /i",
		`<svg><script href="/s.js"></script><script xlink:href="/t.js"></script></svg>`:                                                                    "1 script /s.js; 1 script /t.js",
		`<svg><use xlink:href="/u.svg#a"/><feImage xlink:href="/f"/></svg>`:                                                                                "1 image /u.svg#a; 1 image /f",
		`<svg><linearGradient href="/g"/><pattern href="/p"/><textPath href="/t"/><font-face-uri href="/w"/></svg>`:                                        "1 image /g; 1 image /p; 1 image /t; 1 media /w",
		`<svg><image><set attributeName="href" to="/s"/><animate attributeName="xlink:href" values="/a;/b"/><set attributeName="x" to="1"/></image></svg>`: "1 media /s; 1 media /a; 1 media /b",
		`<svg><rect fill="url(/f.svg#a)" mask="url('/m')" clip-path="url(#own)"/></svg><p fill="url(/no)">`:                                                "1 style /f.svg#a; 1 style /m",
		`<link rel="preload" as="image" imagesrcset="/p 1x, /q 2x">`:                                                                                       "1 link /p; 1 link /q",
		`<link rel="compression-dictionary" href="/d">`:                                                                                                    "1 link /d",
		`<meta http-equiv="refresh" content="3; /next">`:                                                                                                   "1 refresh /next",
		`<meta http-equiv="refresh" content="30">`:                                                                                                         "",
		`<img srcset="/a,b 1x,/c(1,2) 2x, /d">`:                                                                                                            "1 image /a,b; 1 image /c(1,2); 1 image /d",
		"\n<iframe srcdoc='<script src=/s></script>\n<img src=/i>'></iframe>":                                                                              "2 script /s; 2 image /i",
		`<iframe srcdoc="<script>x()</script>"></iframe>`:                                                                                                  "1 inline script x()",
		`<iframe data-octroi="v" data-srcdoc="<img src=/i>"></iframe>`:                                                                                     "1 image gated octroi:v /i",
		`<td data-octroi="v" data-background="/b"><svg><use data-octroi="v" data-xlink-href="/u"/></svg>`:                                                  "1 image gated octroi:v /b; 1 image gated octroi:v /u",
		// An attribute loads in its own namespace, and HTML goes on where its parser says so.
		`<script href="/no"></script><image href="/no"><svg><script src="/no"></script></svg>`: "",
		`<svg><foreignObject><image src="/i"></image></foreignObject><image href="/j"/></svg>`: "1 image /i; 1 image /j",
		`<svg><p><img src="/i"><image src="/j">`:                                               "1 image /i; 1 image /j",
	})
}

func TestGatedThingsAreRead(t *testing.T) {
	reads(t, map[string]string{
		`<script type="text/plain" data-octroi="a b" data-src="/a.js"></script>`:                    "1 script gated octroi:a b /a.js",
		`<script type="text/plain" data-octroi="a" src="/a.js"></script>`:                           "1 script gated octroi:a /a.js",
		`<script type="text/plain" data-octroi="a">x()</script>`:                                    "1 inline script gated octroi:a x()",
		`<script data-octroi="a" src="/a.js"></script>`:                                             "1 script octroi:a /a.js",
		`<iframe data-octroi="v" data-src="/v"></iframe>`:                                           "1 frame gated octroi:v /v",
		`<iframe data-octroi="v" src="/v"></iframe>`:                                                "1 frame octroi:v /v",
		`<img data-octroi="v" data-srcset="/v 1x, /w 2x">`:                                          "1 image gated octroi:v /v; 1 image gated octroi:v /w",
		`<link rel="stylesheet" data-octroi="d" data-href="/d.css">`:                                "1 link gated octroi:d /d.css",
		`<template data-octroi="t"><img src="/i"><script src="/s"></script></template><img src=/j>`: "1 image gated octroi:t /i; 1 script gated octroi:t /s; 1 image /j",
		`<template><img src="/i"></template>`:                                                       "",
		`<img data-src="/lazy.jpg">`:                                                                "",
		`<script type="text/plain" data-category="ads" data-service="x" src="/a"></script>`:         "1 script gated vanilla-cookieconsent:ads/x /a",
		`<script type="text/plain" data-name="matomo" data-src="/m"></script>`:                      "1 script gated klaro:matomo /m",
		`<template data-purpose="stats"><script>x()</script></template>`:                            "1 inline script gated orejime:stats x()",
		`<script type="text/plain" data-cookieconsent="marketing" src="/m"></script>`:               "1 script gated cookiebot:marketing /m",
		`<iframe data-cookieconsent="marketing" data-cookieblock-src="/v"></iframe>`:                "1 frame gated cookiebot:marketing /v",
		`<script type="text/plain" class="x optanon-category-C0002" src="/o"></script>`:             "1 script gated onetrust:C0002 /o",
	})
}

// Style sheets are read as a browser reads them.
func TestEveryAddressOfAStyleSheetIsRead(t *testing.T) {
	for css, want := range map[string]string{
		`a{background:url(/u)}`:                                               "/u",
		`a{background:URL( "/u" )} b{background:url('/v')}`:                   "/u /v",
		`a{background:image-set("/u" 1x, '/v' 2x)}`:                           "/u /v",
		`a{background:-webkit-image-set("/u" 1x)} b{mask:IMAGE-SET("/v" 1x)}`: "/u /v",
		`a{background:image-set(url(/u) 1x, "/v" 2x)}`:                        "/u /v",
		`a{background:image-set("/u" type("image/avif") 1x, "/v" 1x)}`:        "/u /v",
		`a{background:image-set(/* "/no" */"/u" 1x)}`:                         "/u",
		`a{background:image-set(var(--none, "/u") 1x)}`:                       "/u",
		`a{background:image("/u")} b{background:src("/v")}`:                   "/u /v",
		`@media print{a{content:"/no";cursor:image-set("/u" 1x),auto}}`:       "/u",
		`a{content:"url(/no) image-set('/no')"} b[title="/no"]{}`:             "",
		`a{font:format("/no") "/no"; quotes:"/no" "/no"}`:                     "",
		`/* url(/no) @import "/no"; */ a{background:url(/u)}`:                 "/u",
		`a{background:u\72l(/u)} b{background:url("/\76 ")}`:                  "/u /v",
		`a{background:url(/no no)} b{background:url(/u)}`:                     "/u",
		`@import "/i"; @IMPORT url(/j) print; @import url("/k");`:             "/j /k /i",
		`@import/**/'/i' layer(a);a{background:url(/u)}`:                      "/u /i",
		`@namespace url(http://www.w3.org/1999/xhtml); @namespace s "/no";`:   "",
		`@charset "utf-8"; a{fill:url(#own);background:url()}`:                "",
		`a{background:url(/u`:                                                 "/u",
		`a{background:image-set("/u`:                                          "/u",
	} {
		assert.Equal(t, want, strings.TrimSpace(strings.Join(urls(css), " ")), css)
	}
}

func TestThePageItself(t *testing.T) {
	p := Read(`<!doctype html><html lang=" fr "><head><base href="/b/"><title> A &amp;
 B </title><meta http-equiv="Content-Security-Policy" content="default-src 'self'">
<script>early()</script>
<script type="application/json" id="octroi-config">{"a": "<b>"}</script>
<script src="/octroi/octroi.js?v=2" nonce="n" integrity="sha384-x" data-config="/d.json"></script>
<script src="/octroi/octroi.rest.js"></script>
<script>after()</script></head><body><a href="#octroi">Cookies</a><a href="/x" download>x</a><a href="/y">y</a></body>`)
	assert.Equal(t, "fr", p.Lang)
	assert.Equal(t, "A & B", p.Title)
	assert.Equal(t, "/b/", p.Base)
	assert.Equal(t, []string{"default-src 'self'"}, p.Policies)
	assert.Equal(t, `{"a": "<b>"}`, p.Declaration)
	assert.Equal(t, 4, p.DeclarationLine)
	assert.Equal(t, &DropIn{Src: "/octroi/octroi.js?v=2", Nonce: "n", Integrity: "sha384-x", Config: "/d.json", Line: 5, Scripts: 1}, p.DropIn)
	assert.True(t, p.HasReopenLink)
	assert.Equal(t, []string{"#octroi", "/y"}, p.Links)
	require.Len(t, p.Things, 2)
	assert.False(t, p.Things[0].After)
	assert.True(t, p.Things[1].After)

	for markup, late := range map[string]string{
		`<script async src="octroi.js"></script>`:          "async",
		`<script defer src="/x/octroi.split.js"></script>`: "defer",
		`<script type=module src="/octroi.js"></script>`:   "module",
		`<script src="https://cdn.example/octroi.js">`:     "",
		`<script src="/o/octroi.0123456789abcdef.js">`:     "",
	} {
		p := Read(markup)
		require.NotNil(t, p.DropIn, markup)
		assert.Equal(t, late, p.DropIn.Late, markup)
	}
	assert.Nil(t, Read(`<script type="text/plain" src="octroi.js"></script><noscript><script src="octroi.js"></script></noscript>`).DropIn)
}

// An octroi.js that stands in the page itself is none of the page's own scripts.
func TestTheDropInInThePageItself(t *testing.T) {
	p := Read(`<script>early()</script><script data-base="/o/" nonce="n">fetch("https://pixel.example/")</script><script>after()</script>`)
	sum := sha512.Sum384([]byte(`fetch("https://pixel.example/")`))
	assert.Equal(t, &DropIn{Src: "/o/octroi.js", Nonce: "n", Line: 1, Scripts: 1, Hash: "sha384-" + base64.StdEncoding.EncodeToString(sum[:])}, p.DropIn)
	require.Len(t, p.Things, 2)
	assert.Equal(t, "after()", p.Things[1].Text)
	assert.True(t, p.Things[1].After)
	assert.Nil(t, Read(`<script type="text/plain" data-base="/o/">a()</script>`).DropIn)
}

func TestPagesWithoutEnd(t *testing.T) {
	start := time.Now()
	p := Read(strings.Repeat(`<img src="/a"><a href="/b">`, 20000))
	assert.Len(t, p.Things, MaxThings)
	assert.Len(t, p.Links, MaxLinks)
	assert.True(t, p.Cut)
	Read(strings.Repeat("<template data-octroi=a>", 100000))
	Read(strings.Repeat("<", 1<<20))
	Read("<script>" + strings.Repeat("<!--", 1<<18))
	Read("<img src=\"" + strings.Repeat("x", 1<<21))
	Read("<style>" + strings.Repeat("url(", 1<<18))
	Read("<style>" + strings.Repeat(`image-set("`, 1<<17))
	Read("<style>" + strings.Repeat("\\", 1<<20))
	Read(strings.Repeat("<svg>", 100000) + strings.Repeat("</g>", 100000))
	Read("<iframe srcdoc='" + strings.Repeat("<iframe srcdoc=&quot;", 1<<15))
	assert.Less(t, time.Since(start), 20*time.Second, "nothing is gone through again and again")
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"", "<", "<script", "<style>@import 'x'", "<meta http-equiv=refresh content=url=", "<template data-octroi=a><img data-src=b>", "<svg><style><![CDATA[url(x)]]>", "İ<style>İurl(İ)</style>", `<style>a{b:image-set("x" 1x,url(y))}</style>`} {
		f.Add(s)
	}
	pages, _ := filepath.Glob("../../../../shared/oracles/snippets/pages/*.html")
	for _, path := range pages {
		if b, err := os.ReadFile(path); err == nil {
			f.Add(string(b))
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		lines := strings.Count(s, "\n") + 1
		for _, thing := range Read(s).Things {
			if thing.Line < 1 || thing.Line > lines {
				t.Fatalf("line %d of %d", thing.Line, lines)
			}
			if thing.Gated && thing.Manager == "" {
				t.Fatal("gated for nobody")
			}
		}
	})
}
