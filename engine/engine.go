// Package engine is the consent engine: a pure state machine. It has no clock, no
// randomness, no DOM and no I/O: time and what the browser holds arrive in
// events, and what is to be done leaves as effects.
package engine

import (
	"github.com/octroi-consent/octroi/engine/banner"
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/cookie"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/engine/jsontext"
	"github.com/octroi-consent/octroi/engine/locale"
)

// Engine decides for one page. The zero Engine holds everything shut until a
// Start event.
type Engine struct {
	// Partial says that only the part of the code is there that a first visit and most
	// others need; a [RestCame] event ends it.
	Partial bool

	cfg    *config.Config
	faults []config.Fault
	terms  []consent.Terms // of each category
	index  *gate.Index     // of addresses, once one was called
	secure bool
	page   gate.Page
	framed bool // the page around this one asks

	mail      []letter // of an app, that came before the stores were read
	strangers []string // undeclared origins that the app was told of
	begun     bool     // the page was told where it stands
	greeted   bool     // the app was told for the first time
	keys      bool     // it wants its own keys too
	spoken    string   // what it was told last

	texts   *locale.Texts
	lang    string // of the texts that are wanted
	tag     string // and the page's region
	waiting bool   // texts are on their way

	rec        consent.Record
	held       bool // rec was read or made
	kept       bool // rec is in a store
	storedSeen int64
	ready      bool

	mine     string    // the record's cookie, as this host has set it
	strange  []string  // what others of its name hold
	suspects []string  // what all of them held before ours was erased to tell them apart
	sign     [5]string // what was seen of the visitor meanwhile

	weighed   int64 // minute of the last weighing
	committed int64 // when the latest choice was made here, Unix ms

	ledger   cookie.Ledger
	edits    []edit       // of the ledger, not yet in a store
	lost     bool         // there is a record without its ledger
	dirty    bool         // the stores have to be written
	wrote    bool         // the ledger was written
	misses   int          // readings since that did not find it
	unkept   bool         // it fits into neither store
	things   []string     // what is there
	hosts    []string     // what was called that no service declares
	noted    []noted      // what was held
	over     bool         // the visit has ended, and what it leaves is still there
	sure     bool         // it has ended for sure
	closed   bool         // the browser was closed since this tab was seen last
	follow   bool         // something depends on the visit
	state    cookie.State // of this tab
	deadline int64        // until when other tabs may answer, 0 where none is asked
	asked    int64        // about which visit
	fresh    []uint32     // what was written meanwhile
	sought   uint32       // what the stores are read for before its first writing
	read     uint32       // what they were read for since
	novel    uint32       // what was not there before a script wrote it
	fetched  bool         // they were read for what is being written

	// Each has a place for every category, then for every service.
	open  []bool // as weighed last
	loads []bool // likewise, and the page's policy lets it load
	told  []bool // as the page knows it
	draft []bool // the switches

	ask   []consent.Reason // of each category
	scope []bool           // categories that the open layer asks about
	once  []bool           // categories that are granted for this visit only
	ended []bool           // categories of which something would begin a new life

	bound  []bool   // services that the page's policy lets load; nil where it has none
	wished []bool   // services of which the visitor wants something loaded once, though it does not
	ran    []bool   // services whose scripts run on this page
	became []string // what became of each service that was shut on it
	lent   []loan   // what was let load once
	later  bool     // the visitor does not want it reloaded
	saying string   // what the last choice came to

	wanted bool // one more of them than was known

	layer  layer
	called bool   // the visitor opened the layer
	drawn  string // what is shown, in short
	timer  int64  // the deadline that was last asked to be woken at
	next   int64  // when the next of what is there ends, 0 if nothing does
	due    bool   // it is time to look at what the browser holds

	erasing, survivors []string // things
	unknown            string   // the areas of which nobody could tell what the last choice left
	erased             []string // names
	pending            *change
	before             *consent.Record // what an undo brings back
	small              bool            // the visitor has put the dialog aside

	effects []Effect
}

type layer uint8

const (
	nothing layer = iota
	asking
	preferences
	staying // asks for a reload
)

