package enginetest

import "github.com/octroi-consent/octroi/engine"

// objectable is a shop of which the browser's own no refuses these categories.
func objectable(ids ...string) []string {
	var pairs []string
	for _, id := range ids {
		pairs = append(pairs, `{"id": "`+id+`", "label"`, `{"id": "`+id+`", "gpc": "refuse", "label"`)
	}
	return append(pairs, telling()...)
}

// objected opens the shop in a browser that says no.
func (p play) objected(shop []string) *Tab {
	return p.Browser.Open(p.fresh(), Page{Config: Shop(shop...), Languages: "en", Objects: true})
}

var objecting = []behaviour{
	{name: "the browser's no counts as a refusal, and is not asked for", play: func(p play) {
		tab := p.objected(objectable("ads"))
		p.Equal("ask", tab.Layer)
		p.NotContains(tab.Tree, "Advertising.", "it is not asked for")
		p.Contains(tab.Tree, "Objected: Ads", "and told")
		p.True(tab.State().Categories["ads"].GPC)
		p.Equal("", tab.State().Categories["ads"].Ask)
		p.allows(tab, "essential basket")
		p.Zero(tab.Written, "there is no record of it")
	}},
	{name: "where the browser's no answers everything there is no banner, and no record", play: func(p play) {
		tab := p.objected(objectable("audience", "ads", "display"))
		p.Empty(tab.Layer)
		p.True(tab.State().Decided)
		p.Empty(tab.Cookies["octroi"])
		p.Empty(tab.Storage["octroi"])
		tab.Act("preferences")
		p.Equal("preferences", tab.Layer)
		p.Contains(tab.Tree, "Objected")
		p.Contains(tab.Tree, "Advertising.")
	}},
	{name: "accept all is about what is asked for", play: func(p play) {
		tab := p.objected(objectable("ads"))
		tab.Act("accept")
		p.allows(tab, "essential audience display basket matomo ga")
		p.True(tab.State().Categories["ads"].GPC)
		tab.Page("accept")
		p.False(tab.State().Services["pixel"], "nor does the page's own button say it")
	}},
	{name: "an explicit choice comes before the browser's no, as long as it holds", play: func(p play) {
		tab := p.objected(objectable("ads"))
		tab.Choose(Answer{"ads", "1"})
		p.True(tab.State().Services["pixel"])
		p.False(tab.State().Categories["ads"].GPC)
		tab.Close()
		tab = p.objected(objectable("ads"))
		p.True(tab.State().Services["pixel"])
		p.Now = p.Now.AddDate(0, 3, 1)
		tab.Recheck("")
		p.False(tab.State().Services["pixel"])
		p.True(tab.State().Categories["ads"].GPC, "then the browser says no again")
	}},
	{name: "without the browser's no the visitor is asked", play: func(p play) {
		p.objected(objectable("audience", "ads", "display")).Close()
		tab := p.open(objectable("audience", "ads", "display")...)
		p.Equal("ask", tab.Layer)
		p.Contains(tab.Tree, "Advertising.")
		p.NotContains(tab.Tree, "Objected")
	}},
	{name: "the browser's no is about what the declaration says, and nothing essential", play: func(p play) {
		tab := p.objected(objectable("essential"))
		p.Contains(tab.Tree, "Advertising.")
		p.NotContains(tab.Tree, "Objected")
		p.allows(tab, "essential basket")
	}},
	{name: "vendors are told of the browser's no", play: func(p play) {
		tab := p.objected(objectable("ads", "audience"))
		p.heard(tab, googleDefault, metaDefault, google("denied", "denied"), metaDenied)
	}},
	{name: "with the second layer the browser's no can be overruled", play: func(p play) {
		tab := p.objected(objectable("ads"))
		tab.Act("preferences")
		p.Contains(tab.Tree, "Advertising.")
		p.Contains(tab.Tree, "Objected")
		tab.Send(engine.Toggle, "ads", "on")
		tab.Act("save")
		p.allows(tab, "essential ads pixel basket")
		p.False(tab.State().Categories["ads"].GPC)
	}},
}
