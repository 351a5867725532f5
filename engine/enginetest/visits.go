package enginetest

import (
	"time"

	"github.com/octroi-consent/octroi/engine"
)

// leave ends a page as browsers do when a link is followed or the tab closed; what
// the tab remembers comes along to the next page in it.
func (p play) leave(t *Tab) (mark string) {
	t.Sign("gone")
	t.Sign("hidden")
	t.Close()
	return t.Mark
}

// quit closes the browser: pages are told no more than that they are hidden.
func (p play) quit() {
	for len(p.Tabs) > 0 {
		p.Tabs[0].Sign("hidden")
		p.Tabs[0].Close()
	}
}

func (p play) arrive(page Page) *Tab {
	if page.Config == "" {
		page.Config = Shop()
	}
	return p.Browser.Open(p.fresh(), page)
}

// shopping opens a page and puts something that lasts for the visit in each place.
func (p play) shopping() *Tab {
	tab := p.arrive(Page{})
	tab.Act("accept")
	p.True(tab.Write(0, "basket=1;max-age=99999"))
	p.True(tab.Write(1, "pk:1"))
	p.True(tab.Write(0, "_ga=1"+forever))
	p.kept(true)
	return tab
}

func (p play) kept(want bool) {
	p.Helper()
	p.left(want, want)
}

// left asserts whether what is essential is still there, and what is not.
func (p play) left(essential, other bool) {
	p.Helper()
	_, basket := p.Cookies["basket"]
	_, key := p.Storage["pk:1"]
	p.Equal([]bool{essential, other}, []bool{basket, key})
	p.Contains(p.Cookies, "_ga")
}

