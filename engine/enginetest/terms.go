package enginetest

import (
	"time"

	"github.com/octroi-consent/octroi/engine"
)

// terms are what a change of the declaration does to answers.
var terms = []behaviour{
	{name: "new policy revision asks again for what was granted only", play: func(p play) { // R1.33
		tab := p.open()
		tab.Act("preferences")
		tab.Send(engine.Toggle, "ads", "on")
		tab.Act("save")
		tab = p.reload(tab, `"r1"`, `"r2"`)
		p.allows(tab, closed)
		p.Equal("policy", tab.State().Categories["ads"].Ask)
		p.Equal("", tab.State().Categories["audience"].Ask, "a refusal is not asked again")
		p.Equal("ask", tab.Layer)
		tab.Act("accept")
		p.allows(tab, "essential ads pixel basket")
		p.Empty(tab.Layer)
	}},
	{name: "new service in a granted category", play: func(p play) {
		added := []string{`"services": [`, `"services": [{"id": "new", "category": "audience", "name": "New", "provider": "X", "purpose": "Y", "policy": "/x"},`}
		tab := p.open()
		tab.Act("accept")
		tab = p.reload(tab, added...)
		p.allows(tab, "essential ads display pixel basket matomo ga")
		p.False(tab.Allows("new"))
		p.Equal("service", tab.State().Categories["audience"].Ask)
		tab.Act("refuse")
		p.allows(tab, "essential ads display pixel basket")
		tab = p.reload(tab)
		p.Empty(tab.Layer)
	}},
	{name: "new service in a refused category inherits the refusal", play: func(p play) {
		tab := p.open()
		tab.Act("refuse")
		tab = p.reload(tab, `"services": [`, `"services": [{"id": "new", "category": "audience", "name": "New", "provider": "X", "purpose": "Y", "policy": "/x"},`)
		p.Empty(tab.Layer)
		p.False(tab.Allows("new"))
	}},
	{name: "new purpose or provider of a granted service", play: func(p play) {
		tab := p.open()
		tab.Act("accept")
		tab = p.reload(tab, "Measures ads.", "Builds profiles.")
		p.allows(tab, "essential audience display basket matomo ga")
		p.Equal("purpose", tab.State().Categories["ads"].Ask)
		tab = p.reload(tab, `"provider": "Meta"`, `"provider": "Other"`)
		p.False(tab.Allows("pixel"))
		tab = p.reload(tab)
		p.allows(tab, opened)
	}},
	{name: "a reworded purpose with the same purposeId keeps the consent", play: func(p play) {
		tab := p.open(`"Measures ads."`, `"Measures ads.", "purposeId": "measure"`)
		tab.Act("accept")
		tab = p.reload(tab, `"Measures ads."`, `"Counts how often ads are seen.", "purposeId": "measure"`)
		p.allows(tab, opened)
	}},
	{name: "the purpose is compared in the declaration's language", play: func(p play) {
		tab := p.open(`"Measures ads."`, `{"en": "Measures ads.", "fr": "Mesure."}`)
		tab.Act("accept")
		tab.Close()
		tab = p.Browser.Open(p.fresh(), Page{Config: Shop(`"Measures ads."`, `{"fr": "Mesure.", "en": "Measures ads."}`), Languages: "fr"})
		p.Equal("fr", tab.State().Language)
		p.allows(tab, opened)
	}},
	{name: "the same as before, for what is due", play: func(p play) {
		tab := p.open()
		p.NotContains(tab.Tree, `"data-octroi-act":"same"`, "there is nothing before")
		tab.Act("same")
		p.allows(tab, closed)
		tab.Choose(granted("ga"), denied("ads"), granted("display"))
		p.Pass(Noon.AddDate(0, 6, 0).Sub(Noon))
		p.allows(tab, "essential display basket")
		p.Contains(tab.Tree, `["strong",{},"Audience"],["span",{"class":"octroi-chosen"},"in part"," · ","",["time",{"datetime":"2026-11-23"},"2026-11-23"],""]`)
		p.Contains(tab.Tree, `["strong",{},"Ads"],["span",{"class":"octroi-chosen"},"refused"`)
		p.Contains(tab.Tree, `["button",{"type":"button","class":"octroi-button","data-octroi-act":"same"},"As before"]`)
		tab.Act("same")
		p.Empty(tab.Layer)
		p.allows(tab, "essential display basket ga")
		p.Equal(p.Now.Truncate(time.Minute).AddDate(0, 3, 0).UnixMilli(), tab.State().Categories["ads"].Until)
		tab.Act("show")
		tab.Act("same")
		p.Equal("ask", tab.Layer, "nothing is due")
	}},
	{name: "the same as before leaves out what was added", play: func(p play) {
		tab := p.open()
		tab.Act("accept")
		tab = p.reload(tab, `"services": [`, `"services": [{"id": "new", "category": "audience", "name": "New", "provider": "X", "purpose": "Y", "policy": "/x"},`)
		tab.Act("same")
		p.Empty(tab.Layer)
		p.allows(tab, "essential ads display pixel basket matomo ga")
		p.False(tab.Allows("new"))
	}},
	{name: "the same as before is for a visit what was for a visit", play: func(p play) {
		tab := p.arrive(Page{})
		tab.Choose(forVisit("ads"), denied("audience"), denied("display"))
		p.leave(tab)
		tab = p.arrive(Page{})
		p.False(tab.Allows("pixel"))
		tab.Act("same")
		p.True(tab.Allows("pixel"))
		p.leave(tab)
		tab = p.arrive(Page{})
		p.False(tab.Allows("pixel"))
		p.Equal("ask", tab.Layer)
	}},
	{name: "nothing is the same as before where something was never decided", play: func(p play) {
		tab := p.open()
		tab.Act("accept")
		p.Pass(Noon.AddDate(0, 3, 0).Sub(Noon))
		tab = p.reload(tab, `"categories": [`, `"categories": [{"id": "social", "label": "Social", "text": "Sharing."},`)
		p.Contains(tab.Tree, "octroi-chosen")
		p.NotContains(tab.Tree, `"data-octroi-act":"same"`)
		tab.Act("same")
		p.Equal("ask", tab.Layer)
		p.False(tab.Allows("pixel"))
	}},
	{name: "a new category is asked for alone", play: func(p play) {
		tab := p.open()
		tab.Act("accept")
		tab = p.reload(tab, `"categories": [`, `"categories": [{"id": "social", "label": "Social", "text": "Sharing."},`)
		p.allows(tab, opened)
		p.False(tab.Allows("social"))
		p.Equal("ask", tab.Layer)
		p.Contains(tab.Tree, "Social")
		p.NotContains(tab.Tree, "Audience")
	}},
}
