package enginetest

import (
	"encoding/json"
	"time"

	"github.com/octroi-consent/octroi/engine"
)

// ownUI is a shop whose pages draw the interface.
var ownUI = []string{`"site"`, `"ui": "own", "site"`}

// Looks of buttons, as pages tell them.
const (
	plainLook  = "seen 200 44 16 #ffffff #1c1b1a"
	hiddenLook = "hidden 0 0 16 #ffffff #1c1b1a"
	paleLook   = "seen 200 44 16 #cccccc #ffffff"
)

// press is a press of the visitor's on something of the page's: what the page says of it, how it
// looks, and how what refuses does.
func (t *Tab) press(answer string, looks ...string) {
	t.Send(engine.Pressed, append([]string{answer, "1"}, looks...)...)
}

// asking is what the page was told last of what it has to show.
func (p play) asking(t *Tab) (a Asking) {
	p.Helper()
	for _, e := range t.Emitted {
		if e.Name == "ask" {
			a = Asking{}
			p.NoError(json.Unmarshal([]byte(e.Detail), &a))
		}
	}
	return a
}

// Asking is what octroi.ask() returns, in part.
type Asking struct {
	Show, Fault, Language string
	Again                 bool
	Texts                 map[string]string
	Categories            []struct {
		ID, Label, State, Ask, Reason, Earlier string
		Required                               bool
	}
	Services []struct {
		ID, Category, Provider, Policy string
		On                             bool
		Items                          []struct{ Name, Kind, Life string }
	}
}

// uncounted asserts that a grant of the page's was not counted, and what the developer was told.
func (p play) uncounted(t *Tab, why string) {
	p.Helper()
	p.allows(t, closed)
	p.NotEmpty(t.Logged)
	p.Contains(t.Logged[len(t.Logged)-1], why)
	p.Contains(p.asking(t).Fault, why)
	p.False(t.State().Decided)
}

