package enginetest

import (
	"strings"
	"time"
)

// records are what is made of the two copies, of other hosts and of other tabs.
var records = []behaviour{
	{name: "damaged, truncated, foreign and oversized records are none", play: func(p play) {
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
	{name: "of two records the later choice holds", play: func(p play) {
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
	{name: "two records that contradict each other are none", play: func(p play) {
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
	{name: "a record that another host of the site has planted is none", play: func(p play) {
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
	{name: "a ledger that another host has planted lengthens no life", play: func(p play) {
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
	{name: "of choices that are made in two tabs at once the refusal holds", play: func(p play) {
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
	{name: "the record's cookie", play: func(p play) {
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
	{name: "storage denied: works for the page's life", play: func(p play) {
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
	{name: "cookies denied, storage not; and the reverse", play: func(p play) {
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
	{name: "a write that fails leaves the choice in force, and the older record is not taken for it", play: func(p play) {
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
	{name: "two tabs agree without a reload", play: func(p play) {
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
	{name: "a record that is cleared is gone in open pages too", play: func(p play) {
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
}
