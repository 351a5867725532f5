package wasmtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// static is what a page's markup can name, AT being an address; by the names of docs/limits.md.
var static = []struct{ name, markup string }{
	{name: "script", markup: `<script src="AT"></script>`},
	{name: "async script", markup: `<script async src="AT"></script>`},
	{name: "deferred script", markup: `<script defer src="AT"></script>`},
	{name: "module", markup: `<script type="module" src="AT"></script>`},
	{name: "stylesheet", markup: `<link rel="stylesheet" href="AT">`},
	{name: "preload", markup: `<link rel="preload" as="image" href="AT">`},
	{name: "modulepreload", markup: `<link rel="modulepreload" href="AT">`},
	{name: "prefetch", markup: `<link rel="prefetch" href="AT">`},
	{name: "iframe", markup: `<iframe src="AT"></iframe>`},
	{name: "object", markup: `<object data="AT"></object>`},
	{name: "embed", markup: `<embed src="AT">`},
	{name: "img", markup: `<img src="AT">`},
	{name: "picture", markup: `<picture><source srcset="AT"><img></picture>`},
	{name: "image input", markup: `<input type="image" src="AT">`},
	{name: "svg image", markup: `<svg><image href="AT"/></svg>`},
	{name: "video", markup: `<video preload="auto" src="AT"></video>`},
	{name: "poster", markup: `<video poster="AT"></video>`},
	{name: "audio", markup: `<audio preload="auto" src="AT"></audio>`},
	{name: "background", markup: `<table background="AT"><tr><td>a</table>`},
	{name: "@import in a style", markup: `<style>@import "AT";</style>`},
	{name: "image in a template", markup: `<template><img src="AT"></template>`},
	{name: "script in a template", markup: `<template><script src="AT"></script></template>`},
	{name: "url() in a style", markup: `<style>.NAME { background: url(AT) }</style><p class="NAME">a</p>`},
}

// parsing is a page with all of that, several times, since it is a race; it tells the
// site when all that it asked for has been asked for, then what ran once all was
// granted.
func (s *site) parsing() string {
	var b strings.Builder
	b.WriteString(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>parser</title>
<script type="application/json" id="octroi-config">` + measuring("", `"urls": ["`+s.Third+`/ads/"], "inline": ["tracks()"],`) + `</script>` + order + dropIn + `</head><body>`)
	for round := range 3 {
		for i, row := range static {
			name := fmt.Sprintf("s%d-%d", i, round)
			b.WriteString(strings.NewReplacer("AT", s.Third+"/ads/events.js?"+name, "NAME", name).Replace(row.markup) + "\n")
		}
	}
	b.WriteString(`<script>ran.push('inline'); const tracks = () => {}; tracks()</script>
<script type="text/plain" data-octroi="pixel">ran.push('gated')</script>
<script type="text/plain" data-octroi="pixel" src="/own.js"></script>
<script type="text/plain" data-octroi="pixel" data-type="module">ran.push('module')</script>
<script type="text/plain" data-octroi="pixel">ran.push('last')</script>
<script>
	const loaded = (address) => new Promise((done) => { const i = new Image(); i.onerror = i.onload = done; i.src = address; });
	// Once the last is heard the test is over, which may come before its answer.
	const tell = (what, detail) => fetch('/tell?' + what, { method: 'POST', body: JSON.stringify(detail) }).catch(() => {});
	addEventListener('load', async () => {
		await loaded('` + s.Third + `/mark?1');
		await new Promise((done) => setTimeout(done, 300));
		await loaded('` + s.Third + `/mark?2');
		await tell('fetched', { ran });
		octroi.acceptAll();
		while (!ran.includes('module') || !ran.includes('last')) await new Promise((done) => setTimeout(done, 20));
		await tell('granted', { ran, whole: [...document.querySelectorAll('script[data-octroi]')].every((s) => s.isConnected) });
	});
</script>`)
	return b.String()
}

// docs/limits.md says of each tag, in each browser, whether it may be asked for before any
// script can hold it; whatever it says, none runs. What it calls held must be.
func TestWhatParsersFetch(t *testing.T) {
	limits, err := os.ReadFile("../docs/limits.md")
	require.NoError(t, err)
	type told struct {
		Ran   []string
		Whole bool
	}
	tells := map[string]chan told{"fetched": make(chan told, 1), "granted": make(chan told, 1)}
	s := newSite(t)
	s.raw("/parsing", "text/html; charset=utf-8", s.parsing)
	s.raw("/own.js", "text/javascript", func() string { return `ran.push('file')` })
	s.pages.HandleFunc("POST /tell", func(w http.ResponseWriter, r *http.Request) {
		var what told
		b, _ := io.ReadAll(r.Body)
		json.Unmarshal(b, &what)
		tells[r.URL.RawQuery] <- what
	})
	hear := func(what string) told {
		t.Helper()
		select {
		case said := <-tells[what]:
			return said
		case <-time.After(60 * time.Second):
			t.Fatal("the page does not tell what was " + what)
			return told{}
		}
	}
	_, tab := visit(t, s)
	tab.open("/parsing")
	said := hear("fetched")
	assert.NotContains(t, strings.Join(s.paths(), " "), "/ads/tr", "nothing of theirs has run")
	assert.Empty(t, said.Ran, "nor what stands in the page")
	var asked []string
	for _, path := range s.paths() {
		if match := regexp.MustCompile(`^/ads/events.js\?s(\d+)-`).FindStringSubmatch(path); match != nil {
			var i int
			fmt.Sscan(match[1], &i)
			asked = append(asked, static[i].name)
		}
	}
	slices.Sort(asked)
	asked = slices.Compact(asked)
	t.Logf("%s asks for: %s", running, strings.Join(asked, ", "))
	row := regexp.MustCompile(`(?mi)^\| ` + running + ` \| (.*) \|$`).FindSubmatch(limits)
	if assert.NotNil(t, row, "docs/limits.md has no row for %s", running) {
		for _, name := range asked {
			assert.Contains(t, strings.Split(string(row[1]), ", "), name, "docs/limits.md does not say that %s asks for it", running)
		}
	}
	said = hear("granted")
	said.Ran = slices.DeleteFunc(said.Ran, func(name string) bool { return name == "module" })
	assert.Equal(t, []string{"inline", "gated", "file", "last"}, said.Ran, "in order, once granted")
	assert.True(t, said.Whole, "each where it stood")
}
