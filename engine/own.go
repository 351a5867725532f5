package engine

import (
	"github.com/octroi-consent/octroi/engine/banner"
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/locale"
)

// ownUI owns what is known of an interface that the page draws ("ui": "own").
type ownUI struct {
	wanted    string // the layer that somebody has called for since the page was told last
	told      string // what is due, as the page was told last, in short
	uncounted string // why the latest grant did not count, until the page is told

	waiting   int // how many events that grant have waited for the rest
	overruled int // how many of them, sent again, grant nothing: a refusal has come meanwhile

	watched bool   // the page tells of presses
	at      int64  // when the visitor pressed something last, Unix ms
	presses int    // of the visitor since the latest choice
	answers bool   // the latest was on what accepts or saves
	unequal string // in what refusing was harder than that, "" for nothing
}

// pressCounts is for how long a press of the visitor's may lead to a choice, in milliseconds: the time
// that browsers have for what a press allows.
const pressCounts = 5000

// grantsByRest reports whether an event may grant something, which takes code of the rest: where the
// page draws the interface that is judged, and where receipts are wanted no grant is without one.
func (e *Engine) grantsByRest(ev *Event, arg *arguments) bool {
	if e.site.cfg == nil || !e.site.cfg.OwnUI && e.site.cfg.Receipts == "" {
		return false
	}
	grants := ev.Kind == Act && arg[2] == banner.ActAccept || ev.Kind == Choose && e.site.cfg.OwnUI
	for p := 3; ev.Kind == Choose && p < len(ev.Args); p += 2 {
		grants = grants || ev.Args[p] != ""
	}
	return grants
}

// haveAsked has the page ask, in the place of [Engine.draw].
func (e *Engine) haveAsked() {
	switch {
	case e.site.framed:
	case e.Partial:
		e.do(LoadDeferred, "")
	default:
		e.tellAsking()
	}
}

// callFor notes which layer an action calls for; false where it calls for none.
func (e *Engine) callFor(action string) bool {
	switch action {
	case "show":
		e.own.wanted = "ask"
	case banner.ActPreferences:
		e.own.wanted = action
	default:
		return false
	}
	return true
}

// layerDue is the layer that the state calls for.
func (e *Engine) layerDue() string {
	switch {
	case e.grants.asking():
		return "ask"
	case e.reloads() && e.inventory.pending == nil:
		return "reload"
	}
	return ""
}

// tellAsking tells the page what to show, once on each page, and whenever that is something else.
//
//go:noinline
func (e *Engine) tellAsking() {
	if !e.own.watched {
		e.own.watched = true
		e.do(WatchPresses)
	}
	layer := e.layerDue()
	told := layer + " " + e.language.texts.Tag
	for i, reason := range e.grants.ask {
		if reason != consent.Settled {
			told += " " + e.site.cfg.ID(i) + reason.String()
		}
	}
	if e.own.wanted != "" {
		layer = e.own.wanted
	} else if told == e.own.told && e.own.uncounted == "" {
		return
	}
	e.do(Emit, "ask", e.asking(layer))
	e.own.told, e.own.wanted, e.own.uncounted = told, "", ""
}

// asking is all that the page shows in a layer, as JSON.
func (e *Engine) asking(layer string) string {
	v, title, introduction := e.view(), "", ""
	v.On = e.grants.open
	if layer == "reload" {
		texts := e.language.texts
		title = texts.Get("reload")
		if _, stale := e.staleServices(); stale != nil {
			introduction = locale.Fill(texts.Get("stale"), "{names}", locale.Join(stale))
		}
		if lacking := e.namesWaiting(); lacking != nil {
			introduction += " " + locale.Fill(texts.Get("lacking"), "{names}", locale.Join(lacking))
		}
	}
	return v.Data(layer, title, introduction, e.own.uncounted)
}

// pressed notes a press of the visitor's: what the page says of what was pressed, whether it is
// one of its own, and how that and what refuses look.
//
//go:noinline
func (e *Engine) pressed(args []string, now int64) {
	o := &e.own
	if len(args) < 2 {
		return
	}
	o.at, o.unequal = now, ""
	if args[1] == "1" {
		o.presses++
	}
	if o.answers = (args[0] == banner.ActAccept || args[0] == banner.ActSave) && len(args) > 2; o.answers {
		o.unequal = unequal(args[2], args[3:])
	}
}

// counts reports whether the page's choice that is drafted may be made. What grants without the
// visitor's doing, or grants all that is asked where refusing is harder, is taken out of it.
// Whether a selection was made purpose by purpose is known by so many presses at least.
//
//go:noinline
func (e *Engine) counts(all bool, now int64) bool {
	granted, whole, due := 0, true, e.grants.asking()
	for i, in := range e.dialog.scope {
		if e.site.cfg.Categories[i].Required {
			continue
		}
		if e.widens(i) {
			granted++
		}
		asked := e.grants.ask[i] != consent.Settled || !due && !e.grants.objected[i]
		whole = whole && (!asked || in && banner.State(e.site.cfg, e.dialog.draft, i) == banner.On)
	}
	o, fault := &e.own, ""
	switch {
	case granted == 0:
	case now-o.at > pressCounts:
		fault = "no visitor has pressed anything that this follows from; call it once, where a click is handled"
	case !all && !whole && o.presses >= granted:
	case !o.answers:
		fault = `what was pressed accepts nothing as far as is known; write data-octroi-answer="accept" on the button that allows all, and "save" on the one that keeps a selection`
	default:
		fault = o.unequal
	}
	if fault == "" {
		return true
	}
	o.uncounted, o.at, o.presses = fault, 0, 0
	e.do(Log, "this grant does not count: "+fault)
	left := false
	for i := range e.dialog.scope {
		e.dialog.scope[i] = e.dialog.scope[i] && !e.widens(i)
		left = left || e.dialog.scope[i]
	}
	e.dialog.layer, e.dialog.called = nothing, false
	return left
}

// widens reports whether the draft grants something of category i that is not granted.
func (e *Engine) widens(i int) bool {
	if !e.dialog.scope[i] {
		return false
	}
	open := e.grants.open.Switches(e.site.cfg, i)
	for k, on := range e.dialog.draft.Switches(e.site.cfg, i) {
		if on && !open[k] {
			return true
		}
	}
	return false
}
