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

// withNew is the one of the sites that has the service "new".
const withNew = 3

// calls are what the pixel asks for, and what vendors are told.
var calls = []string{
	`"policy": {`, `"receipts": {"endpoint": "/consent"}, "policy": {`,
	`"policy": "https://meta.example/"`, `"policy": "https://meta.example/", "urls": ["meta.example"]`,
	`"site"`, `"signals": [{"vendor": "walked", "types": {"pixel": "pixel", "ga": "ga", "matomo": "matomo"},
		"default": [["set", "told", {"pixel": "$pixel"}]], "update": [["set", "told", {"pixel": "$pixel", "ga": "$ga", "matomo": "$matomo"}]]}], "site"`,
}

var walked = []string{"pixel", "matomo", "ga", "new"}

var categoryOf = map[string]string{"pixel": "ads", "matomo": "audience", "ga": "audience", "new": "audience"}

var labelOf = map[string]string{"pixel": "Ads", "matomo": "Audience", "ga": "Audience", "new": "Audience"}

var renewal = map[string]int{"pixel": 3, "matomo": 6, "ga": 6, "new": 6}

// cookies are what the services of the walk set, by name.
var cookies = map[string]string{"_fbp": "pixel", "_pk_id": "matomo", "_ga": "ga"}

// page is one tab of the walk, with what can be known of it from outside.
type page struct {
	*Tab
	site   int
	proven int             // how many receipts it has made
	own    map[string]int  // step of this tab's own last refusal of a service
	ended  map[string]bool // grants, by service and step, whose deadline this tab saw pass
}

// walk is a random path through one browser.
type walk struct {
	*testing.T
	*Browser
	fresh     func() Machine
	random    *rand.Rand
	seed      uint64
	step      int
	pages     []*page
	plain     bool                  // the clock was never turned back, and nothing was damaged
	decisions map[string][]decision // by service
	born      map[string]time.Time  // when each cookie was first set
	due       int                   // how many receipts of choices there must be
	made      int                   // how many there are of pages that are gone
	log       strings.Builder
}

// Walk takes a random path through events, clock jumps, storage faults and tabs,
// and asserts the promises at every step: nothing that is not essential is open
// without a valid grant at that instant. It returns a transcript, by which two
// forms of the engine can be compared.
func Walk(t *testing.T, fresh func() Machine, seed uint64, steps int) string {
	w := &walk{T: t, Browser: NewBrowser(Noon), fresh: closing(t, fresh), random: rand.New(rand.NewPCG(seed, 1)), seed: seed, decisions: map[string][]decision{}, born: map[string]time.Time{}}
	// A browser denies a store for good: one in four of these denies cookies, one in
	// four storage.
	w.DenyCookies, w.DenyStorage = w.random.IntN(4) == 0, w.random.IntN(4) == 0
	w.plain = true
	if seed%3 == 2 {
		w.Shared = map[string]Cookie{}
		other := play{}.host(w.Browser)
		other.DenyCookies, other.DenyStorage = w.DenyCookies, w.DenyStorage
	}
	w.open()
	for w.step = range steps {
		// Choices are told apart by the minute they were made in; two in one minute,
		// by pages that cannot know of each other, are beyond telling.
		w.Pass(61 * time.Second)
		p := w.pages[w.random.IntN(len(w.pages))]
		action := w.random.IntN(31)
		name := w.press(p, action)
		if name == "" {
			name = w.script(p, action)
		}
		if name == "" {
			name = w.happen(p, action)
		}
		w.checkReceipts(p, name)
		w.checkLives(name)
		w.checkSignals(p, name)
		for _, p := range w.pages {
			fmt.Fprintf(&w.log, "%d %s %s %s", w.step, name, p.Layer, p.Reply("state"))
			check(t, p, w.decisions, w.where()+": "+name)
			w.checkHosts(p, name)
		}
		c, ok := w.Cookies["octroi"]
		if w.Shared != nil {
			require.False(t, ok, "%s: %s: the record is of one host alone", w.where(), name)
			c, ok = w.Shared["octroi"]
		}
		if ok {
			fmt.Fprintln(&w.log, c.Value, c.Ends.Unix())
			require.LessOrEqual(t, len(c.Value), consent.MaxText)
		}
		fmt.Fprintln(&w.log, w.Header(), w.Storage["octroi"])
	}
	return w.log.String()
}

