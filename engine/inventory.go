package engine

import (
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/cookie"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// inventory owns what the browser was found to hold, and what became of what had to be
// erased.
type inventory struct {
	items     []item
	erasing   []item   // erased, and not yet looked for again
	survivors []item   // erased, and still there
	kept      []item   // the visitor has deleted them, and they are still there
	unseen    string   // digits of the areas that could not be looked at after the last choice
	erased    []string // names of what the last choice has erased
	pending   *change  // a choice that is not told yet; nil for none
	due       bool     // it is time to ask what the browser holds
}

// item is one thing that is stored.
type item struct {
	area config.Area
	name string
}

// change is a choice on its way to being told: erasing comes first.
type change struct {
	ids         []string
	say         bool     // the visitor is told too
	here        bool     // it was made on this page
	erases      bool     // what the browser holds was asked for
	unreachable []string // cookies that only the site's server can erase
}

// The phases of a survey: what must not stay is erased, then what was erased is
// looked for again. A choice is told after [verify].
const (
	watch  = "watch"
	check  = "check"
	erase  = "erase"
	verify = "verify"
)

// maxItems bounds what a survey takes.
const maxItems = 5000

// areaOf reads the digit that a text begins with; what is none is beyond the areas.
func areaOf(text string) config.Area {
	if text == "" || text[0] < '0' {
		return config.Areas
	}
	return config.Area(text[0] - '0')
}

// digit is an area as the protocol writes it.
func digit(area config.Area) string { return jsontext.Int(int64(area)) }

// take enters what the browser holds: cookies, and the other items, each behind the digit
// of its area. Of areas that were not looked at this time, what was known stays.
func (v *inventory) take(cookies string, items []string, searched func(config.Area) bool) {
	before := v.items
	v.items = nil
	for _, name := range cookie.Names(cookies) {
		v.items = append(v.items, item{config.Cookies, name})
	}
	for _, text := range items {
		if area := areaOf(text); area < config.Areas && len(v.items) < maxItems {
			v.items = append(v.items, item{area, text[1:]})
		}
	}
	for _, one := range before {
		if !searched(one.area) {
			v.items = append(v.items, one)
		}
	}
}

// checkErased looks for what was to be erased.
func (v *inventory) checkErased() {
	var left []item
	for _, one := range append(v.erasing, v.survivors...) {
		if contains(left, one) {
			continue
		}
		if contains(v.items, one) {
			left = append(left, one)
		} else if v.pending != nil {
			v.erased = append(v.erased, one.name)
		}
	}
	v.erasing, v.survivors = nil, left
}

// askInventory asks what the browser holds: cookies and keys at once, and then what takes
// time.
func (e *Engine) askInventory(phase string) {
	if !e.site.slow() {
		e.do(Inventory, phase, "")
		return
	}
	e.do(Inventory, watch, "")
	e.do(Inventory, phase, "1")
}

// survey takes what the browser holds. What takes time was looked for where it is wide;
// unseen are then the digits of the areas that could not be looked at.
func (e *Engine) survey(args []string, now int64) {
	if len(args) < 6 || !e.stores.ready {
		return
	}
	phase, wide, unseen, host, path := args[0], args[1] == "1", args[2], args[3], args[4]
	if wide && phase == verify {
		e.inventory.unseen = unseen
	}
	e.inventory.take(args[5], args[6:], func(a config.Area) bool {
		return a <= config.Storage || wide && !contains([]byte(unseen), '0'+byte(a))
	})
	switch phase {
	case watch, erase:
		e.eraseItems(phase, wide, host, path, now)
	case check, verify:
		e.inventory.checkErased()
		if phase == verify && e.inventory.pending != nil {
			e.reportErased()
		}
	default:
		if e.dialog.layer == preferences {
			e.surveyDevice(phase, host, path)
		}
	}
}

// eraseItems emits effects that erase what must not stay.
//
//go:noinline
func (e *Engine) eraseItems(phase string, wide bool, host, path string, now int64) {
	e.lives.nextEnd = 0
	var doomed []item
	for _, one := range e.inventory.items {
		if (wide || one.area <= config.Storage) && !contains(doomed, one) && e.mustErase(one, now) {
			doomed = append(doomed, one)
		}
	}
	for _, one := range doomed {
		e.eraseItem(one, host, path)
	}
	e.inventory.erasing = append(e.inventory.erasing, doomed...)
	if wide || !e.site.slow() {
		e.visit.over, e.lives.lost, e.visit.fresh = false, false, nil
	}
	after, slow := check, ""
	if phase == erase {
		after = verify
		e.erasePaths(host)
	} else if doomed == nil {
		return
	}
	if wide {
		slow = "1"
	}
	e.do(Inventory, after, slow)
}

func contains[T comparable](list []T, one T) bool {
	for _, other := range list {
		if other == one {
			return true
		}
	}
	return false
}

func (e *Engine) eraseItem(one item, host, path string) {
	if one.area == config.Cookies {
		e.eraseCookie(one.name, host, path)
	} else {
		e.do(Remove, digit(one.area), one.name)
	}
}

func (e *Engine) eraseCookie(name, host, path string) {
	for _, assignment := range cookie.Erasures(name, host, path) {
		e.do(Cookie, assignment)
	}
}

// mustErase reports whether an item that is there has to go: its service is denied, its
// life or the visit has ended.
func (e *Engine) mustErase(one item, now int64) bool {
	rule := gate.Of(e.site.cfg, e.grants.open, one.area, one.name)
	key := cookie.Key(one.area, one.name)
	switch {
	case rule.Own:
		return false
	case !rule.Open && rule.Category < 0:
		return false // scripts are refused it; so it is the server's, or older than Octroi
	case !rule.Open:
		e.forgetFirst(key)
		return true
	case rule.Life.Session():
		e.visit.followed = true
		if e.visit.over && !contains(e.visit.fresh, key) && !e.outlasts(one, key) {
			e.forgetFirst(key)
			e.forgetFirst(written(key))
			return true
		}
		e.noteFirst(key, now)
		return false
	}
	since := now
	if e.lives.lost && e.record.rec.Since != 0 {
		since = min(now, e.record.rec.Since)
	}
	end, _ := e.endOf(key, &rule, since, now)
	switch {
	case end > now:
		return false
	case rule.RenewSilently || e.chosenSince(rule.Category, end):
		e.forgetFirst(key)
	default:
		e.askForRenewal(rule.Category)
	}
	return true
}

// outlasts reports whether an essential item stays although the visit is over: that may not
// be sure; and a cookie that no script was seen to write may have come from the server with
// this very page, so it is the browser's to end.
func (e *Engine) outlasts(one item, key uint32) bool {
	needed := make(config.Grants, len(e.grants.open))
	for i := range e.site.cfg.Services {
		needed[e.site.cfg.Place(i)] = e.site.cfg.Categories[e.site.cfg.Services[i].Category].Required
	}
	brought, _ := e.lives.ledger.First(written(key))
	return gate.Of(e.site.cfg, needed, one.area, one.name).Open && (!e.visit.overForSure || one.area == config.Cookies && brought == 0)
}

// written is the ledger's key for the fact that a script has written an item first.
func written(key uint32) uint32 { return ^key }

// erasePaths erases, without having seen them, the cookies of denied services that are
// declared for a path of their own (R7.22).
func (e *Engine) erasePaths(host string) {
	for i := range e.site.cfg.Services {
		for _, item := range e.site.cfg.Services[i].Items[config.Cookies] {
			if item.Path != "" && !e.grants.open.Service(e.site.cfg, i) {
				e.eraseCookie(item.Name, host, item.Path)
			}
		}
	}
}