// visits are the tables of what ends with the visit.
var visits = []behaviour{
	{name: "what lasts for the session has no end of its own", play: func(p play) {
		p.shopping()
		p.True(p.ends("basket").IsZero())
	}},
	{name: "where nothing lasts for the visit, none is followed", play: func(p play) {
		tab := p.arrive(Page{})
		tab.Act("accept")
		p.True(tab.Write(0, "_ga=1"+forever))
		p.Empty(tab.Mark)
		written := p.Storage["octroi"]
		p.leave(tab)
		p.Equal(written, p.Storage["octroi"], "a page that is left writes nothing")
	}},
	{name: "a link, a reload and a payment elsewhere are no end", play: func(p play) {
		tab := p.shopping()
		for _, away := range []time.Duration{0, time.Second, 10 * time.Minute, 3 * time.Hour} {
			mark := p.leave(tab)
			p.Pass(away)
			tab = p.arrive(Page{Mark: mark})
			p.kept(true)
		}
		mark := p.leave(tab)
		p.Pass(10 * time.Minute)
		tab = p.arrive(Page{Mark: mark, Restored: true, Depth: 1})
		p.kept(true)
		before := p.Now
		mark = p.leave(tab) // left for a page that was asked for before that
		p.Pass(time.Second)
		p.arrive(Page{Mark: mark, Restored: true, Depth: 1, Born: before})
		p.kept(true)
	}},
	{name: "the last tab left ends what is not essential: it may be in history", play: func(p play) {
		p.leave(p.shopping())
		p.Pass(time.Second)
		tab := p.arrive(Page{})
		p.left(true, false)
		p.True(tab.Write(1, "pk:1"))
		p.kept(true)
		p.leave(tab)
		p.Pass(25 * time.Hour)
		p.arrive(Page{})
		p.kept(false)
	}},
	{name: "the tab that comes back from history is in the visit of the one opened since", play: func(p play) {
		one := p.shopping()
		one.Sign("gone")
		p.Pass(time.Minute)
		two := p.arrive(Page{})
		p.left(true, false)
		one.Sign("here")
		p.Equal(two.Mark, one.Mark)
		p.left(true, false)
	}},
	{name: "a tab that is frozen answers nobody, and keeps what is essential", play: func(p play) {
		one := p.shopping()
		one.Sign("hidden")
		one.Close() // to all that it would hear
		p.Pass(time.Minute)
		p.arrive(Page{})
		p.Pass(time.Second)
		p.left(true, false)
	}},
	{name: "a frozen tab is there though another one that was closed is reopened", play: func(p play) {
		one, two := p.shopping(), p.arrive(Page{})
		mark := p.leave(one)
		two.Sign("hidden")
		two.Close()
		p.Pass(time.Minute)
		p.arrive(Page{Mark: mark, Restored: true})
		p.Pass(time.Second)
		p.left(true, false)
	}},
	{name: "inactivity is an end for sure", play: func(p play) {
		idle := Shop(`"site"`, `"sessionIdle": "30 minutes", "site"`)
		tab := p.arrive(Page{Config: idle})
		p.True(tab.Write(0, "basket=1"))
		p.leave(tab)
		p.Pass(31 * time.Minute)
		p.arrive(Page{Config: idle})
		p.NotContains(p.Cookies, "basket")
	}},
	{name: "what the server gives with the first page of a visit is not the last one's", play: func(p play) {
		for _, quit := range []bool{false, true} {
			// The first visit has it from the server, too.
			p.Cookies, p.Storage = map[string]Cookie{"basket": {Value: "1"}}, map[string]string{}
			tab := p.arrive(Page{})
			tab.Look()
			p.True(tab.Write(0, "basket=2"), "a script that writes it anew has not brought it")
			mark := tab.Mark
			if quit {
				p.quit()
			} else {
				mark = p.leave(tab)
			}
			p.Pass(25 * time.Hour)
			p.Cookies["basket"] = Cookie{Value: "3"}
			p.arrive(Page{Mark: mark, Restored: quit})
			p.Pass(time.Second)
			p.Equal("3", p.Cookies["basket"].Value)
		}
	}},
	{name: "one tab of two closed is not", play: func(p play) {
		one := p.shopping()
		two := p.arrive(Page{})
		p.leave(two)
		p.Pass(time.Minute)
		three := p.arrive(Page{})
		p.kept(true)
		one.Sign("hidden")
		p.leave(three)
		p.Pass(time.Minute)
		p.arrive(Page{})
		p.Pass(time.Second)
		p.kept(true)
	}},
	{name: "a tab in the background answers a new one", play: func(p play) {
		one := p.shopping()
		one.Sign("hidden")
		p.Pass(time.Hour)
		two := p.arrive(Page{})
		p.Pass(time.Minute)
		p.kept(true)
		p.Equal(one.Mark, two.Mark)
	}},
	{name: "a crash is no end", play: func(p play) {
		p.shopping().Close()
		p.Pass(time.Hour)
		tab := p.arrive(Page{})
		p.Pass(time.Second)
		p.kept(true)
		p.NotEmpty(tab.Mark)
	}},
	{name: "a browser that is closed is the end, though it restores the tabs", play: func(p play) {
		one, two := p.shopping(), p.arrive(Page{})
		marks := []string{one.Mark, two.Mark}
		p.quit()
		p.Pass(time.Second)
		for _, mark := range marks {
			p.arrive(Page{Mark: mark, Restored: true})
		}
		p.kept(true)
		p.Pass(time.Second)
		p.kept(false)
	}},
	{name: "a browser that is closed is the end for a new tab as well", play: func(p play) {
		p.shopping()
		p.quit()
		p.Pass(time.Second)
		tab := p.arrive(Page{})
		p.True(tab.Write(0, "basket=2"))
		p.Pass(time.Second)
		_, key := p.Storage["pk:1"]
		p.False(key)
		p.Contains(p.Cookies, "basket", "what the new visit wrote meanwhile stays")
	}},
	{name: "a closed tab that is reopened is another visit", play: func(p play) {
		mark := p.leave(p.shopping())
		p.Pass(time.Minute)
		p.arrive(Page{Mark: mark, Restored: true})
		p.left(true, false)
	}},
	{name: "a tab that is never closed ends when nobody has looked at it for a day", play: func(p play) {
		tab := p.shopping()
		tab.Sign("hidden")
		p.Pass(23 * time.Hour)
		tab.Sign("here")
		p.kept(true)
		tab.Sign("hidden")
		p.Pass(25 * time.Hour)
		p.kept(false)
	}},
	{name: "inactivity ends it where that is declared", play: func(p play) {
		idle := Shop(`"site"`, `"sessionIdle": "30 minutes", "site"`)
		tab := p.arrive(Page{Config: idle})
		tab.Act("accept")
		other := p.arrive(Page{Config: idle})
		p.True(tab.Write(0, "basket=1"))
		p.True(tab.Write(0, "_ga=1"+forever))
		p.True(tab.Write(1, "pk:1"))
		for range 5 {
			p.Pass(29 * time.Minute)
			other.Sign("here")
		}
		p.kept(true)
		p.Pass(30*time.Minute - time.Second)
		p.kept(true)
		p.Pass(time.Second)
		p.kept(false)
	}},
	{name: "a grant for this visit only", play: func(p play) {
		tab := p.arrive(Page{})
		tab.Act("preferences")
		tab.Send(engine.Toggle, "ads", "on")
		tab.Send(engine.Toggle, "ads", "visit")
		tab.Send(engine.Toggle, "audience", "on")
		tab.Act("save")
		p.allows(tab, "essential audience ads pixel basket matomo ga")
		p.True(tab.Write(0, "_fbp=1"+forever))
		tab.Act("preferences")
		p.Contains(tab.Tree, `"data-octroi-switch":"ads","data-octroi-state":"visit"`)
		p.Contains(tab.Tree, `"data-octroi-switch":"audience","data-octroi-state":"on"`)
		tab.Act("close")
		p.Contains(tab.Reply("state"), `"visit":true`)
		tab = p.arrive(Page{Mark: p.leave(tab)})
		p.allows(tab, "essential audience ads pixel basket matomo ga")
		p.leave(tab)
		tab = p.arrive(Page{})
		p.allows(tab, "essential audience basket matomo ga")
		p.NotContains(p.Cookies, "_fbp")
		p.Equal("ask", tab.Layer)
		p.Contains(tab.Tree, `"Ads"`)
		p.NotContains(tab.Tree, `"Audience"`)
	}},
	{name: "a grant for this visit ends in a page that stays open", play: func(p play) {
		tab := p.arrive(Page{Config: Shop(`"site"`, `"sessionIdle": "30 minutes", "site"`)})
		tab.Choose(forVisit("ads"), granted("audience"))
		p.True(tab.Allows("pixel"))
		p.True(tab.Write(0, "_fbp=1"))
		p.Pass(30 * time.Minute)
		p.False(tab.Allows("pixel"))
		p.NotContains(p.Cookies, "_fbp")
		p.Equal(2, tab.Count("change"))
	}},
	{name: "a grant for a visit that is forgotten does not hold", play: func(p play) {
		tab := p.arrive(Page{})
		tab.Choose(forVisit("ads"))
		p.True(tab.Allows("pixel"))
		tab.Close()
		p.Storage["octroi"] = ""
		tab = p.arrive(Page{})
		p.False(tab.Allows("pixel"))
		p.True(tab.Write(0, "basket=1"))
		p.False(tab.Allows("pixel"), "nor when another begins")
	}},
	{name: "on for this visit grants for this visit", play: func(p play) {
		tab := p.arrive(Page{})
		tab.Act("preferences")
		tab.Send(engine.Toggle, "audience", "visit")
		p.Equal([]string{"audience visit", "matomo on", "ga on"}, tab.Switched)
		tab.Act("save")
		p.allows(tab, "essential audience basket matomo ga")
		p.leave(tab)
		tab = p.arrive(Page{})
		p.allows(tab, "essential basket")
		p.Equal("ask", tab.Layer)
	}},
	{name: "on for this visit leaves a part as it was picked", play: func(p play) {
		tab := p.arrive(Page{})
		tab.Act("preferences")
		tab.Send(engine.Toggle, "ga", "on")
		tab.Switched = nil
		tab.Send(engine.Toggle, "audience", "visit")
		p.Equal([]string{"audience visit", "matomo ", "ga on"}, tab.Switched)
		tab.Act("save")
		p.allows(tab, "essential basket ga")
		p.leave(tab)
		p.allows(p.arrive(Page{}), "essential basket")
	}},
	{name: "a refusal is never for a visit only", play: func(p play) {
		tab := p.arrive(Page{})
		tab.Act("preferences")
		tab.Send(engine.Toggle, "ads", "visit")
		tab.Switched = nil
		tab.Send(engine.Toggle, "ads", "")
		p.Equal([]string{"ads ", "pixel "}, tab.Switched)
		tab.Act("save")
		p.leave(tab)
		p.Pass(time.Hour)
		tab = p.arrive(Page{})
		p.Empty(tab.Layer)
	}},
	{name: "nothing that is essential, unknown, or not asked about is on for a visit", play: func(p play) {
		tab := p.arrive(Page{})
		tab.Send(engine.Toggle, "ads", "visit")
		tab.Act("preferences")
		for _, id := range []string{"essential", "nobody"} {
			tab.Send(engine.Toggle, id, "visit")
		}
		tab.Act("save")
		p.Empty(tab.Switched)
		p.allows(tab, "essential basket")
	}},
}
