package wasmtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// waysFolder has ways to another party that a site's own scripts were found to have; its
// docs/limits.md says what their code may use.
const waysFolder = "../../shared/oracles/ways"

// askedFile tells which of them ask for something without Octroi, and how, by engine; a run with
// OCTROI_WHOLE and OCTROI_REVIEW writes it.
const askedFile = "testdata/oracle_ways.json"

// unheld are the ways of the oracle that get through though nothing is granted, by what they
// are in the words of docs/limits.md.
var unheld = []struct {
	what, engines, ways string
	policy              bool // whether it gets through a policy as well
	maybe               bool // whether it does so by chance
}{
	{what: "`import()`", engines: "chromium firefox webkit", ways: "dynamicImport"},
	{what: "addresses of the site that redirect", engines: "chromium firefox webkit", ways: "redirectOwn"},
	{what: "scripts and forms of a `srcdoc`, shadow roots of other documents", engines: "webkit", ways: "shadowHostMovedDom srcdocForm srcdocInline", maybe: true},
}

// unheldHere are those that get through in the engine at work whenever they are tried, of
// those that ask for something without Octroi.
func unheldHere(asked map[string]string, policy bool) (names []string) {
	for _, row := range unheld {
		if slices.Contains(strings.Fields(row.engines), running) && (row.policy || !policy) && !row.maybe {
			names = append(names, strings.Fields(row.ways)...)
		}
	}
	return slices.DeleteFunc(names, func(name string) bool { return asked[name] == "" })
}

// way is one of the oracle's.
type way struct {
	Name string `json:"name"`
	File string `json:"file"`
	Code string `json:"code"`
}

// oracleWays are all of them, for a site and a third party without TLS.
func oracleWays(t *testing.T) (list []way) {
	t.Helper()
	b, err := os.ReadFile(waysFolder + "/ways.json")
	if os.IsNotExist(err) {
		t.Skip("the shared oracles are not beside this repository")
	}
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &list))
	plain := strings.NewReplacer("ttps", "ttp", "wss", "ws", "slice(5)", "slice(4)", "ads.test", "ads.localhost")
	for i := range list {
		list[i].Code = plain.Replace(list[i].Code)
	}
	return list
}

// lonely are the ways that would disturb others of the same page: they take its body, its
// base, its top, its prototypes, its modules or its speculation for good, or count its
// windows later.
var lonely = regexp.MustCompile(`importmap|speculationrules|document\.body ?=|document\.head\.(?:prepend|.*=refresh)|defineProperty\((?:Element|Node|HTML)|await.*window\.length|^(?:window\.|top\.)?location`)

// editing takes the focus, and leaves it where nothing else may be.
var editing = regexp.MustCompile(`contentEditable|designMode|execCommand`)

// crowds are pages' ways: as many together as do not disturb each other.
func crowds(list []way) (pages [][]way) {
	var together, editors []way
	for _, w := range list {
		switch {
		case lonely.MatchString(w.Code):
			pages = append(pages, []way{w})
		case editing.MatchString(w.Code):
			editors = append(editors, w)
		default:
			together = append(together, w)
		}
	}
	return slices.AppendSeq(append(pages, editors), slices.Chunk(together, 40))
}

// party is the third party in one state of a site: it hears who has come by the name in
// the address, by a connection to a port of its own, or by a datagram.
type party struct {
	*site
	origin string
	mu     sync.Mutex
	seen   map[string]string // how, by the name of the way
	deaf   map[string]*deaf
	moved  time.Time
}

func (p *party) hear(name, how string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seen[name] == "" {
		p.seen[name], p.moved = how, time.Now()
	}
}

