package rewrite

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// declared is a declaration with essential, granted and other services.
const declared = `{
	"site": {"name": "Shop", "controller": "Shop Ltd", "contact": "mailto:a@shop.example"},
	"policy": {"url": "/cookies", "revision": "1"}, MORE
	"categories": [
		{"id": "essential", "required": true, "label": "Essential", "text": "x"},
		{"id": "statistics", "label": "Statistics", "text": "x"},
		{"id": "ads", "label": "Ads", "text": "x"}
	],
	"services": [
		{"id": "basket", "category": "essential", "name": "Basket", "provider": "Shop", "purpose": "x", "urls": ["/pay/"]},
		{"id": "stats", "category": "statistics", "name": "Stats", "provider": "S", "purpose": "x", "policy": "https://s.example/p",
			"urls": ["stats.example", "*.stats.example"], "inline": ["_track("]},
		{"id": "pixel", "category": "ads", "name": "Pixel", "provider": "P", "purpose": "x", "policy": "https://p.example/p",
			"urls": ["pixel.example", "cdn.example/ads/"], "inline": ["fbq("]}
	]
}`

type granted []string

func (g granted) Allows(ids ...string) bool {
	return !slices.ContainsFunc(ids, func(id string) bool { return !slices.Contains(g, id) })
}

func rewriter(t testing.TB, more string, o Options) *Rewriter {
	t.Helper()
	r, err := New([]byte(strings.Replace(declared, "MORE", more, 1)), o)
	require.NoError(t, err)
	return r
}

func (r *Rewriter) text(t testing.TB, in string, d Document) string {
	t.Helper()
	var b strings.Builder
	z := r.NewWriter(&b, d)
	_, err := z.Write([]byte(in))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return b.String()
}

var here = Document{URL: "https://shop.example/blog/post"}