// change is a choice on its way to being told: erasing comes first.
type change struct {
	ids    []string
	say    bool
	here   bool     // it was made on this page
	erases bool     // what the browser holds was asked for
	beyond []string // what only the site's server can erase
}

// Handle takes an event and returns what is to be done, in order; to a question it
// returns the answer. Events that make no sense in the present state do nothing.
func (e *Engine) Handle(ev Event) []Effect {
	// Missing arguments are empty.
	var arg arguments
	copy(arg[:], ev.Args)
	e.effects = nil
	if e.Partial && beyond(ev.Kind, &arg) {
		e.do(Rest, "1")
		return e.effects
	}
	if ev.Kind == RestCame {
		e.complete(arg[0], arg[1])
	}
	if ev.Kind == Start {
		e.start(&arg, ev.Now)
	}
	if e.cfg == nil {
		return e.effects
	}
	if ev.Kind >= Held {
		e.weigh(ev.Now)
		if ev.Kind >= asks {
			e.query(ev.Kind, arg[0], arg[1])
		} else {
			e.observe(ev.Kind, arg[0])
		}
		return e.effects
	}
	if ev.Kind == Write {
		e.current(ev.Now)
		if in := area(arg[0]); in < config.Areas {
			e.write(in, arg[1], ev.Now)
		}
	}
	if ev.Kind == Texts {
		e.speakIn(arg[0], arg[1], arg[2] == "1")
	}
	if ev.Kind == Speak {
		e.turnTo(&arg)
	}
	if ev.Kind == Write && !e.wanted || len(e.faults) > 0 {
		return e.effects
	}
	if ev.Kind == Message && !e.ready {
		e.hear(letter{arg[2], arg[3], arg[4]}, ev.Now)
		return e.effects
	}
	if ev.Kind == Stored && e.foreign(&arg) {
		return e.effects
	}
	choosing := ev.Kind == Act || ev.Kind == Choose || ev.Kind == Message
	if choosing && !e.ready {
		return e.effects
	}
	if ev.Kind == Stored {
		e.wish(arg[6])
	}
	if choosing || ev.Kind == Stored {
		e.stored(arg[0], arg[1], ev.Now)
		e.due = e.due || e.next != 0 && ev.Now >= e.next
	}
	if ev.Kind == Stored {
		e.each(arg[6], func(n int) { e.became[n] = reloaded })
		e.dirty = e.visit(arg[2:6], ev.Now) || e.dirty
		e.due = e.due || e.over
	}
	e.weigh(ev.Now)
	if choosing || ev.Kind == Stored {
		if e.dirty || e.lags() {
			e.store()
		}
		e.timer = 0
		if ev.Kind == Stored && e.pending != nil && !e.pending.erases && e.layer == preferences {
			// Chosen elsewhere: the switches are shown as they now stand.
			e.show(preferences)
		}
	}
	switch ev.Kind {
	case Act:
		e.act(arg[2], arg[3] == "page", arg[4], arg[5], ev.Now)
	case Message:
		e.hear(letter{arg[2], arg[3], arg[4]}, ev.Now)
	case Toggle:
		e.toggle(arg[0], arg[1] == "1")
	case Choose:
		e.choose(ev.Args, ev.Now)
	case Survey:
		e.survey(ev.Args, ev.Now)
	case Answer:
		e.answer(arg[0] == "1")
	}
	e.wanted = false
	if e.ready {
		e.settle(ev.Now)
	}
	return e.effects
}

// current weighs unless that was done within the minute: deadlines, and what the
// record has seen, are whole minutes, so the answer would be the same.
func (e *Engine) current(now int64) {
	if now/calendar.Minute != e.weighed {
		e.weigh(now)
	}
}

