package enginetest

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/consent"
)

// decision is what the visitor, or the page, last said about a service.
type decision struct {
	granted bool
	at      time.Time
	until   time.Time // by the clock
	site    int       // under which declaration
	step    int
}

// sites are the declarations that the walk's pages come with.
var sites = []string{
	Shop(calls...),
	Shop(append(calls, `"r1"`, `"r2"`)...),
	Shop(append(calls, "Measures ads.", "Builds profiles.")...),
	Shop(append(calls, `"services": [`, `"services": [{"id": "new", "category": "audience", "name": "N", "provider": "X", "purpose": "Y", "policy": "/x"},`)...),
	Shop(append(calls, `"pk:*", "life": "session"`, `"pk:*", "life": "1 month"`)...),
}

// calls are what the pixel asks for.
var calls = []string{`"policy": "https://meta.example/"`, `"policy": "https://meta.example/", "urls": ["meta.example"]`}

var walked = []string{"pixel", "matomo", "ga", "new"}

var categoryOf = map[string]string{"pixel": "ads", "matomo": "audience", "ga": "audience", "new": "audience"}

var labelOf = map[string]string{"pixel": "Ads", "matomo": "Audience", "ga": "Audience", "new": "Audience"}

var renewal = map[string]int{"pixel": 3, "matomo": 6, "ga": 6, "new": 6}

// cookies are what the services of the walk set, by name.
var cookies = map[string]string{"_fbp": "pixel", "_pk_id": "matomo", "_ga": "ga"}

// page is one tab of the walk, with what can be known of it from outside.
type page struct {
	*Tab
	site  int
	own   map[string]int  // step of this tab's own last refusal of a service
	ended map[string]bool // grants, by service and step, whose deadline this tab saw pass
}

