package engine

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/banner"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// dialog owns what the visitor sees and has begun to answer.
type dialog struct {
	layer  layer
	called bool   // the visitor, or the page's code, has opened the layer
	drawn  string // what is shown, in short; see [Engine.drawing]
	small  bool   // the visitor has put the dialog aside
	pale   bool   // the colours that the site has set by custom property cannot be read
	look   string // how the page looks, where the theme is made of that; "" until it is known
	saying string // what the last choice came to, where the layer asks for a reload

	scope []bool        // categories that the open layer asks about
	draft config.Grants // the switches
	once  []bool        // categories that are granted for this visit only
	moved bool          // the visitor has moved a switch since the layer was opened

	// The switches as they stood when the visitor, who had moved some, pressed accept or refuse
	// beside them: an undo of that choice brings them back. None where nothing was lost.
	lost *switches
}

// switches are how those of the second layer stand.
type switches struct {
	draft config.Grants
	once  []bool
}

type layer uint8

const (
	nothing layer = iota
	asking
	preferences
	staying  // asks for a reload
	embedded // none of these, but what stands for an embed
)

// drawing tells what the open layer shows from what another state would have it show.
func (e *Engine) drawing() string {
	if e.dialog.layer == nothing {
		return ""
	}
	want := jsontext.Int(int64(e.dialog.layer)) + e.language.texts.Tag + truth(e.dialog.small)
	for i, in := range e.dialog.scope {
		if in {
			want += " " + e.site.cfg.ID(i) + e.grants.ask[i].String()
		}
	}
	return want
}

// draw shows the layer that the state calls for, and nothing where it already is.
func (e *Engine) draw() {
	if e.site.cfg.OwnUI {
		e.haveAsked()
		return
	}
	reloads := e.reloads()
	if e.dialog.layer == staying && (e.grants.asking() || !reloads) {
		e.dialog.layer = nothing
	}
	if e.dialog.layer == nothing && reloads && !e.grants.asking() && e.inventory.pending == nil {
		e.dialog.layer, e.dialog.called = staying, e.dialog.saying != ""
	}
	if e.dialog.layer == nothing && e.grants.asking() && !e.site.framed {
		e.dialog.layer, e.dialog.called = asking, false
		e.openSelection()
	} else if e.dialog.layer == asking && !e.dialog.called {
		if !e.grants.asking() {
			e.dialog.layer = nothing
		}
		e.openSelection()
	}
	want := e.drawing()
	if want == e.dialog.drawn {
		return
	}
	if e.Partial && (e.dialog.layer == staying || e.dialog.layer == asking && e.grants.asksAgain()) {
		e.do(LoadDeferred, "")
		return
	}
	e.dialog.drawn = want
	focus := ""
	if e.dialog.called {
		focus = "1"
	}
	switch e.dialog.layer {
	case nothing:
		e.do(Draw, "", "", "")
	case asking:
		e.do(Draw, "ask", e.view().Ask(), focus)
		if e.Partial && e.site.wantsReceipts() {
			e.do(LoadDeferred, "")
		}
	case preferences:
		e.do(Draw, "preferences", e.view().Preferences(), focus)
	case staying:
		_, stale := e.staleServices()
		e.do(Draw, "ask", e.view().Reload(e.dialog.saying, stale, e.namesWaiting()), focus)
	}
}

// openSelection sets which categories the open layer asks about, and its switches as they
// stand. It asks about what is due; about everything, where nothing is due or the visitor
// has opened the second layer. In the second layer it shows what the browser says no to, too,
// since that can be overruled there.
func (e *Engine) openSelection() {
	due := e.grants.asking() && !(e.dialog.layer == preferences && e.dialog.called)
	for i := range e.dialog.scope {
		e.dialog.scope[i] = !e.site.cfg.Categories[i].Required && (!due || e.grants.ask[i] != consent.Settled || e.dialog.layer == preferences && e.grants.objected[i])
	}
	e.dialog.moved = false
	copy(e.dialog.draft, e.grants.open)
	for i := range e.dialog.once {
		e.dialog.once[i] = e.forVisit(i)
	}
}

// forVisit reports whether category i is granted for this visit only.
func (e *Engine) forVisit(i int) bool {
	c := e.choice(i)
	return c != nil && c.Visit != 0 && e.grants.ask[i] == consent.Settled
}

func (e *Engine) view() *banner.View {
	v := &banner.View{
		Config: e.site.cfg, Texts: e.language.texts, Small: e.dialog.small, On: e.dialog.draft, Once: e.dialog.once, Lives: e.itemLife, Unreachable: append(e.leftovers(), e.unreachableCookies()...), Closes: e.dialog.called && !e.grants.asking(),
		Entries: make([]banner.Entry, len(e.dialog.scope)),
	}
	v.Again, v.Receipt = e.grants.asksAgain(), e.proof.kept
	for i := range e.dialog.scope {
		v.Entries[i] = banner.Entry{Shown: e.dialog.scope[i] || e.site.cfg.Categories[i].Required, Ask: e.grants.ask[i], Objected: e.grants.objected[i], Choice: e.choice(i)}
	}
	return v
}

// colored hears of the colours that a layer was drawn in. Colours that cannot be read are
// replaced by those of the theme, which the declaration's check has passed.
func (e *Engine) colored(colors string) {
	var set [6]string
	for i := range set {
		set[i], colors, _ = ascii.Cut(colors, " ")
	}
	if what := config.TooPale(&set); what != "" && !e.dialog.pale {
		e.dialog.pale = true
		e.do(Log, "colours set as --octroi-…: "+what+"; the theme's own are shown")
		e.restyle()
	}
}

func (e *Engine) show(l layer) {
	e.dialog.layer, e.dialog.drawn = l, ""
	e.openSelection()
	e.dialog.called = true
}

// selectAll takes every category that can be chosen into the selection, as the second layer
// does when the visitor opens it; what is drawn stays until the choice is made.
func (e *Engine) selectAll() {
	e.dialog.layer, e.dialog.called = preferences, true
	e.openSelection()
}

// toggle moves a switch of the second layer: a category's moves all its services. On for this
// visit leaves the services as they were picked, where any is; without a grant there is none for
// a visit.
//
//go:noinline
func (e *Engine) toggle(id, answer string) {
	n := e.site.cfg.Find(id)
	i := e.site.cfg.Category(n)
	if e.dialog.layer != preferences || i < 0 || !e.dialog.scope[i] {
		return
	}
	e.dialog.moved = true
	if n == i {
		e.dialog.once[i] = answer == banner.Visit
	}
	if n != i || answer != banner.Visit || banner.State(e.site.cfg, e.dialog.draft, i) == banner.Off {
		e.draftAnswer(n, answer != banner.Off)
	}
	state := banner.Answer(e.site.cfg, e.dialog.draft, e.dialog.once, i)
	e.dialog.once[i] = state == banner.Visit
	e.do(Switch, e.site.cfg.ID(i), state)
	for k, up := range e.dialog.draft.ServicesOf(e.site.cfg, i) {
		state := banner.Off
		if up {
			state = banner.On
		}
		e.do(Switch, e.site.cfg.Services[e.site.cfg.Categories[i].From+k].ID, state)
	}
}

// draftAnswer moves a switch: a category's is one for each of its services.
func (e *Engine) draftAnswer(n int, on bool) {
	e.dialog.draft[n] = on
	if e.site.cfg.Service(n) < 0 {
		services := e.dialog.draft.ServicesOf(e.site.cfg, n)
		for k := range services {
			services[k] = on
		}
	}
}
