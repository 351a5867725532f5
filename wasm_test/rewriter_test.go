package wasmtest

import (
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/server/rewrite"
)

// more is what markup can name besides, AT being an address whose file is of a kind; by whose name
// the third party hears of it.
var more = []struct{ name, kind, markup string }{
	{name: "srcset", kind: "gif", markup: `<img srcset="AT 1x">`},
	{name: "lazy picture", kind: "gif", markup: `<img loading="lazy" src="AT" width="9" height="9">`},
	{name: "picture by media", kind: "gif", markup: `<picture><source media="(min-width: 1px)" srcset="AT"><img src="/own.gif"></picture>`},
	{name: "preload by imagesrcset", kind: "gif", markup: `<link rel="preload" as="image" imagesrcset="AT 1x">`},
	{name: "preload of a script", kind: "js", markup: `<link rel="preload" as="script" href="AT">`},
	{name: "icon", kind: "gif", markup: `<link rel="icon" href="AT">`},
	{name: "style attribute", kind: "gif", markup: `<p style="background: url(AT)">a</p>`},
	{name: "set of images", kind: "gif", markup: `<style>.NAME { background: image-set("AT" 1x) }</style><p class="NAME">a</p>`},
	{name: "font", kind: "woff2", markup: `<style>@font-face { font-family: NAME; src: url(AT) } .NAME { font-family: NAME }</style><p class="NAME">a</p>`},
	{name: "custom property", kind: "gif", markup: `<style>.NAME { --a: url("AT"); background: var(--a) }</style><p class="NAME">a</p>`},
	{name: "@import by url()", kind: "css", markup: `<style>@import url(AT) screen;</style>`},
	{name: "style of SVG", kind: "css", markup: `<svg><style>@import "AT";</style></svg>`},
	{name: "script of SVG", kind: "js", markup: `<svg><script href="AT"></script></svg>`},
	{name: "old script of SVG", kind: "js", markup: `<svg><script xlink:href="AT"></script></svg>`},
	{name: "filter of SVG", kind: "gif", markup: `<svg><filter id="NAME"><feImage href="AT"/></filter><rect width="9" height="9" filter="url(#NAME)"/></svg>`},
	{name: "animated picture of SVG", kind: "gif", markup: `<svg><image width="9" height="9"><set attributeName="href" to="AT"/></image></svg>`},
	{name: "shadow root", kind: "gif", markup: `<div><template shadowrootmode="open"><img src="AT"></template></div>`},
	{name: "style in a shadow root", kind: "css", markup: `<div><template shadowrootmode="open"><style>@import "AT";</style></template></div>`},
	{name: "script in a shadow root", kind: "js", markup: `<div><template shadowrootmode="open"><script src="AT"></script></template></div>`},
	{name: "srcdoc", kind: "gif", markup: `<iframe srcdoc="<img src='AT'>"></iframe>`},
	{name: "source of a video", kind: "mp4", markup: `<video preload="auto"><source src="AT"></video>`},
	{name: "track", kind: "vtt", markup: `<video src="/own.mp4"><track default src="AT"></video>`},
	{name: "import of a module", kind: "js", markup: `<script type="module">import "AT"</script>`},
	{name: "import()", kind: "js", markup: `<script>import("AT")</script>`},
	{name: "inline script", kind: "js", markup: `<script>__pxInline = 1; import("AT")</script>`},
	{name: "picture in a select", kind: "gif", markup: `<select><button><img src="AT"></button><option>a</select>`},
	{name: "picture in a table", kind: "gif", markup: `<table><img src="AT"><tr><td>a</table>`},
	{name: "picture in a list of data", kind: "gif", markup: `<svg><foreignObject width="9" height="9"><img src="AT"></foreignObject></svg>`},
	{name: "address with a backslash", kind: "gif", markup: `<img src="\\HOST/p/FILE">`},
	{name: "address with references", kind: "gif", markup: `<img src="http&colon;&sol;/HOST/p/FILE">`},
}

// dense is a third party that hears of all that a page's markup asks for.
type dense struct {
	*site
	host string
	mu   sync.Mutex
	seen map[string]bool
}

