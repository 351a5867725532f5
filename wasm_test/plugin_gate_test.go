package wasmtest

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/enginetest"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/internal/loads"
)

// gateDeclaration is what the plugin's functions are tried with.
const gateDeclaration = `{
	"site": {"name": "S", "controller": "S", "contact": "/"}, "policy": {"url": "/", "revision": "1"},
	"categories": [{"id": "essential", "required": true, "label": "E", "text": "E"}, {"id": "statistics", "label": "S", "text": "S"}, {"id": "media", "label": "M", "text": "M"}],
	"services": [
		{"id": "login", "category": "essential", "name": "L", "provider": "L", "purpose": "L", "urls": ["/login/"]},
		{"id": "stats", "category": "statistics", "name": "S", "provider": "S", "purpose": "S", "policy": "/p", "urls": ["stats.example", "/stats/", "*.shared.example/s/"], "inline": ["_stats("]},
		{"id": "film", "category": "media", "name": "F", "provider": "F", "purpose": "F", "policy": "/p", "urls": ["*.film.example", "https://cdn.example/film/*/embed", "cdn.example:8443", "shared.example/"]},
		{"id": "maps", "category": "media", "name": "M", "provider": "M", "purpose": "M", "policy": "/p", "urls": ["cdn.example/maps", "deep.film.example", "shared.example"]}
	]}`

// php calls functions of the plugin without WordPress.
func php(t *testing.T, declaration string, handles map[string]string, calls ...[]any) (results []json.RawMessage) {
	t.Helper()
	program, err := exec.LookPath("php")
	if err != nil {
		t.Skip("there is no php (Debian has it in php-cli)")
	}
	input, err := json.Marshal([]any{declaration, handles, "https://shop.example", calls})
	require.NoError(t, err)
	command := exec.Command(program, "testdata/wordpress/gate.php", "../wordpress/octroi")
	command.Stdin = strings.NewReader(string(input))
	out, err := command.CombinedOutput()
	require.NoError(t, err, string(out))
	require.NoError(t, json.Unmarshal(out, &results), string(out))
	require.Len(t, results, len(calls))
	return results
}