func (w *walk) where() string { return fmt.Sprintf("seed %d, step %d", w.seed, w.step) }

// open loads a page, under one of the declarations.
func (w *walk) open() {
	site := w.random.IntN(len(sites))
	p := &page{site: site, own: map[string]int{}, ended: map[string]bool{}}
	on, config := w.Browser, sites[site]
	if w.Shared != nil {
		config = strings.Replace(config, share[0], share[1], 1)
		on = append(w.Hosts, on)[w.random.IntN(2)]
	}
	p.Tab = on.Open(w.fresh(), Page{Config: config, Languages: "en"})
	w.pages = append(w.pages, p)
}

// decide notes a choice about a service, and until when it can hold.
func (w *walk) decide(p *page, id string, granted bool) {
	w.decisions[id] = append(w.decisions[id], decision{granted, w.Now, w.Now.Truncate(time.Minute).AddDate(0, renewal[id], 0), p.site, w.step})
	if !granted {
		p.own[id] = w.step
	}
}

// shown are the services that the open layer speaks of: what a button of it
// decides about, whatever has changed behind it.
func shown(p *page) (ids []string) {
	for _, id := range walked {
		if strings.Contains(p.Tree, `"`+labelOf[id]+`"`) {
			ids = append(ids, id)
		}
	}
	return ids
}

// press is what a visitor does with the interface, "" for other actions.
func (w *walk) press(p *page, action int) string {
	switch action {
	case 0, 1, 2, 3, 4:
		name := "accept"
		if action >= 3 {
			name = "refuse"
		}
		w.decided(strings.Contains(p.Tree, `"data-octroi-act":"accept"`) && p.Layer != "")
		for _, id := range shown(p) {
			w.decide(p, id, name == "accept")
		}
		p.Act(name)
		return name
	case 5, 6:
		w.save(p)
		return "save"
	case 7:
		p.Act("preferences")
		return "preferences"
	case 8:
		p.Act("close")
		return "close"
	case 26:
		w.delete(p)
		return "delete"
	case 28:
		w.loadOnce(p)
		return "load once"
	case 30:
		w.sameAsBefore(p)
		return "same"
	}
	return ""
}

// save moves one switch of the second layer and saves all.
func (w *walk) save(p *page) {
	p.Act("close")
	p.Act("preferences")
	id := walked[w.random.IntN(len(walked))]
	on := w.random.IntN(2) == 0
	switched := strings.Contains(p.Tree, `"data-octroi-switch":"`+id+`"`)
	answer := ""
	if on {
		answer = "on"
	}
	p.Send(engine.Toggle, id, answer)
	if p.Layer == "preferences" {
		// What else the layer shows is saved as it stands.
		for _, other := range walked {
			if strings.Contains(p.Tree, `"data-octroi-switch":"`+other+`","data-octroi-state":"on"`) && other != id {
				w.decide(p, other, true)
			}
		}
	}
	if switched {
		w.decide(p, id, on)
	}
	w.decided(p.Layer == "preferences")
	p.Act("save")
}

// sameAsBefore answers as the visitor did before, where the layer says for each purpose what that
// was, and nowhere that it was in part.
func (w *walk) sameAsBefore(p *page) {
	p.Recheck("")
	if !strings.Contains(p.Tree, `"data-octroi-act":"same"`) || strings.Contains(p.Tree, `"octroi-chosen"},"in part"`) {
		return
	}
	w.decided(p.Layer != "")
	for _, id := range shown(p) {
		w.decide(p, id, strings.Contains(p.Tree, `"`+labelOf[id]+`"],["span",{"class":"octroi-chosen"},"allowed"`))
	}
	p.Act("same")
}

// delete has an item deleted that the second layer lists: it goes, and no choice with it.
func (w *walk) delete(p *page) {
	p.Act("close")
	p.Act("preferences")
	p.Act("list")
	if len(p.Rows) > 0 {
		_, row, button := strings.Cut(p.Rows[w.random.IntN(len(p.Rows))], `"data-octroi-act":"delete`)
		item, _, _ := strings.Cut(row, `"`)
		state := p.Reply("state")
		p.Act("delete" + item)
		require.Equal(w, state, p.Reply("state"), "%s: %s", w.where(), item)
		if button {
			require.Equal(w, "Deleted: "+item[1:], p.Beside, w.where())
			require.False(w, strings.Contains("; "+p.Header(), "; "+item[1:]+"=") && item[0] == '0', "%s: %s is there", w.where(), item)
			require.False(w, item[0] == '1' && p.Mirror(item[1:]) != "", "%s: %s is there", w.where(), item)
		}
	}
	p.Act("close")
}

