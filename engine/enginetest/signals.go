package enginetest

import (
	"slices"
	"strings"
)

// telling is a shop that tells three vendors: one of each type that it knows, one of a single
// state, and one that counts repeats.
func telling() []string {
	return []string{`"site"`, `"signals": [
		{"vendor": "google", "types": {"analytics_storage": "ga", "ad_storage": "ads", "security_storage": true, "ad_user_data": false},
			"default": [["arguments", "dataLayer", "consent", "default", {"analytics_storage": "denied", "ad_storage": "$ad_storage"}]],
			"update": [["arguments", "dataLayer", "consent", "update", {"analytics_storage": "$analytics_storage", "ad_storage": "$ad_storage", "security_storage": "$security_storage", "ad_user_data": "$ad_user_data"}], ["flat", "dataLayer", {"event": "done"}]]},
		{"vendor": "meta", "types": {"consent": "ads audience"}, "words": [false, true], "default": [["call", "window.fbq", "consent", "revoke"]], "granted": [["call", "fbq", "consent", "grant", "$consent"]], "denied": [["call", "fbq", "consent", "revoke", "$consent"]]},
		{"vendor": "counts", "types": {"consent": "ads"}, "repeat": "change", "granted": [["call", "counts.in", null]], "denied": [["call", "counts.out", 1.5]]}
	], "site"`}
}

// google is what that vendor is told by an update.
func google(analytics, ads string) string {
	return `google state [["arguments","dataLayer",["consent","update",{"analytics_storage":"` + analytics + `","ad_storage":"` + ads + `","security_storage":"granted","ad_user_data":"denied"}]],["flat","dataLayer",[{"event":"done"}]]]`
}

const (
	googleDefault = `google default [["arguments","dataLayer",["consent","default",{"analytics_storage":"denied","ad_storage":"denied"}]]]`
	metaDefault   = `meta default [["call","fbq",["consent","revoke"]]]`
	metaGranted   = `meta state [["call","fbq",["consent","grant",true]]]`
	countsIn      = `counts state [["call","counts.in",[null]]]`
	countsOut     = `counts state [["call","counts.out",[1.5]]]`
	metaDenied    = `meta state [["call","fbq",["consent","revoke",false]]]`
)

// heard asserts what vendors were told since it was asked last.
func (p play) heard(t *Tab, want ...string) {
	p.Helper()
	p.Equal(want, t.Signals)
	t.Signals = nil
}

var signalled = []behaviour{
	{name: "vendors are told that all is denied, and of no choice before there is one", play: func(p play) {
		tab := p.open(telling()...)
		p.heard(tab, googleDefault, metaDefault)
		p.Less(slices.Index(tab.Course, "meta"), slices.Index(tab.Course, "gates"), "before anything is let run")
		tab.Act("preferences")
		tab.Recheck("")
		p.heard(tab)
	}},
	{name: "a choice is told whole, once, before anything is let run", play: func(p play) {
		tab := p.open(telling()...)
		tab.Signals, tab.Course = nil, nil
		tab.Act("accept")
		p.heard(tab, google("granted", "granted"), metaGranted, countsIn)
		p.Equal([]string{"google", "meta", "counts", "gates"}, tab.Course[:4])
		tab.Recheck("")
		p.heard(tab)
		tab.Act("show")
		tab.Act("refuse")
		p.heard(tab, google("denied", "denied"), metaDenied, countsOut)
		tab.Act("show")
		tab.Act("accept")
		p.heard(tab, google("granted", "granted"), metaGranted, countsIn)
	}},
	{name: "a refusal is told, too", play: func(p play) {
		tab := p.open(telling()...)
		tab.Signals = nil
		tab.Act("refuse")
		p.heard(tab, google("denied", "denied"), metaDenied, countsOut)
	}},
	{name: "a vendor is told of what concerns it alone", play: func(p play) {
		tab := p.open(telling()...)
		tab.Act("accept")
		tab.Signals = nil
		tab.Choose(Answer{"display", ""})
		p.heard(tab)
		tab.Choose(Answer{"audience", ""})
		p.heard(tab, google("denied", "granted"), metaDenied)
		tab.Choose(Answer{"matomo", "1"})
		p.heard(tab)
	}},
	{name: "who comes again has a default that denies, then one state", play: func(p play) {
		tab := p.open(telling()...)
		tab.Act("accept")
		tab = p.reload(tab, telling()...)
		p.heard(tab, googleDefault, metaDefault, google("granted", "granted"), metaGranted)
		p.Equal([]string{"google", "meta", "google", "meta", "gates"}, tab.Course[:5])
	}},
	{name: "a vendor is told of what stays granted where its category is asked for again", play: func(p play) {
		tab := p.open(telling()...)
		tab.Choose(Answer{"audience", "1"})
		tab = p.reload(tab, append(telling(), `"services": [`, `"services": [{"id": "new", "category": "audience", "name": "N", "provider": "X", "purpose": "Y", "policy": "/x"},`)...)
		p.Equal("ask", tab.Layer)
		p.heard(tab, googleDefault, metaDefault, google("granted", "denied"))
	}},
	{name: "vendors are told of a withdrawal before anything is erased", play: func(p play) {
		tab := p.open(telling()...)
		tab.Act("accept")
		tab.Cookies["_fbp"] = Cookie{Value: "1"}
		tab.Course = nil
		tab.Act("show")
		tab.Act("refuse")
		p.Equal([]string{"google", "meta", "counts"}, tab.Course[:3])
		p.Greater(slices.Index(tab.Course, "erase"), 2)
	}},
	{name: "vendors are told when a consent ends", play: func(p play) {
		tab := p.open(telling()...)
		tab.Act("accept")
		tab.Signals = nil
		p.Now = p.Now.AddDate(0, 3, 1)
		tab.Recheck("")
		p.heard(tab, google("granted", "denied"), metaDenied, countsOut)
		tab = p.reload(tab, telling()...)
		p.heard(tab, googleDefault, metaDefault, google("granted", "denied"), metaDenied)
		p.Now = p.Now.AddDate(0, 6, 0)
		tab = p.reload(tab, telling()...)
		p.heard(tab, googleDefault, metaDefault)
	}},
	{name: "vendors are told of a choice in another tab", play: func(p play) {
		one := p.open(telling()...)
		two := p.open(telling()...)
		one.Signals = nil
		two.Act("accept")
		p.heard(one, google("granted", "granted"), metaGranted, countsIn)
		p.Equal(`[["call","fbq",["consent","revoke",false]]]`, one.Closing["meta"])
	}},
	{name: "with a faulty declaration vendors are told nothing that grants", play: func(p play) {
		for _, pair := range [][2]string{{`"ads audience"`, `"nobody"`}, {`["flat",`, `["flatt",`}, {`"counts.in"`, `"counts.constructor"`}, {`"counts.in"`, `"counts..in"`}, {`{"analytics_storage": "denied", "ad`, `{"analytics_storage": "granted", "ad`}} {
			tab := p.Browser.Open(p.fresh(), Page{Config: strings.Replace(Shop(telling()...), pair[0], pair[1], 1), Languages: "en"})
			tab.Act("accept")
			p.heard(tab)
			p.NotEmpty(tab.Logged, pair[1])
			tab.Close()
		}
	}},
}
