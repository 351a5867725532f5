package banner

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/jsontext"
	"github.com/octroi-consent/octroi/engine/locale"
)

// worded are the texts that an interface of the page's own gets by the names that they have in
// web/locales, as they are.
const worded = "consequence cookiepolicy accept refuse customise save close preferences explain always once privacy name kind life contact ask authority objected earlierYes earlierNo earlierSome holds later"

// Data is all that an interface of the page's own shows, as JSON that octroi.d.ts describes. Show
// is the layer that is called for; title and introduction are that layer's, the layer's own
// where they are "". Fault is why the latest grant did not count.
//
//go:noinline
func (v *View) Data(show, title, introduction, fault string) string {
	w := writer{View: v}
	site, texts := &v.Config.Site, v.Texts
	if title == "" {
		title, introduction = texts.Get("title"), "intro"
		if v.Again {
			introduction = "again"
		}
		introduction = locale.Fill(texts.Get(introduction), "{site}", w.in(site.Name))
	}
	w.Put(`{"show":%,"fault":%,"language":%,"direction":%,"again":#,"policy":%,"site":{"name":%,"controller":%,"contact":%`,
		show, fault, texts.Tag, locale.Direction(texts.Lang), truth(v.Again), w.in(v.Config.Policy.URL), w.in(site.Name), site.Controller, site.Contact)
	if site.Authority.Name != "" {
		w.Put(`,"authority":{"name":%,"url":%}`, site.Authority.Name, site.Authority.URL)
	}
	w.Put(`},"texts":{"title":%,"introduction":%`, title, introduction)
	for key, rest := ascii.Word(worded); key != ""; key, rest = ascii.Word(rest) {
		w.Put(`,%:%`, key, texts.Get(key))
	}
	w.Raw(`},"categories":[`)
	for i := range v.Entries {
		w.Next()
		w.categoryData(i)
	}
	w.Raw(`],"services":[`)
	for n := range v.Config.Services {
		w.Next()
		w.serviceData(n)
	}
	w.Raw(`]}`)
	return w.String()
}

func (w *writer) categoryData(i int) {
	c, e := &w.Config.Categories[i], &w.Entries[i]
	state := State(w.Config, w.On, i)
	settled := e.Ask == consent.Settled
	switch {
	case settled && e.Choice != nil && e.Choice.Visit != 0 && state != Off:
		state = "visit"
	case state == Off:
		state = "off"
	}
	w.Put(`{"id":%,"label":%,"text":%,"required":#,"state":%,"ask":%`, c.ID, w.in(c.Label), w.in(c.Text), truth(c.Required), state, e.Ask.String())
	w.language(c.Label)
	if !settled && e.Ask != consent.Undecided {
		w.Put(`,"reason":%`, w.Texts.Get(e.Ask.String()))
	}
	if e.Objected {
		w.Raw(`,"gpc":true`)
	}
	if e.Choice != nil {
		earlier := "none"
		if e.Choice.Granted {
			earlier = "all"
		} else if e.Choice.Any() {
			earlier = "some"
		}
		w.Put(`,"earlier":%,"decided":#,"until":#`, earlier, jsontext.Int(e.Choice.At), jsontext.Int(e.Choice.Until))
	}
	w.Byte('}')
}

func (w *writer) serviceData(n int) {
	s := &w.Config.Services[n]
	w.Put(`{"id":%,"category":%,"name":%,"provider":%,"purpose":%,"policy":%,"on":#`,
		s.ID, w.Config.Categories[s.Category].ID, w.in(s.Name), s.Provider, w.in(s.Purpose), w.in(s.Policy), truth(w.On.Service(w.Config, n)))
	w.language(s.Purpose)
	w.Raw(`,"items":[`)
	for area := range s.Items {
		for i := range s.Items[area] {
			item := &s.Items[area][i]
			first, end := w.Lives(config.Area(area), item)
			w.Next()
			w.Put(`{"name":%,"kind":%,"life":%`, item.Name, kinds[area], w.life(item))
			if first != 0 {
				w.Put(`,"since":#`, jsontext.Int(first))
			}
			if end != 0 {
				w.Put(`,"until":#`, jsontext.Int(end))
			}
			w.Byte('}')
		}
	}
	w.Raw(`]}`)
}

// language names the language of a declared text where that is not the interface's.
func (w *writer) language(t config.Text) {
	if _, lang := t.Written(w.Texts.Lang, w.Config.Language); lang != "" {
		w.Put(`,"language":%`, lang)
	}
}

func truth(b bool) string {
	if b {
		return "true"
	}
	return "false"
}