// Decide answers for gated markup at an instant; see [gate.Decide]. Behind a "!" may
// stand an element's own token: the visitor may have let it alone load. Before the ids
// stands a "?" where somebody else than the page's author may have written them: what
// is required is then no reason to open.
func (e *Engine) Decide(ids string, now int64) gate.Verdict {
	if e.cfg == nil {
		return gate.Hold
	}
	e.current(now)
	injected := len(ids) > 0 && ids[0] == '?'
	if injected {
		ids = ids[1:]
	}
	ids, token, lent := locale.Split(ids, "!")
	for _, l := range e.lent {
		if lent && l == (loan{ids, token}) {
			return gate.Allow
		}
	}
	if injected && gate.Required(e.cfg, ids) {
		return gate.Hold
	}
	return gate.Decide(e.cfg, e.loads, ids)
}

func (e *Engine) do(kind EffectKind, args ...string) {
	e.effects = append(e.effects, Effect{kind, args})
}

func (e *Engine) start(arg *arguments, now int64) {
	*e = Engine{Partial: e.Partial, secure: arg[3] == "1", page: gate.Page{Host: arg[1], Folder: arg[2], Secure: arg[3] == "1"}, framed: arg[8] == "1", weighed: -1, misses: maxMisses - 1}
	var whole bool
	if e.cfg, e.faults, whole = config.Read(arg[0], e.Partial); whole {
		e.agree()
	}
	if e.Partial && (!whole || e.faults != nil) {
		e.cfg = nil
		e.do(Rest, "1")
		return
	}
	e.texts, _ = locale.Parse(arg[6], arg[7])
	e.style()
	if e.lang, e.tag = locale.Choose(arg[4]+" "+e.cfg.Language, arg[5], e.texts.Lang); e.lang == e.texts.Lang {
		e.texts.Tag = e.tag
	} else {
		e.waiting = true
		e.do(Fetch, e.lang, jsontext.Int(textless))
	}
	if len(e.faults) > 0 {
		for _, text := range texts(e.faults) {
			e.do(Log, text)
		}
		e.weigh(now)
		e.do(Gates)
		e.do(Emit, "error", jsontext.Fill(`{"reason":"config","faults":#}`, list(texts(e.faults))))
		return
	}
	if !e.Partial {
		e.hint()
	}
	if e.cfg.App != nil {
		e.do(Load, "octroi.app.js")
		e.way()
	}
	e.do(Read, e.cfg.Name)
	if e.cfg.Inherit != nil {
		e.do(Load, "octroi.inherit.js")
	}
}

// textless is for how long nothing is shown while texts are on their way, in ms.
const textless = 3000

// speakIn has the interface speak a language. Without texts to be had, the built-in ones
// serve. A layer that the visitor has opened, or begun to answer, stays as it is.
func (e *Engine) speakIn(lang, texts string, begun bool) {
	if lang != e.lang {
		return // another is wanted by now
	}
	if t, ok := locale.Parse(lang, texts); ok {
		stays := e.drawn != "" && (begun || e.called)
		e.texts, t.Tag = t, e.tag
		if stays {
			e.drawn = e.drawing()
		}
	}
	e.waiting = false
	e.style()
}

// turnTo has the interface speak the page's language, which has changed. What is there
// speaks the one before until the texts have come.
//
//go:noinline
func (e *Engine) turnTo(arg *arguments) {
	e.lang, e.tag = locale.Choose(arg[0]+" "+e.cfg.Language, arg[1], arg[2])
	begun := arg[4] == "1"
	switch e.lang {
	case arg[2]:
		e.speakIn(e.lang, arg[3], begun)
	case e.texts.Lang:
		e.texts.Tag, e.waiting = e.tag, false
		if e.drawn != "" && (begun || e.called) {
			e.drawn = e.drawing()
		}
	default:
		e.do(Fetch, e.lang, jsontext.Int(textless))
	}
}

// style has the interface look as declared.
func (e *Engine) style() {
	tab := ""
	if !e.cfg.NoTab && !e.framed && len(e.faults) == 0 {
		tab = e.texts.Get("tab")
	}
	e.do(Style, banner.Style(&e.cfg.Theme), tab)
}

