package engine

import (
	"github.com/octroi-consent/octroi/engine/banner"
	"github.com/octroi-consent/octroi/engine/locale"
)

// needsDeferredCode reports whether an event needs code that most visits never do: the
// second layer, messages of an app, reports and policies. That code comes as a file of its
// own, so that nobody waits for it who does not want it. Whatever begins it is listed in
// wasm/rest.txt and has the directive go:noinline.
func needsDeferredCode(kind EventKind, arg *arguments) bool {
	switch kind {
	case Toggle, Message, Speak, Debug, Report, Policy, Declaration, Embed, Ask, Pressed:
		return true
	case Act:
		switch arg[2] {
		case banner.ActAccept, banner.ActRefuse, banner.ActClose, "show":
			return false
		}
		return true
	}
	return false
}

// deferredCodeCame goes on with the whole engine, and with all texts of the language that
// it began with.
func (e *Engine) deferredCodeCame(lang, texts string) {
	e.Partial = false
	if e.site.cfg != nil && e.language.texts.Lang == lang {
		tag := e.language.texts.Tag
		e.language.texts, _ = locale.Parse(lang, texts)
		e.language.texts.Tag = tag
	}
	if e.site.cfg != nil {
		e.logHints()
	}
}