// Walk takes a random path through events, clock jumps, storage faults and tabs,
// and asserts the promises at every step: nothing that is not essential is open
// without a valid grant at that instant. It returns a transcript, by which two
// forms of the engine can be compared.
func Walk(t *testing.T, fresh func() Machine, seed uint64, steps int) string {
	random := rand.New(rand.NewPCG(seed, 1))
	b := NewBrowser(Noon)
	// A browser denies a store for good: one in four of these denies cookies, one in
	// four storage.
	b.DenyCookies, b.DenyStorage = random.IntN(4) == 0, random.IntN(4) == 0
	var log strings.Builder
	decisions := map[string][]decision{}
	born := map[string]time.Time{} // when each cookie was first set
	var pages []*page
	open := func() {
		site := random.IntN(len(sites))
		p := &page{site: site, own: map[string]int{}, ended: map[string]bool{}}
		p.Tab = b.Open(fresh(), Page{Config: sites[site], Languages: "en"})
		pages = append(pages, p)
	}
	open()
	for step := range steps {
		// Choices are told apart by the minute they were made in; two in one minute,
		// by pages that cannot know of each other, are beyond telling.
		b.Pass(61 * time.Second)
		p := pages[random.IntN(len(pages))]
		decide := func(id string, granted bool) {
			decisions[id] = append(decisions[id], decision{granted, b.Now, b.Now.Truncate(time.Minute).AddDate(0, renewal[id], 0), p.site, step})
			if !granted {
				p.own[id] = step
			}
		}
		all := func(granted bool) {
			for _, id := range walked {
				decide(id, granted)
			}
		}
		// shown are the services that the open layer speaks of: what a button of it
		// decides about, whatever has changed behind it.
		shown := func() (ids []string) {
			for _, id := range walked {
				if strings.Contains(p.Tree, `"`+labelOf[id]+`"`) {
					ids = append(ids, id)
				}
			}
			return ids
		}
		name := ""
		switch action := random.IntN(30); action {
		case 0, 1, 2:
			name = "accept"
			for _, id := range shown() {
				decide(id, true)
			}
			p.Act("accept")
		case 3, 4:
			name = "refuse"
			for _, id := range shown() {
				decide(id, false)
			}
			p.Act("refuse")
		case 5, 6:
			name = "save"
			p.Act("close")
			p.Act("preferences")
			id := walked[random.IntN(len(walked))]
			on := random.IntN(2) == 0
			switched := strings.Contains(p.Tree, `"data-octroi-switch":"`+id+`"`)
			p.Send(engine.Toggle, id, map[bool]string{true: "1"}[on])
			if p.Layer == "preferences" {
				// What else the layer shows is saved as it stands.
				for _, other := range walked {
					if strings.Contains(p.Tree, `"data-octroi-switch":"`+other+`","data-octroi-state":"on"`) && other != id {
						decide(other, true)
					}
				}
			}
			if switched {
				decide(id, on)
			}
			p.Act("save")
		case 7:
			name = "preferences"
			p.Act("preferences")
		case 8:
			name = "close"
			p.Act("close")
		case 9:
			name = "choose"
			id, on := walked[random.IntN(len(walked))], random.IntN(2) == 0
			for _, other := range walked {
				if categoryOf[other] == categoryOf[id] && other != id && p.Allows(other) {
					decide(other, true)
				}
			}
			decide(id, on)
			p.Choose(id, map[bool]string{true: "1"}[on])
		case 10:
			name = "accept by page"
			all(true)
			p.Page("accept")
		case 11:
			name = "refuse by page"
			all(false)
			p.Page("refuse")
		case 12:
			name = "open"
			if len(pages) < 4 {
				open()
			}
		case 13, 14:
			name = "reload"
			p.Close()
			pages = slices.DeleteFunc(pages, func(other *page) bool { return other == p })
			open()
		case 15, 16, 17:
			name = "time"
			b.Pass(time.Duration(random.Int64N(int64(40 * day))))
		case 18:
			name = "a little time"
			b.Pass(time.Duration(random.Int64N(int64(3 * time.Minute))))
		case 19:
			name = "clock back"
			b.Now = b.Now.Add(-time.Duration(random.Int64N(int64(100 * day))))
		case 20:
			// Both copies at once: a copy that was out of reach while the other was
			// written is old, and if the other is then lost, nothing tells.
			name = "damage"
			clear(born) // with all copies, what an open page had not read yet is lost
			if c, ok := b.Cookies["octroi"]; ok && len(c.Value) > 1 {
				i := random.IntN(len(c.Value) - 1)
				c.Value = c.Value[:i] + "A" + c.Value[i+1:]
				b.Cookies["octroi"] = c
				b.Storage["octroi"] = c.Value[:i]
			}
		case 21:
			name = "recheck"
			p.Recheck("octroi")
		case 22, 23, 24:
			name = "write"
			for _, c := range slices.Sorted(maps.Keys(cookies)) {
				allowed := p.Allows(cookies[c])
				let := p.Write(0, c+"=1"+forever)
				require.False(t, let && !allowed, "seed %d, step %d: %s was let", seed, step, c)
				if _, ok := born[c]; let && !ok {
					born[c] = b.Now
				}
			}
			p.Write(0, "basket=1"+forever)
			p.Write(1, fmt.Sprint("own", random.IntN(400)))
		case 25:
			name = []string{"here", "hidden", "gone"}[random.IntN(3)]
			p.Sign(name)
		case 26:
			name = "look"
			p.Look()
			for c, id := range cookies {
				require.False(t, !p.Allows(id) && strings.Contains(b.Header(), c+"="), "seed %d, step %d: %s is there", seed, step, c)
			}
		case 28:
			name = "load once"
			p.Send(engine.Act, p.Header(), p.Mirror("octroi"), "once", "", "pixel", fmt.Sprint(step))
			require.True(t, p.Allows(fmt.Sprint("pixel!", step)) && p.Allows(fmt.Sprint("ga!", step)) == p.Allows("ga") && p.Allows("ads!") == p.Allows("ads"), "seed %d, step %d: lent", seed, step)
			decide("pixel", p.Allows("pixel"))
			p.Choose("pixel", map[bool]string{true: "1"}[p.Allows("pixel")])
			require.Equal(t, p.Allows("pixel"), p.Allows(fmt.Sprint("pixel!", step)), "seed %d, step %d: a choice takes it back", seed, step)
		case 29:
			name = "ran"
			p.Machine.Handle(engine.Event{Kind: engine.Ran, Now: b.Now.UnixMilli(), Args: []string{"pixel ga"}})
		case 27:
			name = "for this visit"
			id := walked[random.IntN(len(walked))]
			for _, other := range walked {
				if categoryOf[other] == categoryOf[id] && (other == id || p.Allows(other)) {
					decide(other, true)
				}
			}
			p.Choose(id, "visit")
		}
		for c := range cookies {
			kept, ok := b.Cookies[c]
			if _, known := born[c]; ok && !known {
				continue
			}
			if !ok || !kept.Ends.After(b.Now) {
				delete(b.Cookies, c)
				delete(born, c)
				continue
			}
			from := born[c]
			if b.Now.After(from) {
				from = b.Now
			}
			require.False(t, kept.Ends.After(from.AddDate(0, 13, 0)), "seed %d, step %d: %s outlives 13 months", seed, step, c)
			if !b.Now.Before(born[c]) {
				require.False(t, kept.Ends.After(born[c].AddDate(0, 13, 0)), "seed %d, step %d: %s was prolonged by %s: %s", seed, step, c, kept.Ends.Sub(born[c].AddDate(0, 13, 0)), name)
			}
		}
		for _, p := range pages {
			fmt.Fprintf(&log, "%d %s %s %s", step, name, p.Layer, p.Reply("state"))
			check(t, p, decisions, fmt.Sprintf("seed %d, step %d: %s", seed, step, name))
		}
		if c, ok := b.Cookies["octroi"]; ok {
			fmt.Fprintln(&log, c.Value, c.Ends.Unix())
			require.LessOrEqual(t, len(c.Value), consent.MaxText)
		}
		fmt.Fprintln(&log, b.Header(), b.Storage["octroi"])
	}
	return log.String()
}

// check asserts the promises for one tab at this instant.
func check(t *testing.T, p *page, decisions map[string][]decision, where string) {
	t.Helper()
	require.True(t, p.Allows("essential") && p.Allows("basket"), where)
	require.True(t, json.Valid([]byte(p.Reply("report"))), where)
	ids, called := p.Machine.Access("https://meta.example/tr", false, p.Now.UnixMilli())
	require.True(t, ids == "pixel" && called == p.Allows("pixel"), where)
	for _, id := range walked {
		for _, d := range decisions[id] {
			if d.granted && !p.Now.Before(d.until) {
				p.ended[fmt.Sprint(id, d.step)] = true
			}
		}
		if !p.Allows(id) {
			require.False(t, p.Allows(categoryOf[id]) && p.State().Services[id], where)
			continue
		}
		justified := false
		for _, d := range decisions[id] {
			justified = justified || d.granted &&
				!p.Now.Add(time.Minute).Before(d.at.Truncate(time.Minute)) && p.Now.Before(d.until) &&
				!p.ended[fmt.Sprint(id, d.step)] && // an end that was seen is not undone by the clock
				d.step >= p.own[id] && sameTerms(id, d.site, p.site)
		}
		require.True(t, justified, "%s: %s is open without a grant", where, id)
	}
}

// sameTerms reports whether a grant under one declaration holds under another.
func sameTerms(id string, given, now int) bool {
	if (given == 1) != (now == 1) { // another policy revision
		return false
	}
	return id != "pixel" || (given == 2) == (now == 2) // another purpose
}