// agree works out the terms of each category, and finds ids whose hashes are the
// same: a grant of one would pass for the other.
func (e *Engine) agree() {
	c := e.cfg
	places := len(c.Categories) + len(c.Services)
	e.open, e.told, e.draft = make([]bool, places), make([]bool, places), make([]bool, places)
	e.ask, e.scope = make([]consent.Reason, len(c.Categories)), make([]bool, len(c.Categories))
	e.once, e.ended = make([]bool, len(c.Categories)), make([]bool, len(c.Categories))
	e.loads, e.wished = e.open, make([]bool, len(c.Services))
	e.ran, e.became = make([]bool, len(c.Services)), make([]string, len(c.Services))
	e.terms = make([]consent.Terms, len(c.Categories))
	hashes := make([]uint32, places)
	for i := range e.terms {
		cat, t := &c.Categories[i], &e.terms[i]
		t.Category, t.Revision, t.Renew = consent.Hash(cat.ID), consent.Hash(c.Policy.Revision), cat.Renew
		t.Services = make([]consent.Service, cat.To-cat.From)
		for k := range t.Services {
			s := &c.Services[cat.From+k]
			purpose := s.PurposeID
			if purpose == "" {
				purpose = s.Purpose.In(c.Language, "")
			}
			t.Services[k] = consent.Service{ID: consent.Hash(s.ID), Print: consent.Print(s.Provider, purpose)}
		}
	}
	for n := range hashes {
		hashes[n] = consent.Hash(c.ID(n))
		for k := 0; k < n && e.faults == nil; k++ {
			if hashes[k] == hashes[n] {
				e.faults = []config.Fault{{Path: "$", Reason: c.ID(n) + " has the hash of " + c.ID(k), Right: "rename it"}}
				c.Block = true
			}
		}
	}
}

// services returns the part of places that belongs to the services of category i.
func (e *Engine) services(places []bool, i int) []bool {
	n := len(e.cfg.Categories)
	return places[n+e.cfg.Categories[i].From : n+e.cfg.Categories[i].To]
}

// weigh works out what is open, and what has to be asked for, at an instant.
func (e *Engine) weigh(now int64) {
	e.weighed = now / calendar.Minute
	trusted := e.held && len(e.faults) == 0 && now > 0 && !e.rec.Doubtful(now)
	if trusted {
		// Time never runs backwards within the slack, so that an expiry that was
		// seen stays.
		e.rec.Seen = max(e.rec.Seen, now-now%calendar.Minute)
		now = max(now, e.rec.Seen)
	}
	for i := range e.terms {
		var c *consent.Choice
		if trusted {
			c = e.choice(i)
		}
		services := e.services(e.open, i)
		e.terms[i].Visit = e.ledger.Visit
		e.ask[i], e.open[i] = consent.Stand(c, &e.terms[i], now, services)
		if e.ended[i] && e.ask[i] == consent.Settled && c.Any() {
			e.ask[i] = consent.Ended
		}
		if cat := &e.cfg.Categories[i]; cat.Required {
			e.ask[i], e.open[i] = consent.Settled, !cat.Faulty
			for k := range services {
				services[k] = !cat.Faulty && !e.cfg.Services[cat.From+k].Faulty
			}
		}
	}
	e.narrow()
}

// settle brings the page in line with what is now open and now to be asked.
func (e *Engine) settle(now int64) {
	e.weigh(now)
	e.enforce()
	var changed []string
	for n, open := range e.open {
		if open != e.told[n] {
			e.told[n] = open
			changed = append(changed, e.cfg.ID(n))
			if i := n - len(e.cfg.Categories); i >= 0 {
				e.turn(i, open)
			}
		}
	}
	if changed != nil {
		e.due = true
		e.do(Gates)
		if e.pending != nil {
			e.pending.ids = append(e.pending.ids, changed...)
		} else {
			e.announce(changed, nil)
		}
	}
	e.schedule(now)
	if !e.waiting {
		e.draw()
	}
	if e.cfg.App != nil {
		e.speak(now)
	}
	if e.pending != nil && !e.pending.erases {
		e.pending.erases = true
		e.look(erase)
	} else if e.due && e.pending == nil {
		e.look(watch)
	}
	e.due = false
}