var owned = []behaviour{
	{name: "the page draws what asks, and nothing of ours does", play: func(p play) {
		tab := p.open(ownUI...)
		p.Empty(tab.Layer)
		p.Empty(tab.Label, "no tab")
		p.Equal(1, tab.Count("ask"))
		a := p.asking(tab)
		p.Equal("ask", a.Show)
		p.Equal("Title", a.Texts["title"])
		p.Equal("Shop asks.", a.Texts["introduction"])
		p.Equal("Essential", a.Categories[0].Label)
		p.True(a.Categories[0].Required)
		p.Equal("on", a.Categories[0].State)
		p.Equal("undecided", a.Categories[1].Ask)
		p.Equal("off", a.Categories[1].State)
		p.Equal("matomo", a.Services[1].ID)
		p.Equal("persistent, 13 months", a.Services[1].Items[0].Life)
		tab.Recheck("")
		p.Equal(1, tab.Count("ask"), "the same is not told again")
		tab.Page("refuse")
		p.Empty(tab.Layer)
		p.Empty(tab.Said)
		p.Equal("", p.asking(tab).Show)
		p.True(tab.State().Decided)
		tab.Act("preferences")
		p.Empty(tab.Layer)
		p.Equal("preferences", p.asking(tab).Show)
		tab.Recheck("")
		tab.Act("preferences")
		p.Equal(4, tab.Count("ask"), "each call is told")
		tab.Page("refuse")
		p.Equal("", p.asking(tab).Show, "and what ends it")
		tab = p.reload(tab, append(ownUI, `"revision": "r1"`, `"revision": "r2"`)...)
		p.Equal("", p.asking(tab).Show, "a refusal is not asked for again")
		p.Empty(tab.Layer)
	}},
	{name: "the page is told that another tab has answered", play: func(p play) {
		tab, other := p.open(ownUI...), p.open(ownUI...)
		other.Page("refuse")
		p.Equal("", p.asking(tab).Show)
	}},
	{name: "who draws it may have the tab", play: func(p play) {
		p.Equal("Cookies", p.open(`"site"`, `"ui": "own", "tab": true, "site"`).Label)
	}},
	{name: "what is asked for again says why", play: func(p play) {
		tab := p.open(ownUI...)
		tab.press("accept", plainLook, plainLook)
		tab.Page("accept")
		p.allows(tab, opened)
		p.Empty(tab.Logged)
		p.Pass(Noon.AddDate(0, 3, 0).Sub(Noon) + time.Hour)
		a := p.asking(tab)
		p.Equal("ask", a.Show)
		p.True(a.Again)
		p.Equal("Shop asks again.", a.Texts["introduction"])
		p.Equal("", a.Categories[1].Ask)
		p.Equal("on", a.Categories[1].State)
		p.Equal("expired", a.Categories[2].Ask)
		p.Equal("It ended.", a.Categories[2].Reason)
		p.Equal("all", a.Categories[2].Earlier)
		p.Equal("off", a.Categories[2].State)
	}},
	{name: "an accept counts where a refusal as plain can be seen", play: func(p play) {
		for _, refusals := range [][]string{{plainLook}, {hiddenLook, plainLook}, {"seen 180 40 16 #ffffff #1c1b1a"}, {"seen 200 44 18 #767676 #ffffff"}, {"seen 300 60 16 #ffffff ?"}} {
			tab := p.open(ownUI...)
			tab.press("accept", append([]string{plainLook}, refusals...)...)
			tab.Page("accept")
			p.allows(tab, opened)
			p.Equal("", p.asking(tab).Show)
			tab.Page("refuse")
			p.Storage, p.Cookies = map[string]string{}, map[string]Cookie{}
			tab.Close()
		}
	}},
	{name: "an accept does not count where refusing is harder", play: func(p play) {
		for why, refusals := range map[string][]string{
			`data-octroi-answer="refuse"`:     nil,
			"cannot be seen":                  {hiddenLook},
			"cannot be pressed":               {hiddenLook, "dead 200 44 16 #ffffff #1c1b1a"},
			"says nothing":                    {"silent 200 44 16 #ffffff #1c1b1a"},
			"100 × 40":                        {"seen 100 40 16 #ffffff #1c1b1a"},
			"letters of 12 px beside 16 px":   {"seen 200 44 12 #ffffff #1c1b1a"},
			"#cccccc on #ffffff can hardly":   {hiddenLook, paleLook},
			"the refusal cannot be seen; sho": {"odd"},
		} {
			tab := p.open(ownUI...)
			tab.press("accept", append([]string{plainLook}, refusals...)...)
			tab.Page("accept")
			p.uncounted(tab, why)
			p.Equal("ask", p.asking(tab).Show)
			tab.Page("accept")
			p.uncounted(tab, "no visitor has pressed")
			tab.press("accept", append([]string{plainLook}, refusals...)...)
			tab.Choose(granted("audience"), granted("ads"), granted("display"))
			p.uncounted(tab, why)
			p.Zero(tab.Written)
			tab.press("save", append([]string{plainLook}, refusals...)...)
			tab.Choose(granted("ads"), granted("audience"), forVisit("display"))
			p.uncounted(tab, why)
			tab.Close()
		}
	}},
	{name: "both may be pale alike", play: func(p play) {
		tab := p.open(ownUI...)
		tab.press("accept", paleLook, paleLook)
		tab.Page("accept")
		p.allows(tab, opened)
	}},
	{name: "without a press of the visitor's nothing is granted", play: func(p play) {
		tab := p.open(ownUI...)
		tab.Page("accept")
		p.uncounted(tab, "no visitor has pressed")
		tab.Choose(granted("ga"))
		p.uncounted(tab, "no visitor has pressed")
		tab.press("accept", plainLook, plainLook)
		p.Pass(6 * time.Second)
		tab.Page("accept")
		p.uncounted(tab, "no visitor has pressed")
		tab.press("")
		tab.Page("accept")
		p.uncounted(tab, "accepts nothing")
		tab.press("refuse", plainLook, plainLook)
		tab.Page("accept")
		p.uncounted(tab, "accepts nothing")
		tab.Page("refuse")
		p.True(tab.State().Decided, "a refusal always counts")
		tab.Choose(granted("ads"))
		p.allows(tab, closed)
		p.Contains(tab.Logged[len(tab.Logged)-1], "no visitor has pressed", "a press leads to one choice")
	}},
	{name: "a selection counts, purpose by purpose", play: func(p play) {
		tab := p.open(ownUI...)
		tab.press("")
		tab.press("save", plainLook, hiddenLook)
		tab.Choose(granted("audience"), denied("ads"))
		p.allows(tab, "essential audience basket matomo ga")
		p.Empty(tab.Logged)
		tab.press("save", plainLook)
		tab.Choose(granted("display"))
		p.allows(tab, "essential audience basket matomo ga")
		p.Contains(tab.Logged[0], `data-octroi-answer="refuse"`, "it is all that is still asked for")
		tab.press("save", plainLook, plainLook)
		tab.Choose(granted("display"))
		p.allows(tab, "essential audience display basket matomo ga")
		tab.press("")
		tab.Choose(denied("audience"), granted("ads"))
		p.allows(tab, "essential ads display pixel basket")
	}},
	{name: "all but one by one press is no selection, and what it refuses counts", play: func(p play) {
		tab := p.open(ownUI...)
		tab.press("accept", plainLook, plainLook)
		tab.Page("accept")
		p.allows(tab, opened)
		tab.press("")
		tab.Choose(denied("audience"))
		tab.press("")
		tab.Choose(denied("ads"))
		p.allows(tab, "essential display basket")
		tab.press("")
		tab.Choose(granted("audience"), granted("ads"), denied("display"))
		p.allows(tab, closed)
		p.Contains(tab.Logged[0], "accepts nothing")
	}},
	{name: "a beginning press is none of its own", play: func(p play) {
		tab := p.open(ownUI...)
		for range 5 {
			tab.Send(engine.Pressed, "", "")
		}
		tab.Choose(granted("audience"), granted("ads"), denied("display"))
		p.uncounted(tab, "accepts nothing")
	}},
	{name: "a stand-in's button is ours", play: func(p play) {
		tab := p.open(ownUI...)
		tab.LoadAlways("pixel", "1")
		p.allows(tab, "essential ads pixel basket")
		p.Empty(tab.Said, "the page confirms")
	}},
	{name: "what is on this page still is the page's to end", play: func(p play) {
		tab := p.open(ownUI...)
		tab.press("accept", plainLook, plainLook)
		tab.Page("accept")
		tab.Send(engine.Ran, "ga")
		tab.Page("refuse")
		a := p.asking(tab)
		p.Equal("reload", a.Show)
		p.Equal("Analytics still runs.", a.Texts["introduction"])
		tab.Act("reload")
		p.Len(tab.Reloads, 1)
	}},
	{name: "a faulty declaration asks nothing", play: func(p play) {
		tab := p.open(append(ownUI, `"3 months"`, `"14 months"`)...)
		p.Zero(tab.Count("ask"))
		p.Empty(tab.Reply("ask"))
	}},
	{name: "the page can ask whoever draws", play: func(p play) {
		tab := p.open()
		tab.Act("preferences")
		tab.Send(engine.Toggle, "ads", "1")
		p.Contains(tab.Reply("ask"), `"show":"ask"`)
		tab.Act("save")
		p.True(tab.Allows("ads"), "a question moves no switch")
		tab.Page("accept")
		p.allows(tab, opened)
	}},
}
