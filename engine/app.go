package engine

import (
	"github.com/octroi-consent/octroi/engine/banner"
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/jsontext"
	"github.com/octroi-consent/octroi/engine/vendors"
)

// app owns what the page and the app around it have told each other. Their messages are of
// version 1; examples/webview/README.md is their reference.
type app struct {
	queue     []message // that came before the stores were read
	strangers []string  // undeclared origins that the app was told of
	wantsKeys bool      // the app wants its own keys too
	helloSent bool      // the app was told for the first time
	lastSent  string    // the state that the app was told last
}

// message is what came in: by which way, from which origin, and what it says.
type message struct{ where, origin, text string }

// refused tells why a message was not followed; the zero refused says that it was.
type refused struct{ reason, detail string }

// maxQueue is how many messages wait for the stores to be read; maxStrangers how many
// undeclared origins are told of, each once: any window can send without end.
const maxQueue, maxStrangers = 64, 16

// receive takes a message; one that comes before the stores were read waits for that.
//
//go:noinline
func (e *Engine) receive(l message, now int64) {
	if e.site.cfg.App == nil {
		return
	}
	if !e.stores.ready {
		if len(e.app.queue) < maxQueue {
			e.app.queue = append(e.app.queue, l)
		}
		return
	}
	e.reject(e.applyMessage(l, now), now)
}

// openChannel tells the page's half for apps to hand over what was left for the engine.
func (e *Engine) openChannel() {
	e.do(Emit, "app", jsontext.Fill(`{"octroi":1,"type":"start","origins":#}`, list(e.site.cfg.App.Origins)))
}

// reject tells the app why a message was not followed.
func (e *Engine) reject(r refused, now int64) {
	if r.reason != "" {
		e.do(Emit, "app", jsontext.Fill(`{"octroi":1,"type":"refused","time":#,"reason":%,"detail":%}`, jsontext.Int(now), r.reason, r.detail))
	}
}

// applyMessage does what a message says, if that may be.
func (e *Engine) applyMessage(l message, now int64) refused {
	switch {
	case l.where == "message" && !contains(e.site.cfg.App.Origins, l.origin):
		if len(e.app.strangers) == maxStrangers || contains(e.app.strangers, l.origin) {
			return refused{}
		}
		e.app.strangers = append(e.app.strangers, l.origin)
		return refused{"origin", l.origin + ` is not among the "origins" that are declared`}
	case l.where == "hash" && !e.site.cfg.App.Hash:
		return refused{"origin", `addresses carry no choice unless "hash" is declared`}
	case l.where == "hash" && l.origin == "":
		return refused{"origin", "there is no app around this page: anybody can write an address"}
	}
	v, err := jsontext.Parse(l.text)
	if err != nil || v.Kind != jsontext.Object {
		return refused{"malformed", "not a JSON object"}
	}
	if vendor := vendors.OfKit(l.where); vendor != nil {
		return e.applyKit(vendor, v, now)
	}
	if v.Get("octroi").Whole() != 1 {
		return refused{"version", `write "octroi": 1`}
	}
	kind := v.Get("type")
	if kind == nil || kind.Kind != jsontext.String {
		return refused{"malformed", "no type"}
	}
	switch kind.Text {
	case "start":
		e.openChannel()
		e.app.lastSent = ""
	case "hello":
		if keys := v.Get("keys"); keys != nil {
			e.app.wantsKeys, _ = keys.Bool()
		}
		e.app.lastSent = ""
	case "show":
		e.act(banner.ActPreferences, false, "", "", now)
	case "withdraw":
		return e.withdraw(v.Get("ids"), now)
	case "state":
		return e.applyAppState(v, now)
	case "refused":
	default:
		return refused{"malformed", "no such type: " + kind.Text}
	}
	return refused{}
}

// applyKit takes the consents that a manager's native kit has left for the page.
func (e *Engine) applyKit(vendor *vendors.Vendor, v *jsontext.Value, now int64) refused {
	if vendor.Unwrap != nil {
		var ok bool
		if v, ok = vendor.Unwrap(v); !ok {
			return refused{"malformed", "not JSON within"}
		}
	}
	for i := range e.site.cfg.Inherit {
		if in := &e.site.cfg.Inherit[i]; in.From == vendor.Name {
			taken, complete := e.readAnswers(in, v, now)
			if !complete {
				return refused{"partial", in.From + " does not answer for every category"}
			}
			return e.adoptChoices(taken, now)
		}
	}
	return refused{}
}

// withdraw refuses what it names, or everything; that is never stale.
func (e *Engine) withdraw(ids *jsontext.Value, now int64) refused {
	var places []int
	if ids != nil {
		if len(ids.Items) == 0 || ids.Kind != jsontext.Array {
			return refused{"malformed", "ids are no list of any"}
		}
		for i := range ids.Items {
			id := ids.Items[i].Text
			n := e.site.cfg.Find(id)
			if n < 0 || ids.Items[i].Kind != jsontext.String || e.site.cfg.Categories[e.site.cfg.Category(n)].Required {
				return refused{"unknown", id + " is nothing that can be withdrawn"}
			}
			places = append(places, n)
		}
	}
	e.selectAll()
	if ids == nil {
		clear(e.dialog.draft)
	} else {
		clear(e.dialog.scope)
	}
	for _, n := range places {
		e.dialog.scope[e.site.cfg.Category(n)] = true
		e.draftAnswer(n, false)
	}
	e.commit(consent.App, now)
	return refused{}
}

