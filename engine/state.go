package engine

import (
	"github.com/octroi-consent/octroi/engine/jsontext"
	"github.com/octroi-consent/octroi/engine/locale"
)

func list(texts []string) string {
	var w jsontext.Writer
	w.Byte('[')
	for _, t := range texts {
		w.Next()
		w.Quote(t)
	}
	w.Byte(']')
	return w.String()
}

func truth(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// stateJSON is the state as the page's code sees it; octroi.d.ts describes it.
func (e *Engine) stateJSON() string {
	var w jsontext.Writer
	w.Put(`{"decided":#,"revision":%,"language":%,"categories":{`,
		truth(e.stores.ready && !e.grants.asking()), e.site.cfg.Policy.Revision, e.language.texts.Lang)
	for i := range e.site.cfg.Categories {
		if e.site.cfg.ID(i) == "" {
			continue
		}
		w.Next()
		w.Put(`%:{"granted":#,"required":#,"ask":%`,
			e.site.cfg.ID(i), truth(e.grants.open[i]), truth(e.site.cfg.Categories[i].Required), e.grants.ask[i].String())
		if e.grants.objected[i] {
			w.Raw(`,"gpc":true`)
		}
		if c := e.choice(i); c != nil {
			w.Put(`,"decided":#,"until":#,"earlier":#`, jsontext.Int(c.At), jsontext.Int(c.Until), truth(c.Any()))
			if c.Visit != 0 {
				w.Raw(`,"visit":true`)
			}
		}
		w.Byte('}')
	}
	w.Raw(`},"services":{`)
	for n := range e.site.cfg.Services {
		w.Next()
		w.Put(`%:#`, e.site.cfg.Services[n].ID, truth(e.grants.open.Service(e.site.cfg, n)))
	}
	w.Raw("}}")
	return w.String()
}

// announce tells the page which ids were granted or denied, what was erased and what could
// not be.
func (e *Engine) announce(ids, left []string) {
	e.do(Emit, "change", jsontext.Fill(`{"changed":#,"erased":#,"survivors":#,"state":#}`,
		list(ids), list(e.inventory.erased), list(left), e.stateJSON()))
}

// savedText words the confirmation of a choice: what is now allowed and refused, and what
// could not be erased.
func (e *Engine) savedText(left []string) string {
	text := e.language.texts.Get("saved")
	for _, side := range [...]struct {
		key  string
		open bool
	}{{"allowed", true}, {"refused", false}} {
		var names []string
		for i := range e.site.cfg.Categories {
			cat := &e.site.cfg.Categories[i]
			open := e.grants.open[i]
			for _, one := range e.grants.open.ServicesOf(e.site.cfg, i) {
				open = open || one
			}
			if !cat.Required && open == side.open {
				names = append(names, cat.Label.In(e.language.texts.Lang, e.site.cfg.Language))
			}
		}
		if names != nil {
			text += " " + locale.Fill(e.language.texts.Get(side.key), "{names}", locale.Join(names))
		}
	}
	if len(left) > 0 {
		text += " " + locale.Fill(e.language.texts.Get("left"), "{names}", locale.Join(left))
	}
	return text
}
