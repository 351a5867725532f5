package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/consent"
)

type diffCommand struct {
	Old  string `arg:"" help:"The declaration as it is on the site."`
	New  string `arg:"" help:"The declaration as it is to be; - for standard input."`
	JSON bool   `name:"json" help:"Print it as JSON."`
}

// Help is what --help says besides.
func (*diffCommand) Help() string {
	return `For each category it tells who is asked again, and why: everybody, those who have granted anything of it, or nobody. The engine's own rule decides. Like diff, it ends with 1 where anybody is asked again, with 0 where nobody is, with 2 where it could not look: of declarations with faults it tells these.`
}

// asked are who is asked again.
const (
	nobody    = "nobody"
	granters  = "granted" // whoever has granted anything of it
	everybody = "everybody"
)

// difference is what a change of a declaration comes to for visitors, as --json prints it.
type difference struct {
	Asked      bool            `json:"asked"` // anybody is asked again
	Categories []categoryAsked `json:"categories"`
	Notes      []string        `json:"notes"` // what changes without a question
}

type categoryAsked struct {
	ID     string   `json:"id"`
	Who    string   `json:"who"`    // nobody, granted or everybody
	Reason string   `json:"reason"` // as the engine has it: undecided, policy, purpose, service; "" where nobody is asked
	Why    []string `json:"why"`    // a sentence each
}

func (c *diffCommand) Run(s streams) error {
	if c.Old == "-" && c.New == "-" {
		return unable{errors.New("two declarations are compared: only one can be standard input")}
	}
	var both [2]*checked
	for i, file := range []string{c.Old, c.New} {
		found, err := declared(s, file)
		if err == exit(1) { // its faults are told, and nothing was compared
			return exit(2)
		}
		if err != nil {
			return err
		}
		both[i] = found
	}
	d := compareDeclarations(both[0], both[1])
	if c.JSON {
		if err := writeJSON(s.out, d); err != nil {
			return err
		}
	} else {
		d.print(s)
	}
	if d.Asked {
		return exit(1)
	}
	return nil
}

// compareDeclarations asks the engine about visitors who have granted all of the old declaration:
// who has refused is not asked for what was added, only for what nobody could decide about.
func compareDeclarations(old, new *checked) (d difference) {
	d.Categories, d.Notes = []categoryAsked{}, []string{}
	oldTerms, newTerms := engine.Terms(string(old.text)), engine.Terms(string(new.text))
	elsewhere := moved(old.declared, new.declared)
	const now = 1 << 41 // any instant: the choices are made and read at the same one
	for i := range newTerms {
		cat := &new.declared.Categories[i]
		if cat.Required {
			if was := old.declared.Find(cat.ID); was >= 0 && was < len(oldTerms) && !old.declared.Categories[was].Required {
				d.Notes = append(d.Notes, fmt.Sprintf("%s is essential now: it is granted to all, and nobody is asked.", cat.ID))
			}
			continue
		}
		asked := categoryAsked{ID: cat.ID, Who: nobody, Why: []string{}}
		was := slices.IndexFunc(oldTerms, func(t consent.Terms) bool { return t.Category == newTerms[i].Category })
		switch {
		case elsewhere != "":
			asked.Who, asked.Reason, asked.Why = everybody, consent.Undecided.String(), []string{elsewhere}
		case was < 0:
			asked.Who, asked.Reason, asked.Why = everybody, consent.Undecided.String(), []string{"It is new."}
		case old.declared.Categories[was].Required:
			asked.Who, asked.Reason, asked.Why = everybody, consent.Undecided.String(), []string{"It was essential, and nobody was asked."}
		default:
			asked.again(old, new, &oldTerms[was], &newTerms[i], was, i, now)
			before, after := old.declared.Categories[was].AskAgainAfter, cat.AskAgainAfter
			if before != after {
				d.Notes = append(d.Notes, fmt.Sprintf("%s: choices that are made from now on last %s, in place of %s; those that were made keep their end.", cat.ID, span(after), span(before)))
			}
		}
		d.Asked = d.Asked || asked.Who != nobody
		d.Categories = append(d.Categories, asked)
	}
	for i := range old.declared.Categories {
		if cat := &old.declared.Categories[i]; !cat.Required && new.declared.Find(cat.ID) < 0 {
			d.Notes = append(d.Notes, fmt.Sprintf("%s is gone: what was chosen about it is forgotten.", cat.ID))
		}
	}
	for i := range old.declared.Services {
		if service := &old.declared.Services[i]; new.declared.Find(service.ID) < 0 {
			d.Notes = append(d.Notes, fmt.Sprintf("%s is gone: its grant ends, and nobody is asked.", service.ID))
		}
	}
	return d
}

