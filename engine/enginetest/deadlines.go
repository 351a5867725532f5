package enginetest

import (
	"time"
)

// deadlines are when answers end, and what a clock can do to them.
var deadlines = []behaviour{
	{name: "each category has its own deadline, and only what is due is asked", play: func(p play) {
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
	{name: "renewal at load: shut before anything runs", play: func(p play) {
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
	{name: "thirteen months end everything, and then nothing is kept", play: func(p play) {
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
	{name: "no visit and no rewriting moves a deadline", play: func(p play) { // R1.51
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
	{name: "a clock turned back neither revives nor extends a grant", play: func(p play) {
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
	{name: "an expiry that was seen stays, even if the clock goes back a little", play: func(p play) {
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
	{name: "a record from the future is none", play: func(p play) {
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
	{name: "a clock before any record can be trusted", play: func(p play) {
		p.Now = time.UnixMilli(0)
		tab := p.open()
		tab.Act("accept")
		p.allows(tab, closed)
	}},
}
