package enginetest

import (
	"time"

	"github.com/octroi-consent/octroi/engine"
)

// choosing is how a visitor is asked, and what follows from the answer.
var choosing = []behaviour{
	{name: "first visit: asked, and nothing but the essential is open", play: func(p play) {
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
	{name: "no start, no verdict", play: func(p play) {
		m := p.fresh()
		p.Empty(m.Handle(engine.Event{Kind: engine.Act, Now: Noon.UnixMilli(), Args: []string{"", "", "accept", "page"}}))
		p.Zero(m.Decide("essential", Noon.UnixMilli()))
	}},
	{name: "accept all", play: func(p play) {
		tab := p.open()
		tab.Act("accept")
		p.allows(tab, opened)
		p.True(tab.Allows("ga pixel"))
		p.Empty(tab.Layer)
		p.Equal([]string{"All on · until 2027-02-23"}, tab.Said, "of the one that ends first")
		p.Equal(1, tab.Count("change"))
		p.True(tab.State().Decided)
		tab = p.reload(tab)
		p.allows(tab, opened)
		p.Empty(tab.Layer)
		p.Equal(0, tab.Count("change"))
	}},
	{name: "a part of a category is not called all", play: func(p play) {
		tab := p.open()
		tab.Act("accept")
		tab.Act("preferences")
		tab.Send(engine.Toggle, "ga", "")
		tab.Act("save")
		p.Equal("3 of 4 on · until 2027-02-23", tab.Said[1])
		tab.Choose(denied("pixel"), denied("display"), denied("matomo"))
		tab.Act("preferences")
		tab.Send(engine.Toggle, "ga", "on")
		tab.Act("save")
		p.Equal("1 of 4 on · until 2027-02-23", tab.Said[2])
	}},
	{name: "refuse all is kept as long as a consent", play: func(p play) { // R1.32
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
	{name: "a selection opens just what was selected", play: func(p play) {
		tab := p.open()
		tab.Act("preferences")
		p.Equal("preferences", tab.Layer)
		p.True(tab.Focused)
		p.Contains(tab.Tree, `"data-octroi-switch":"ga","data-octroi-state":""`, "off by default (R1.16)")
		p.Contains(tab.Tree, `"disabled":""`, "the essential is locked")
		tab.Send(engine.Toggle, "ga", "on")
		tab.Send(engine.Toggle, "display", "on")
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
	{name: "a category's switch moves its services'", play: func(p play) {
		tab := p.open()
		tab.Act("preferences")
		tab.Send(engine.Toggle, "audience", "on")
		tab.Send(engine.Toggle, "ga", "")
		tab.Send(engine.Toggle, "essential", "")
		tab.Send(engine.Toggle, "nobody", "on")
		tab.Act("save")
		p.allows(tab, "essential basket matomo")
	}},
	{name: "closing, Escape and doing nothing grant nothing", play: func(p play) { // R1.03
		tab := p.open()
		tab.Act("close")
		p.Equal("ask", tab.Layer, "an open question stays")
		tab.Act("preferences")
		tab.Send(engine.Toggle, "ads", "on")
		tab.Act("close")
		p.Equal("ask", tab.Layer)
		tab.Act("save")
		p.allows(tab, closed)
		p.Pass(30 * day)
		p.allows(tab, closed)
		p.Zero(tab.Written)
	}},
	{name: "a late click on a closed banner does nothing", play: func(p play) {
		tab := p.open()
		tab.Act("refuse")
		tab.Act("accept")
		tab.Act("save")
		p.allows(tab, closed)
	}},
	{name: "the tab reopens everything with the stored state, and closing changes nothing", play: func(p play) {
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
}