// The plugin gates what the engine would hold, and nothing else.
func TestTheWordPressPluginGates(t *testing.T) {
	const stats, film = `data-octroi="stats"`, `data-octroi="film"`
	handles := map[string]string{"counter": "stats", "lib": "statistics", "signin": "login"}
	cases := []struct{ name, is, want string }{
		{"another site's script", `<script src="https://other.example/a.js"></script>`, ``},
		{"a declared script", `<script async src='https://stats.example/a.js?a=1&amp;b=2' id="x"></script>`, `<script async data-src="https://stats.example/a.js?a=1&amp;b=2" type="text/plain" ` + stats + ` id="x"></script>`},
		{"without a scheme", `<script src=//stats.example/a.js></script>`, `<script data-src="//stats.example/a.js" type="text/plain" ` + stats + `></script>`},
		{"a module", `<script type=module src="https://stats.example/a.js"></script>`, `<script data-src="https://stats.example/a.js" data-type="module" type="text/plain" ` + stats + `></script>`},
		{"data", `<script type="application/json" id="counter-js-extra">{"a": "_stats("}</script>`, ``},
		{"an import map", `<script type="importmap">{"imports": {"a": "https://stats.example/a.js"}}</script>`, ``},
		{"known by its text", `<script>_stats("go")</script>`, `<script type="text/plain" ` + stats + `>_stats("go")</script>`},
		{"no script of theirs", `<script>stats("go")</script>`, ``},
		{"of a handle, with what stands around it", `<script id="counter-js-before">a("</p>")</script>
<script src="/counter.js" id='counter-js'></script>
<script id="counter-js-after" nonce="n">b()</script><script id="other-js-after">c()</script>`,
			`<script type="text/plain" ` + stats + ` id="counter-js-before">a("</p>")</script>
<script data-src="/counter.js" type="text/plain" ` + stats + ` id="counter-js"></script>
<script type="text/plain" ` + stats + ` id="counter-js-after" nonce="n">b()</script><script id="other-js-after">c()</script>`},
		{"of a handle and of another service", `<script id="lib-js" src="https://stats.example/l.js"></script>`, `<script id="lib-js" data-src="https://stats.example/l.js" type="text/plain" data-octroi="statistics stats"></script>`},
		{"what stands around a declared script", `<script id="known-js-extra">d = 1</script><script id="known-js-before">a()</script><script id="alias-js-before">a()</script>`,
			`<script type="text/plain" ` + stats + ` id="known-js-extra">d = 1</script><script type="text/plain" ` + stats + ` id="known-js-before">a()</script><script id="alias-js-before">a()</script>`},
		{"essential", `<script id="signin-js" src="/login/a.js"></script>`, ``},
		{"the drop-in", `<script id="octroi-js" src="/stats/octroi.js"></script>`, ``},
		{"gated already", `<script type="text/plain" data-octroi="media" data-src="https://stats.example/a.js"></script>`, ``},
		{"gated, and made a module again", `<script type="module" data-octroi="media" type="text/plain" data-src="https://stats.example/a.js"></script>`, `<script type="text/plain" data-type="module" data-octroi="media" data-src="https://stats.example/a.js"></script>`},
		{"of this site", `<script src="/stats/a.js"></script><script src="https://shop.example:443/stats/b.js"></script><script src="http://shop.example/stats/c.js"></script>`,
			`<script data-src="/stats/a.js" type="text/plain" ` + stats + `></script><script data-src="https://shop.example:443/stats/b.js" type="text/plain" ` + stats + `></script><script src="http://shop.example/stats/c.js"></script>`},
		{"a frame", `<iframe title="a > b" src="https://film.example/1" loading="lazy"></iframe>`, `<iframe title="a > b" data-src="https://film.example/1" ` + film + ` loading="lazy"></iframe>`},
		{"a picture and its set", `<img src="/own.png" srcset="https://a.film.example/1.png 1x, /2.png 2x">`, `<img data-src="/own.png" data-srcset="https://a.film.example/1.png 1x, /2.png 2x" ` + film + `>`},
		{"a pixel for those without JavaScript", `<noscript><img src="https://stats.example/p"></noscript>`, `<noscript><img ` + stats + ` data-src="https://stats.example/p" ></noscript>`},
		{"a hint", `<link rel='dns-prefetch' href='//stats.example' />`, `<link rel="dns-prefetch" data-href="//stats.example" ` + stats + ` />`},
		{"a link that is not followed", `<link rel="canonical" href="https://stats.example/">`, ``},
		{"a visitor's link", `<a href="https://stats.example/">a</a><form action="https://stats.example/"></form>`, ``},
		{"a poster", `<video poster="https://film.example/1.jpg" src="/own.mp4"></video>`, `<video data-poster="https://film.example/1.jpg" data-src="/own.mp4" ` + film + `></video>`},
		{"text", `<textarea><script src="https://stats.example/a.js"></script></textarea><!-- <script src="https://stats.example/a.js"></script> --><title><img src="https://stats.example/p"></title>`, ``},
		{"a text in a script that looks like a tag", `<script>x = '<script src="https://stats.example/a.js"><\/script>'</script><script src="https://stats.example/b.js"></script>`,
			`<script>x = '<script src="https://stats.example/a.js"><\/script>'</script><script data-src="https://stats.example/b.js" type="text/plain" ` + stats + `></script>`},
		{"a tag without an end", `<p>a</p><script src="https://stats.example/a.js`, ``},
		{"what no browser minds", "<SCRIPT\n/SRC\t=\n\"\thttps:/\\STATS.example./a.js\"/></script\n>", `<script data-src="` + "\thttps:/\\STATS.example./a.js" + `" type="text/plain" ` + stats + `/></script>`},
		{"its attribute twice", `<script src="https://stats.example/a.js" src="https://stats.example/b.js"></script>`, `<script data-src="https://stats.example/a.js" type="text/plain" ` + stats + `></script>`},
	}
	var calls [][]any
	for _, c := range cases {
		calls = append(calls, []any{"octroi_gate", c.is}, []any{"in_pieces", strings.SplitAfter(c.is, "s")})
	}
	results := php(t, gateDeclaration, handles, calls...)
	for i, c := range cases {
		want := c.want
		if want == "" {
			want = c.is
		}
		var got, parts string
		require.NoError(t, json.Unmarshal(results[2*i], &got), c.name)
		require.NoError(t, json.Unmarshal(results[2*i+1], &parts), c.name)
		assert.Equal(t, parsed(t, want), parsed(t, got), c.name)
		assert.Equal(t, got, parts, "%s: a page in pieces", c.name)
	}
}

