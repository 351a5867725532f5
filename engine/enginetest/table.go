package enginetest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine"
)

// Shop is a declaration with everything that the tables need. Its replacements
// are pairs of old and new text.
func Shop(replacements ...string) string {
	return strings.NewReplacer(replacements...).Replace(`{
	"site": {"name": "Shop", "controller": "Shop SAS", "contact": "mailto:privacy@shop.example"},
	"policy": {"url": "/cookies", "revision": "r1"},
	"categories": [
		{"id": "essential", "label": "Essential", "text": "Needed.", "required": true},
		{"id": "audience", "label": "Audience", "text": "Statistics."},
		{"id": "ads", "label": "Ads", "text": "Advertising.", "renewAfter": "3 months"},
		{"id": "display", "label": "Display", "text": "Fits your device.", "renewAfter": "13 months"}
	],
	"services": [
		{"id": "pixel", "category": "ads", "name": "Pixel", "provider": "Meta", "purpose": "Measures ads.", "policy": "https://meta.example/", "cookies": [{"name": "_fbp", "life": "90 days"}]},
		{"id": "basket", "category": "essential", "name": "Basket", "provider": "Shop SAS", "purpose": "Keeps the basket.", "cookies": [{"name": "basket", "life": "session"}]},
		{"id": "matomo", "category": "audience", "name": "Matomo", "provider": "Shop SAS", "purpose": "Counts visits.", "policy": "/privacy", "cookies": [{"name": "_pk_*", "life": "13 months"}], "storage": [{"name": "pk:*", "life": "session"}]},
		{"id": "ga", "category": "audience", "name": "Analytics", "provider": "Google", "purpose": "Counts visits.", "policy": "https://google.example/", "cookies": [{"name": "_ga*", "life": "13 months"}]}
	]}`)
}

// Noon is when the tables begin.
var Noon = time.Date(2026, 11, 23, 12, 0, 31, 0, time.UTC)

const day = 24 * time.Hour

// Run plays the behaviour tables on machines that fresh makes.
func Run(t *testing.T, fresh func() Machine) {
	for _, c := range slices.Concat(table, distrusted, hints, lives, visits, inherits, apps, enforced) {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			c.play(play{T: t, Assertions: require.New(t), Browser: NewBrowser(Noon), fresh: fresh})
		})
	}
}

type play struct {
	*testing.T
	*require.Assertions
	*Browser
	fresh func() Machine
}

// open loads a page of the shop.
func (p play) open(replacements ...string) *Tab {
	return p.Browser.Open(p.fresh(), Page{Config: Shop(replacements...), Languages: "en"})
}

// reload closes a tab and opens the page again.
func (p play) reload(t *Tab, replacements ...string) *Tab {
	t.Close()
	return p.open(replacements...)
}

// allows asserts which of all ids are open.
func (p play) allows(t *Tab, want string) {
	p.Helper()
	var got []string
	for _, id := range []string{"essential", "audience", "ads", "display", "pixel", "basket", "matomo", "ga"} {
		if t.Allows(id) {
			got = append(got, id)
		}
	}
	p.Equal(want, strings.Join(got, " "))
}

const (
	closed = "essential basket"
	opened = "essential audience ads display pixel basket matomo ga"
)

type behaviour struct {
	name string
	play func(play)
}

