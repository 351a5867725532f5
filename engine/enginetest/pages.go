package enginetest

import (
	"strings"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/octroi-consent/octroi/engine"
)

// pages are what a page's code, its declaration and its languages do.
var pages = []behaviour{
	{name: "the page's code can choose", play: func(p play) {
		tab := p.open()
		tab.Choose(granted("ga"), denied("essential"), granted("nobody"))
		p.allows(tab, "essential basket ga")
		p.Empty(tab.Said)
		p.Equal([]string{"essential: essential, cannot be refused; passed over", "nobody: no category or service has this id; passed over"}, tab.Logged)
		p.Equal("ask", tab.Layer, "what was not named is still asked for")
		p.Equal("undecided", tab.State().Categories["ads"].Ask)
		tab.Choose(granted("audience"))
		p.allows(tab, "essential audience basket matomo ga")
		tab.Choose(denied("matomo"))
		p.allows(tab, "essential basket ga")
		tab.Page("accept")
		p.allows(tab, opened)
		tab.Page("refuse")
		p.allows(tab, closed)
		tab.Choose()
		tab.Send(engine.Choose, tab.Header(), tab.Mirror("octroi"), "ads") // an answer is missing
		p.allows(tab, closed)
	}},
	{name: "show opens the first layer, which can then be left", play: func(p play) {
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
	{name: "a bad declaration leaves only the essential", play: func(p play) {
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
	{name: "two ids whose hashes are the same", play: func(p play) {
		tab := p.open(`"id": "matomo"`, `"id": "costarring"`, `"id": "ga"`, `"id": "liquid"`)
		p.Equal([]string{"$: liquid has the hash of costarring; rename it"}, tab.Logged)
		tab.Page("accept")
		p.allows(tab, closed)
	}},
	{name: "a declaration that is not JSON", play: func(p play) {
		tab := p.Browser.Open(p.fresh(), Page{Config: `{"site": `})
		p.Equal([]string{"$: not JSON: a value is missing; mend line 1, column 10"}, tab.Logged)
		p.allows(tab, "")
		p.Equal(1, tab.Count("error"))
	}},
	{name: "languages", play: func(p play) {
		tab := p.Browser.Open(p.fresh(), Page{Config: Shop(), Languages: "de fr-CA"})
		p.Equal("fr", tab.State().Language)
		p.Contains(tab.Tree, "Titre")
		m := p.fresh()
		tab = &Tab{Browser: p.Browser, Machine: m} // no texts to be had
		tab.start(start{declaration: Shop(), host: "h", languages: "fr"})
		p.Equal("en", tab.State().Language)
		p.Contains(tab.Tree, `"Title"`)
	}},
	{name: "texts that are late", play: func(p play) {
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
			tab.Send(engine.Toggle, "display", "on")
			p.NotContains(tab.Tree, "Titre")
			tab.Act("close")
			tab.Act("preferences")
			p.Contains(tab.Tree, `"lang":"fr"`, "but next time")
		}
	}},
	{name: "declared texts stay texts", play: func(p play) {
		tab := p.open("Advertising.", `<b>\"</b><script>alert(1)</script>`)
		p.Contains(tab.Tree, `"<b>\"</b><script>alert(1)</script>"`)
	}},
	{name: "accept and refuse are the same element", play: func(p play) { // R1.12
		tab := p.open()
		p.Contains(tab.Tree, `["button",{"type":"button","class":"octroi-button","data-octroi-act":"refuse"},`)
		p.Contains(tab.Tree, `["button",{"type":"button","class":"octroi-button","data-octroi-act":"accept"},`)
		p.Equal(1, strings.Count(tab.Tree, `"accept"},`), "accept is shown once (R1.13)")
	}},
	{name: "a timer never waits longer than browsers can", play: func(p play) {
		tab := p.open()
		tab.Act("refuse")
		p.LessOrEqual(tab.Wake.Sub(p.Now), (1<<31-1)*time.Millisecond)
	}},
	{name: "a page on http keeps a cookie without Secure", play: func(p play) {
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
	{name: "events that make no sense do nothing", play: func(p play) {
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
