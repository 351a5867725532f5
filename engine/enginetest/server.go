package enginetest

import (
	"encoding/json"
	"slices"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/cookie"
)

// Standing is how a visitor's consent stands, as a server knows it.
type Standing struct {
	Decided    bool                        `json:"decided"`
	Categories map[string]CategoryStanding `json:"categories"`
	Services   map[string]bool             `json:"services"`
}

// CategoryStanding is how a category stands.
type CategoryStanding struct {
	Granted bool   `json:"granted"`
	Ask     string `json:"ask"`             // why it has to be asked for, "" where it has not
	Until   int64  `json:"until,omitempty"` // Unix ms; 0 where no choice about it is in force
}

// Reasons to ask, the strongest last.
var Reasons = []string{"", "ended", "service", "purpose", "policy", "expired", "undecided"}

// OnServer is what a server has to answer to a request's cookies, as the engine has it. A server
// sees neither the visit, nor which of several records is this host's own: so each record that can
// be read has to grant what is granted.
func OnServer(declaration, header string, now int64, gpc bool) Standing {
	cfg, faults := config.Parse(declaration)
	if faults != nil {
		panic(faults[0].Path + ": " + faults[0].Reason)
	}
	var records []string
	for _, value := range cookie.Values(header, cfg.Name) {
		if record := RecordIn(value); IsRecord(record) {
			records = append(records, record)
		}
	}
	if len(records) < 2 {
		return stands(declaration, cfg, append(records, "")[0], now, gpc)
	}
	all := stands(declaration, cfg, records[0], now, false)
	for _, record := range records[1:] {
		all.meet(stands(declaration, cfg, record, now, false))
	}
	if gpc {
		all.object(stands(declaration, cfg, "", now, true))
	}
	return all
}

// RecordIn is the record in what a cookie holds; the ledger and the visit come behind a ".".
func RecordIn(value string) string {
	for i := range len(value) {
		if value[i] == '.' {
			return value[:i]
		}
	}
	return value
}

// IsRecord reports whether a text is a record that can be read.
func IsRecord(text string) bool {
	_, ok := consent.Decode(text)
	return ok
}

// meet leaves of an answer what another says too.
func (a *Standing) meet(other Standing) {
	a.Decided = a.Decided && other.Decided
	for id, c := range a.Categories {
		o := other.Categories[id]
		c.Granted = c.Granted && o.Granted
		if slices.Index(Reasons, o.Ask) > slices.Index(Reasons, c.Ask) {
			c.Ask = o.Ask
		}
		c.Until = min(c.Until, o.Until)
		a.Categories[id] = c
	}
	for id := range a.Services {
		a.Services[id] = a.Services[id] && other.Services[id]
	}
}

// object has the browser's own no refuse what nobody has decided, of the categories that it
// refuses without a record.
func (a *Standing) object(without Standing) {
	a.Decided = true
	for id, c := range a.Categories {
		if without.Categories[id].Ask == "" && slices.Index(Reasons, c.Ask) >= slices.Index(Reasons, "expired") {
			c.Ask, c.Until = "", 0
		}
		a.Categories[id] = c
		a.Decided = a.Decided && c.Ask == ""
	}
}

// stands is the engine's answer to a page whose both stores hold a record, and nothing else.
func stands(declaration string, cfg *config.Config, record string, now int64, gpc bool) (a Standing) {
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
	a = Standing{Decided: state.Decided, Categories: map[string]CategoryStanding{}, Services: state.Services}
	for id, c := range state.Categories {
		one := CategoryStanding{Granted: c.Granted, Ask: c.Ask}
		if inForce := slices.Index(Reasons, c.Ask) < slices.Index(Reasons, "policy"); inForce && !c.Required && !c.GPC {
			one.Until = c.Until
		}
		a.Categories[id] = one
	}
	return a
}