// parsed is a piece of HTML as the standard reads it, whatever order its attributes have.
func parsed(t *testing.T, text string) (all []string) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(text))
	for z.Next() != html.ErrorToken {
		token := z.Token()
		one := token.Type.String() + " " + token.Data
		seen := map[string]bool{}
		attributes := []string{}
		for _, a := range token.Attr {
			if !seen[a.Key] {
				attributes = append(attributes, a.Key+"="+a.Val)
			}
			seen[a.Key] = true
		}
		all = append(all, one+" "+strings.Join(slices.Sorted(slices.Values(attributes)), " "))
	}
	return all
}

// The plugin finds the services of an address that the engine finds.
func TestTheWordPressPluginKnowsWhoseAnAddressIs(t *testing.T) {
	c, faults := config.Parse(gateDeclaration)
	require.Empty(t, faults)
	index := gate.NewIndex(c)
	addresses := []string{
		"https://stats.example/", "https://stats.example", "http://stats.example/a?b", "https://x.stats.example/", "https://stats.example.evil.example/",
		"https://stats.example./a", "https://user:pass@stats.example/a", "https://stats.example:8080/a", "wss://stats.example/a", "https://notstats.example/",
		"https://film.example/", "https://a.film.example/", "https://deep.film.example/", "https://a.deep.film.example/", "https://shared.example/s/1", "https://a.shared.example/s/1", "https://a.shared.example/t",
		"https://cdn.example/film/1/embed", "https://cdn.example/film/1/2/embed?x", "https://cdn.example/film/embed", "https://cdn.example/maps", "https://cdn.example/mapsx/1", "https://cdn.example/other", "https://cdn.example:8443/other", "https://cdn.example:8443/maps", "http://cdn.example:8443/",
		"https://cdn.example//maps", "https://cdn.example/./maps", "https://cdn.example/a/../maps", "https://cdn.example/%6daps", "https://cdn.example/%2e/maps", "https://cdn.example/a/..", "https://cdn.example/a?/../maps", "https://cdn.example/m%61ps?%41",
		"https://shop.example/stats/a", "https://shop.example/statsx", "https://shop.example/login/", "https://shop.example/a/../stats/", "http://shop.example/stats/a", "https://shop.example:444/stats/a",
		"data:text/javascript,1", "blob:https://stats.example/1", "about:blank",
	}
	calls := make([][]any, len(addresses))
	for i, address := range addresses {
		calls[i] = []any{"services_of", address}
	}
	for i, result := range php(t, gateDeclaration, nil, calls...) {
		u := gate.ParseURL(addresses[i])
		own := strings.HasPrefix(addresses[i], "https://shop.example/")
		want := []string{}
		for _, found := range index.Find(&u, own) {
			want = append(want, c.Services[found.Service].ID)
		}
		var got []string
		require.NoError(t, json.Unmarshal(result, &got))
		assert.ElementsMatch(t, want, got, addresses[i])
	}
}

// The plugin's table of what loads is that of the project.
func TestTheWordPressPluginKnowsWhatLoads(t *testing.T) {
	want := map[string][]string{}
	for _, row := range loads.Rows {
		switch row.Kind {
		case loads.Form, loads.Ping, loads.Refresh, loads.Document, loads.Base:
			continue // nothing of these is a gate's
		}
		if row.Space == loads.HTML {
			tag := strings.ToUpper(row.Tag)
			want[tag] = append(want[tag], row.Attr)
		}
	}
	var got []json.RawMessage
	require.NoError(t, json.Unmarshal(php(t, gateDeclaration, nil, []any{"tables"})[0], &got))
	var elements map[string][]string
	var rels []string
	require.NoError(t, json.Unmarshal(got[0], &elements))
	require.NoError(t, json.Unmarshal(got[1], &rels))
	assert.Equal(t, want, elements)
	for rel := range loads.Rels {
		assert.Contains(t, rels, rel)
	}
	assert.Len(t, rels, len(loads.Rels))
}

