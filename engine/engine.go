// Package engine is the consent engine: a pure state machine. It has no clock, no
// randomness, no DOM and no I/O: time and what the browser holds arrive in
// events, and what is to be done leaves as effects.
package engine

import (
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// Engine decides for one page. The zero Engine blocks everything until a Start event.
// Each part owns its fields, and a method that needs no other part belongs to its part;
// the methods of Engine are those that need several parts, or emit effects.
type Engine struct {
	// Partial says that only the part of the code is there that a first visit and most
	// others need; a [RestCame] event ends it.
	Partial bool

	ahead *site // what [Declare] has read for a page that is still to start; nil without one

	site      site      // what the page was started with
	language  language  // of the interface
	stores    stores    // the two copies of the record, in the browser
	record    record    // what the visitor has chosen
	lives     lives     // when each item was first set, and when it must end
	visit     visit     // the visit and this tab's part in it
	grants    grants    // what is granted now, and what must be asked
	running   running   // what runs on this page
	dialog    dialog    // what the visitor sees
	proof     proof     // what the receipt of the latest choice needs
	own       ownUI     // what is known of an interface that the page draws
	inventory inventory // what the browser holds, and what was erased
	app       app       // the app around the page
	report    report    // what the developer can ask for
	signals   signals   // what vendors were told

	announced bool  // the page has had its "ready" event
	timerAt   int64 // the deadline of the latest Timer effect, Unix ms; 0 for none

	effects []Effect // of the event that is being handled
}

// Handle takes an event and returns what is to be done, in order; to a question it
// returns the answer. Events that make no sense in the present state do nothing.
func (e *Engine) Handle(ev Event) []Effect {
	// Missing arguments are empty.
	var arg arguments
	copy(arg[:], ev.Args)
	e.effects = nil
	grants := e.grantsByRest(&ev, &arg)
	if e.Partial && (grants || needsDeferredCode(ev.Kind, &arg)) {
		if grants {
			e.own.waiting++
		}
		e.do(LoadDeferred, "1")
		return e.effects
	}
	if grants && e.own.overruled > 0 {
		e.own.overruled--
		return nil
	}
	if ev.Kind == RestCame {
		e.deferredCodeCame(arg[0], arg[1])
	}
	switch ev.Kind {
	case Declare:
		if e.site.cfg == nil && e.ahead == nil {
			e.declare(arg[0])
		}
		return e.effects
	case Start:
		e.start(&arg, ev.Now)
		return e.effects
	}
	if e.site.cfg == nil || readsStores(ev.Kind) && !e.applyStores(ev.Kind, &arg, ev.Now) {
		return e.effects
	}
	// This is the one place that evaluates before a handler runs: answers and acts read
	// what is granted and asked, at this instant and by what the stores hold.
	e.evaluate(ev.Now)
	switch {
	case ev.Kind >= asks:
		e.query(ev.Kind, &arg, ev.Now)
		return e.effects
	case ev.Kind == Pressed:
		e.pressed(ev.Args, ev.Now)
		return e.effects
	case ev.Kind >= Held:
		e.observe(ev.Kind, arg[0])
		return e.effects
	}
	e.apply(ev, &arg)
	if e.stores.ready && (ev.Kind != Write || e.grants.outdated) {
		e.settle(ev.Now)
	}
	return e.effects
}

// readsStores reports whether an event brings what both stores hold.
func readsStores(kind EventKind) bool {
	return kind == StoresRead || kind == Act || kind == Choose || kind == Message
}

// apply does what an event asks for, or notes what it tells.
func (e *Engine) apply(ev Event, arg *arguments) {
	if readsStores(ev.Kind) {
		e.updateStores(ev.Kind)
	}
	switch ev.Kind {
	case Write:
		if area := areaOf(arg[0]); area < config.Areas {
			e.write(area, arg[1], ev.Now)
		}
	case Texts:
		e.useTexts(arg[0], arg[1], arg[2] == "1")
	case Speak:
		e.changeLanguage(arg)
	case Act:
		e.act(arg[2], arg[3] == "page", arg[4], arg[5], ev.Now)
	case Message:
		e.receive(message{arg[2], arg[3], arg[4]}, ev.Now)
	case Toggle:
		e.toggle(arg[0], arg[1])
	case Choose:
		e.choose(ev.Args, ev.Now)
	case Survey:
		e.survey(ev.Args, ev.Now)
	case ReceiptKept:
		e.noteReceipt(arg[0])
	case Answer:
		e.serverAnswered(arg[0] == "1")
	}
}

func (e *Engine) do(kind EffectKind, args ...string) {
	e.effects = append(e.effects, Effect{kind, args})
}

// declare reads a declaration ahead of the pages that it is for, with all code there. The
// owner's command does so, and keeps the memory as it then is: pages start without the code
// that reads.
//
//go:noinline
func (e *Engine) declare(text string) {
	*e = Engine{Partial: e.Partial}
	ahead := &site{}
	if ahead.read(text, false); ahead.faults == nil {
		ahead.makeIndex()
		if ahead.cfg.Receipts != "" {
			ahead.declared = digestOf(text)
		}
		e.ahead = ahead
	}
}

// start begins a page with its declaration, or with what [Declare] has read.
func (e *Engine) start(arg *arguments, now int64) {
	*e = Engine{Partial: e.Partial, ahead: e.ahead}
	built := e.ahead != nil && arg[0] == ""
	var ready bool
	if built {
		e.site = *e.ahead
		ready = !e.Partial || e.site.cfg.App == nil && e.site.cfg.Inherit == nil
	} else {
		ready = e.site.read(arg[0], e.Partial)
	}
	e.site.page, e.site.framed = gate.Page{Host: arg[1], Folder: arg[2], Secure: arg[3] == "1"}, arg[8] == "1"
	e.site.objects, e.site.version = arg[9] == "1", arg[10]
	e.grants.outdated, e.lives.ledgerMisses = true, maxMisses-1
	if !ready {
		e.site.cfg = nil
		e.do(LoadDeferred, "1")
		return
	}
	e.allocate()
	e.beginTexts(arg)
	e.site.checkDomain()
	if e.site.faults != nil {
		e.tellFaults(now)
		return
	}
	if !e.Partial {
		e.logHints()
	}
	if e.site.cfg.App != nil {
		e.do(Load, "octroi.app.js")
		e.openChannel()
	}
	e.tellDefaults()
	e.do(Read, e.site.cfg.Name)
	if e.site.cfg.Inherit != nil {
		e.do(Load, "octroi.inherit.js")
	}
	if e.site.cfg.NeedsCode() {
		e.do(Load, "octroi.vendors.js")
	}
	if w := &e.site.cfg.Worker; w.File != "" {
		e.do(Load, "octroi.register.js", w.File, w.Scope)
	}
	if e.site.wantsReceipts() {
		e.site.text = arg[0]
		e.do(KeepReceipts, e.site.cfg.Receipts, e.site.cfg.ReceiptStore())
	}
}

// tellFaults tells the developer of a declaration's faults.
//
//go:noinline
func (e *Engine) tellFaults(now int64) {
	for _, text := range texts(e.site.faults) {
		e.do(Log, text)
	}
	e.evaluate(now)
	e.do(Gates)
	e.showCard()
	e.do(Emit, "error", jsontext.Fill(`{"reason":"config","faults":#}`, list(texts(e.site.faults))))
}

// allocate makes the lists that have a place for each category, or for each service.
func (e *Engine) allocate() {
	categories, services := len(e.site.cfg.Categories), len(e.site.cfg.Services)
	places := e.site.cfg.Places()
	e.grants.open, e.grants.told, e.dialog.draft = make(config.Grants, places), make(config.Grants, places), make(config.Grants, places)
	e.grants.ask, e.dialog.scope = make([]consent.Reason, categories), make([]bool, categories)
	e.grants.objected = make([]bool, categories)
	e.dialog.once, e.lives.ended = make([]bool, categories), make([]bool, categories)
	e.grants.loads, e.grants.wished = e.grants.open, make([]bool, services)
	e.running.ran, e.running.became = make([]bool, services), make([]string, services)
}

// settle brings the page in line with what is now granted and what must now be asked.
func (e *Engine) settle(now int64) {
	e.evaluate(now)
	e.enforce()
	e.signal(false)
	e.tellChanges()
	e.schedule(now)
	if !e.language.fetching {
		e.draw()
	}
	if e.site.cfg.App != nil {
		e.sendState(now)
	}
	if e.inventory.pending != nil && !e.inventory.pending.erases {
		e.inventory.pending.erases = true
		e.askInventory(erase)
	} else if e.inventory.due && e.inventory.pending == nil {
		e.askInventory(watch)
	}
	e.inventory.due = false
	if e.proof.at != 0 && !e.Partial && e.site.wantsReceipts() {
		e.makeReceipt()
	}
}

// tellChanges tells the page what was granted or denied since it was told last. A choice
// that still has to erase something is told once it has.
func (e *Engine) tellChanges() {
	var changed []string
	for n, open := range e.grants.open {
		if open != e.grants.told[n] {
			e.grants.told[n] = open
			changed = append(changed, e.site.cfg.ID(n))
			if i := e.site.cfg.Service(n); i >= 0 {
				e.serviceChanged(i, open)
			}
		}
	}
	if changed == nil {
		return
	}
	e.inventory.due = true
	e.do(Gates)
	if e.inventory.pending != nil {
		e.inventory.pending.ids = append(e.inventory.pending.ids, changed...)
	} else {
		e.announce(changed, nil)
	}
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
	for _, c := range e.record.rec.Choices {
		sooner(c.Until)
	}
	sooner(e.lives.nextEnd)
	sooner(e.visit.answersUntil)
	if seen := e.lives.ledger.Seen; e.lives.ledger.Visit != 0 {
		sooner(seen + unseen)
		if idle := e.site.cfg.Idle.Length(); idle != 0 {
			sooner(seen + idle)
		}
	}
	if next != 0 && next != e.timerAt {
		e.timerAt = next
		e.do(Timer, jsontext.Int(min(next-now, 1<<31-1)))
	}
}
