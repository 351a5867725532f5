package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/octroi-consent/octroi/catalog/near"
	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/banner"
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/consent"
)

type recordCommand struct {
	File    string   `arg:"" optional:"" default:"octroi.json" help:"The declaration (${default}); - for standard input."`
	All     bool     `help:"The visitor has accepted all."`
	None    bool     `help:"The visitor has refused all."`
	Grant   []string `placeholder:"ID" help:"The visitor has granted these categories and services, divided by commas, and refused all else."`
	Visit   []string `placeholder:"ID" help:"The visitor has granted these categories for one visit, which local storage has to know too; --json has that."`
	At      string   `placeholder:"TIME" help:"When that was, a day as 2026-11-27, or an instant as RFC 3339 has it; now unless given. The same instant gives the same record."`
	Expired bool     `help:"It was so long before that the visitor has to be asked again."`
	JSON    bool     `name:"json" help:"Print the cookie with its attributes, and what local storage holds, as JSON."`
}

// Help is what --help says besides.
func (*recordCommand) Help() string {
	return `The engine itself makes the record, of a visitor on https. It prints NAME=VALUE, as a Cookie header has it: curl -b "$(octroi record --all)" https://shop.example/. An id that the declaration does not have is an error, and it ends with 2; of a declaration with faults it tells them, and ends with 1.`
}

// minted is a record and what it grants, as --json prints it.
type minted struct {
	stored
	Declared string    `json:"declaration"` // its file
	State    *standing `json:"state"`       // at the time given with --at
}

func (c *recordCommand) Run(s streams) error {
	clock := time.Now().UnixMilli()
	at, err := instant(c.At, clock)
	if err != nil {
		return unable{err}
	}
	found, err := declared(s, c.File)
	if err != nil {
		return err
	}
	pairs, err := c.pairs(found.declared)
	if err != nil {
		return unable{err}
	}
	made := at
	if c.Expired {
		made = before(found.declared, at)
	}
	v, err := newVisitor(found.text, made)
	if err != nil {
		return unable{err}
	}
	switch {
	case pairs != nil:
		v.choose(pairs...)
	case c.All:
		v.press(banner.ActAccept)
	default:
		v.press(banner.ActRefuse)
	}
	cookie, err := v.stored(clock)
	if err != nil {
		return unable{fmt.Errorf("%s has no category that visitors are asked about: there is no record", c.File)}
	}
	if c.JSON {
		state, err := stand(found, v.mirror, at)
		if err != nil {
			return unable{err}
		}
		return writeJSON(s.out, minted{*cookie, c.File, state})
	}
	if cookie.Value == "" {
		return unable{errors.New("this record is too long for a cookie: local storage alone takes it, and --json has that")}
	}
	_, err = fmt.Fprintf(s.out, "%s=%s\n", cookie.Name, cookie.Value)
	return err
}

// pairs are the answers where the visitor has not answered for all at once; nil where they have.
func (c *recordCommand) pairs(d *config.Config) (pairs []string, err error) {
	given := 0
	for _, is := range []bool{c.All, c.None, c.Grant != nil} {
		if is {
			given++
		}
	}
	switch {
	case given == 0 && c.Visit == nil:
		return nil, errors.New("what has the visitor chosen? write --all, --none, --grant ID or --visit ID")
	case given > 1:
		return nil, errors.New("--all, --none and --grant: one of them")
	case c.Grant == nil && c.Visit == nil:
		return nil, nil
	}
	for i := range d.Categories {
		if cat := &d.Categories[i]; !cat.Required {
			pairs = append(pairs, cat.ID, map[bool]string{true: "1"}[c.All])
		}
	}
	for _, list := range []struct {
		ids    []string
		answer string
	}{{c.Grant, "1"}, {c.Visit, "visit"}} {
		for _, id := range list.ids {
			if err := choosable(d, id); err != nil {
				return nil, err
			}
			pairs = append(pairs, id, list.answer)
		}
	}
	return pairs, nil
}

// choosable tells what is wrong with an id that a visitor is to choose.
func choosable(d *config.Config, id string) error {
	var known []string
	for n := range d.Places() {
		known = append(known, d.ID(n))
	}
	if !slices.Contains(known, id) {
		return fmt.Errorf("%s is no category or service of the declaration%s: there are %s", id, near.DidYouMean(id, known), strings.Join(known, ", "))
	}
	if d.Categories[d.Category(d.Find(id))].Required {
		return fmt.Errorf("%s is essential: it is always granted, and nobody is asked about it", id)
	}
	return nil
}

