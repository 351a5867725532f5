package engine

import (
	"github.com/octroi-consent/octroi/engine/banner"
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

// savedText words a choice in a few words: whether all is allowed now, or refused, or how many
// services, a category that names none counting as one; then what was erased, no more than some
// of it by name, and what could not be.
func (e *Engine) savedText(left []string, most int) string {
	allowed, all := 0, 0
	for i := range e.site.cfg.Categories {
		if e.site.cfg.Categories[i].Required {
			continue
		}
		switches := e.grants.open.Switches(e.site.cfg, i)
		all += len(switches)
		for _, on := range switches {
			if on {
				allowed++
			}
		}
	}
	texts, text := e.language.texts, ""
	switch allowed {
	case 0:
		text = texts.Get("allrefused")
	case all:
		text = texts.Get("allallowed")
	default:
		text = locale.Fill(locale.Fill(texts.Get("someallowed"), "{n}", jsontext.Int(int64(allowed))), "{m}", jsontext.Int(int64(all)))
	}
	if erased := e.inventory.erased; len(erased) > 0 {
		names := locale.Join(erased[:min(most, len(erased))])
		if len(erased) > most {
			names += ", …"
		}
		text += " · " + locale.Fill(texts.Get("deleted"), "{names}", names)
	}
	if len(left) > 0 {
		text += " · " + locale.Fill(texts.Get("left"), "{names}", locale.Join(left))
	}
	return text
}

// fewNames are as many as a message of one line has room for.
const fewNames = 3

// sayChoice tells the visitor how things stand after a choice.
func (e *Engine) sayChoice(left []string) {
	until := int64(0)
	for i := range e.site.terms {
		if c := e.choice(i); c != nil && c.Visit == 0 && (until == 0 || c.Until < until) {
			until = c.Until
		}
	}
	e.say(e.savedText(left, fewNames), until, true)
}

// say shows and speaks a message.
func (e *Engine) say(text string, until int64, undo bool) {
	if e.site.cfg.OwnUI {
		return // the page confirms
	}
	v := banner.View{Config: e.site.cfg, Texts: e.language.texts}
	e.do(Say, v.Status(text, until, undo))
}