func (w *walk) loadOnce(p *page) {
	p.LoadOnce("pixel", fmt.Sprint(w.step))
	require.True(w, p.Allows(fmt.Sprint("pixel!", w.step)) && p.Allows(fmt.Sprint("ga!", w.step)) == p.Allows("ga") && p.Allows("ads!") == p.Allows("ads"), "%s: allowed once", w.where())
	w.decide(p, "pixel", p.Allows("pixel"))
	w.decided(true)
	p.Choose(Answer{"pixel", flag(p.Allows("pixel"))})
	require.Equal(w, p.Allows("pixel"), p.Allows(fmt.Sprint("pixel!", w.step)), "%s: a choice takes it back", w.where())
}

// flag is a boolean as the protocol writes it.
func flag(on bool) string {
	if on {
		return "1"
	}
	return ""
}

// script is what a page's code does, "" for other actions.
func (w *walk) script(p *page, action int) string {
	switch action {
	case 9:
		id, on := walked[w.random.IntN(len(walked))], w.random.IntN(2) == 0
		for _, other := range walked {
			if categoryOf[other] == categoryOf[id] && other != id && p.Allows(other) {
				w.decide(p, other, true)
			}
		}
		w.decide(p, id, on)
		w.decided(id != "new" || p.site == withNew)
		p.Choose(Answer{id, flag(on)})
		return "choose"
	case 10, 11:
		name := "accept"
		if action == 11 {
			name = "refuse"
		}
		for _, id := range walked {
			w.decide(p, id, action == 10)
		}
		w.decided(true)
		p.Page(name)
		return name + " by page"
	case 22, 23, 24:
		w.write(p)
		return "write"
	case 27:
		id := walked[w.random.IntN(len(walked))]
		for _, other := range walked {
			if categoryOf[other] == categoryOf[id] && (other == id || p.Allows(other)) {
				w.decide(p, other, true)
			}
		}
		w.decided(id != "new" || p.site == withNew)
		p.Choose(forVisit(id))
		return "for this visit"
	case 29:
		p.Machine.Handle(engine.Event{Kind: engine.Ran, Now: w.Now.UnixMilli(), Args: []string{"pixel ga"}})
		return "ran"
	}
	return ""
}

func (w *walk) write(p *page) {
	for _, c := range slices.Sorted(maps.Keys(cookies)) {
		allowed := p.Allows(cookies[c])
		let := p.Write(0, c+"=1"+forever)
		require.False(w, let && !allowed, "%s: %s was let", w.where(), c)
		if _, ok := w.born[c]; let && !ok {
			w.born[c] = w.Now
		}
	}
	p.Write(0, "basket=1"+forever)
	p.Write(1, fmt.Sprint("own", w.random.IntN(400)))
}

// happen is what comes from outside: time, tabs, faults.
func (w *walk) happen(p *page, action int) string {
	switch action {
	case 12:
		if len(w.pages) < 4 {
			w.open()
		}
		return "open"
	case 13, 14:
		p.Close()
		w.made += len(p.Receipts)
		w.pages = slices.DeleteFunc(w.pages, func(other *page) bool { return other == p })
		w.open()
		return "reload"
	case 15, 16, 17:
		w.Pass(time.Duration(w.random.Int64N(int64(40 * day))))
		return "time"
	case 18:
		w.Pass(time.Duration(w.random.Int64N(int64(3 * time.Minute))))
		return "a little time"
	case 19:
		w.plain = false
		w.set(w.Now.Add(-time.Duration(w.random.Int64N(int64(100 * day)))))
		return "clock back"
	case 20:
		w.damage()
		return "damage"
	case 21:
		p.Recheck("octroi")
		return "recheck"
	case 25:
		name := []string{"here", "hidden", "gone"}[w.random.IntN(3)]
		p.Sign(name)
		return name
	}
	p.Look()
	for c, id := range cookies {
		require.False(w, !p.Allows(id) && strings.Contains(p.Header(), c+"="), "%s: %s is there", w.where(), c)
	}
	return "look"
}

