package main

import (
	"encoding/json"
	"slices"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/cookie"
)

// answerTo is what a server answers. It sees cookies alone: neither the visit, nor which of
// several records is this host's own. So each record that can be read has to grant what is granted.
func answerTo(declaration, header string, now int64, gpc bool) answer {
	cfg, faults := config.Parse(declaration)
	if faults != nil {
		panic(faults[0].Path + ": " + faults[0].Reason)
	}
	var records []string
	for _, value := range cookie.Values(header, cfg.Name) {
		if record := cut(value); valid(record) {
			records = append(records, record)
		}
	}
	if records == nil {
		records = []string{""}
	}
	all := read(declaration, cfg, records[0], now, gpc)
	for _, record := range records[1:] {
		all.meet(read(declaration, cfg, record, now, gpc))
	}
	return all
}

// cut is the record in a cookie; the ledger and the visit come behind a ".".
func cut(value string) string {
	for i := range len(value) {
		if value[i] == '.' {
			return value[:i]
		}
	}
	return value
}

func valid(record string) bool {
	_, ok := consent.Decode(record)
	return ok
}

// reasons to ask, the strongest last.
var reasons = []string{"", "ended", "service", "purpose", "policy", "expired", "undecided"}

// meet leaves of an answer what another says too.
func (a *answer) meet(other answer) {
	a.Decided = a.Decided && other.Decided
	for id, c := range a.Categories {
		o := other.Categories[id]
		c.Granted = c.Granted && o.Granted
		if slices.Index(reasons, o.Ask) > slices.Index(reasons, c.Ask) {
			c.Ask = o.Ask
		}
		c.Until = min(c.Until, o.Until)
		a.Categories[id] = c
	}
	for id := range a.Services {
		a.Services[id] = a.Services[id] && other.Services[id]
	}
}

// read is the engine's answer to a page whose both stores hold a record, and nothing else.
func read(declaration string, cfg *config.Config, record string, now int64, gpc bool) (a answer) {
	e, objects := &engine.Engine{}, ""
	if gpc {
		objects = "1"
	}
	host := "shop.example.org"
	e.Handle(engine.Event{Kind: engine.Start, Now: now, Args: []string{declaration, host, "https://" + host + "/", "1", "en", "en", "en", "{}", "", objects}})
	// It reads twice where it has to find out whose a cookie is.
	for range 2 {
		e.Handle(engine.Event{Kind: engine.StoresRead, Now: now, Args: []string{cfg.Name + "=" + record, record, "start"}})
	}
	var state struct {
		Decided    bool
		Categories map[string]struct {
			Granted, Required, GPC bool
			Ask                    string
			Until                  int64
		}
		Services map[string]bool
	}
	if err := json.Unmarshal([]byte(e.Handle(engine.Event{Kind: engine.State, Now: now})[0].Args[0]), &state); err != nil {
		panic(err)
	}
	a = answer{Decided: state.Decided, Categories: map[string]category{}, Services: state.Services}
	for id, c := range state.Categories {
		one := category{Granted: c.Granted, Ask: c.Ask}
		if inForce := slices.Index(reasons, c.Ask) < slices.Index(reasons, "policy"); inForce && !c.Required && !c.GPC {
			one.Until = c.Until
		}
		a.Categories[id] = one
	}
	return a
}
