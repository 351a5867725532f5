//go:build !js

package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/digest"
	"github.com/octroi-consent/octroi/internal/setup"
	"github.com/octroi-consent/octroi/server/receipts"
	stores "github.com/octroi-consent/octroi/server/receipts/open"
)

// with opens the store for a function, and closes it; Ctrl-C ends the function's context.
func (o *storeOption) with(use func(ctx context.Context, store receipts.Store) error) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	store, err := stores.Open(ctx, o.Store, false)
	if err != nil {
		return unable{err}
	}
	err = use(ctx, store)
	if closed := store.Close(); err == nil && closed != nil {
		err = unable{closed}
	}
	return err
}

// query is what the days select.
func (o *periodOption) query() (q receipts.Query, err error) {
	for _, one := range []struct {
		option, day string
		to          *receipts.Minute
	}{{"--from", o.From, &q.From}, {"--to", o.To, &q.To}} {
		if one.day == "" {
			continue
		}
		day, err := time.Parse(time.DateOnly, one.day)
		if err != nil || day.Year() < 1971 {
			return q, unable{fmt.Errorf("%s %s: no day; write one as 2026-11-27", one.option, one.day)}
		}
		*one.to = receipts.MinuteOf(day)
	}
	return q, nil
}

// shown is an entry as --json and export print it.
type shown struct {
	Writer   string          `json:"writer"`
	Seq      int64           `json:"seq"`
	Received time.Time       `json:"received"`
	Hash     receipts.Hash   `json:"hash"`
	Previous receipts.Hash   `json:"previous"`
	BodyHash receipts.Hash   `json:"bodyHash"`
	Erased   *time.Time      `json:"erased,omitempty"`
	Receipt  json.RawMessage `json:"receipt,omitempty"`
}

func show(e *receipts.Entry) shown {
	s := shown{Writer: e.Writer, Seq: e.Seq, Received: e.Received, Hash: e.Hash, Previous: e.Previous, BodyHash: e.BodyHash}
	if !e.Erased.IsZero() {
		s.Erased = &e.Erased
	}
	if json.Valid(e.Body) {
		s.Receipt = e.Body
	}
	return s
}

// receipt reads one from the store.
func receipt(ctx context.Context, store receipts.Store, id string) (*receipts.Entry, *receipts.Receipt, error) {
	if !receipts.IsID(id) {
		return nil, nil, unable{fmt.Errorf("%q is no receipt's id; it is a UUID in lower case, as 0b9d0d6e-6a3c-4f5e-9a51-2f6d8c1e7b42", id)}
	}
	e, err := store.Get(ctx, id)
	if errors.Is(err, receipts.ErrNotFound) {
		return nil, nil, fmt.Errorf("there is no receipt %s: it was never kept, or was erased or pruned", id)
	}
	if err != nil {
		return nil, nil, unable{err}
	}
	r, err := receipts.Parse(e.Body)
	if err != nil {
		return nil, nil, fmt.Errorf("receipt %s: what is kept is none any more (%w); octroi receipts verify says more", id, err)
	}
	return &e, &r, nil
}

func (c *receiptsShow) run(s streams) error {
	return c.with(func(ctx context.Context, store receipts.Store) error {
		e, r, err := receipt(ctx, store, c.ID)
		if err != nil {
			return err
		}
		if c.JSON {
			return writeJSON(s.out, show(e))
		}
		archived := "in the archive"
		text, err := store.Declaration(ctx, r.Declaration)
		switch {
		case errors.Is(err, receipts.ErrNotFound):
			archived = "not in the archive"
		case err != nil:
			return unable{err}
		default:
			if err := r.Resolve(text); err != nil {
				return unable{err}
			}
		}
		table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		for _, line := range [][2]string{
			{"receipt", r.ID},
			{"chosen", fmt.Sprintf("%s, until %s", r.At, r.Until)},
			{"on", fmt.Sprintf("%s, with Octroi %s", r.Host, r.Octroi)},
			{"shown", fmt.Sprintf("the layout %s, in %s, the texts %s", r.Layout, r.Language, r.Texts)},
			{"declaration", fmt.Sprintf("%s, %s", r.Declaration, archived)},
			{"how", fmt.Sprintf("%s, %s", r.Method, r.Layer)},
			{"granted", strings.Join(grantedIn(r), "; ")},
			{"received", e.Received.Format(time.RFC3339)},
			{"kept", fmt.Sprintf("entry %d of chain %s, %s", e.Seq, e.Writer, e.Hash)},
		} {
			fmt.Fprintf(table, "%s\t%s\n", line[0], line[1])
		}
		return table.Flush()
	})
}