// The plugin's reader of tags, for WordPress before 6.5, reads what the standard's tokenizer reads.
func TestTheWordPressPluginReadsTags(t *testing.T) {
	names := []string{"src", "id", "a"}
	texts := []string{
		`<p><img src=a id="b"><br/></p>`, `<a<b src=1>`, `<img src='a"b' id="a'b" a>`, `<img/src="a"/id=b//a=c>`, `<img src = "a" id= b a =c>`, `<img ="x" src=1>`, `<img src=a/b>`, `<img src=>`,
		`<!--><img src=1>-->`, `<!---><img src=1>-->`, `<!-- <img src=1> --!><img src=2>`, `<!-- <img src=1>`, `<!doctype html><img src=1>`, `<?php <img src=1> ?><img src=2>`, `</ <img src=1>><img src=2>`, `</><img src=1>`, `<><img src=1>`, `< img src=1><img src=2>`,
		`<script>a<b</script ><img src=1>`, `<script></scriptx></script><img src=1>`, `<script><!--<script></script><img src=1>--></script><img src=2>`, `<script><!--</script><img src=1>`, `<script><!--<script>--></script><img src=2>`, `<style><img src=1></style><img src=2>`,
		`<textarea></textare></textarea><img src=1>`, `<iframe src=x><img src=1></iframe><img src=2>`, `<xmp></XMP><img src=1>`, `<img src="&amp;&lt;&quot;&#39;&eacute;&#x41;">`, `<IMG SRC=A ID=B>`, "<img\fsrc=1>", `<img src=1 src=2>`, `<title><b></title><img src=1>`,
		`<template><img src=1></template>`, `<plaintext><img src=1>`,
	}
	calls := make([][]any, len(texts))
	for i, text := range texts {
		calls[i] = []any{"tags_of", text, names}
	}
	for i, result := range php(t, gateDeclaration, nil, calls...) {
		var got []json.RawMessage
		require.NoError(t, json.Unmarshal(result, &got))
		want := []string{}
		z := html.NewTokenizer(strings.NewReader(texts[i]))
		for z.Next() != html.ErrorToken {
			token := z.Token()
			if token.Type != html.StartTagToken && token.Type != html.SelfClosingTagToken {
				continue
			}
			attributes := map[string]string{}
			for j := len(token.Attr) - 1; j >= 0; j-- {
				attributes[token.Attr[j].Key] = token.Attr[j].Val
			}
			one := token.Data
			for _, name := range names {
				if value, there := attributes[name]; there {
					one += " " + name + "=" + value
				}
			}
			want = append(want, one)
		}
		read := []string{}
		for _, raw := range got {
			var parts [3]any
			require.NoError(t, json.Unmarshal(raw, &parts))
			one := parts[0].(string)
			for _, name := range names {
				switch value := parts[1].(map[string]any)[name].(type) {
				case string:
					one += " " + name + "=" + value
				case bool:
					one += " " + name + "="
				}
			}
			read = append(read, one)
		}
		assert.Equal(t, want, read, texts[i])
	}
}

// The plugin reads of a record what the engine reads.
func TestTheWordPressPluginReadsTheRecord(t *testing.T) {
	text, err := os.ReadFile("../docs/record-vectors.json")
	require.NoError(t, err)
	var all struct {
		Declarations map[string]json.RawMessage
		Vectors      []struct {
			Name, Declaration, Cookie string
			Now                       int64
			GPC                       bool
			Want                      struct {
				Categories map[string]struct {
					Granted bool
					Ask     string
				}
				Services map[string]bool
			}
		}
	}
	require.NoError(t, json.Unmarshal(text, &all))
	require.Greater(t, len(all.Vectors), 50)
	var calls [][]any
	for _, v := range all.Vectors {
		calls = append(calls, []any{"reads", v.Cookie, v.Now, v.GPC, string(all.Declarations[v.Declaration])})
	}
	for i, result := range php(t, gateDeclaration, nil, calls...) {
		v := all.Vectors[i]
		var got struct {
			Granted []string
			Ask     map[string]string
		}
		require.NoError(t, json.Unmarshal(result, &got), v.Name)
		granted, ask := []string{}, map[string]string{}
		for id, category := range v.Want.Categories {
			ask[id] = category.Ask
			if category.Granted {
				granted = append(granted, id)
			}
		}
		for id, on := range v.Want.Services {
			if on {
				granted = append(granted, id)
			}
		}
		assert.ElementsMatch(t, granted, got.Granted, v.Name)
		assert.Equal(t, ask, got.Ask, v.Name)
	}
}