// newDense serves the site with pages of all tags: as they are at /bare, and rewritten at
// /rewritten.
func newDense(t *testing.T) (d *dense, all []string) {
	d = &dense{site: newSite(t), seen: map[string]bool{}}
	third := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, _, _ := strings.Cut(named(r.URL.Path), "-")
		d.hear(name)
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Type", files[path.Ext(r.URL.Path)].contentType)
		fmt.Fprint(w, files[path.Ext(r.URL.Path)].body)
	})}
	d.host = fmt.Sprintf("ads.localhost:%d", loopback(t, func(l net.Listener) { third.Serve(l) }))
	t.Cleanup(func() { third.Close() })
	knock := func(name string) string {
		return fmt.Sprintf("http://ads.localhost:%d", loopback(t, func(l net.Listener) {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				d.hear(name)
				c.Close()
			}
		}))
	}
	connect, header := knock("preconnect"), knock("preconnect_by_a_header")

	rounds := 1
	if whole {
		rounds = 3
	}
	var b strings.Builder
	rows := slices.Clone(more)
	for _, row := range static {
		rows = append(rows, struct{ name, kind, markup string }{row.name, kindOf(row.name), row.markup})
	}
	for round := range rounds {
		for i, row := range rows {
			file := fmt.Sprintf("%s-%d.%s", strings.ReplaceAll(row.name, " ", "_"), round, row.kind)
			file = strings.NewReplacer("@", "", "(", "", ")", "").Replace(file)
			name, _, _ := strings.Cut(named(file), "-")
			file += "?VISIT"
			if round == 0 {
				all = append(all, name)
			}
			b.WriteString(strings.NewReplacer("AT", "http://"+d.host+"/p/"+file, "NAME", fmt.Sprintf("n%d-%d", i, round), "HOST", d.host, "FILE", file).Replace(row.markup) + "\n")
		}
	}
	all = append(all, "preconnect", "preconnect_by_a_header", "preload_by_a_header")
	visits := 0
	page := func(w http.ResponseWriter, r *http.Request) {
		visits++ // lest something comes out of a cache
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Add("Link", `<http://`+d.host+`/p/preload_by_a_header-0.gif>; rel=preload; as=image, <`+header+`>; rel=preconnect`)
		fmt.Fprintf(w, `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>rewritten</title><link rel="preconnect" href="%s"></head><body><a href="#octroi">Cookies</a>%s</body></html>`, connect, strings.ReplaceAll(b.String(), "VISIT", fmt.Sprint(visits)))
	}
	declaration := measuring("", `"urls": ["ads.localhost", "*.ads.localhost"], "inline": ["__pxInline"],`)
	r, err := rewrite.New([]byte(declaration), rewrite.Options{Head: `<script type="application/json" id="octroi-config">` + declaration + `</script>` + dropIn})
	require.NoError(t, err)
	d.pages.HandleFunc("GET /bare", page)
	d.pages.Handle("GET /rewritten", r.Handler(http.HandlerFunc(page)))
	return d, all
}

// kindOf is the kind of file that one of the tags asks for.
func kindOf(name string) string {
	switch {
	case strings.Contains(name, "script") || strings.Contains(name, "module"):
		return "js"
	case strings.Contains(name, "sheet") || strings.Contains(name, "@import"):
		return "css"
	case name == "iframe" || name == "object" || name == "embed" || name == "prefetch":
		return "html"
	case name == "video" || name == "audio":
		return "mp4"
	}
	return "gif"
}

func (d *dense) hear(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.seen[name] = true
}

// heard waits until all that is wanted has been asked for, or nothing new comes for a while, and
// returns what was.
func (d *dense) heard(tab *tab, want []string) []string {
	count := func() []string {
		d.mu.Lock()
		defer d.mu.Unlock()
		return slices.Sorted(maps.Keys(d.seen))
	}
	still := 0
	for before := -1; still < 10; {
		if now := count(); len(now) != before {
			before, still = len(now), 0
		} else {
			still++
		}
		if want != nil && !lacks(count(), want) {
			break
		}
		tab.truth(`new Promise((done) => setTimeout(() => done(true), 100))`)
	}
	return count()
}

func (d *dense) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	clear(d.seen)
}