// grantedIn says what a receipt grants, by category.
func grantedIn(r *receipts.Receipt) (list []string) {
	for i := range r.Granted {
		c := &r.Granted[i]
		switch {
		case c.Whole:
			list = append(list, c.ID+": all")
		case c.Marks != "":
			list = append(list, c.ID+": services marked "+c.Marks)
		case len(c.Services) == 0:
			list = append(list, c.ID+": nothing")
		default:
			list = append(list, c.ID+": "+strings.Join(c.Services, ", "))
		}
	}
	if list == nil {
		list = []string{"nothing was decided"}
	}
	return list
}

func (c *receiptsExport) run(s streams) error {
	q, err := c.query()
	if err != nil {
		return err
	}
	return c.with(func(ctx context.Context, store receipts.Store) error {
		if c.Out == "" {
			return c.write(ctx, store, q, s.out)
		}
		file, err := os.Create(c.Out + setup.Half)
		if err != nil {
			return unwritten(c.Out, err)
		}
		defer os.Remove(file.Name())
		err = c.write(ctx, store, q, file)
		if closed := file.Close(); err == nil && closed != nil {
			err = unwritten(c.Out, closed)
		}
		if err == nil {
			err = os.Rename(file.Name(), c.Out)
		}
		return err
	})
}

// columns are those of the CSV.
var columns = []string{"id", "at", "until", "host", "octroi", "declaration", "texts", "language", "layout", "layer", "method", "granted", "received", "writer", "seq", "hash", "erased"}

// write exports what a query selects, few at a time.
func (c *receiptsExport) write(ctx context.Context, store receipts.Store, q receipts.Query, to io.Writer) error {
	b := bufio.NewWriter(to)
	lines, table := json.NewEncoder(b), csv.NewWriter(b)
	lines.SetEscapeHTML(false)
	if c.Format == "csv" {
		if err := table.Write(columns); err != nil {
			return unable{err}
		}
	}
	for e, err := range store.Entries(ctx, q) {
		if err != nil {
			return unable{err}
		}
		if c.Format == "jsonl" {
			err = lines.Encode(show(&e))
		} else {
			err = table.Write(row(&e))
		}
		if err != nil {
			return unable{err}
		}
	}
	table.Flush()
	if err := errors.Join(table.Error(), b.Flush()); err != nil {
		return unable{err}
	}
	return nil
}

// row is an entry's row of the CSV.
func row(e *receipts.Entry) []string {
	cells := make([]string, 12, len(columns))
	if r, err := receipts.Parse(e.Body); err == nil {
		var kept struct{ Granted json.RawMessage }
		json.Unmarshal(e.Body, &kept)
		var granted bytes.Buffer
		json.Compact(&granted, kept.Granted)
		cells = append(cells[:0], r.ID, r.At.String(), r.Until.String(), r.Host, r.Octroi, r.Declaration.String(), r.Texts.String(), r.Language, r.Layout, r.Layer, r.Method, granted.String())
	}
	erased := ""
	if !e.Erased.IsZero() {
		erased = e.Erased.Format(time.RFC3339)
	}
	return append(cells, e.Received.Format(time.RFC3339Nano), e.Writer, strconv.FormatInt(e.Seq, 10), e.Hash.String(), erased)
}

