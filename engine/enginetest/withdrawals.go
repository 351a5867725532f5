package enginetest

import (
	"time"

	"github.com/octroi-consent/octroi/engine"
)

// withdrawals are what becomes of what was granted and is taken back.
var withdrawals = []behaviour{
	{name: "withdrawal erases what was declared and reads back", play: func(p play) { // R1.41, R7.26
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
		p.JSONEq(`{"faults":[],"hints":[],"survivors":[],"unreachable":[],"undeclared":["other","own"],"hosts":[],"held":[],"withdrawn":{"matomo":"stopped","ga":"stopped","pixel":"stopped"},"inherit":[],"alive":[{"name":"basket","area":0,"since":1795435231000,"until":0},{"name":"octroi","area":0,"since":1795435200000,"until":1829563200000},{"name":"other","area":0,"since":1795435200000,"until":1829563200000},{"name":"octroi","area":1,"since":1795435200000,"until":1829563200000},{"name":"own","area":1,"since":1795435200000,"until":1829563200000}],"kept":true,"misplaced":""}`, tab.Reply("report"))
		p.Equal("All off · Deleted: _fbp, _ga, _ga_1, … · until 2027-02-23", tab.Said[1])
	}},
	{name: "what has run is withdrawn, and the visitor asked to reload", play: func(p play) { // R1.47
		tab := p.open()
		tab.Act("accept")
		tab.Send(engine.Ran, "ga nobody")
		tab.Choose(denied("pixel"))
		p.Empty(tab.Layer, "nothing of it had run")
		for _, name := range []string{"_ga", "_ga_1", "_ga_2", "_ga_3"} {
			p.Cookies[name] = Cookie{Value: "x"}
		}
		tab.Page("preferences")
		tab.Act("refuse")
		p.Equal("ask", tab.Layer)
		p.Contains(tab.Tree, `"All off · Deleted: _ga, _ga_1, _ga_2, _ga_3 ·"," ","Analytics`, "the good news first")
		p.Contains(tab.Tree, "Analytics still runs.")
		p.Contains(tab.Tree, `"data-octroi-act":"reload"`)
		p.True(tab.Focused, "it is the answer to what the visitor did")
		p.Equal([]string{"All on · until 2027-02-23", ""}, tab.Said, "in the place of the confirmation")
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
	{name: "what has run is withdrawn, and the page loaded again", play: func(p play) {
		tab := p.open(`"site"`, `"onWithdraw": "reload", "site"`)
		tab.Act("accept")
		tab.Send(engine.Ran, "ga")
		p.Cookies["_ga"] = Cookie{Value: "x"}
		tab.Page("refuse")
		p.Equal([]string{" ga"}, tab.Reloads)
		p.NotContains(p.Cookies, "_ga", "erased before")
		p.Empty(tab.Layer)
	}},
	{name: "an embed is let load once, or always", play: func(p play) {
		tab := p.open(`"purpose": "Measures ads."`, `"purpose": "Measures ads.", "poster": "/pixel.png"`)
		ask := func(ids, poster string) string {
			for _, e := range tab.Machine.Handle(engine.Event{Kind: engine.Embed, Now: tab.Now.UnixMilli(), Args: []string{ids, poster}}) {
				return e.Args[0]
			}
			return "nothing"
		}
		tree := ask("pixel", "")
		p.Contains(tree, `["strong",{},"Pixel"],["span",{}," ","from Meta."]`)
		p.Contains(tree, `"src":"/pixel.png"`)
		p.Contains(tree, `"_fbp"`)
		p.Contains(ask("pixel", "/own.png"), `"src":"/own.png"`)
		for _, foreign := range []string{"https://x.example/a.png", "//x.example/a.png", `/\x.example/a.png`, "javascript:0", " /a"} {
			p.Contains(ask("pixel", foreign), `"src":"/pixel.png"`, "a poster is the site's own")
		}
		p.Contains(ask("ads", ""), "Pixel", "a category's services")
		p.Contains(ask("nobody", ""), `"shut"`, "what opens for nobody names nobody")

		tab.LoadOnce("pixel", "1")
		p.True(tab.Allows("pixel!1"))
		p.False(tab.Allows("pixel!2"), "this one alone")
		p.False(tab.Allows("ga!1"), "and for nothing else")
		p.allows(tab, closed)
		tab.LoadOnce("nobody", "3")
		p.False(tab.Allows("nobody!3"))
		p.Equal("ask", tab.Layer, "nothing was decided")
		p.Empty(p.Storage)
		tab.Choose(granted("audience"))
		p.True(tab.Allows("pixel!1"), "another choice is another matter")
		gates := tab.Gates
		tab.Page("refuse")
		p.False(tab.Allows("pixel!1"), "a refusal ends it")
		p.Greater(tab.Gates, gates)

		tab.LoadAlways("pixel", "1")
		p.True(tab.Allows("pixel"))
		p.False(tab.Allows("ga"))
		p.Equal("1 of 4 on · until 2027-02-23", tab.Said[len(tab.Said)-1])
		tab.LoadAlways("pixel nobody", "1")
		tab = p.reload(tab)
		p.True(tab.Allows("pixel"), "for good")
	}},
	{name: "a choice can be taken back at once", play: func(p play) {
		tab := p.open()
		tab.Act("undo")
		p.Equal("ask", tab.Layer, "there is nothing to take back")
		tab.Act("accept")
		p.Equal("Undo", tab.Undo)
		p.Pass(time.Minute)
		tab.Act("undo")
		p.allows(tab, closed)
		p.Equal("ask", tab.Layer, "what was not decided before is asked for again")
		p.Empty(tab.Said[1], "there is no earlier choice to speak of")
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
		p.Equal("Undone.", tab.Said[len(tab.Said)-1])
		tab.Act("undo")
		p.True(tab.Allows("pixel"), "once")
	}},
	{name: "a dialog that a page waits for can be put aside, and asks on", play: func(p play) {
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
	{name: "the theme and the tab come first", play: func(p play) {
		tab := p.open(`"site"`, `"theme": {"name": "editorial", "light": {"accent": "#102030"}}, "site"`)
		p.Contains(tab.Style, "--accent:var(--octroi-accent,#102030)")
		p.Contains(tab.Style, "--on-accent:light-dark(var(--octroi-on-accent,#faf7f2),var(--octroi-dark-on-accent,#2a1418))")
		p.Contains(tab.Style, "--scheme:initial;", "as the page is")
		p.Equal("Cookies", tab.Label)
		tab = p.open(`"site"`, `"tab": false, "site"`)
		p.Empty(tab.Label)
		tab = p.open(`"site"`, `"theme": {"scheme": "auto"}, "site"`)
		p.Contains(tab.Style, "--scheme:light dark;", "as the visitor's system is")
		tab = p.open(`"site"`, `"theme": {"light": {"accent": "#eeeeee"}}, "site"`)
		p.Contains(tab.Logged[0], "R1.12", "what nobody could read is refused")
		p.Empty(tab.Label)
		p.allows(tab, closed)
	}},
	{name: "colours that a site has set by custom property are read when they are drawn", play: func(p play) { // R6.08, R1.12
		tab := p.open()
		tab.Send(engine.Colored, "#000000 #ffffff  #767676 #595959 #ffffff")
		p.Empty(tab.Logged, "all can be read, and what is not known is not judged")
		p.Contains(tab.Style, "--octroi-accent")
		tab.Send(engine.Colored, "#000000 #ffffff #595959 #767676 #ffffff #fefefe")
		p.Contains(tab.Logged[0], "onAccent on accent is too pale (R1.12)")
		p.NotContains(tab.Style, "--octroi-accent", "the theme's own")
		p.Contains(tab.Style, "--octroi-radius")
		tab.Send(engine.Colored, "#000000 #ffffff #595959 #767676 #ffffff #fefefe")
		p.Len(tab.Logged, 1, "told once")
		for _, pale := range []string{"#777777 #ffffff #595959 #767676 #000000 #ffffff", "#000000 #ffffff #777777 #767676 #000000 #ffffff", "#000000 #ffffff #595959 #a89e92 #000000 #ffffff"} {
			tab = p.open()
			tab.Send(engine.Colored, pale)
			p.Len(tab.Logged, 1, pale)
		}
	}},
	{name: "the theme plain waits for how the page looks, and is made of that", play: func(p play) { // R6.08, R1.12
		tab := p.open(`"site"`, `"theme": {"name": "plain"}, "site"`)
		p.Contains(tab.Style, "{--wait:1;")
		p.Contains(tab.Style, "--scheme:initial;", "until then as the page is")
		tab.Send(engine.Measured, "Lora, serif\n\"Playfair Display\", serif\n400\n#0b0b12\n#e8e8f0\n#39ff14\n#39ff14\n#000000\n6\n0")
		p.NotContains(tab.Style, "--wait")
		p.Contains(tab.Style, "--font:var(--octroi-font,Lora, serif);")
		p.Contains(tab.Style, "--button-radius:var(--octroi-button-radius,6px);")
		p.Contains(tab.Style, "--scheme:dark;", "of what the page is drawn on")
		p.Contains(tab.Style, "var(--octroi-dark-accent,#39ff14)")
		tab.Send(engine.Measured, "x;}*{color:red\nurl(//a)\n999\n#ffffff\n#888888\n\n")
		p.NotContains(tab.Style, "color:red")
		p.NotContains(tab.Style, "url(")
		p.Contains(tab.Style, "--scheme:light;", "the page has become light")
		p.NotContains(tab.Style, "#888888", "what nobody could read is mended")
		tab.Send(engine.Measured, "")
		p.Contains(tab.Style, "--wait", "nothing is known")
		tab = p.open()
		before := tab.Style
		tab.Send(engine.Measured, "Lora\nLora\n400\n#0b0b12\n#e8e8f0\n#39ff14\n")
		p.Equal(before, tab.Style, "another theme is what it is")
	}},
	{name: "an answer for all beside switches that were moved can be undone, and loses nothing", play: func(p play) {
		tab := p.open()
		tab.Act("preferences")
		tab.Send(engine.Toggle, "matomo", "on")
		tab.Act("accept")
		p.True(tab.Allows("pixel"))
		tab.Act("undo")
		p.Equal("preferences", tab.Layer, "the work is back")
		p.allows(tab, closed)
		p.Contains(tab.Tree, `"data-octroi-switch":"matomo","data-octroi-state":"on"`)
		p.Contains(tab.Tree, `"data-octroi-switch":"pixel","data-octroi-state":""`)
		tab.Act("save")
		p.True(tab.Allows("matomo"))
		p.False(tab.Allows("pixel"))
		tab.Act("undo")
		p.Equal("ask", tab.Layer, "what was saved was not lost")
		tab.Act("preferences")
		tab.Act("refuse")
		tab.Act("undo")
		p.Equal("ask", tab.Layer, "nothing was moved")
		tab.Act("preferences")
		tab.Send(engine.Toggle, "matomo", "on")
		tab.Act("refuse")
		tab.Choose(granted("ads"))
		tab.Act("undo")
		p.Empty(tab.Layer, "what the page chose since is undone, not what came before")
	}},
	{name: "what could not be erased is named", play: func(p play) { // R1.45
		tab := p.open()
		tab.Act("accept")
		p.Cookies["_ga"], p.FrozenCookies["_ga"] = Cookie{Value: "x"}, true
		tab.Act("preferences")
		tab.Act("refuse")
		p.Contains(tab.Said[1], "Left: _ga")
		p.Contains(tab.Reply("report"), `"survivors":["_ga"]`)
		p.Contains(tab.Emitted[len(tab.Emitted)-1].Detail, `"survivors":["_ga"]`)
	}},
	{name: "withdrawing one service leaves the others", play: func(p play) {
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
}
