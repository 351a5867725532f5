package engine

import (
	"github.com/octroi-consent/octroi/engine/banner"
	"github.com/octroi-consent/octroi/engine/locale"
)

// beyond reports whether an event needs code that most visits never do: the second layer,
// messages of an app, reports and policies. That code
// comes as a file of its own, so that nobody waits for it who does not want it. What
// begins it is marked go:noinline and listed in wasm/rest.txt.
func beyond(kind EventKind, arg *arguments) bool {
	switch kind {
	case Toggle, Message, Speak, Debug, Report, Policy, Declaration, Embed:
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

// complete has the whole engine at work, with all texts of the language that it began with.
func (e *Engine) complete(lang, texts string) {
	e.Partial = false
	if e.cfg != nil && e.texts.Lang == lang {
		tag := e.texts.Tag
		e.texts, _ = locale.Parse(lang, texts)
		e.texts.Tag = tag
	}
	if e.cfg != nil {
		e.hint()
	}
}
