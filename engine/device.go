package engine

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/banner"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/cookie"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/engine/locale"
)

// The second layer lists what lies on this device. To list it, and to delete an item of it, the
// engine has to know what the browser holds, and on which path: so an action goes on as the phase
// of a survey. The phase [banner.ActDelete] erases an item; [banner.ActList] shows the list, and
// with an item behind it tells what became of that.

// actOnDevice begins an action of the list.
//
//go:noinline
func (e *Engine) actOnDevice(action string) {
	if action == banner.ActList || ascii.HasPrefix(action, banner.ActDelete) {
		e.do(Inventory, action, "")
	}
	if action == banner.ActList {
		e.do(Inventory, action, "1")
	}
}

// surveyDevice goes on with an action of the list.
//
//go:noinline
func (e *Engine) surveyDevice(phase, host, path string) {
	said, text := "", ""
	if ascii.HasPrefix(phase, banner.ActDelete) {
		text = phase[len(banner.ActDelete):]
		if one := itemOf(text); contains(e.inventory.items, one) && !e.ruleOf(one).Own {
			e.eraseItem(one, host, path)
			wide := ""
			if one.area > config.Storage {
				wide = "1"
			}
			e.do(Inventory, banner.ActList+text, wide)
			return
		}
	} else if text = phase[len(banner.ActList):]; text != "" {
		said = e.checkDeleted(itemOf(text))
	}
	e.list(said)
}

// checkDeleted looks whether an item is gone that the visitor has deleted, and returns what to
// say of it. What comes under the name of one that is gone begins a life of its own.
func (e *Engine) checkDeleted(one item) string {
	key := "left"
	if contains(e.inventory.items, one) {
		e.inventory.kept = append(e.inventory.kept, one)
	} else {
		key = "deleted"
		name := cookie.Key(one.area, one.name)
		e.forgetFirst(name)
		e.forgetFirst(written(name))
		e.inventory.checkErased()
	}
	return locale.Fill(e.language.texts.Get(key), "{names}", one.name)
}

// list shows what is known to lie on this device.
func (e *Engine) list(said string) {
	kept, rows := e.inventory.kept, make([]banner.Item, 0, len(e.inventory.items))
	e.inventory.kept = nil
	for _, one := range e.inventory.items {
		rule := e.ruleOf(one)
		row := banner.Item{Area: one.area, Name: one.name, Own: rule.Own, Session: rule.Life.Session()}
		row.Since, row.Until = e.lifeOf(one, &rule)
		if row.Kept = contains(kept, one); row.Kept {
			e.inventory.kept = append(e.inventory.kept, one)
		}
		rows = append(rows, row)
	}
	v := banner.View{Config: e.site.cfg, Texts: e.language.texts}
	e.do(List, said, v.Items(rows))
}

// itemOf reads an item, as a survey tells it; what is none is beyond the areas.
func itemOf(text string) item {
	area := areaOf(text)
	if area < config.Areas {
		text = text[1:]
	}
	return item{area, text}
}

func (e *Engine) ruleOf(one item) gate.Rule {
	return gate.Of(e.site.cfg, e.grants.open, one.area, one.name)
}
