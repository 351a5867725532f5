//go:build !js

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"text/tabwriter"

	root "github.com/octroi-consent/octroi"
	"github.com/octroi-consent/octroi/engine/banner"
	"github.com/octroi-consent/octroi/server/receipts"
)

// replayed is a receipt, and what the engine makes of its choice, as --json prints it.
type replayed struct {
	Receipt   shown      `json:"receipt"`
	Engine    string     `json:"engine"` // the version of the one that was asked
	Same      bool       `json:"same"`
	Decisions []decision `json:"decisions"`
	Until     string     `json:"until"` // when the engine has the first of them end
}

// decision is what was granted of a category or a service.
type decision struct {
	Category string `json:"category"`
	Service  string `json:"service,omitempty"` // "" of the category as a whole
	Receipt  bool   `json:"receipt"`
	Replayed bool   `json:"replayed"`
}

func (c *receiptsReplay) run(s streams) error {
	return c.with(func(ctx context.Context, store receipts.Store) error {
		e, r, err := receipt(ctx, store, c.ID)
		if err != nil {
			return err
		}
		text, err := store.Declaration(ctx, r.Declaration)
		if errors.Is(err, receipts.ErrNotFound) {
			return unable{fmt.Errorf("the declaration %s, of which this receipt is, is not in the archive: octroi receipts archive puts it there", r.Declaration)}
		}
		if err != nil {
			return unable{err}
		}
		result, err := replay(text, r)
		if err != nil {
			return unable{err}
		}
		result.Receipt = show(e)
		if c.JSON {
			err = writeJSON(s.out, result)
		} else {
			err = result.print(s, r)
		}
		if err == nil && !result.Same {
			return exit(1)
		}
		return err
	})
}

// replay has the engine make a choice in the minute of a receipt.
func replay(declaration []byte, r *receipts.Receipt) (*replayed, error) {
	found := check(declaration)
	if len(found.faults) > 0 {
		return nil, fmt.Errorf("the archived declaration %s has a fault to this version of Octroi: %s", r.Declaration, &found.faults[0].Fault)
	}
	if err := r.Resolve(declaration); err != nil {
		return nil, err
	}
	at := r.At.Time().UnixMilli()
	v, err := newVisitor(found.text, at)
	if err != nil {
		return nil, err
	}
	switch r.Method {
	case "accept":
		v.press(banner.ActAccept)
	case "refuse":
		v.press(banner.ActRefuse)
	default:
		v.choose(chosen(r)...)
	}
	st, err := stand(&found, v.mirror, at)
	if err != nil {
		return nil, err
	}
	result := &replayed{Engine: root.Version(), Same: true}
	until := receipts.Minute(0)
	for i := range st.Categories {
		is := &st.Categories[i]
		at := slices.IndexFunc(r.Granted, func(c receipts.Category) bool { return c.ID == is.ID })
		if at < 0 {
			continue // it is essential, or nothing was decided about it
		}
		was := &r.Granted[at]
		result.Decisions = append(result.Decisions, decision{was.ID, "", was.Whole, is.Granted})
		for _, service := range is.Services {
			granted := was.Whole || slices.Contains(was.Services, service.ID)
			result.Decisions = append(result.Decisions, decision{was.ID, service.ID, granted, service.Granted})
		}
		if end := receipts.Minute(is.Until / 60_000); is.Until != 0 && (until == 0 || end < until) {
			until = end
		}
	}
	for _, d := range result.Decisions {
		result.Same = result.Same && d.Receipt == d.Replayed
	}
	// An earlier choice that still held may end before this one.
	if until == 0 {
		until = r.At
	}
	result.Until = until.String()
	result.Same = result.Same && r.Until <= until
	return result, nil
}

// chosen are a receipt's answers, as the engine takes them.
func chosen(r *receipts.Receipt) (pairs []string) {
	for i := range r.Granted {
		pairs = append(pairs, r.Granted[i].ID, map[bool]string{true: "1"}[r.Granted[i].Whole])
	}
	for i := range r.Granted {
		for _, id := range r.Granted[i].Services {
			pairs = append(pairs, id, "1")
		}
	}
	return pairs
}

// print tells it line by line, the receipt's answers beside the engine's.
func (result *replayed) print(s streams, r *receipts.Receipt) error {
	fmt.Fprintf(s.out, "%s, %s in the minute %s; replayed by Octroi %s, made by %s\n\n", r.ID, r.Method, r.At, result.Engine, r.Octroi)
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\treceipt\treplayed\t")
	answer := map[bool]string{true: "granted", false: "not granted"}
	for _, d := range result.Decisions {
		name, differs := d.Category, ""
		if d.Service != "" {
			name = "  " + d.Service
		}
		if d.Receipt != d.Replayed {
			differs = "differs"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", name, answer[d.Receipt], answer[d.Replayed], differs)
	}
	fmt.Fprintf(table, "until\t%s\t%s\t\n", r.Until, result.Until)
	if err := table.Flush(); err != nil {
		return err
	}
	verdict := "the same decision"
	if !result.Same {
		verdict = "another decision"
	}
	_, err := fmt.Fprintf(s.out, "\n%s\n", verdict)
	return err
}