// damage hurts both copies of the record at once: a copy that was out of reach while the
// other was written is old, and if the other is then lost, nothing tells.
func (w *walk) damage() {
	clear(w.born) // with all copies, what an open page had not read yet is lost
	w.plain = false
	jar := w.Cookies
	if w.Shared != nil {
		jar = w.Shared
	}
	if c, ok := jar["octroi"]; ok && len(c.Value) > 1 {
		i := w.random.IntN(len(c.Value) - 1)
		c.Value = c.Value[:i] + "A" + c.Value[i+1:]
		jar["octroi"] = c
		for _, host := range append(w.Hosts, w.Browser) {
			host.Storage["octroi"] = c.Value[:i]
		}
	}
}

// decided notes whether a choice is made next, of which a receipt is due.
func (w *walk) decided(one bool) {
	if one {
		w.due++
	}
}

// checkReceipts asserts that each choice has made one receipt, and nothing else has, and that one
// that has just been made tells what is granted.
func (w *walk) checkReceipts(p *page, name string) {
	made := w.made
	for _, p := range w.pages {
		made += len(p.Receipts)
	}
	require.Equal(w, w.due, made, "%s: %s: receipts", w.where(), name)
	if len(p.Receipts) == p.proven {
		return
	}
	p.proven = len(p.Receipts)
	if !w.plain {
		return // what a clock or a store takes away at once was chosen all the same
	}
	var receipt struct {
		At      string
		Granted map[string]any
	}
	text := p.Receipts[p.proven-1].Text
	require.NoError(w, json.Unmarshal([]byte(text), &receipt))
	require.Equal(w, w.Now.UTC().Format("2006-01-02T15:04Z"), receipt.At)
	for id, category := range categoryOf {
		services, _ := receipt.Granted[category].([]any)
		told := receipt.Granted[category] == true || slices.Contains(services, any(id))
		require.Equal(w, p.Allows(id), told && (id != "new" || p.site == withNew), "%s: %s: %s in %s", w.where(), name, id, text)
	}
}

// checkLives asserts that no cookie outlives 13 months, counted from its first setting.
func (w *walk) checkLives(name string) {
	for c := range cookies {
		kept, ok := w.Cookies[c]
		if _, known := w.born[c]; ok && !known {
			continue
		}
		if !ok || !kept.Ends.After(w.Now) {
			delete(w.Cookies, c)
			delete(w.born, c)
			continue
		}
		from := w.born[c]
		if w.Now.After(from) {
			from = w.Now
		}
		require.False(w, kept.Ends.After(from.AddDate(0, 13, 0)), "%s: %s outlives 13 months", w.where(), c)
		if !w.Now.Before(w.born[c]) {
			require.False(w, kept.Ends.After(w.born[c].AddDate(0, 13, 0)), "%s: %s was prolonged by %s: %s", w.where(), c, kept.Ends.Sub(w.born[c].AddDate(0, 13, 0)), name)
		}
	}
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

// checkHosts asserts that what was refused last, on whichever host, is shut on all of them.
func (w *walk) checkHosts(p *page, name string) {
	if w.Shared == nil || !w.plain || w.DenyCookies {
		return
	}
	for id, all := range w.decisions {
		if len(all) > 0 && !all[len(all)-1].granted {
			require.False(w, p.Allows(id), "%s: %s: %s is open, though it was refused", w.where(), name, id)
		}
	}
}

// checkSignals has a page look at the clock, and asserts that vendors were told just what is
// granted then.
func (w *walk) checkSignals(p *page, name string) {
	p.Recheck("")
	told := p.Signals[len(p.Signals)-1]
	for _, id := range []string{"pixel", "ga", "matomo"} {
		require.Equal(w, p.Allows(id), strings.Contains(told, `"`+id+`":"granted"`), "%s: %s: vendors were told of %s: %s", w.where(), name, id, told)
	}
}

// sameTerms reports whether a grant under one declaration holds under another.
func sameTerms(id string, given, now int) bool {
	if (given == 1) != (now == 1) { // another policy revision
		return false
	}
	return id != "pixel" || (given == 2) == (now == 2) // another purpose
}