// reached are the names of the ways that got through.
func (p *party) reached() map[string]string {
	for name, d := range p.deaf {
		if d.got.Load() > 0 {
			p.hear(name, "datagram")
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.seen)
}

// quiet waits until nothing has come for a while, nor is wanted.
func (p *party) quiet(while time.Duration, want []string) {
	for start := time.Now(); time.Since(start) < stepTimeout; time.Sleep(50 * time.Millisecond) {
		got := slices.Collect(maps.Keys(p.reached()))
		p.mu.Lock()
		since := time.Since(p.moved)
		p.mu.Unlock()
		if min(since, time.Since(start)) > while && !lacks(got, want) {
			return
		}
	}
}

// files are what a third party serves, by the end of the name.
var files = map[string]struct{ contentType, body string }{
	".gif":  {contentType: "image/gif", body: "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"},
	".json": {contentType: "application/json", body: "{}"},
	".js":   {contentType: "text/javascript"},
	".html": {contentType: "text/html"},
	".nav":  {contentType: "text/html"},
	".css":  {contentType: "text/css"},
	".svg":  {contentType: "image/svg+xml", body: `<svg xmlns="http://www.w3.org/2000/svg"><linearGradient id="a"/></svg>`},
	".wasm": {contentType: "application/wasm", body: "\x00asm\x01\x00\x00\x00"},
}

// named is the name of a way in an address.
func named(address string) string {
	base := path.Base(address)
	return strings.TrimSuffix(base, path.Ext(base))
}

// loopback listens at a port of both loopback addresses, as far as there are two.
func loopback(t *testing.T, serve func(net.Listener)) (port int) {
	t.Helper()
	for _, address := range []string{"127.0.0.1:0", "[::1]:%d"} {
		if port > 0 {
			address = fmt.Sprintf(address, port)
		}
		l, err := net.Listen("tcp", address)
		if err != nil && port > 0 {
			return port
		}
		require.NoError(t, err)
		t.Cleanup(func() { l.Close() })
		port = l.Addr().(*net.TCPAddr).Port
		go serve(l)
	}
	return port
}

// newParty serves a site whose pages hold what is given back to them as a page's ways, with
// a declaration or bare.
func newParty(t *testing.T, declaration string) *party {
	t.Helper()
	p := &party{site: newSite(t), seen: map[string]string{}, deaf: map[string]*deaf{}, moved: time.Now()}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/p/") {
			p.hear(named(r.URL.Path), r.Method)
		}
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Cache-Control", "no-store")
		file := files[path.Ext(r.URL.Path)]
		w.Header().Set("Content-Type", file.contentType)
		fmt.Fprint(w, file.body)
	})}
	port := loopback(t, func(l net.Listener) { server.Serve(l) })
	t.Cleanup(func() { server.Close() })
	p.origin = fmt.Sprintf("http://ads.localhost:%d", port)
	p.raw("/empty", "text/html", func() string { return "" })
	p.raw("/bare", "text/html", func() string { return "<!doctype html><body>" })
	p.raw("/sub/sw.js", "text/javascript", func() string { return "" })
	p.pages.HandleFunc("/own-redirect", func(w http.ResponseWriter, r *http.Request) {
		to, _ := url.QueryUnescape(r.URL.RawQuery)
		http.Redirect(w, r, to, http.StatusFound)
	})
	p.pages.HandleFunc("/own-tracker/", func(w http.ResponseWriter, r *http.Request) { p.hear(named(r.URL.Path), r.Method) })
	p.pages.HandleFunc("/ran/{name}", func(w http.ResponseWriter, r *http.Request) { p.hear(r.PathValue("name"), "ran") })
	if declaration == "" {
		p.raw("/sub/ways", "text/html; charset=utf-8", func() string { return "<!doctype html><html><head></head><body>" })
	} else {
		p.keeper("/sub/ways", declaration, "")
	}
	return p
}

// order is what a page is told of a way.
func (p *party) order(t *testing.T, w way) map[string]string {
	origin, udp := p.origin, ""
	if w.File == "conn" {
		origin = fmt.Sprintf("http://ads.localhost:%d", loopback(t, func(l net.Listener) {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				p.hear(w.Name, "connection")
				c.Close()
			}
		}))
	}
	if strings.Contains(w.Code, "ENV.udp") {
		p.deaf[w.Name] = newDeaf(t)
		_, udp, _ = net.SplitHostPort(p.deaf[w.Name].LocalAddr().String())
	}
	return map[string]string{"name": w.Name, "code": w.Code, "T": origin, "at": origin + "/p/" + w.Name + "." + w.File, "udp": udp}
}

// idle tells of a page whose one way asks for nothing in this browser without Octroi.
func idle(page []way, asked map[string]string) bool {
	return len(page) == 1 && lonely.MatchString(page[0].Code) && asked[page[0].Name] == ""
}

// go starts all ways of a page.
var goes = expression("oracle_ways")

// try runs all ways, each crowd in a tab of its own, and returns which got through; those
// that are wanted may take their time.
func (p *party) try(t *testing.T, pages [][]way, before string, want []string) map[string]string {
	t.Helper()
	v, tab := visit(t, p.site, "")
	if before != "" {
		tab.open("/sub/ways").truth(before)
		assert.True(t, tab.whole().truth(`!octroi.report().faults.length`), "nothing is wrong with the declaration")
	}
	for i, page := range pages {
		if i > 0 {
			tab = v.tab()
		}
		tab.open("/sub/ways")
		orders := []map[string]string{}
		for _, w := range page {
			orders = append(orders, p.order(t, w))
		}
		text, err := json.Marshal(orders)
		require.NoError(t, err)
		// A page that goes elsewhere does not answer.
		tab.pane.evaluate(goes + "(" + string(text) + ")")
	}
	p.quiet(2*time.Second, want)
	return p.reached()
}