// again fills in what the engine asks of a visitor who has granted all of a category.
func (c *categoryAsked) again(old, new *checked, before, after *consent.Terms, was, is int, now int64) {
	all := make([]bool, len(before.Services))
	for i := range all {
		all[i] = true
	}
	choice := consent.Decide(before, all, true, consent.Accept, now)
	reason, _ := consent.Stand(choice, after, now, make([]bool, len(after.Services)))
	if reason == consent.Settled {
		return
	}
	c.Who, c.Reason = granters, reason.String()
	if before.Revision != after.Revision {
		c.Why = append(c.Why, fmt.Sprintf("The policy's revision is %q, and was %q: nothing of it is granted until the visitor has chosen again.", new.declared.Policy.Revision, old.declared.Policy.Revision))
		return
	}
	cat, wasCat := &new.declared.Categories[is], &old.declared.Categories[was]
	for k := range after.Services {
		service := &new.declared.Services[cat.From+k]
		at := slices.IndexFunc(before.Services, func(s consent.Service) bool { return s.ID == after.Services[k].ID })
		if at < 0 {
			came := " is new"
			if n := old.declared.Service(old.declared.Find(service.ID)); n >= 0 {
				came = " has come from " + old.declared.Categories[old.declared.Services[n].Category].ID
			}
			c.Why = append(c.Why, service.ID+came+": what was granted before stays granted.")
			continue
		}
		if earlier := &old.declared.Services[wasCat.From+at]; before.Services[at].Fingerprint != after.Services[k].Fingerprint {
			c.Why = append(c.Why, service.ID+" has another "+otherwise(old.declared, new.declared, earlier, service)+": it is shut until the visitor has chosen again.")
		}
	}
}

// otherwise tells in what a service differs, so that its consent does not pass on.
func otherwise(old, new *config.Config, before, after *config.Service) string {
	if before.Provider != after.Provider {
		return fmt.Sprintf("provider, %q in place of %q", after.Provider, before.Provider)
	}
	purpose := func(c *config.Config, s *config.Service) string {
		if s.PurposeID != "" {
			return s.PurposeID
		}
		return s.Purpose.In(c.Language, "")
	}
	return fmt.Sprintf("purpose, %q in place of %q (the same \"purposeId\" in both keeps the consent, as long as they mean the same)", purpose(new, after), purpose(old, before))
}

// moved tells why no earlier record is found, "" where it is.
func moved(old, new *config.Config) string {
	switch {
	case old.Name != new.Name:
		return fmt.Sprintf("The record's cookie is %q, and was %q: the earlier one is not read.", new.Name, old.Name)
	case old.Site.Domain != "" && new.Site.Domain != old.Site.Domain && !strings.HasSuffix(old.Site.Domain, "."+new.Site.Domain):
		return fmt.Sprintf("The record was that of all hosts of %s, and no longer is: on other hosts than the one they chose on, visitors are asked.", old.Site.Domain)
	}
	return ""
}

// span writes a duration as declarations do, in months or in days.
func span(s calendar.Span) string {
	if s.Months > 0 {
		return fmt.Sprintf("%d months", s.Months)
	}
	return fmt.Sprintf("%d days", s.Length()/calendar.Day)
}

// print tells it category by category.
func (d *difference) print(s streams) {
	for _, c := range d.Categories {
		who := map[string]string{nobody: "nobody is asked again", granters: "who has granted anything of it is asked again", everybody: "everybody is asked"}[c.Who]
		fmt.Fprintf(s.out, "%s: %s\n", c.ID, who)
		for _, why := range c.Why {
			fmt.Fprintf(s.out, "  %s\n", why)
		}
	}
	for _, note := range d.Notes {
		fmt.Fprintln(s.out, note)
	}
}
