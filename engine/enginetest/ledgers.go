package enginetest

import (
	"fmt"
	"strings"
	"time"

	"github.com/octroi-consent/octroi/engine/cookie"
)

// ledgers are what is remembered of lives, wherever it can be kept.
var ledgers = []behaviour{
	{name: "a ledger that is lost or damaged lengthens no life", play: func(p play) {
		tab := p.open()
		tab.Act("accept")
		p.True(tab.Write(0, "_ga=1"+forever))
		p.Pass(100 * day)
		for _, mirror := range []string{"", "x", p.Storage["octroi"] + "A", strings.Split(p.Storage["octroi"], ".")[0], "." + strings.Split(p.Storage["octroi"], ".")[1][:9]} {
			tab.Close()
			p.Storage["octroi"] = mirror
			tab = p.open()
			p.True(tab.Allows("ga"), "the record is in the cookie")
			p.True(tab.Write(0, "_ga=1"+forever))
			p.WithinDuration(Noon.AddDate(0, 13, 0), p.ends("_ga"), time.Minute, "%q", mirror)
		}
		p.Storage["octroi"] = ""
		tab.Recheck("octroi")
		p.Contains(p.Storage["octroi"], ".", "an open page writes it again")
		p.True(tab.Write(0, "_ga=1"+forever))
		p.WithinDuration(Noon.AddDate(0, 13, 0), p.ends("_ga"), time.Minute)
	}},
	{name: "a ledger that is full lengthens no life", play: func(p play) {
		tab := p.open()
		tab.Act("accept")
		for i := range cookie.MaxEntries {
			p.True(tab.Write(1, fmt.Sprint("own", i)))
		}
		p.Pass(10 * day)
		p.True(tab.Write(0, "_ga=1"+forever))
		full := p.Now
		p.Less(len(p.Storage["octroi"]), 3900)
		p.Pass(60 * day)
		p.True(tab.Write(0, "_ga=1"+forever))
		p.WithinDuration(full.AddDate(0, 13, 0), p.ends("_ga"), time.Minute)
		p.True(tab.Write(0, "_ga_2=1"+forever))
		p.WithinDuration(full.AddDate(0, 13, 0), p.ends("_ga_2"), time.Minute, "rather too early than too late")
		p.Pass(full.AddDate(0, 13, 0).Sub(p.Now))
		p.NotContains(p.Cookies, "_ga")
		tab.Page("accept")
		p.True(tab.Write(0, "_ga=1"+forever), "all of them begin anew")
		p.WithinDuration(p.Now.AddDate(0, 13, 0), p.ends("_ga"), time.Minute)
	}},
	{name: "what does not fit in a full ledger and is short-lived waits", play: func(p play) {
		tab := p.open(matomo, `{"name": "_pk_*", "life": "30 days", "onEnd": "renew"}`)
		tab.Act("accept")
		for i := range cookie.MaxEntries {
			p.True(tab.Write(1, fmt.Sprint("own", i)))
		}
		p.True(tab.Write(0, "_pk_id=1"+forever))
		p.Pass(30 * day)
		p.False(tab.Write(0, "_pk_id=2"+forever), "nothing could tell how often it was renewed")
		p.Empty(tab.Layer)
	}},
	{name: "a withdrawal ends the life, and a later grant begins another", play: func(p play) {
		one, two := p.open(), p.open()
		one.Act("accept")
		p.True(one.Write(0, "_ga=1"+forever))
		p.Pass(100 * day)
		two.Page("refuse")
		p.NotContains(p.Cookies, "_ga")
		p.Pass(day)
		two.Page("accept")
		for _, tab := range []*Tab{one, two} {
			p.True(tab.Write(0, "_ga=2"+forever))
			p.WithinDuration(p.Now.AddDate(0, 13, 0), p.ends("_ga"), time.Minute)
		}
	}},
	{name: "erasing by the page does not start the life anew", play: func(p play) {
		tab := p.open()
		tab.Act("accept")
		p.True(tab.Write(0, "_ga=1"+forever))
		p.Pass(100 * day)
		p.True(tab.Write(0, "_ga=;max-age=0"))
		tab.Look()
		p.True(tab.Write(0, "_ga=1"+forever))
		p.WithinDuration(Noon.AddDate(0, 13, 0), p.ends("_ga"), time.Minute)
	}},
	{name: "two tabs keep one ledger", play: func(p play) {
		one, two := p.open(), p.open()
		one.Act("accept")
		p.True(one.Write(0, "_ga=1"+forever))
		p.Pass(day)
		p.True(two.Write(0, "_pk_id=1"+forever))
		p.Pass(day)
		for _, tab := range []*Tab{one, two, p.open()} {
			p.True(tab.Write(0, "_ga=1"+forever))
			p.True(tab.Write(0, "_pk_id=1"+forever))
			p.WithinDuration(Noon.AddDate(0, 13, 0), p.ends("_ga"), time.Minute)
			p.WithinDuration(Noon.Add(day).AddDate(0, 13, 0), p.ends("_pk_id"), time.Minute)
		}
	}},
	{name: "a clock turned back lengthens no life", play: func(p play) {
		tab := p.open()
		p.True(tab.Write(0, "lang=fr"+forever))
		p.Now = p.Now.AddDate(0, -3, 0)
		p.True(tab.Write(0, "lang=fr"+forever))
		p.WithinDuration(p.Now.AddDate(0, 13, 0), p.ends("lang"), time.Minute, "13 months by the clock there is")
	}},
	{name: "without a choice a life is remembered as well, where storage can be had and where not", play: func(p play) {
		for _, set := range []func(){func() {}, func() { p.DenyStorage = true }, func() { p.Quota = 5 }} {
			p.Cookies, p.Storage, p.Now = map[string]Cookie{}, map[string]string{}, Noon
			set()
			tab := p.open()
			first := p.Now.Truncate(time.Minute)
			for range 3 {
				p.True(tab.Write(0, "lang=fr"+forever))
				for p.Now.Before(first.AddDate(0, 13, -8)) {
					p.Pass(7 * day)
					tab = p.reload(tab)
					p.True(tab.Write(0, "lang=fr"+forever))
					p.WithinDuration(first.AddDate(0, 13, 0), p.ends("lang"), time.Minute, "not prolonged on %s", p.Now)
					p.LessOrEqual(p.Cookies["octroi"].Ends.Sub(p.Now), 397*day)
				}
				p.Pass(9 * day) // the page is open when it ends
				p.NotContains(p.Header(), "lang")
				tab.Recheck("octroi")
				tab.Recheck("octroi")
				p.True(tab.Write(0, "lang=fr"+forever))
				first = p.Now.Truncate(time.Minute)
				tab.Look()
			}
			tab.Close()
			p.DenyStorage, p.Quota = false, 0
		}
	}},
	{name: "where storage is full the record wins", play: func(p play) {
		tab := p.open()
		tab.Act("accept")
		record, _, _ := strings.Cut(p.Storage["octroi"], ".")
		p.Quota = len(record) + 5
		p.True(tab.Write(0, "_ga=1"+forever))
		p.Equal(record, p.Storage["octroi"])
		tab.Recheck("octroi")
		p.Contains(p.Cookies["octroi"].Value, ".", "the ledger goes with the cookie")
		p.Pass(60 * day)
		tab = p.reload(tab)
		p.allows(tab, opened)
		p.True(tab.Write(0, "_ga=1"+forever))
		p.WithinDuration(Noon.AddDate(0, 13, 0), p.ends("_ga"), time.Minute)
		p.Quota = 1
		tab.Page("refuse")
		p.Empty(p.Storage["octroi"])
		tab = p.reload(tab)
		p.allows(tab, closed)
	}},
	{name: "without storage the ledger goes with the cookie", play: func(p play) {
		p.DenyStorage = true
		tab := p.open()
		tab.Act("accept")
		p.True(tab.Write(0, "_ga=1"+forever))
		p.Pass(100 * day)
		tab = p.reload(tab)
		p.True(tab.Write(0, "_ga=1"+forever))
		p.WithinDuration(Noon.AddDate(0, 13, 0), p.ends("_ga"), time.Minute)
		p.Less(len(p.Cookies["octroi"].Value), 200)
	}},
}