func TestTheOraclesWays(t *testing.T) {
	list := oracleWays(t)
	if only := os.Getenv("OCTROI_WAYS"); only != "" { // names of some, to look into
		list = slices.DeleteFunc(list, func(w way) bool { return !slices.Contains(strings.Fields(only), w.Name) })
	}
	pages := crowds(list)
	declaration := func(more string) string {
		return measuring(more, `"urls": ["ads.localhost", "*.ads.localhost", "127.0.0.1", "/own-tracker/"], "inline": ["__pxInline"],`)
	}
	states := []struct{ name, declaration, before string }{
		{name: "bare"},
		{name: "undecided", declaration: declaration("")},
		{name: "refused", declaration: declaration(""), before: `octroi.refuseAll()`},
		{name: "refused, with a policy", declaration: declaration(`"unknown": "block", "enforce": "refusal",`), before: `octroi.refuseAll()`},
	}
	reached := map[string]map[string]string{}
	recorded := map[string]map[string]string{} // what asks without Octroi, by engine
	text, err := os.ReadFile(askedFile)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &recorded))
	for _, state := range states {
		// What is held before an answer is decided as what is refused is: by the same verdict.
		if state.name == "undecided" && !whole {
			t.Logf("undecided: with OCTROI_WHOLE only, for what a verdict holds, an engine holds in either state")
			continue
		}
		if state.name == "bare" && !whole {
			reached["bare"] = recorded[running]
			continue
		}
		if strings.Contains(state.name, "policy") && running != "chromium" && !whole {
			t.Logf("%s: with OCTROI_WHOLE only, for TestThePolicyHoldsWhatHooksCannot tries the policy here", state.name)
			continue
		}
		// With a state its pages end, some of which move for ever.
		t.Run(state.name, func(t *testing.T) {
			start := time.Now()
			want := unheldHere(reached["bare"], strings.Contains(state.name, "policy"))
			pages := slices.DeleteFunc(slices.Clone(pages), func(page []way) bool {
				return state.name != "bare" && idle(page, reached["bare"])
			})
			reached[state.name] = newParty(t, state.declaration).try(t, pages, state.before, want)
			t.Logf("%d in %.0f s", len(reached[state.name]), time.Since(start).Seconds())
		})
	}
	asked := reached["bare"]
	if whole && os.Getenv("OCTROI_WAYS") == "" && os.Getenv("OCTROI_REVIEW") != "" {
		recorded[running] = asked
		text, err := json.MarshalIndent(recorded, "", "  ")
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(askedFile, append(text, '\n'), 0o644))
	}
	var none []string
	for _, w := range list {
		if asked[w.Name] == "" {
			none = append(none, w.Name)
		}
	}
	t.Logf("%d ways in %d pages; not in %s without Octroi: %s", len(list), len(pages), running, strings.Join(none, ", "))
	row := "| " + running + " |"
	for _, state := range states[1:] {
		got := reached[state.name]
		if got == nil {
			continue
		}
		policy := strings.Contains(state.name, "policy")
		var told []string
		listed := map[string]bool{}
		for _, row := range unheld {
			if !slices.Contains(strings.Fields(row.engines), running) || policy && !row.policy {
				continue
			}
			told = append(told, row.what)
			for _, name := range strings.Fields(row.ways) {
				listed[name] = true
				if asked[name] != "" && got[name] == "" && !row.maybe {
					t.Errorf("%s is held when %s: unheld need not have it", name, state.name)
				}
			}
		}
		for _, name := range slices.Sorted(maps.Keys(got)) {
			if !listed[name] {
				t.Errorf("%s gets through when %s (%s)", name, state.name, got[name])
			}
		}
		t.Logf("%s, %s: %s", running, state.name, strings.Join(slices.Sorted(maps.Keys(got)), " "))
		if state.name != "undecided" {
			if told == nil {
				told = []string{"none"}
			}
			row += " " + strings.Join(told, ", ") + " |"
		}
	}
	t.Logf("the row of docs/limits.md: %s", row)
	limits, err := os.ReadFile("../docs/limits.md")
	require.NoError(t, err)
	assert.True(t, strings.Contains(strings.ToLower(string(limits)), strings.ToLower(row)), "docs/limits.md does not have this row")
}
