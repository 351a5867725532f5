package main

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/octroi-consent/octroi/engine/cookie"
)

type readCommand struct {
	File   string `arg:"" help:"The declaration."`
	Cookie string `arg:"" help:"The record: NAME=VALUE, its value alone, a whole Cookie header, or what local storage has; - for standard input."`
	At     string `placeholder:"TIME" help:"The day, as 2026-11-27, or the instant, as RFC 3339 has it, to tell of; now unless given."`
	JSON   bool   `name:"json" help:"Print it as JSON."`
}

// Help is what --help says besides.
func (*readCommand) Help() string {
	return `It tells what is granted, until when, and what the visitor is asked about again, and why. It ends with 1 where the cookie is no record that can be trusted: nothing is granted then.`
}

func (c *readCommand) Run(s streams) error {
	now, err := instant(c.At, time.Now().UnixMilli())
	if err != nil {
		return unable{err}
	}
	found, err := declared(s, c.File)
	if err != nil {
		return err
	}
	text := c.Cookie
	if text == "-" {
		if c.File == "-" {
			return unable{errors.New("the declaration and the cookie cannot both be standard input")}
		}
		b, err := read("-")
		if err != nil {
			return err
		}
		text = string(b)
	}
	text = recordIn(text, found.declared.Name)
	st, err := stand(found, text, now)
	if err != nil {
		return unable{err}
	}
	if c.JSON {
		err = writeJSON(s.out, st)
	} else {
		err = st.print(s, found)
	}
	if err == nil && !st.Record {
		return exit(1)
	}
	return err
}

// recordIn takes the record's value out of a Cookie header, where it is one.
func recordIn(text, name string) string {
	text = strings.TrimSpace(text)
	if of, value, is := strings.Cut(text, ":"); is && strings.EqualFold(strings.TrimSpace(of), "cookie") {
		text = strings.TrimSpace(value)
	}
	if values := cookie.Values(text, name); len(values) > 0 {
		return values[0]
	}
	return text
}

// parts are the record and the ledger in what a store holds; nil where it has no ledger.
func parts(text string, now int64) (record string, ledger *cookie.Ledger) {
	record, rest, _ := strings.Cut(text, ".")
	for part := range strings.SplitSeq(rest, ".") {
		if l, valid := cookie.DecodeLedger(part, now); valid {
			ledger = &l
		}
	}
	return record, ledger
}

// reasons are why a visitor is asked, in words.
var reasons = map[string]string{
	"undecided": "nothing was chosen",
	"expired":   "the choice has ended",
	"policy":    "the policy has another revision",
	"purpose":   "a service has another provider or purpose",
	"service":   "a service is new",
}

// print tells it line by line.
func (st *standing) print(s streams, found *checked) error {
	if !st.Record {
		fmt.Fprintf(s.out, "no record: %s. Nothing is granted but what is essential, and the visitor is asked.\n", st.Why)
		return nil
	}
	fmt.Fprintf(s.out, "decided %s; the record ends %s\n\n", minute(st.Decided), minute(st.Ends))
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	answer := map[bool]string{true: "granted", false: "not granted"}
	for i := range st.Categories {
		c := &st.Categories[i]
		var notes []string
		switch {
		case c.Required:
			notes = append(notes, "essential")
		case c.Ask != "":
			notes = append(notes, "is asked again: "+reasons[c.Ask])
		case c.Visit:
			notes = append(notes, "for one visit")
		default:
			notes = append(notes, "until "+minute(c.Until))
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", c.ID, answer[c.Granted], strings.Join(notes, "; "))
		for _, service := range c.Services {
			fmt.Fprintf(table, "  %s\t%s\t\n", service.ID, answer[service.Granted])
		}
	}
	return table.Flush()
}

// minute writes an instant as far as records know it.
func minute(at int64) string { return time.UnixMilli(at).UTC().Format("2006-01-02 15:04 UTC") }