// Deleting the plugin deletes its options, on each site of a network.
func TestTheWordPressPluginLeavesNothing(t *testing.T) {
	program, err := exec.LookPath("php")
	if err != nil {
		t.Skip("there is no php (Debian has it in php-cli)")
	}
	const site, network = `define( 'ABSPATH', '/' ); define( 'WP_UNINSTALL_PLUGIN', 'octroi/octroi.php' );
		function delete_option( $name ) { global $site; echo "$site:$name\n"; }
		function is_multisite() { return $GLOBALS['argv'][1] === 'network'; }
		function get_sites() { return [ 3, 5 ]; }
		function switch_to_blog( $id ) { $GLOBALS['site'] = $id; }
		function restore_current_blog() { $GLOBALS['site'] = 0; }
		require '../wordpress/octroi/uninstall.php';`, "network"
	alone, err := exec.Command(program, "-r", site, "--", "alone").CombinedOutput()
	require.NoError(t, err, string(alone))
	all, err := exec.Command(program, "-r", site, "--", network).CombinedOutput()
	require.NoError(t, err, string(all))
	deleted := strings.Fields(strings.ReplaceAll(string(alone), ":", ""))
	for _, name := range deleted {
		assert.Contains(t, string(all), "3:"+name)
		assert.Contains(t, string(all), "5:"+name)
	}
	// Whatever the plugin sets is among them.
	sets := regexp.MustCompile(`(?:update_option|add_option|set_transient|set_site_transient|update_site_option|update_user_meta|update_post_meta)\( '([^']+)'`)
	files, err := filepath.Glob("../wordpress/octroi/includes/*.php")
	require.NoError(t, err)
	found := 0
	for _, name := range files {
		b, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, set := range sets.FindAllStringSubmatch(string(b), -1) {
			found++
			assert.Contains(t, deleted, set[1], name)
		}
	}
	assert.Positive(t, found)
}

// What docs/server.md shows runs without WordPress.
func TestThePluginsReaderRunsAlone(t *testing.T) {
	program, err := exec.LookPath("php")
	if err != nil {
		t.Skip("there is no php (Debian has it in php-cli)")
	}
	page, err := os.ReadFile("../docs/server.md")
	require.NoError(t, err)
	code := regexp.MustCompile("(?s)```php\n(.*?)```").FindStringSubmatch(string(page))
	require.NotNil(t, code)
	folder := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(folder, "includes"), os.DirFS("../wordpress/octroi/includes")))
	declaration := enginetest.Shop()
	for name, text := range map[string]string{"octroi.json": declaration, "page.php": "<?php\n" + code[1]} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	browser := enginetest.NewBrowser(time.Now().Add(-time.Hour).UTC())
	browser.Open(&engine.Engine{}, enginetest.Page{Config: declaration, Languages: "en"}).Act("accept")
	for cookies, want := range map[string]string{"": "not counted", "a=1; octroi=" + browser.Cookies["octroi"].Value: "counted"} {
		command := exec.Command(program, "-d", "display_errors=stderr", "page.php")
		command.Dir = folder
		command.Env = append(os.Environ(), "HTTP_COOKIE="+cookies)
		var errs strings.Builder
		command.Stderr = &errs
		out, err := command.Output()
		require.NoError(t, err, errs.String())
		assert.Equal(t, want, string(out))
		assert.Empty(t, errs.String())
	}
}