// What a page's markup names the parser asks for before any script could prevent it; of a page that
// was rewritten, it asks for nothing. Once granted, all is asked for that is without Octroi, but
// for what headers name.
func TestARewrittenPageAsksForNothing(t *testing.T) { // R1.01, R2.10
	paired(t, "firefox")
	d, all := newDense(t)
	_, tab := visit(t, d.site, "")
	tab.open("/bare")
	bare := d.heard(tab, nil)
	t.Logf("%s asks for %d of %d without Octroi; not for: %s", running, len(bare), len(all), strings.Join(without(all, bare), " "))
	assert.Greater(t, len(bare), 30)

	d.forget()
	_, tab = visit(t, d.site, "")
	tab.open("/rewritten").until(`document.querySelector('dialog')`)
	assert.Empty(t, d.heard(tab, nil), "undecided")
	tab.press("refuse")
	tab.open("/rewritten")
	assert.Empty(t, d.heard(tab, nil), "refused")

	// What a header names is taken out of it. Some browsers guess that there will be elements of
	// which the parser makes none.
	want := slices.DeleteFunc(sure(bare), func(name string) bool {
		return strings.HasSuffix(name, "header") || strings.HasSuffix(name, "in_a_template") || name == "picture_in_a_select" && running != "chromium"
	})
	tab.truth(`octroi.acceptAll()`)
	assert.Empty(t, without(want, d.heard(tab, want)), "does not come once it is granted")
	d.forget()
	tab.open("/rewritten")
	assert.Empty(t, without(want, d.heard(tab, want)), "does not come at the next page")
}

// without are the names that others lack.
func without(names, others []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(others, name) })
}

// Addresses are written in many ways, and a browser reads most. What it reads as the address of a
// service is held, and nothing else.
func TestTheRewriterReadsAddressesAsBrowsersDo(t *testing.T) {
	sampled(t, "the standard says how, and each engine has its tests")
	const base = "http://localhost:8420/folder/page?query"
	r, err := rewrite.New([]byte(measuring("", `"urls": ["ads.example", "127.0.0.1", "xn--bcher-kva.example", "[::1]", "/folder/held/"],`)), rewrite.Options{})
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(7, 9))
	pick := func(list ...string) string { return list[random.IntN(len(list))] }
	var addresses []string
	cases := 4_000
	if whole {
		cases = 20_000
	}
	for range cases {
		host := pick("ads.example", "ADS.example", "ads.example.", "aｄs.example", "ads。example", "%61ds.example", "a%00ds.example", "ads.example%2F", "a\tds.example", "bücher.example", "BÜCHER.example", "xn--BCHER-kva.example",
			"bu\u0308cher.example", "127.0.0.1", "127.1", "0x7f.1", "2130706433", "017700000001", "127.0.0.1.", "0x7f000001", "1270.0.1", "256.0.0.1", "127.0.0.0x1", "[::1]", "[0:0::1]", "[::ffff:127.0.0.1]", "[::1", "::1",
			"localhost", "LOCALHOST", "other.example", "ads.example.other", "x.ads.example", "user@ads.example", "ads.example@other.example", "a:b@ads.example", "ads.example\\@other.example", "ads_example", "ads example", "", "ads\u00ad.example", "1.2.3.4.5", "a..b", "-a-.example")
		port := pick("", "", "", ":", ":80", ":443", ":8420", ":08420", ":0", ":65536", ":8a", ":١")
		path := pick("", "/", "/a", "\\a", "?a", "#a", "/../a", "/folder/held/x", "/folder/./held/x", "/folder/x/../held/", "/folder/%68eld/", "/folder//held/")
		scheme := pick("http:", "https:", "HTTP:", "ht\ntp:", "ws:", "ftp:", "", "", "", ":", "1http:", "http :")
		slashes := pick("//", "//", "//", "\\\\", "/\\", "/", "", "///", "\t//", "/\t/", "// ")
		addresses = append(addresses, pick("", "", " ", "\x01", "\u00a0")+scheme+slashes+host+port+path+pick("", "", " ", "\x1f"))
	}
	held := make([]bool, len(addresses))
	for i, one := range addresses {
		var b strings.Builder
		require.NoError(t, r.Rewrite(&b, strings.NewReader(`<img src="`+html.EscapeString(one)+`">`), rewrite.Document{URL: base}))
		held[i] = strings.Contains(b.String(), "data-octroi")
	}
	_, tab := visit(t, newSite(t))
	tab.open("/anew")
	text, err := json.Marshal(addresses)
	require.NoError(t, err)
	var read []string
	tab.eval(`(`+string(text)+`).map((one) => {
		try {
			const { protocol, hostname, host, pathname } = new URL(one, '`+base+`');
			return [protocol, hostname, host, decodeURIComponent(pathname.replace(/%(?![0-9a-f]{2})/gi, '%25'))].join(' ');
		} catch {
			return '';
		}
	})`, &read)
	require.Len(t, read, len(addresses))
	odd := 0
	for i, one := range read {
		parts := append(strings.SplitN(one, " ", 4), "", "", "", "")
		want := false
		switch strings.TrimSuffix(parts[1], ".") {
		case "ads.example", "127.0.0.1", "xn--bcher-kva.example", "[::1]":
			want = true
		case "localhost":
			want = parts[2] == "localhost:8420" && strings.HasPrefix(strings.ReplaceAll(parts[3], "//", "/"), "/folder/held/") && (parts[0] == "http:" || parts[0] == "https:" || parts[0] == "ws:")
		}
		if held[i] != want {
			if odd++; odd < 20 {
				t.Errorf("%q is %q to the browser, and held: %v", addresses[i], one, held[i])
			}
		}
	}
	t.Logf("%d of %d read otherwise", odd, len(addresses))
}