// applyAppState takes an app's choices, if they answer for everything and are current.
func (e *Engine) applyAppState(v *jsontext.Value, now int64) refused {
	choices := v.Get("choices")
	if choices == nil || choices.Kind != jsontext.Object {
		return refused{"malformed", "no choices"}
	}
	sent := v.Get("time").Whole()
	if sent <= 0 || sent >= now+calendar.Minute {
		return refused{"time", "no time, or one to come"}
	}
	if revision := v.Get("revision"); revision == nil || revision.Kind != jsontext.String || revision.Text != e.site.cfg.Policy.Revision {
		return refused{"revision", "the choices are about another revision than " + e.site.cfg.Policy.Revision}
	}
	if complete, _ := v.Get("complete").Bool(); !complete {
		return refused{"partial", "not complete"}
	}
	for _, id := range choices.Keys {
		if n := e.site.cfg.Find(id); n < 0 || n >= len(e.site.cfg.Categories) {
			return refused{"unknown", "no category " + id}
		}
	}
	var taken []*consent.Choice
	for i := range e.site.terms {
		id := e.site.cfg.ID(i)
		if e.site.cfg.Categories[i].Required {
			continue
		}
		one := choices.Get(id)
		whole, known := one.Get("granted").Bool()
		at := one.Get("at").Whole()
		services := one.Get("services")
		if services != nil {
			for _, id := range services.Keys {
				if n := e.site.cfg.Find(id); n < len(e.site.terms) || e.site.cfg.Category(n) != i {
					return refused{"unknown", id + " is no service of " + e.site.cfg.ID(i)}
				}
			}
		}
		granted := make([]bool, len(e.site.terms[i].Services)) // the visitor's own draft stays
		for k := range granted {
			granted[k] = whole
			if services != nil && known {
				granted[k], known = services.Get(e.site.cfg.Services[e.site.cfg.Categories[i].From+k].ID).Bool()
			}
		}
		if !known || one.Get("visit") != nil {
			return refused{"partial", "no answer for all of " + id}
		}
		if at <= 0 || at >= sent+calendar.Minute {
			return refused{"time", id + " was chosen at no time, or at one to come"}
		}
		c := consent.Decide(&e.site.terms[i], granted, whole, consent.App, min(at, now))
		if end := one.Get("until"); end != nil {
			until := end.Whole()
			if until == 0 {
				return refused{"malformed", id + " ends at no time"}
			}
			c.Until = min(c.Until, until-until%calendar.Minute)
		}
		if c.Until <= now || c.Until < c.At {
			return refused{"expired", "the choice about " + id + " holds no more"}
		}
		taken = append(taken, c)
	}
	return e.adoptChoices(taken, now)
}

// adoptChoices takes choices that were made elsewhere as the page's own, each where it is
// the later one; of two in the same minute, which is all that a record tells, the one that grants
// less.
func (e *Engine) adoptChoices(taken []*consent.Choice, now int64) refused {
	e.openRecord(now)
	any, stale := false, false
	var unreachable []string
	for i := range e.site.terms {
		for _, c := range taken {
			if c.Category != e.site.terms[i].Category {
				continue
			}
			switch old := e.choice(i); {
			case old == nil || c.At > old.At || c.At == old.At && narrower(c, old):
				if old != nil && old.Any() {
					granted := make([]bool, len(c.Services))
					for k := range granted {
						granted[k] = c.Services[k].Granted
					}
					unreachable = append(unreachable, e.site.unreachable(i, granted)...)
				}
				e.record.rec.Put(c)
				e.lives.ended[i], any = false, true
			default:
				stale = stale || c.At < old.At || narrower(old, c)
			}
		}
	}
	if any {
		e.record.undo = nil
		e.prove(taken[0].How, nothing, now)
		e.keepChoices(&change{unreachable: unreachable}, now)
		if e.dialog.layer == preferences {
			e.show(preferences)
		}
	}
	if stale && !any {
		return refused{"stale", "later choices are known"}
	}
	return refused{}
}

// narrower reports whether a choice grants less than another, and nothing else.
func narrower(c, other *consent.Choice) bool { return c.Within(other) && !other.Within(c) }

// sendState tells the app what is chosen, whenever that has changed.
//
//go:noinline
func (e *Engine) sendState(now int64) {
	var w jsontext.Writer
	w.Put(`"revision":%,"complete":#,"choices":{`, e.site.cfg.Policy.Revision, truth(!e.grants.asking()))
	for i := range e.site.cfg.Categories {
		c := e.choice(i)
		if c == nil || e.grants.ask[i] != consent.Settled {
			continue
		}
		w.Next()
		w.Put(`%:{"granted":#,"at":#,"until":#,"services":{`, e.site.cfg.ID(i), truth(e.grants.open[i]), jsontext.Int(c.At), jsontext.Int(c.Until))
		for k, open := range e.grants.open.ServicesOf(e.site.cfg, i) {
			w.Next()
			w.Put(`%:#`, e.site.cfg.Services[e.site.cfg.Categories[i].From+k].ID, truth(open))
		}
		w.Byte('}')
		if c.Visit != 0 {
			w.Raw(`,"visit":true`)
		}
		w.Byte('}')
	}
	w.Byte('}')
	if e.app.wantsKeys {
		w.Raw(`,"keys":{`)
		for i, key := range e.site.cfg.App.Keys {
			value := "0"
			if e.grants.open[e.site.cfg.Find(e.site.cfg.App.IDs[i])] {
				value = "1"
			}
			w.Next()
			w.Put(`%:#`, key, value)
		}
		w.Byte('}')
	}
	if body := w.String(); body != e.app.lastSent {
		kind := "state"
		if !e.app.helloSent {
			e.app.helloSent, kind = true, "hello"
		}
		e.app.lastSent = body
		e.do(Emit, "app", jsontext.Fill(`{"octroi":1,"type":%,"time":#,#}`, kind, jsontext.Int(now), body))
	}
}