// schedule asks to be woken at the next deadline. Browsers keep timers of up to
// 2^31-1 ms (24.8 days); a longer wait is taken in steps.
func (e *Engine) schedule(now int64) {
	next := int64(0)
	sooner := func(at int64) {
		if at > now && (next == 0 || at < next) {
			next = at
		}
	}
	for _, c := range e.rec.Choices {
		sooner(c.Until)
	}
	sooner(e.next)
	sooner(e.deadline)
	if seen := e.ledger.Seen; e.ledger.Visit != 0 {
		sooner(seen + unseen)
		if idle := e.cfg.Idle.Length(); idle != 0 {
			sooner(seen + idle)
		}
	}
	if next != 0 && next != e.timer {
		e.timer = next
		e.do(Timer, jsontext.Int(min(next-now, 1<<31-1)))
	}
}

// drawing tells what the open layer shows from what another state would have it show.
func (e *Engine) drawing() string {
	if e.layer == nothing {
		return ""
	}
	want := jsontext.Int(int64(e.layer)) + e.texts.Tag + truth(e.small)
	for i, in := range e.scope {
		if in {
			want += " " + e.cfg.ID(i) + e.ask[i].String()
		}
	}
	return want
}

// asking reports whether any category waits for the visitor's answer.
func (e *Engine) asking() bool {
	for _, reason := range e.ask {
		if reason != consent.Settled {
			return true
		}
	}
	return false
}

// draw shows the layer that the state calls for, and nothing where it already is.
func (e *Engine) draw() {
	reloads := e.reloads()
	if e.layer == staying && (e.asking() || !reloads) {
		e.layer = nothing
	}
	if e.layer == nothing && reloads && !e.asking() && e.pending == nil {
		e.layer, e.called = staying, e.saying != ""
	}
	if e.layer == nothing && e.asking() && !e.framed {
		e.layer, e.called = asking, false
		e.aim()
	} else if e.layer == asking && !e.called {
		if !e.asking() {
			e.layer = nothing
		}
		e.aim()
	}
	want := e.drawing()
	if want == e.drawn {
		return
	}
	if e.Partial && (e.layer == staying || e.layer == asking && e.again()) {
		e.do(Rest, "")
		return
	}
	e.drawn = want
	focus := ""
	if e.called {
		focus = "1"
	}
	switch e.layer {
	case nothing:
		e.do(Draw, "", "", "")
	case asking:
		e.do(Draw, "ask", e.view().Ask(), focus)
	case preferences:
		e.do(Draw, "preferences", e.view().Preferences(), focus)
	case staying:
		_, stale := e.stale()
		e.do(Draw, "ask", e.view().Reload(e.saying, stale, e.lacking()), focus)
	}
}

// aim sets what the open layer asks about, which is what is due, or everything
// where nothing is or where the visitor came to see it; and its switches as they
// stand.
func (e *Engine) aim() {
	due := e.asking() && !(e.layer == preferences && e.called)
	for i := range e.scope {
		e.scope[i] = !e.cfg.Categories[i].Required && (!due || e.ask[i] != consent.Settled)
	}
	copy(e.draft, e.open)
	for i := range e.once {
		c := e.choice(i)
		e.once[i] = c != nil && c.Visit != 0 && e.ask[i] == consent.Settled
	}
}

func (e *Engine) view() *banner.View {
	v := &banner.View{
		Config: e.cfg, Texts: e.texts, Small: e.small, On: e.draft, Once: e.once, Lives: e.lives, Beyond: append(e.stays(), e.beyond()...), Closes: e.called && !e.asking(),
		Entries: make([]banner.Entry, len(e.scope)),
	}
	v.Again = e.again()
	for i := range e.scope {
		v.Entries[i] = banner.Entry{Shown: e.scope[i] || e.cfg.Categories[i].Required, Ask: e.ask[i], Choice: e.choice(i)}
	}
	return v
}

// again reports whether anything is asked for that was decided before.
func (e *Engine) again() bool {
	for _, ask := range e.ask {
		if ask > consent.Settled && ask < consent.Undecided {
			return true
		}
	}
	return false
}