func (c *receiptsStats) run(s streams) error {
	q, err := c.query()
	if err != nil {
		return err
	}
	return c.with(func(ctx context.Context, store receipts.Store) error {
		stats, err := receipts.CountAll(ctx, store, q)
		if err != nil {
			return unable{err}
		}
		if c.JSON {
			return writeJSON(s.out, stats)
		}
		fmt.Fprintf(s.out, "receipts: %s\n", counted(stats.Receipts, 0))
		table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		for _, part := range []struct {
			name string
			rows []receipts.StatsRow
		}{
			{"all", []receipts.StatsRow{{Name: "", Total: stats.Receipts, Shares: stats.Totals}}},
			{"category", stats.Categories}, {"language", stats.Languages}, {"layout", stats.Layouts},
		} {
			fmt.Fprintf(table, "\n%s\treceipts\tgranted all\tsome\tnothing\n", part.name)
			for _, r := range part.rows {
				fmt.Fprintf(table, "%s\t%s", r.Name, counted(r.Total, 0))
				for _, share := range r.Shares {
					fmt.Fprintf(table, "\t%s", counted(share, r.Total))
				}
				fmt.Fprintln(table)
			}
		}
		fmt.Fprint(table, "\nmethod\treceipts\n")
		for _, r := range stats.Methods {
			fmt.Fprintf(table, "%s\t%s\n", r.Name, counted(r.Total, stats.Receipts))
		}
		return table.Flush()
	})
}

// counted writes a count, and its share of another where that is known.
func counted(n, of receipts.Count) string {
	switch {
	case n == receipts.Withheld:
		return "withheld"
	case of > 0:
		return fmt.Sprintf("%d (%.1f %%)", n, 100*float64(n)/float64(of))
	}
	return strconv.FormatInt(int64(n), 10)
}

func (c *receiptsVerify) run(s streams) error {
	trust := receipts.Trust{Keys: receipts.Keys{}}
	for _, name := range c.Key {
		text, err := read(name)
		if err != nil {
			return err
		}
		keys, err := receipts.ParseKeys(text)
		if err != nil {
			return unable{fmt.Errorf("--key %s: %w", name, err)}
		}
		for name, key := range keys {
			trust.Keys[name] = key
		}
	}
	if c.Kept != "" {
		text, err := read(c.Kept)
		if err != nil {
			return err
		}
		if trust.Heads, err = receipts.ParseHeads(text); err != nil {
			return unable{fmt.Errorf("--kept %s: %w", c.Kept, err)}
		}
	}
	return c.with(func(ctx context.Context, store receipts.Store) error {
		report, err := receipts.Verify(ctx, store, trust)
		if err != nil {
			return unable{err}
		}
		if c.JSON {
			err = writeJSON(s.out, report)
		} else {
			printReport(s, report, len(trust.Heads))
		}
		if err == nil && len(report.Faults) > 0 {
			return exit(1)
		}
		return err
	})
}

// printReport tells what a verification has found.
func printReport(s streams, r *receipts.Report, kept int) {
	for _, f := range r.Faults {
		fmt.Fprintf(s.out, "%s: %s\n", f.Kind, f.Text)
	}
	if r.More > 0 {
		fmt.Fprintf(s.out, "and %d more\n", r.More)
	}
	for _, c := range r.Chains {
		signed := "no head vouches for it"
		if c.Signed > 0 {
			signed = fmt.Sprintf("heads vouch for it up to entry %d (%s)", c.Signed, c.Until)
		}
		fmt.Fprintf(s.out, "chain %s: entries %d to %d, of which %d erased; the last was received %s; %s\n", c.Writer, c.First, c.Last, c.Erased, c.Received.Format(time.RFC3339), signed)
	}
	switch {
	case r.Heads == 0:
		fmt.Fprintln(s.out, "There are no signed heads: whoever can write the database could have written all of it anew. octroi receipts key makes a key.")
	case !r.Signatures:
		fmt.Fprintln(s.out, "Signatures were not looked at: give the key, by --key.")
	case kept == 0:
		fmt.Fprintln(s.out, "No heads that were kept elsewhere were given, by --kept: whole chains that were removed with their heads are not found.")
	}
	if len(r.Faults) == 0 {
		fmt.Fprintf(s.out, "no fault; receipts: %d, of which erased: %d; heads: %d; declarations: %d\n", r.Entries, r.Erased, r.Heads, r.Declarations)
	} else {
		fmt.Fprintf(s.out, "faults: %d\n", int64(len(r.Faults))+r.More)
	}
}

