package wasmtest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/enginetest"
	"github.com/octroi-consent/octroi/engine/gate"
)

// tableQuestion is a question that a page asks: of what kind, and about what.
type tableQuestion [2]string

// tableAsker makes declarations, and questions near what they name.
type tableAsker struct {
	*rand.Rand
	hosts, names, parts []string
}

func (a *tableAsker) of(list ...string) string { return list[a.IntN(len(list))] }

func (a *tableAsker) host() string {
	labels := []string{"ads", "a", "b", "www", "cdn", "track-er", "xn--bcher-kva", "127", "x"}
	host := a.of("example", "test", "co.example", "localhost")
	for range a.IntN(4) {
		host = a.of(labels...) + "." + host
	}
	return host
}

func (a *tableAsker) name() string {
	name := ""
	for range 1 + a.IntN(4) {
		name += a.of("_ga", "a", "b", "_", "sid", ".", "-", "0", "*", "constructor", "__proto__", "é")
	}
	return name
}

// declaration is a random one without fault, as JSON.
func (a *tableAsker) declaration() (string, *config.Config) {
	for {
		a.hosts, a.names, a.parts = nil, nil, nil
		var services []map[string]any
		for i := range 1 + a.IntN(6) {
			s := map[string]any{"id": fmt.Sprintf("s%d", i), "category": a.of("essential", "statistics", "advertising"), "name": "S", "provider": "P", "purpose": "Q.", "policy": "https://p.example/"}
			var urls, inline []string
			for range a.IntN(4) {
				pattern := a.of("", "", "*.", "https://", "//") + a.host() + a.of("", "", "/", "/path", "/a*/b", ":8080", "?q")
				urls, a.hosts = append(urls, pattern), append(a.hosts, pattern)
			}
			for range a.IntN(2) {
				inline = append(inline, a.of("gtag(", "fbq(", "loader.init"))
			}
			if len(urls) > 0 {
				s["urls"] = urls
			}
			if len(inline) > 0 {
				s["inline"] = inline
			}
			for _, area := range []string{"cookies", "storage", "databases", "caches"} {
				var items []map[string]any
				for range a.IntN(3) {
					item := map[string]any{"name": a.name()}
					if area == "cookies" || area == "storage" {
						item["life"] = a.of("session", "6 months")
					}
					items, a.names = append(items, item), append(a.names, item["name"].(string))
				}
				if items != nil {
					s[area] = items
				}
			}
			services = append(services, s)
		}
		d := map[string]any{
			"site":   map[string]any{"name": "S", "controller": "C", "contact": "mailto:a@b.example"},
			"policy": map[string]any{"url": "/p", "revision": "1"}, "unknown": a.of("report", "report", "block"),
			"categories": []map[string]any{{"id": "essential", "required": true, "label": "E", "text": "T"}, {"id": "statistics", "label": "S", "text": "T"}, {"id": "advertising", "label": "A", "text": "T"}},
			"services":   services,
		}
		b, _ := json.Marshal(d)
		if c, faults := config.Parse(string(b)); len(faults) == 0 && len(engine.Faults(string(b))) == 0 {
			return string(b), c
		}
	}
}

// question is near what the declaration names, or not.
func (a *tableAsker) question() tableQuestion {
	switch a.IntN(5) {
	case 0, 1:
		host := a.host()
		if len(a.hosts) > 0 && a.IntN(2) == 0 {
			host = a.of(a.hosts...)
			for _, front := range []string{"https://", "//"} {
				host = strings.TrimPrefix(host, front)
			}
			host, _, _ = strings.Cut(strings.ReplaceAll(host, "*.", a.of("", "a.", "a.b.")), "/")
			host, _, _ = strings.Cut(host, "?")
			host, _, _ = strings.Cut(host, ":")
		}
		if a.IntN(4) == 0 {
			host = strings.ToUpper(host)
		}
		return tableQuestion{"address", a.of("https://", "http://", "wss://", "https://u:p@") + host + a.of("", "", ".", ":8080", ":443") + a.of("/", "/path", "/ax/b", "/p%61th", "?q", "#f", "/../path")}
	case 2, 3:
		name := a.name()
		if len(a.names) > 0 && a.IntN(2) == 0 {
			name = strings.ReplaceAll(a.of(a.names...), "*", a.of("", "x", "_ga", "a-b"))
		}
		return tableQuestion{"name", strconv.Itoa(a.IntN(int(config.Areas))) + name}
	}
	return tableQuestion{"inline", a.of("x;", "", "é ") + a.of("gtag(", "gtag", "fbq('init')", "loader.init()", "Loader.init") + a.of("", ";1")}
}