// instant reads a time, or a day, of which it is the beginning in UTC.
func instant(text string, now int64) (int64, error) {
	if text == "" {
		return now, nil
	}
	for _, form := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(form, text); err == nil {
			if first := time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC); t.Before(first) {
				return 0, fmt.Errorf("--at %s: records begin in 2020", text)
			}
			return t.UnixMilli(), nil
		}
	}
	return 0, fmt.Errorf("--at %s: no time; write one as 2026-11-27 or 2026-11-27T10:00:00Z", text)
}

// before is an instant at which a choice was made that has ended at another: in each category
// whose choices end before the record itself does. Where none does, the record has ended too.
func before(d *config.Config, at int64) int64 {
	longest := int64(0)
	for i := range d.Categories {
		if length := d.Categories[i].AskAgainAfter.Length(); !d.Categories[i].Required && length < calendar.Max.Length()-calendar.Day {
			longest = max(longest, length)
		}
	}
	if longest == 0 {
		longest = calendar.Max.Length()
	}
	// As many months differ by three days at most.
	return at - longest - 4*calendar.Day
}

// standing is how a visitor's record stands with a declaration, as --json prints it.
type standing struct {
	Record     bool           `json:"record"`  // false where there is none that can be trusted
	Why        string         `json:"why"`     // there is none
	Decided    int64          `json:"decided"` // the latest choice, Unix ms; 0 without a record
	Ends       int64          `json:"ends"`    // when the record itself ends, Unix ms
	Granted    []string       `json:"granted"` // ids of what is open, essential ones too
	Due        []string       `json:"due"`     // ids of categories that the visitor is asked about
	Expired    bool           `json:"expired"` // one of them because its choice is too old
	Categories []categoryRead `json:"categories"`
}

type categoryRead struct {
	ID       string        `json:"id"`
	Required bool          `json:"required"`
	Granted  bool          `json:"granted"`
	Ask      string        `json:"ask"`             // why it is asked about: undecided, expired, policy, purpose, service; "" where it is not
	How      string        `json:"how"`             // it was decided: accept, refuse, select, page, other, app
	At       int64         `json:"at,omitempty"`    // when, Unix ms
	Until    int64         `json:"until,omitempty"` // when that ends
	Visit    bool          `json:"visit"`           // it is for one visit, which is taken to go on where nothing tells
	Services []serviceRead `json:"services"`
}

type serviceRead struct {
	ID      string `json:"id"`
	Granted bool   `json:"granted"`
}

// methods are the names of [consent.Method].
var methods = [...]string{consent.Accept: "accept", consent.Refuse: "refuse", consent.Select: "select", consent.Page: "page", consent.Other: "other", consent.App: "app"}

// stand compares a record, as the cookie or local storage has it, with a declaration.
func stand(found *checked, text string, now int64) (*standing, error) {
	d := found.declared
	st := &standing{Granted: []string{}, Due: []string{}, Categories: []categoryRead{}}
	record, ledger := parts(text, now)
	r, valid := consent.Decode(record)
	switch {
	case !valid:
		st.Why = "it is damaged, cut, or of another version"
	case r.Doubtful(now):
		st.Why = "it was made in the future, or the clock was turned back"
	case now >= r.End():
		st.Why = "it is older than 13 months"
	default:
		st.Record, st.Decided, st.Ends = true, r.Last(), r.End()
		now = max(now, r.Seen) // within the slack that the engine gives a clock
	}
	for i, terms := range engine.Terms(string(found.text)) {
		cat := &d.Categories[i]
		read := categoryRead{ID: cat.ID, Required: cat.Required, Services: []serviceRead{}}
		var choice *consent.Choice
		if st.Record {
			choice = r.Find(terms.Category)
		}
		if choice != nil {
			read.How, read.At, read.Until, read.Visit = methods[choice.How], choice.At, choice.Until, choice.Visit != 0
			if terms.Visit = choice.Visit; ledger != nil {
				terms.Visit = ledger.Visit
			}
		}
		open := make([]bool, len(terms.Services))
		ask, granted := consent.Stand(choice, &terms, now, open)
		if cat.Required {
			ask, granted = consent.Settled, true
		}
		read.Granted, read.Ask = granted, ask.String()
		if granted {
			st.Granted = append(st.Granted, cat.ID)
		}
		if ask != consent.Settled {
			st.Due = append(st.Due, cat.ID)
		}
		st.Expired = st.Expired || ask == consent.Expired
		for k := range open {
			service := serviceRead{d.Services[cat.From+k].ID, open[k] || cat.Required}
			if service.Granted {
				st.Granted = append(st.Granted, service.ID)
			}
			read.Services = append(read.Services, service)
		}
		st.Categories = append(st.Categories, read)
	}
	return st, nil
}