func (c *receiptsArchive) run(s streams) error {
	texts := make([][]byte, len(c.Files))
	for i, name := range c.Files {
		found, err := declared(s, name)
		if err != nil {
			return err
		}
		texts[i] = found.text
	}
	return c.with(func(ctx context.Context, store receipts.Store) error {
		for i, text := range texts {
			hash := receipts.Hash(digest.Declaration(text))
			if err := store.Archive(ctx, hash, text); err != nil {
				return unable{err}
			}
			fmt.Fprintf(s.out, "%s  %s\n", hash, c.Files[i])
		}
		return nil
	})
}

func (c *receiptsErase) run(s streams) error {
	return c.with(func(ctx context.Context, store receipts.Store) error {
		for _, id := range c.IDs {
			if _, _, err := receipt(ctx, store, id); err != nil {
				return err
			}
		}
		for _, id := range c.IDs {
			if err := store.Erase(ctx, id, time.Now()); err != nil {
				return unable{err}
			}
			fmt.Fprintf(s.out, "erased %s\n", id)
		}
		return nil
	})
}

func (c *receiptsPrune) run(s streams) error {
	span, ok := calendar.ParseSpan(c.OlderThan)
	if !ok || span.Session() {
		return unable{fmt.Errorf("--older-than %q: no span of time; write one as \"3 years\" or \"18 months\"", c.OlderThan)}
	}
	if span.Length() < calendar.Max.Length() && !c.Force {
		return unable{fmt.Errorf("--older-than %q: a choice holds for up to 13 months, and its proof would go before it ends; prune what is older, or write --force", c.OlderThan)}
	}
	before := time.Now().UTC().AddDate(0, -span.Months, 0).Add(-time.Duration(span.Seconds) * time.Second).Truncate(time.Millisecond)
	return c.with(func(ctx context.Context, store receipts.Store) error {
		n, err := store.Prune(ctx, before)
		if n > 0 || err == nil {
			fmt.Fprintf(s.out, "pruned %d receipts, received before %s\n", n, before.Format(time.RFC3339))
		}
		if err != nil {
			return unable{err}
		}
		return nil
	})
}

func (c *receiptsHeads) run(s streams) error {
	var key ed25519.PrivateKey
	if c.Sign != "" {
		text, err := read(c.Sign)
		if err != nil {
			return err
		}
		if key, err = receipts.ParseKey(text); err != nil {
			return unable{fmt.Errorf("--sign %s: %w", c.Sign, err)}
		}
	}
	return c.with(func(ctx context.Context, store receipts.Store) error {
		var broken error
		if key != nil {
			_, broken = receipts.SignHeads(ctx, store, key, time.Now())
		}
		out := json.NewEncoder(s.out)
		for h, err := range store.Heads(ctx) {
			if err != nil {
				return unable{err}
			}
			if err := out.Encode(h); err != nil {
				return unable{err}
			}
		}
		return broken
	})
}

func (c *receiptsKey) run(s streams) error {
	for _, name := range []string{c.File, c.File + ".pub"} {
		if _, err := os.Lstat(name); err == nil {
			return unable{fmt.Errorf("%s is there: a key is never written over, for what it has signed needs it; name another file", name)}
		}
	}
	key, private, public, err := receipts.NewKey()
	if err != nil {
		return unable{err}
	}
	for _, one := range []struct {
		name string
		text []byte
		mode os.FileMode
	}{{c.File, private, 0o600}, {c.File + ".pub", public, 0o644}} {
		file, err := os.OpenFile(one.name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, one.mode)
		if err != nil {
			return unwritten(one.name, err)
		}
		_, err = file.Write(one.text)
		if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
			return unwritten(one.name, err)
		}
	}
	fmt.Fprintf(s.out, "%s  %s, %s.pub\n", receipts.KeyName(key.Public().(ed25519.PublicKey)), c.File, c.File)
	return nil
}