// The server and the page read CSS and scripts by the same rules, in two languages.
func TestTheRewriterReadsTextsAsThePageDoes(t *testing.T) {
	once(t)
	r, err := rewrite.New([]byte(measuring("", `"urls": ["ads.example"],`)), rewrite.Options{})
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(3, 4))
	texts := func(words ...string) (list []string) {
		cases := 5_000
		if whole {
			cases = 100_000
		}
		for range cases {
			var b strings.Builder
			for range 1 + random.IntN(14) {
				b.WriteString(words[random.IntN(len(words))])
			}
			list = append(list, b.String())
		}
		return list
	}
	const at = "//ads.example/x"
	styles := texts(at, at, "url("+at+")", `"`+at+`"`, "/own", "url(", "URL( ", ")", `"`, "'", `\`, "@import ", "@IMPORT/**/", "@namespace ", ";", "{", "}", "a:", "--b:", "image-set(", "-webkit-image-set(", "/*", "*/", "\n", "\r\n", `\75 rl(`, `u\72l(`,
		"\\\n", "<!--", "-->", "src(", "var(--c, ", "--d(", "[", "]", "result:", "initial-value: ", " ", "#a", "é", "\\é", `\0`, `\110000 `, "format(", "type(", ",", "x", "/")
	scripts := texts("'"+at+"'", "'"+at+"'", "`"+at+"`", `"`+at+`"`, "import ", "import(", "import.source(", "from ", "importScripts(", "export * ", "a", ".import(", ")", "/", "/*", "*/", "//", "\n", "'", `"`, "`", "${", "}", "{", `\`, "[", "]", "return ", "x = ", ";",
		`'\x2f/ads.example/x'`, `'\u002f\u{2f}ads.example/x'`, "'/own'", "'bare'", " ")
	gatedStyle := func(text string) string {
		var b strings.Builder
		require.NoError(t, r.Rewrite(&b, strings.NewReader("<style>"+text), rewrite.Document{}))
		return strings.TrimPrefix(b.String(), "<style>")
	}
	gatedScript := func(text string) bool {
		var b strings.Builder
		require.NoError(t, r.Rewrite(&b, strings.NewReader("<script>"+text+"</script>"), rewrite.Document{}))
		return strings.Contains(b.String(), "data-octroi")
	}
	s := newSite(t)
	s.parts()
	_, tab := visit(t, s)
	tab.open("/parts")
	given, err := json.Marshal(map[string]any{"styles": styles, "scripts": scripts})
	require.NoError(t, err)
	var page struct {
		Styles  []string `json:"styles"`
		Scripts []bool   `json:"scripts"`
	}
	tab.eval(`(async () => {
		const { edits, edited } = await import('/web/core/css.js');
		const { imports } = await import('/web/core/scripts-text.js');
		const { styles, scripts } = `+string(given)+`;
		const held = (address) => { try { return new URL(address, 'http://site.example/').host === 'ads.example'; } catch { return false; } };
		const change = (address) => (address && address[0] !== '#' && held(address) ? 'about:invalid#octroi-' + encodeURIComponent(address) : undefined);
		return { styles: styles.map((css) => edited(css, edits(css, false, change))), scripts: scripts.map((text) => Array.from(imports(text)).some(held)) };
	})()`, &page)
	differ := 0
	for i, text := range styles {
		if got := gatedStyle(text); got != page.Styles[i] {
			if differ++; differ < 10 {
				t.Errorf("of %q the page makes\n%q, and the server\n%q", text, page.Styles[i], got)
			}
		}
	}
	for i, text := range scripts {
		if got := gatedScript(text); got != page.Scripts[i] {
			if differ++; differ < 20 {
				t.Errorf("the page holds %q: %v, and the server: %v", text, page.Scripts[i], got)
			}
		}
	}
	t.Logf("%d of %d differ", differ, len(styles)+len(scripts))
}