// What is in the left column is written as in the right one; "" where it stays as it is.
func TestMarkup(t *testing.T) {
	r := rewriter(t, "", Options{})
	for _, c := range []struct{ in, want string }{
		// Scripts.
		{`<script src="https://stats.example/t.js"></script>`, `<script type="text/plain" data-octroi="stats" data-src="https://stats.example/t.js"></script>`},
		{`<script async defer src=//stats.example/t.js crossorigin integrity=x nonce=n></script>`, `<script type="text/plain" data-octroi="stats" async defer data-src=//stats.example/t.js crossorigin integrity=x nonce=n></script>`},
		{`<SCRIPT TYPE=module SRC='https://a.stats.example/t.js'></SCRIPT>`, `<SCRIPT type="text/plain" data-octroi="stats" data-type=module data-src='https://a.stats.example/t.js'></SCRIPT>`},
		{`<script/src=https://stats.example/t.js></script>`, `<script type="text/plain" data-octroi="stats"/data-src=https://stats.example/t.js></script>`},
		{`<script src="https&colon;//st&#97;ts.example&sol;t.js"></script>`, `<script type="text/plain" data-octroi="stats" data-src="https&colon;//st&#97;ts.example&sol;t.js"></script>`},
		{`<script src="/own.js"></script><script src="own.js"></script><script src="https://shop.example/x.js"></script>`, ""},
		{`<script src="/pay/x.js"></script><script src="https://unknown.example/x.js"></script>`, ""},
		{`<script src="https://cdn.example/lib.js"></script>`, ""},
		{`<script src="https://cdn.example/ads/a.js"></script>`, `<script type="text/plain" data-octroi="pixel" data-src="https://cdn.example/ads/a.js"></script>`},
		{`<script type="application/json">{"a": "https://stats.example/_track("}</script>`, ""},
		{`<script type="application/ld+json" src="https://stats.example/x">_track(</script>`, ""},
		{`<script>let a = "</p><img src=https://stats.example/>"</script>`, ""},
		{`<script>window._track('a')</script>`, `<script type="text/plain" data-octroi="stats">window._track('a')</script>`},
		{`<script>_track(fbq('a'))</script>`, `<script type="text/plain" data-octroi="stats pixel">_track(fbq('a'))</script>`},
		{`<script src="/own.js">_track(</script>`, ""},
		{`<script type=module>import 'https://stats.example/m.js'</script>`, `<script type="text/plain" data-octroi="stats" data-type=module>import 'https://stats.example/m.js'</script>`},
		{`<script>import("https://stats.example/m.js")</script>`, `<script type="text/plain" data-octroi="stats">import("https://stats.example/m.js")</script>`},
		{`<script>let a = "https://stats.example/m.js"</script>`, ""},
		{`<script type=importmap>{"imports": {"a": "https://stats.example/m.js"}}</script>`, `<script type="text/plain" data-octroi="stats" data-type=importmap>{"imports": {"a": "https://stats.example/m.js"}}</script>`},
		{`<script type=speculationrules>{"prefetch": [{"urls": ["https://stats.example/"]}]}</script>`, `<script type="text/plain" data-octroi="stats" data-type=speculationrules>{"prefetch": [{"urls": ["https://stats.example/"]}]}</script>`},
		{`<script><!-- <script> </script> _track( --></script><p>`, `<script type="text/plain" data-octroi="stats"><!-- <script> </script> _track( --></script><p>`},
		{`<script src="data:text/javascript,_track(1)"></script>`, `<script type="text/plain" data-octroi="stats" data-src="data:text/javascript,_track(1)"></script>`},
		// What the page gates itself.
		{`<script type="text/plain" data-octroi="stats" src="https://stats.example/t.js"></script>`, ""},
		{`<script data-octroi="stats" src="/t.js"></script>`, `<script type="text/plain" data-octroi="stats" data-src="/t.js"></script>`},
		{`<script data-octroi="essential" src="/t.js"></script>`, ""},
		{`<iframe data-octroi="stats" src="/v"></iframe>`, `<iframe data-octroi="stats" data-src="/v"></iframe>`},
		{`<iframe data-octroi="stats" src="/v" data-src="/w"></iframe>`, `<iframe data-octroi="stats" data-octroi-src="/v" data-src="/w"></iframe>`},
		// Frames and the like.
		{`<iframe src="https://stats.example/f" width=1></iframe>`, `<iframe data-octroi="stats" data-src="https://stats.example/f" width=1></iframe>`},
		{`<iframe srcdoc="<p>own</p>"></iframe>`, ""},
		{`<iframe srcdoc="<p><img src='https://stats.example/i'>"></iframe>`, `<iframe data-octroi="stats" data-srcdoc="<p><img src='https://stats.example/i'>"></iframe>`},
		{`<iframe srcdoc="&lt;script>fbq(1)&lt;/script>"></iframe>`, `<iframe data-octroi="pixel" data-srcdoc="&lt;script>fbq(1)&lt;/script>"></iframe>`},
		{`<iframe srcdoc="<style>@import '//stats.example/i'</style>"></iframe>`, `<iframe data-octroi="stats" data-srcdoc="<style>@import '//stats.example/i'</style>"></iframe>`},
		{`<iframe src="data:text/html,<script src=https://stats.example/></script>"></iframe>`, `<iframe data-octroi="stats" data-src="data:text/html,<script src=https://stats.example/></script>"></iframe>`},
		{`<iframe src="data:text/html;base64,PGltZyBzcmM9Imh0dHBzOi8vc3RhdHMuZXhhbXBsZS8iPg=="></iframe>`, `<iframe data-octroi="stats" data-src="data:text/html;base64,PGltZyBzcmM9Imh0dHBzOi8vc3RhdHMuZXhhbXBsZS8iPg=="></iframe>`},
		{`<iframe src="javascript:location='https://stats.example/'"></iframe>`, `<iframe data-octroi="stats" data-src="javascript:location='https://stats.example/'"></iframe>`},
		{`<object data="https://stats.example/o"><embed src="https://stats.example/e"></object>`, `<object data-octroi="stats" data-data="https://stats.example/o"><embed data-octroi="stats" data-src="https://stats.example/e"></object>`},
		{`<frameset><frame src="https://stats.example/f"></frameset>`, `<frameset><frame data-octroi="stats" data-src="https://stats.example/f"></frameset>`},
		// Pictures and media.
		{`<img src="https://stats.example/i.gif" alt="">`, `<img data-octroi="stats" data-src="https://stats.example/i.gif" alt="">`},
		{`<img src="/own.gif" srcset="/a 1x, https://stats.example/b 2x">`, `<img data-octroi="stats" data-src="/own.gif" data-srcset="/a 1x, https://stats.example/b 2x">`},
		{`<img src="https://stats.example/a" srcset="https://pixel.example/b 2x">`, `<img data-octroi="stats pixel" data-src="https://stats.example/a" data-srcset="https://pixel.example/b 2x">`},
		{`<img data-src="/lazy.gif" data-x="https://stats.example/" src="data:image/gif;base64,R0lG">`, ""},
		{`<img data-src="/lazy.gif" src="https://stats.example/i">`, `<img data-octroi="stats" data-octroi-src="/lazy.gif" data-src="https://stats.example/i">`},
		{`<image src="https://stats.example/i">`, `<image data-octroi="stats" data-src="https://stats.example/i">`},
		{`<picture><source srcset="https://stats.example/a"><img src="/b"></picture>`, `<picture><source data-octroi="stats" data-srcset="https://stats.example/a"><img src="/b"></picture>`},
		{`<video poster="https://stats.example/p"><source src="https://stats.example/v"><track src="/t"></video>`, `<video data-octroi="stats" data-poster="https://stats.example/p"><source data-octroi="stats" data-src="https://stats.example/v"><track src="/t"></video>`},
		{`<audio src="//stats.example/a"></audio>`, `<audio data-octroi="stats" data-src="//stats.example/a"></audio>`},
		{`<input type=Image src="https://stats.example/i"><input src="https://stats.example/i">`, `<input data-octroi="stats" type=Image data-src="https://stats.example/i"><input src="https://stats.example/i">`},
		{`<body background="https://stats.example/b"><table background="//stats.example/t"><tr><td background='//stats.example/d'>`, `<body data-octroi="stats" data-background="https://stats.example/b"><table data-octroi="stats" data-background="//stats.example/t"><tr><td data-octroi="stats" data-background='//stats.example/d'>`},
		// Links.
		{`<link rel="stylesheet" href="https://stats.example/s.css">`, `<link data-octroi="stats" rel="stylesheet" data-href="https://stats.example/s.css">`},
		{`<link rel=preload as=image href=/a imagesrcset="https://stats.example/a 2x">`, `<link data-octroi="stats" rel=preload as=image data-href=/a data-imagesrcset="https://stats.example/a 2x">`},
		{`<link rel=preconnect href=https://stats.example><link rel="dns-prefetch" href="//stats.example">`, `<link data-octroi="stats" rel=preconnect data-href=https://stats.example><link data-octroi="stats" rel="dns-prefetch" data-href="//stats.example">`},
		{`<link rel=modulepreload href=https://stats.example/m.js><link rel=prefetch href=https://stats.example/p>`, `<link data-octroi="stats" rel=modulepreload data-href=https://stats.example/m.js><link data-octroi="stats" rel=prefetch data-href=https://stats.example/p>`},
		{`<link rel=canonical href="https://stats.example/"><link rel=alternate href="https://stats.example/oembed">`, ""},
		{`<link rel=stylesheet href="data:text/css,@import '//stats.example/'">`, `<link data-octroi="stats" rel=stylesheet data-href="data:text/css,@import '//stats.example/'">`},
		{`<a href="https://stats.example/" ping="/own https://stats.example/p">`, `<a data-octroi="stats" href="https://stats.example/" data-ping="/own https://stats.example/p">`},
		{`<form action="https://stats.example/"><button formaction="https://stats.example/">`, ""},
		{`<meta http-equiv=refresh content="0;url=https://stats.example/"><meta name=x content="0;url=https://stats.example/">`, `<meta data-octroi="stats" http-equiv=refresh data-content="0;url=https://stats.example/"><meta name=x content="0;url=https://stats.example/">`},
		{`<base href="https://stats.example/"><img src="i.gif"><img src="https://shop.example/i.gif">`, `<base data-octroi="stats" data-href="https://stats.example/"><img data-octroi="stats" data-src="i.gif"><img src="https://shop.example/i.gif">`},
		{`<base href="/x/"><base href="https://stats.example/"><img src="i.gif">`, `<base href="/x/"><base data-octroi="stats" data-href="https://stats.example/"><img src="i.gif">`},
		// SVG.
		{`<svg><image href="https://stats.example/i"/><image xlink:href="//stats.example/i"/></svg><image href="https://stats.example/i">`, `<svg><image data-octroi="stats" data-href="https://stats.example/i"/><image data-octroi="stats" data-xlink-href="//stats.example/i"/></svg><image href="https://stats.example/i">`},
		{`<svg><use href="https://stats.example/u#a"/><feImage href="https://stats.example/f"/></svg>`, `<svg><use data-octroi="stats" data-href="https://stats.example/u#a"/><feImage data-octroi="stats" data-href="https://stats.example/f"/></svg>`},
		{`<svg><script href="https://stats.example/s"/><image href="//stats.example/"/></svg>`, `<svg><script type="text/plain" data-octroi="stats" data-href="https://stats.example/s"/><image data-octroi="stats" data-href="//stats.example/"/></svg>`},
		{`<svg><script>fbq(1)</script></svg><svg><script>a &amp; fbq&#40;1)</script></svg>`, `<svg><script type="text/plain" data-octroi="pixel">fbq(1)</script></svg><svg><script type="text/plain" data-octroi="pixel">a &amp; fbq&#40;1)</script></svg>`},
		{`<svg><set attributeName=href to="https://stats.example/"/><animate attributeName=xlink:href values="a;//stats.example/"/><set attributeName=x to="https://stats.example/"/></svg>`, `<svg><set data-octroi="stats" attributeName=href data-to="https://stats.example/"/><animate data-octroi="stats" attributeName=xlink:href data-values="a;//stats.example/"/><set attributeName=x to="https://stats.example/"/></svg>`},
		{`<svg><rect fill="url(https://stats.example/f)"/></svg><p fill="url(https://stats.example/f)">`, `<svg><rect fill="url(about:invalid#octroi-https%3A%2F%2Fstats.example%2Ff)"/></svg><p fill="url(https://stats.example/f)">`},
		{`<svg><style>a{fill:url(//stats.example/f)}</style></svg>`, `<svg><style>a{fill:url(about:invalid#octroi-%2F%2Fstats.example%2Ff)}</style></svg>`},
		{`<svg><style>a{fill:url(&quot;//stats.example/f&quot;)}<![CDATA[b{fill:url(//stats.example/f)}]]></style></svg>`, `<svg><style>a{fill:url(&#34;about:invalid#octroi-%2F%2Fstats.example%2Ff&#34;)}<![CDATA[b{fill:url(about:invalid#octroi-%2F%2Fstats.example%2Ff)}]]></style></svg>`},
		{`<svg><style><img src=https://stats.example/i></style>`, `<svg><style><img data-octroi="stats" data-src=https://stats.example/i></style>`},
		{`<style><img src=https://stats.example/i></style>`, ""},
		{`<math><mi><img src=https://stats.example/></mi><image href=https://stats.example/></math>`, `<math><mi><img data-octroi="stats" data-src=https://stats.example/></mi><image href=https://stats.example/></math>`},
		// Styles.
		{`<style>@import "https://stats.example/s.css"; @import url( '//stats.example/t' ) print; a { b: url(/own) }</style>`, `<style>@import "about:invalid#octroi-https%3A%2F%2Fstats.example%2Fs.css"; @import url( "about:invalid#octroi-%2F%2Fstats.example%2Ft" ) print; a { b: url(/own) }</style>`},
		{`<style>a{b:url(https://stats.example/a b)} c{d:image-set("//stats.example/x" 1x, '/y' 2x)}</style>`, `<style>a{b:url(https://stats.example/a b)} c{d:image-set("about:invalid#octroi-%2F%2Fstats.example%2Fx" 1x, '/y' 2x)}</style>`},
		{`<style>a::after{content:"https://stats.example/"} /* url(//stats.example/) */</style>`, ""},
		{`<style>:root{--a: "https://stats.example/a"} @namespace url(https://stats.example/)</style>`, `<style>:root{--a: "about:invalid#octroi-https%3A%2F%2Fstats.example%2Fa"} @namespace url(https://stats.example/)</style>`},
		{`<style type="text/x">@import "https://stats.example/s.css"</style>`, ""},
		{`<p style="background:url('https://stats.example/b')">`, `<p style="background:url(&quot;about:invalid#octroi-https%3A%2F%2Fstats.example%2Fb&quot;)">`},
		{`<p style=background:url(https://stats.example/b?a&amp;c);color:red>`, `<p style=background:url(about:invalid#octroi-https%3A%2F%2Fstats.example%2Fb%3Fa%26c);color:red>`},
		{`<p style="a:u&#114;l(//stats.example/x)">`, `<p style="a:url(about:invalid#octroi-%2F%2Fstats.example%2Fx)">`},
		{`<style>@import "data:text/css,a{b:url(//stats.example/c)}"</style>`, `<style>@import "data:text/css;charset=utf-8,a%7Bb%3Aurl(about%3Ainvalid%23octroi-%252F%252Fstats.example%252Fc)%7D"</style>`},
		// Where no scripts run, and where nothing stands yet.
		{`<noscript><img src="https://stats.example/n"></noscript>`, `<noscript><img data-octroi="stats" data-src="https://stats.example/n"></noscript>`},
		{`<head><noscript><link rel=stylesheet href=//stats.example/><style>@import "//stats.example/"</style></noscript>`, `<head><noscript><link data-octroi="stats" rel=stylesheet data-href=//stats.example/><style>@import "about:invalid#octroi-%2F%2Fstats.example%2F"</style></noscript>`},
		{`<noscript><!-- </noscript><img src=//stats.example/>`, `<noscript><!-- --></noscript><img data-octroi="stats" data-src=//stats.example/>`},
		{`<noscript><p title="</noscript><img src=//stats.example/>`, `<noscript>&lt;p title="</noscript><img data-octroi="stats" data-src=//stats.example/>`},
		{`<noscript><style>a</noscript><img src=//stats.example/>`, `<noscript><style>a</style></noscript><img data-octroi="stats" data-src=//stats.example/>`},
		{`<noscript><svg></noscript><style><img src=//stats.example/></style>`, `<noscript><svg></svg></noscript><style><img src=//stats.example/></style>`},
		{`<template><img src="https://stats.example/t"><script src="https://stats.example/t"></script></template>`, `<template><img data-octroi="stats" data-src="https://stats.example/t"><script type="text/plain" data-octroi="stats" data-src="https://stats.example/t"></script></template>`},
		{`<div><template shadowrootmode=open><img src="https://stats.example/t"><style>@import "//stats.example/"</style></template></div>`, `<div><template shadowrootmode=open><img data-octroi="stats" data-src="https://stats.example/t"><style>@import "about:invalid#octroi-%2F%2Fstats.example%2F"</style></template></div>`},
		{`<!-- <img src="https://stats.example/"> --><!--[if IE]><script src="https://stats.example/"></script><![endif]-->`, ""},
		{`<textarea><img src="https://stats.example/"></textarea><title><img src="https://stats.example/"></title><xmp><img src=//stats.example/></xmp>`, ""},
		{`<p title="<img src='https://stats.example/'>" data-html='<script src=https://stats.example/>'>`, ""},
		{`<plaintext><img src=//stats.example/>`, ""},
		{`<!--><img src=//stats.example/>-->`, `<!--><img data-octroi="stats" data-src=//stats.example/>-->`},
		{`<!-- --!><img src=//stats.example/>`, `<!-- --!><img data-octroi="stats" data-src=//stats.example/>`},
		{`</ <img src=//stats.example/>`, ""},
		{`<? <img src=//stats.example/>`, ""},
		// Selects, of whose content not all parsers make the same.
		{`<select><option>a<option>b</select><style><img src=//stats.example/></style>`, ""},
		{`<select><style></select><img src=//stats.example/></style>`, `<select><octroi-style></select><img data-octroi="stats" data-src=//stats.example/></style>`},
		{`<select><button><svg><title>a</title><image href=//stats.example/></svg></button><option>a</select>`, `<select><button><svg><title>a</title><image data-octroi="stats" data-href=//stats.example/></svg></button><option>a</select>`},
		// Addresses in odd forms.
		{`<img src=" https:\\stats.example/i">`, `<img data-octroi="stats" data-src=" https:\\stats.example/i">`},
		{"<img src=\"ht\ntps://sta\tts.example/i\">", "<img data-octroi=\"stats\" data-src=\"ht\ntps://sta\tts.example/i\">"},
		{`<img src="https:///stats.example/i">`, `<img data-octroi="stats" data-src="https:///stats.example/i">`},
		{`<img src="HTTPS://user:pw@STATS.example:443/i">`, `<img data-octroi="stats" data-src="HTTPS://user:pw@STATS.example:443/i">`},
		{`<img src="//%73tats.example./i">`, `<img data-octroi="stats" data-src="//%73tats.example./i">`},
		{`<img src="//ｓtats。example/i">`, `<img data-octroi="stats" data-src="//ｓtats。example/i">`},
		{`<img src="https:i.gif"><img src="https:/i.gif"><img src="http:stats.example">`, `<img src="https:i.gif"><img src="https:/i.gif"><img data-octroi="stats" data-src="http:stats.example">`},
		{`<img src="https://cdn.example/x/../%61ds//i">`, `<img data-octroi="pixel" data-src="https://cdn.example/x/../%61ds//i">`},
		// Broken tags.
		{`<img src=https://stats.example/`, ""},
		{`<img/src="//stats.example/"src=/x>`, `<img data-octroi="stats"/data-src="//stats.example/"data-src=/x>`},
		{`<img =src=/x src=//stats.example/>`, `<img data-octroi="stats" =src=/x data-src=//stats.example/>`},
	} {
		want := c.want
		if want == "" {
			want = c.in
		}
		got := r.text(t, c.in, here)
		assert.Equal(t, want, got)
		assert.Equal(t, got, r.text(t, got, here), "written again: %s", c.in)
	}
}