// opens is the engine's verdict for a visitor who has not decided.
func opens(e *engine.Engine, c *config.Config, q tableQuestion) bool {
	none := make(config.Grants, c.Places())
	for n := range none {
		none[n] = c.Categories[c.Category(n)].Required
	}
	switch q[0] {
	case "address":
		u, err := url.Parse(q[1])
		if err != nil {
			return false
		}
		// As a browser writes it.
		u.Host = strings.ToLower(u.Host)
		_, open := e.Access(u.String(), false, enginetest.Noon.UnixMilli())
		return open
	case "name":
		r := gate.Of(c, none, config.Area(q[1][0]-'0'), q[1][1:])
		return r.Open && !r.Own
	}
	return gate.Inline(c, none, q[1]).Verdict == gate.Allow
}

// What a site's own octroi.js lets pass or holds ahead of its engine, the engine does, too; but
// of a host of which a part is held, it holds addresses that are written oddly.
func TestTheTableAndTheEngineAgree(t *testing.T) { // R1.01
	only(t, "one language, one table", "chromium")
	total := 60_000
	if n, err := strconv.Atoi(os.Getenv("OCTROI_QUESTIONS")); err == nil {
		total = n
	}
	s := newSite(t)
	source := joined(t, "table")
	s.raw("/table", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><title>table</title><script>` + source + `</script>`
	})
	_, tab := visit(t, s)
	tab.open("/table")
	a := &tableAsker{Rand: rand.New(rand.NewPCG(19, 1))}
	opened, held, odd := 0, 0, 0
	for done := 0; done < total; {
		text, c := a.declaration()
		e := &engine.Engine{}
		e.Handle(engine.Event{Kind: engine.Start, Now: enginetest.Noon.UnixMilli(), Args: []string{text, "shop.example", "", "1", "en", "en", "en", "{}", ""}})
		e.Handle(engine.Event{Kind: engine.StoresRead, Now: enginetest.Noon.UnixMilli(), Args: []string{"", "", "start"}})
		table, err := json.Marshal(gate.TableOf(c))
		require.NoError(t, err)
		var questions []tableQuestion
		for range min(150, total-done) {
			questions = append(questions, a.question())
		}
		list, _ := json.Marshal(questions)
		var answers string
		quoted, _ := json.Marshal(string(table))
		tab.eval("askTable(JSON.parse("+string(quoted)+"), "+string(list)+")", &answers)
		require.Len(t, answers, len(questions))
		for i, q := range questions {
			is, may := answers[i] == '1', opens(e, c, q)
			switch {
			case is && !may:
				t.Fatalf("the table opens %q, the engine does not: %s", q, text)
			case !is && may && strings.ContainsRune(q[1], '%'):
				odd++ // a server may read it as one that is held
			case !is && may:
				t.Fatalf("the table holds %q, the engine does not: %s", q, text)
			case is:
				opened++
			default:
				held++
			}
		}
		done += len(questions)
	}
	t.Logf("%d questions: both open %d, both hold %d, only the table holds %d, with odd paths", total, opened, held, odd)
	assert.Greater(t, opened, total/5)
	assert.Greater(t, held, total/10)
	assert.Less(t, odd, total/20)
}
