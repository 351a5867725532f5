package engine

import (
	"github.com/octroi-consent/octroi/engine/banner"
	"github.com/octroi-consent/octroi/engine/jsontext"
	"github.com/octroi-consent/octroi/engine/locale"
)

// language owns the texts of the interface, and which language is wanted.
type language struct {
	texts    *locale.Texts
	wanted   string
	tag      string // wanted, with the page's region
	fetching bool   // the texts of the wanted language are on their way; nothing is drawn
}

// fetchPatience is for how long nothing is shown while texts are on their way, in
// milliseconds.
const fetchPatience = 3000

// beginTexts chooses the interface's language when a page starts.
func (e *Engine) beginTexts(arg *arguments) {
	l := &e.language
	l.texts, _ = locale.Parse(arg[6], arg[7])
	e.restyle()
	if l.wanted, l.tag = locale.Choose(arg[4]+" "+e.site.cfg.Language, arg[5], l.texts.Lang); l.wanted == l.texts.Lang {
		l.texts.Tag = l.tag
	} else {
		l.fetching = true
		e.do(Fetch, l.wanted, jsontext.Int(fetchPatience))
	}
}

// useTexts shows the interface in a language. Without texts to be had, the built-in ones
// serve. A layer that the visitor has opened, or begun to answer, stays as it is.
func (e *Engine) useTexts(lang, texts string, begun bool) {
	if lang != e.language.wanted {
		return // another is wanted by now
	}
	if t, ok := locale.Parse(lang, texts); ok {
		stays := e.keepsLayer(begun)
		e.language.texts, t.Tag = t, e.language.tag
		if stays {
			e.dialog.drawn = e.drawing()
		}
	}
	e.language.fetching = false
	e.restyle()
}

// keepsLayer reports whether the layer that is drawn stays in its language: the visitor
// has opened it, or begun to answer.
func (e *Engine) keepsLayer(begun bool) bool {
	return e.dialog.drawn != "" && (begun || e.dialog.called)
}

// changeLanguage follows the page's language. What is there stays in the language before
// until the texts have come.
//
//go:noinline
func (e *Engine) changeLanguage(arg *arguments) {
	l := &e.language
	l.wanted, l.tag = locale.Choose(arg[0]+" "+e.site.cfg.Language, arg[1], arg[2])
	begun := arg[4] == "1"
	switch l.wanted {
	case arg[2]:
		e.useTexts(l.wanted, arg[3], begun)
	case l.texts.Lang:
		l.texts.Tag, l.fetching = l.tag, false
		if e.keepsLayer(begun) {
			e.dialog.drawn = e.drawing()
		}
	default:
		e.do(Fetch, l.wanted, jsontext.Int(fetchPatience))
	}
}

// restyle emits the declared theme, and the label of the tab where there is one.
func (e *Engine) restyle() {
	tab := ""
	if !e.site.cfg.NoTab && !e.site.framed && len(e.site.faults) == 0 {
		tab = e.language.texts.Get("tab")
	}
	texts := e.language.texts
	e.do(Style, banner.Style(&e.site.cfg.Theme, e.dialog.look, !e.dialog.pale), tab, texts.Tag, locale.Direction(texts.Lang))
}