var table = []behaviour{
	{"first visit: asked, and nothing but the essential is open", func(p play) {
		tab := p.open()
		p.allows(tab, closed)
		p.Equal("ask", tab.Layer)
		p.False(tab.Focused, "the banner does not take the focus by itself")
		p.Equal(1, tab.Count("ready"))
		p.Zero(tab.Written, "nothing is stored before a choice (R2.13)")
		p.False(tab.Allows("nobody"))
		p.False(tab.Allows(""))
		p.False(tab.State().Decided)
		p.Equal("undecided", tab.State().Categories["ads"].Ask)
	}},
	{"no start, no verdict", func(p play) {
		m := p.fresh()
		p.Empty(m.Handle(engine.Event{Kind: engine.Act, Now: Noon.UnixMilli(), Args: []string{"", "", "accept", "page"}}))
		p.Zero(m.Decide("essential", Noon.UnixMilli()))
	}},
	{"accept all", func(p play) {
		tab := p.open()
		tab.Act("accept")
		p.allows(tab, opened)
		p.True(tab.Allows("ga pixel"))
		p.Empty(tab.Layer)
		p.Equal([]string{"Saved. On: Audience, Ads, Display."}, tab.Said)
		p.Equal(1, tab.Count("change"))
		p.True(tab.State().Decided)
		tab = p.reload(tab)
		p.allows(tab, opened)
		p.Empty(tab.Layer)
		p.Equal(0, tab.Count("change"))
	}},
	{"refuse all is kept as long as a consent", func(p play) { // R1.32
		tab := p.open()
		tab.Act("refuse")
		p.allows(tab, closed)
		p.Empty(tab.Layer)
		p.Equal(1, tab.Count("change"))
		p.Pass(Noon.AddDate(0, 3, 0).Sub(Noon) - time.Hour)
		tab = p.reload(tab)
		p.Empty(tab.Layer, "not asked again before the deadline")
		p.True(tab.State().Decided)
		p.Pass(2 * time.Hour)
		p.Equal("ask", tab.Layer)
		p.Equal("expired", tab.State().Categories["ads"].Ask)
		p.Equal("", tab.State().Categories["audience"].Ask)
	}},
	{"a selection opens just what was selected", func(p play) {
		tab := p.open()
		tab.Act("preferences")
		p.Equal("preferences", tab.Layer)
		p.True(tab.Focused)
		p.Contains(tab.Tree, `"data-octroi-switch":"ga","data-octroi-state":""`, "off by default (R1.16)")
		p.Contains(tab.Tree, `"disabled":""`, "the essential is locked")
		tab.Send(engine.Toggle, "ga", "1")
		tab.Send(engine.Toggle, "display", "1")
		p.allows(tab, closed)
		tab.Act("save")
		p.allows(tab, "essential display basket ga")
		tab = p.reload(tab)
		p.allows(tab, "essential display basket ga")
		tab.Act("preferences")
		p.Contains(tab.Tree, `"data-octroi-switch":"ga","data-octroi-state":"on"`, "the stored state is shown (R1.42)")
		p.Contains(tab.Tree, `"data-octroi-switch":"audience","data-octroi-state":"mixed"`)
		p.Contains(tab.Tree, `"data-octroi-switch":"matomo","data-octroi-state":""`)
	}},
	{"a category's switch moves its services'", func(p play) {
		tab := p.open()
		tab.Act("preferences")
		tab.Send(engine.Toggle, "audience", "1")
		tab.Send(engine.Toggle, "ga", "")
		tab.Send(engine.Toggle, "essential", "")
		tab.Send(engine.Toggle, "nobody", "1")
		tab.Act("save")
		p.allows(tab, "essential basket matomo")
	}},
	{"closing, Escape and doing nothing grant nothing", func(p play) { // R1.03
		tab := p.open()
		tab.Act("close")
		p.Equal("ask", tab.Layer, "an open question stays")
		tab.Act("preferences")
		tab.Send(engine.Toggle, "ads", "1")
		tab.Act("close")
		p.Equal("ask", tab.Layer)
		tab.Act("save")
		p.allows(tab, closed)
		p.Pass(30 * day)
		p.allows(tab, closed)
		p.Zero(tab.Written)
	}},
	{"a late click on a closed banner does nothing", func(p play) {
		tab := p.open()
		tab.Act("refuse")
		tab.Act("accept")
		tab.Act("save")
		p.allows(tab, closed)
	}},
	{"the tab reopens everything with the stored state, and closing changes nothing", func(p play) {
		tab := p.open()
		tab.Act("accept")
		tab.Act("preferences")
		p.Contains(tab.Tree, `"data-octroi-switch":"ads","data-octroi-state":"on"`)
		p.Contains(tab.Tree, `Until `)
		tab.Send(engine.Toggle, "ads", "")
		tab.Act("close")
		p.Empty(tab.Layer)
		p.allows(tab, opened)
	}},
	{"withdrawal erases what was declared and reads back", func(p play) { // R1.41, R7.26
		tab := p.open()
		tab.Act("accept")
		for _, name := range []string{"_ga", "_ga_1", "_pk_id", "_fbp", "basket", "other"} {
			p.Cookies[name] = Cookie{Value: "x"}
		}
		p.Storage["pk:1"], p.Storage["own"] = "x", "x"
		tab.Act("preferences")
		tab.Act("refuse")
		p.allows(tab, closed)
		for _, name := range []string{"_ga", "_ga_1", "_pk_id", "_fbp"} {
			p.NotContains(p.Cookies, name)
		}
		p.Contains(p.Cookies, "basket")
		p.Contains(p.Cookies, "other")
		p.NotContains(p.Storage, "pk:1")
		p.Contains(p.Storage, "own")
		p.JSONEq(`{"faults":[],"hints":[],"survivors":[],"unreachable":[],"undeclared":["other","own"],"hosts":[],"held":[],"withdrawn":{"matomo":"stopped","ga":"stopped","pixel":"stopped"},"inherit":[],"alive":[{"name":"basket","area":0,"since":1795435231000,"until":0},{"name":"octroi","area":0,"since":1795435200000,"until":1829563200000},{"name":"other","area":0,"since":1795435200000,"until":1829563200000},{"name":"octroi","area":1,"since":1795435200000,"until":1829563200000},{"name":"own","area":1,"since":1795435200000,"until":1829563200000}],"kept":true}`, tab.Reply("report"))
		p.Equal("Saved. Off: Audience, Ads, Display.", tab.Said[1])
	}},
	{"what has run is withdrawn, and the visitor asked to reload", func(p play) { // R1.47
		tab := p.open()
		tab.Act("accept")
		tab.Send(engine.Ran, "ga nobody")
		tab.Choose("pixel", "")
		p.Empty(tab.Layer, "nothing of it had run")
		tab.Page("preferences")
		tab.Act("refuse")
		p.Equal("ask", tab.Layer)
		p.Contains(tab.Tree, "Saved.")
		p.Contains(tab.Tree, "Analytics still runs.")
		p.Contains(tab.Tree, `"data-octroi-act":"reload"`)
		p.True(tab.Focused, "it is the answer to what the visitor did")
		p.Equal([]string{"Saved. On: Audience, Ads, Display.", ""}, tab.Said, "in the place of the confirmation")
		p.allows(tab, closed)
		p.Contains(tab.Reply("report"), `"withdrawn":{"matomo":"stopped","ga":"asked","pixel":"stopped"}`)
		p.Empty(tab.Reloads)
		other := p.open()
		p.Empty(other.Layer, "nothing has run in the other tab")
		tab.Act("reload")
		p.Equal([]string{" ga"}, tab.Reloads)
		tab.Act("close")
		p.Empty(tab.Layer)
		tab.Look()
		p.Empty(tab.Layer, "asked once")
		tab.Close()
		tab = p.Browser.Open(p.fresh(), Page{Config: Shop(), Reloaded: " ga"})
		p.Contains(tab.Reply("report"), `"withdrawn":{"ga":"reloaded"}`)

		// Granted again, and withdrawn in another tab.
		tab.Page("accept")
		tab.Send(engine.Ran, "ga")
		p.Contains(tab.Reply("report"), `"withdrawn":{}`)
		other.Page("refuse")
		p.Equal("ask", tab.Layer)
		p.False(tab.Focused)
		tab.Page("accept")
		p.Empty(tab.Layer, "it may run after all")
	}},
	{"what has run is withdrawn, and the page loaded again", func(p play) {
		tab := p.open(`"site"`, `"onWithdraw": "reload", "site"`)
		tab.Act("accept")
		tab.Send(engine.Ran, "ga")
		p.Cookies["_ga"] = Cookie{Value: "x"}
		tab.Page("refuse")
		p.Equal([]string{" ga"}, tab.Reloads)
		p.NotContains(p.Cookies, "_ga", "erased before")
		p.Empty(tab.Layer)
	}},
	{"an embed is let load once, or always", func(p play) {
		tab := p.open(`"purpose": "Measures ads."`, `"purpose": "Measures ads.", "poster": "/pixel.png"`)
		ask := func(ids, poster string) string {
			for _, e := range tab.Machine.Handle(engine.Event{Kind: engine.Embed, Now: tab.Now.UnixMilli(), Args: []string{ids, poster}}) {
				return e.Args[0]
			}
			return "nothing"
		}
		press := func(name, ids, token string) {
			tab.Send(engine.Act, tab.Header(), tab.Mirror("octroi"), name, "", ids, token)
		}
		tree := ask("pixel", "")
		p.Contains(tree, `["strong",{},"Pixel"]," ","from Meta."`)
		p.Contains(tree, `"src":"/pixel.png"`)
		p.Contains(tree, `"_fbp"`)
		p.Contains(ask("pixel", "/own.png"), `"src":"/own.png"`)
		for _, foreign := range []string{"https://x.example/a.png", "//x.example/a.png", `/\x.example/a.png`, "javascript:0", " /a"} {
			p.Contains(ask("pixel", foreign), `"src":"/pixel.png"`, "a poster is the site's own")
		}
		p.Contains(ask("ads", ""), "Pixel", "a category's services")
		p.Contains(ask("nobody", ""), `"shut"`, "what opens for nobody names nobody")

		press("once", "pixel", "1")
		p.True(tab.Allows("pixel!1"))
		p.False(tab.Allows("pixel!2"), "this one alone")
		p.False(tab.Allows("ga!1"), "and for nothing else")
		p.allows(tab, closed)
		press("once", "nobody", "3")
		p.False(tab.Allows("nobody!3"))
		p.Equal("ask", tab.Layer, "nothing was decided")
		p.Empty(p.Storage)
		tab.Choose("audience", "1")
		p.True(tab.Allows("pixel!1"), "another choice is another matter")
		gates := tab.Gates
		tab.Page("refuse")
		p.False(tab.Allows("pixel!1"), "a refusal ends it")
		p.Greater(tab.Gates, gates)

		press("always", "pixel", "1")
		p.True(tab.Allows("pixel"))
		p.False(tab.Allows("ga"))
		p.Equal("Saved. On: Ads. Off: Audience, Display.", tab.Said[len(tab.Said)-1])
		press("always", "pixel nobody", "1")
		tab = p.reload(tab)
		p.True(tab.Allows("pixel"), "for good")
	}},
	{"a choice can be taken back at once", func(p play) {
		tab := p.open()
		tab.Act("undo")
		p.Equal("ask", tab.Layer, "there is nothing to take back")
		tab.Act("accept")
		p.Equal("Undo", tab.Undo)
		p.Pass(time.Minute)
		tab.Act("undo")
		p.allows(tab, closed)
		p.Equal("ask", tab.Layer, "what was not decided before is asked for again")
		p.Equal("Undone.", tab.Said[1])
		p.Empty(tab.Undo)
		tab = p.reload(tab)
		p.allows(tab, closed)
		tab.Act("accept")
		until := tab.State().Categories["ads"].Until
		p.Pass(20 * day)
		p.Cookies["_ga"] = Cookie{Value: "x"}
		tab.Act("preferences")
		tab.Act("refuse")
		other := p.open()
		p.NotContains(p.Cookies, "_ga")
		tab.Act("undo")
		p.True(tab.Allows("pixel") && other.Allows("pixel"), "in every tab")
		p.Equal(until, tab.State().Categories["ads"].Until, "with the end that it had")
		tab.Act("undo")
		p.True(tab.Allows("pixel"), "once")
	}},
	{"a dialog that a page waits for can be put aside, and asks on", func(p play) {
		declared := []string{`"site"`, `"layout": "dialog", "site"`}
		tab := p.open(declared...)
		p.Contains(tab.Tree, "octroi-modal")
		p.Contains(tab.Tree, `"data-octroi-act":"close"`)
		tab.Act("close")
		p.Equal("ask", tab.Layer)
		p.NotContains(tab.Tree, "octroi-modal")
		p.allows(tab, closed)
		p.Empty(p.Storage, "nothing was decided")
		tab.Act("close")
		p.Equal("ask", tab.Layer)
		tab = p.open(`"site"`, `"layout": "bar", "site"`)
		p.Contains(tab.Tree, "octroi-bar")
		p.NotContains(tab.Tree, "octroi-modal")
	}},
	{"the theme and the tab come first", func(p play) {
		tab := p.open(`"site"`, `"theme": {"name": "editorial", "light": {"accent": "#102030"}}, "site"`)
		p.Contains(tab.Style, "--accent:var(--octroi-accent,#102030)")
		p.Contains(tab.Style, "--on-accent:var(--octroi-dark-on-accent,#2a1418)")
		p.Equal("Cookies", tab.Label)
		tab = p.open(`"site"`, `"tab": false, "site"`)
		p.Empty(tab.Label)
		tab = p.open(`"site"`, `"theme": {"light": {"accent": "#eeeeee"}}, "site"`)
		p.Contains(tab.Logged[0], "R1.12", "what nobody could read is refused")
		p.Empty(tab.Label)
		p.allows(tab, closed)
	}},
	{"what could not be erased is named", func(p play) { // R1.45
		tab := p.open()
		tab.Act("accept")
		p.Cookies["_ga"], p.FrozenCookies["_ga"] = Cookie{Value: "x"}, true
		tab.Act("preferences")
		tab.Act("refuse")
		p.Contains(tab.Said[1], "Left: _ga")
		p.Contains(tab.Reply("report"), `"survivors":["_ga"]`)
		p.Contains(tab.Emitted[len(tab.Emitted)-1].Detail, `"survivors":["_ga"]`)
	}},
	{"withdrawing one service leaves the others", func(p play) {
		tab := p.open()
		tab.Act("accept")
		p.Cookies["_ga"], p.Cookies["_pk_id"] = Cookie{Value: "x"}, Cookie{Value: "x"}
		tab.Act("preferences")
		tab.Send(engine.Toggle, "ga", "")
		tab.Act("save")
		p.allows(tab, "essential ads display pixel basket matomo")
		p.NotContains(p.Cookies, "_ga")
		p.Contains(p.Cookies, "_pk_id")
	}},
	{"each category has its own deadline, and only what is due is asked", func(p play) {
		tab := p.open()
		tab.Act("accept")
		p.Pass(Noon.AddDate(0, 3, 0).Sub(Noon) - time.Minute)
		p.allows(tab, opened)
		p.Pass(time.Minute)
		p.allows(tab, "essential audience display basket matomo ga")
		p.Equal("ask", tab.Layer, "a page left open asks too")
		p.Contains(tab.Tree, "asks again")
		p.Contains(tab.Tree, `"On ",["time",{"datetime":"2026-11-23"},"2026-11-23"],": allowed."`)
		p.Contains(tab.Tree, "It ended.")
		p.Contains(tab.Tree, "Ads")
		p.NotContains(tab.Tree, "Audience")
		tab.Act("preferences")
		p.NotContains(tab.Tree, `"data-octroi-switch":"audience"`)
		p.Contains(tab.Tree, `"data-octroi-switch":"ads","data-octroi-state":""`, "off again by default (R1.16)")
		tab.Act("close")
		tab.Act("refuse")
		p.allows(tab, "essential audience display basket matomo ga")
		until := tab.State().Categories
		p.Equal(Noon.Truncate(time.Minute).AddDate(0, 6, 0).UnixMilli(), until["audience"].Until, "the others' deadlines stay")
		p.Equal(p.Now.Truncate(time.Minute).AddDate(0, 3, 0).UnixMilli(), until["ads"].Until)
	}},
	{"renewal at load: shut before anything runs", func(p play) {
		tab := p.open()
		tab.Act("accept")
		tab.Close()
		p.Pass(Noon.AddDate(0, 6, 0).Sub(Noon))
		tab = p.open()
		p.allows(tab, "essential display basket")
		p.Equal("ask", tab.Layer)
		p.Equal("ready", tab.Emitted[0].Name)
		p.Contains(tab.Emitted[0].Detail, `"audience":{"granted":false`)
		tab.Act("accept")
		p.allows(tab, opened)
	}},
	{"thirteen months end everything, and then nothing is kept", func(p play) {
		tab := p.open()
		tab.Act("accept")
		for range 57 { // weekly visits
			p.Pass(7 * day)
			tab = p.reload(tab)
		}
		p.allows(tab, closed)
		p.NotContains(p.Header(), "octroi=")
		p.NotContains(p.Storage, "octroi")
		p.Equal("undecided", tab.State().Categories["ads"].Ask)
	}},
	{"no visit and no rewriting moves a deadline", func(p play) { // R1.51
		tab := p.open()
		tab.Act("accept")
		want := tab.State().Categories["audience"].Until
		for range 25 {
			p.Pass(7 * day)
			tab = p.reload(tab)
			p.Equal(want, tab.State().Categories["audience"].Until)
		}
		p.Positive(tab.Written)
		p.True(tab.Allows("audience"))
		p.Pass(14 * day)
		p.False(tab.Allows("audience"))
	}},
	{"a clock turned back neither revives nor extends a grant", func(p play) {
		tab := p.open()
		tab.Act("accept")
		p.Pass(Noon.AddDate(0, 3, 0).Sub(Noon) + day)
		p.False(tab.Allows("ads"))
		p.Now = Noon.Add(day)
		p.False(tab.Allows("ads"), "in the open page")
		p.False(tab.Allows("audience"), "a doubtful clock shuts all")
		tab = p.reload(tab)
		p.allows(tab, closed)
		p.Equal("ask", tab.Layer)
		p.Now = Noon.AddDate(0, 3, 2)
		tab = p.reload(tab)
		p.allows(tab, "essential audience display basket matomo ga")
	}},
	{"an expiry that was seen stays, even if the clock goes back a little", func(p play) {
		tab := p.open()
		tab.Act("accept")
		p.Now = Noon.Truncate(time.Minute).AddDate(0, 3, 0)
		p.False(tab.Allows("ads"))
		tab.Recheck("octroi")
		p.Now = p.Now.Add(-30 * time.Second)
		p.False(tab.Allows("ads"))
		tab = p.reload(tab)
		p.False(tab.Allows("ads"))
		p.Now = p.Now.Add(-5 * time.Minute)
		tab = p.reload(tab)
		p.False(tab.Allows("ads"))
	}},
	{"a record from the future is none", func(p play) {
		tab := p.open()
		tab.Act("accept")
		p.Now = Noon.Add(-2 * day)
		tab = p.reload(tab)
		p.allows(tab, closed)
		p.Equal("ask", tab.Layer)
		tab.Act("refuse")
		p.allows(tab, closed)
		p.Now = Noon
		tab = p.reload(tab)
		p.allows(tab, closed)
		p.Empty(tab.Layer)
	}},
	{"a clock before any record can be trusted", func(p play) {
		p.Now = time.UnixMilli(0)
		tab := p.open()
		tab.Act("accept")
		p.allows(tab, closed)
	}},
	{"new policy revision asks again for what was granted only", func(p play) { // R1.33
		tab := p.open()
		tab.Act("preferences")
		tab.Send(engine.Toggle, "ads", "1")
		tab.Act("save")
		tab = p.reload(tab, `"r1"`, `"r2"`)
		p.allows(tab, closed)
		p.Equal("policy", tab.State().Categories["ads"].Ask)
		p.Equal("", tab.State().Categories["audience"].Ask, "a refusal is not asked again")
		p.Equal("ask", tab.Layer)
		tab.Act("accept")
		p.allows(tab, "essential ads pixel basket")
		p.Empty(tab.Layer)
	}},
	{"new service in a granted category", func(p play) {
		added := []string{`"services": [`, `"services": [{"id": "new", "category": "audience", "name": "New", "provider": "X", "purpose": "Y", "policy": "/x"},`}
		tab := p.open()
		tab.Act("accept")
		tab = p.reload(tab, added...)
		p.allows(tab, "essential ads display pixel basket matomo ga")
		p.False(tab.Allows("new"))
		p.Equal("service", tab.State().Categories["audience"].Ask)
		tab.Act("refuse")
		p.allows(tab, "essential ads display pixel basket")
		tab = p.reload(tab)
		p.Empty(tab.Layer)
	}},
	{"new service in a refused category inherits the refusal", func(p play) {
		tab := p.open()
		tab.Act("refuse")
		tab = p.reload(tab, `"services": [`, `"services": [{"id": "new", "category": "audience", "name": "New", "provider": "X", "purpose": "Y", "policy": "/x"},`)
		p.Empty(tab.Layer)
		p.False(tab.Allows("new"))
	}},
	{"new purpose or provider of a granted service", func(p play) {
		tab := p.open()
		tab.Act("accept")
		tab = p.reload(tab, "Measures ads.", "Builds profiles.")
		p.allows(tab, "essential audience display basket matomo ga")
		p.Equal("purpose", tab.State().Categories["ads"].Ask)
		tab = p.reload(tab, `"provider": "Meta"`, `"provider": "Other"`)
		p.False(tab.Allows("pixel"))
		tab = p.reload(tab)
		p.allows(tab, opened)
	}},
	{"a reworded purpose with the same purposeId keeps the consent", func(p play) {
		tab := p.open(`"Measures ads."`, `"Measures ads.", "purposeId": "measure"`)
		tab.Act("accept")
		tab = p.reload(tab, `"Measures ads."`, `"Counts how often ads are seen.", "purposeId": "measure"`)
		p.allows(tab, opened)
	}},
	{"the purpose is compared in the declaration's language", func(p play) {
		tab := p.open(`"Measures ads."`, `{"en": "Measures ads.", "fr": "Mesure."}`)
		tab.Act("accept")
		tab.Close()
		tab = p.Browser.Open(p.fresh(), Page{Config: Shop(`"Measures ads."`, `{"fr": "Mesure.", "en": "Measures ads."}`), Languages: "fr"})
		p.Equal("fr", tab.State().Language)
		p.allows(tab, opened)
	}},
	{"a new category is asked for alone", func(p play) {
		tab := p.open()
		tab.Act("accept")
		tab = p.reload(tab, `"categories": [`, `"categories": [{"id": "social", "label": "Social", "text": "Sharing."},`)
		p.allows(tab, opened)
		p.False(tab.Allows("social"))
		p.Equal("ask", tab.Layer)
		p.Contains(tab.Tree, "Social")
		p.NotContains(tab.Tree, "Audience")
	}},
	{"damaged, truncated, foreign and oversized records are none", func(p play) {
		tab := p.open()
		tab.Act("accept")
		good, ledger, _ := strings.Cut(p.Storage["octroi"], ".")
		for _, bad := range []string{"", good[:len(good)-1], "B" + good[1:], good + "A", strings.Repeat("A", 10_000), "%7B%22all%22%3Atrue%7D", "1", "\x00\xff"} {
			p.Cookies["octroi"], p.Storage["octroi"] = Cookie{Value: bad}, bad
			tab = p.reload(tab)
			p.allows(tab, closed)
			p.Equal("ask", tab.Layer, bad)
		}
		p.Cookies["octroi"] = Cookie{Value: good}
		tab = p.reload(tab)
		p.allows(tab, opened)
		p.Equal(good+"."+ledger, p.Storage["octroi"], "the mirror is mended")
		delete(p.Cookies, "octroi")
		tab = p.reload(tab)
		p.allows(tab, opened)
		p.Equal(good, p.Cookies["octroi"].Value, "so is the cookie")
	}},
	{"of two records the later choice holds", func(p play) {
		tab := p.open()
		tab.Act("accept")
		granted := p.Storage["octroi"]
		tab.Act("preferences")
		tab.Act("refuse")
		p.Storage["octroi"] = granted
		tab = p.reload(tab)
		p.allows(tab, closed)
		p.NotEqual(granted, p.Storage["octroi"])
	}},
	{"two records that contradict each other are none", func(p play) {
		tab := p.open()
		tab.Act("accept")
		granted := p.Storage["octroi"]
		other := NewBrowser(Noon)
		stranger := other.Open(p.fresh(), Page{Config: Shop()})
		stranger.Act("refuse")
		p.Storage["octroi"] = granted
		p.Cookies["octroi"] = other.Cookies["octroi"]
		tab = p.reload(tab)
		p.allows(tab, closed)
		p.Equal("ask", tab.Layer)
	}},
	{"a record that another host of the site has planted is none", func(p play) {
		for _, denied := range []bool{false, true} {
			other := NewBrowser(p.Now.Add(-time.Hour))
			other.DenyStorage = denied
			stranger := other.Open(p.fresh(), Page{Config: Shop()})
			stranger.Page("refuse")
			for range 9 {
				stranger.Page("accept")
			}
			older := other.Header()
			other.Now = p.Now.Add(time.Minute / 2)
			stranger.Page("accept")
			newer := other.Header()
			p.NotEqual(older, newer)
			for _, planted := range [][]string{{older}, {newer}, {older, newer}} {
				p.Cookies, p.Storage, p.DenyStorage, p.Planted = map[string]Cookie{}, map[string]string{}, denied, planted
				tab := p.open()
				p.allows(tab, closed)
				p.Equal("ask", tab.Layer, "nobody has asked")
				for _, choice := range []string{"refuse", "accept", "refuse"} {
					want := map[string]string{"accept": opened, "refuse": closed}[choice]
					tab.Page(choice)
					p.allows(tab, want)
					for range 2 {
						tab.Recheck("octroi")
						p.allows(tab, want)
						tab.Sign("here")
						tab = p.reload(tab)
						p.allows(tab, want)
						p.Empty(tab.Layer)
					}
				}
				p.Storage["octroi"] = ""
				tab = p.reload(tab)
				p.allows(tab, closed)
				p.Empty(tab.Layer, "the own cookie is known from the other")
				tab.Close()
			}
			p.DenyStorage, p.Planted = false, nil
		}
	}},
	{"a ledger that another host has planted lengthens no life", func(p play) {
		p.DenyStorage = true
		tab := p.open()
		tab.Act("accept")
		p.True(tab.Write(0, "_ga=1"+forever))
		other := NewBrowser(p.Now.Add(100 * day))
		other.DenyStorage = true
		stranger := other.Open(p.fresh(), Page{Config: Shop()})
		stranger.Act("accept")
		p.True(stranger.Write(0, "_ga=1"+forever))
		p.Pass(100 * day)
		p.Planted = []string{other.Header()}
		tab = p.reload(tab)
		p.True(tab.Write(0, "_ga=1"+forever))
		p.WithinDuration(Noon.AddDate(0, 13, 0), p.Cookies["_ga"].Ends, time.Minute)
	}},
	{"of choices that are made in two tabs at once the refusal holds", func(p play) {
		for _, first := range []string{"accept", "refuse"} {
			for _, last := range []int{0, 1} {
				p.Cookies, p.Storage = map[string]Cookie{}, map[string]string{}
				tabs := []*Tab{p.open(), p.open()}
				stores := []Browser{}
				second := map[string]string{"accept": "refuse", "refuse": "accept"}[first]
				for i, choice := range []string{first, second} {
					// Each begins with what was there before either.
					apart := NewBrowser(p.Now.Add(time.Duration(i) * 20 * time.Millisecond))
					tabs[i].Browser = apart
					tabs[i].Act(choice)
					stores = append(stores, *apart)
				}
				// What came last at the store stands there; each tab is told of the other's.
				p.Cookies, p.Storage = stores[last].Cookies, stores[last].Storage
				for range 2 {
					for _, tab := range tabs {
						tab.Browser = p.Browser
						tab.Recheck("octroi")
					}
				}
				for _, tab := range append(tabs, p.open()) {
					p.allows(tab, closed)
					p.Empty(tab.Layer)
					tab.Close()
				}
			}
		}
	}},
	{"the record's cookie", func(p play) {
		tab := p.open()
		tab.Act("refuse")
		c := p.Cookies["octroi"]
		p.Equal(p.Storage["octroi"], c.Value+".AQAAAABMiGnL", "and an empty ledger")
		p.Regexp(`^[A-Za-z0-9_-]{20,150}$`, c.Value)
		p.WithinDuration(Noon.Truncate(time.Minute).AddDate(0, 13, 0), c.Ends, time.Minute, "13 months from the choice")
		p.Pass(100 * day)
		p.reload(tab)
		p.WithinDuration(Noon.Truncate(time.Minute).AddDate(0, 13, 0), p.Cookies["octroi"].Ends, time.Minute, "whatever visit comes between")
	}},
	{"storage denied: works for the page's life", func(p play) {
		p.DenyCookies, p.DenyStorage = true, true
		tab := p.open()
		tab.Act("accept")
		p.allows(tab, opened)
		tab.Recheck("octroi")
		p.allows(tab, opened)
		p.Contains(tab.Reply("report"), `"kept":false`)
		tab.Act("preferences")
		tab.Act("refuse")
		p.allows(tab, closed)
		tab = p.reload(tab)
		p.allows(tab, closed)
		p.Equal("ask", tab.Layer)
	}},
	{"cookies denied, storage not; and the reverse", func(p play) {
		p.DenyCookies = true
		tab := p.open()
		tab.Act("accept")
		tab = p.reload(tab)
		p.allows(tab, opened)
		p.DenyCookies, p.DenyStorage = false, true
		tab = p.reload(tab)
		p.allows(tab, closed)
		tab.Act("accept")
		tab = p.reload(tab)
		p.allows(tab, opened)
	}},
	{"a write that fails leaves the choice in force, and the older record is not taken for it", func(p play) {
		tab := p.open()
		tab.Act("accept")
		p.DenyStorage = true
		p.FrozenCookies["octroi"] = true
		tab.Act("preferences")
		tab.Act("refuse")
		p.allows(tab, closed)
		p.DenyStorage = false
		tab.Recheck("octroi")
		p.allows(tab, closed)
	}},
	{"two tabs agree without a reload", func(p play) {
		one, two := p.open(), p.open()
		one.Act("accept")
		p.allows(two, opened)
		p.Empty(two.Layer)
		p.Equal(1, two.Count("change"))
		p.Cookies["_ga"] = Cookie{Value: "x"}
		two.Act("preferences")
		two.Act("refuse")
		p.allows(one, closed)
		p.NotContains(p.Cookies, "_ga")
		p.Equal(2, one.Count("change"))
		p.Equal(one.State(), two.State())
	}},
	{"a record that is cleared is gone in open pages too", func(p play) {
		tab := p.open()
		tab.Act("accept")
		delete(p.Storage, "octroi")
		tab.Recheck("octroi")
		p.allows(tab, opened)
		p.NotEmpty(p.Storage["octroi"], "the mirror is mended")
		delete(p.Storage, "octroi")
		delete(p.Cookies, "octroi")
		tab.Recheck("octroi")
		p.allows(tab, closed)
		p.Equal("ask", tab.Layer)
	}},
	{"the page's code can choose", func(p play) {
		tab := p.open()
		tab.Choose("ga", "1", "essential", "", "nobody", "1")
		p.allows(tab, "essential basket ga")
		p.Empty(tab.Said)
		p.Equal([]string{"essential: essential, cannot be refused; passed over", "nobody: no category or service has this id; passed over"}, tab.Logged)
		p.Equal("ask", tab.Layer, "what was not named is still asked for")
		p.Equal("undecided", tab.State().Categories["ads"].Ask)
		tab.Choose("audience", "1")
		p.allows(tab, "essential audience basket matomo ga")
		tab.Choose("matomo", "")
		p.allows(tab, "essential basket ga")
		tab.Page("accept")
		p.allows(tab, opened)
		tab.Page("refuse")
		p.allows(tab, closed)
		tab.Choose()
		tab.Choose("ads")
		p.allows(tab, closed)
	}},
	{"show opens the first layer, which can then be left", func(p play) {
		tab := p.open()
		tab.Act("refuse")
		tab.Act("show")
		p.Equal("ask", tab.Layer)
		p.True(tab.Focused)
		p.Contains(tab.Tree, `"data-octroi-act":"close"`)
		tab.Act("close")
		p.Empty(tab.Layer)
		p.allows(tab, closed)
	}},
	{"a bad declaration leaves only the essential", func(p play) {
		tab := p.open()
		tab.Act("accept")
		kept := p.Storage["octroi"]
		tab = p.reload(tab, `"3 months"`, `"14 months"`, `"/cookies"`, `"javascript:alert(1)"`)
		p.allows(tab, closed)
		p.Empty(tab.Layer)
		p.Len(tab.Logged, 2)
		p.Contains(tab.Logged, `$.categories[2].renewAfter: longer than 13 months; write "13 months" or less`)
		p.Equal(1, tab.Count("error"))
		p.Equal(kept, p.Storage["octroi"], "bad input loses nothing")
		tab.Page("accept")
		p.allows(tab, closed)
		p.False(tab.State().Decided)
		p.Contains(tab.Reply("report"), "renewAfter")
		tab = p.reload(tab)
		p.allows(tab, opened)
	}},
	{"two ids whose hashes are the same", func(p play) {
		tab := p.open(`"id": "matomo"`, `"id": "costarring"`, `"id": "ga"`, `"id": "liquid"`)
		p.Equal([]string{"$: liquid has the hash of costarring; rename it"}, tab.Logged)
		tab.Page("accept")
		p.allows(tab, closed)
	}},
	{"a declaration that is not JSON", func(p play) {
		tab := p.Browser.Open(p.fresh(), Page{Config: `{"site": `})
		p.Equal([]string{"$: not JSON: a value is missing; mend line 1, column 10"}, tab.Logged)
		p.allows(tab, "")
		p.Equal(1, tab.Count("error"))
	}},
	{"languages", func(p play) {
		tab := p.Browser.Open(p.fresh(), Page{Config: Shop(), Languages: "de fr-CA"})
		p.Equal("fr", tab.State().Language)
		p.Contains(tab.Tree, "Titre")
		m := p.fresh()
		tab = &Tab{Browser: p.Browser, Machine: m} // no texts to be had
		tab.Send(engine.Start, Shop(), "h", "", "1", "fr", "en fr", "en", BuiltIn)
		p.Equal("en", tab.State().Language)
		p.Contains(tab.Tree, `"Title"`)
	}},
	{"texts that are late", func(p play) {
		french := func(begun string) *Tab {
			tab := p.Browser.Open(p.fresh(), Page{Config: Shop(), Languages: "fr", Late: true})
			p.Equal("", tab.Layer, "they are waited for")
			tab.Send(engine.Texts, "fr", "")
			p.Contains(tab.Tree, `"Title"`, "but not for ever")
			if begun == "preferences" {
				tab.Act(begun)
			}
			tab.Send(engine.Texts, "fr", `{"title":"Titre"}`, begun)
			return tab
		}
		p.Contains(french("").Tree, "Titre")
		for _, begun := range []string{"1", "preferences"} {
			tab := french(begun)
			p.NotContains(tab.Tree, "Titre", "not while somebody is at it")
			p.Equal("fr", tab.State().Language)
			tab.Send(engine.Toggle, "display", "1")
			p.NotContains(tab.Tree, "Titre")
			tab.Act("close")
			tab.Act("preferences")
			p.Contains(tab.Tree, `"lang":"fr"`, "but next time")
		}
	}},
	{"declared texts stay texts", func(p play) {
		tab := p.open("Advertising.", `<b>\"</b><script>alert(1)</script>`)
		p.Contains(tab.Tree, `"<b>\"</b><script>alert(1)</script>"`)
	}},
	{"accept and refuse are the same element", func(p play) { // R1.12
		tab := p.open()
		p.Contains(tab.Tree, `["button",{"type":"button","class":"octroi-button","data-octroi-act":"refuse"},`)
		p.Contains(tab.Tree, `["button",{"type":"button","class":"octroi-button","data-octroi-act":"accept"},`)
		p.Equal(1, strings.Count(tab.Tree, `"accept"},`), "accept is shown once (R1.13)")
	}},
	{"a timer never waits longer than browsers can", func(p play) {
		tab := p.open()
		tab.Act("refuse")
		p.LessOrEqual(tab.Wake.Sub(p.Now), (1<<31-1)*time.Millisecond)
	}},
	{"a page on http keeps a cookie without Secure", func(p play) {
		tab := p.Browser.Open(p.fresh(), Page{Config: Shop(), Insecure: true})
		var stored string
		for _, e := range tab.Machine.Handle(engine.Event{Kind: engine.Act, Now: p.Now.UnixMilli(), Args: []string{"", "", "refuse", ""}}) {
			if e.Kind == engine.Store {
				stored = e.Args[1]
			}
		}
		p.NotContains(stored, "Secure")
		p.Contains(stored, ";Path=/;SameSite=Lax")
	}},
	{"events that make no sense do nothing", func(p play) {
		tab := p.open()
		for kind := range engine.EventKind(50) {
			if kind == engine.Start {
				continue
			}
			odd := engine.Event{Kind: kind, Args: []string{"x", "y", "z", "u", "v", "w", "q", "r"}}
			for !odd.Valid() {
				odd.Args = odd.Args[1:]
			}
			tab.Send(kind)
			tab.Send(kind, odd.Args...)
		}
		p.allows(tab, closed)
		assert.Zero(p.T, tab.Written)
	}},
}
