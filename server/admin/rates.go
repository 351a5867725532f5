package admin

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/octroi-consent/octroi/server/receipts"
)

const (
	// weeks is how far back the rates go.
	weeks = 12
	// fresh is how long counted rates are shown before they are counted again.
	fresh = 5 * time.Minute
	// patience is how long a page waits for them to be counted.
	patience = 2 * time.Second
)

// tally counts what was chosen for one category in one week.
type tally struct{ asked, whole, some int }

// rates counts receipts by week and category. Counting goes on in the background, once at a time,
// for a store may have millions.
type rates struct {
	mu      sync.Mutex
	last    *shown
	running chan struct{} // closed in the end; nil while nothing is counted
	err     error
}

// shown is what the page shows of the rates.
type shown struct {
	At         time.Time
	Receipts   int
	Unread     int // that are none of a format this version knows
	Categories []series
}

// series is one category's chart.
type series struct {
	ID   string
	Bars []bar
}

// bar is one week of a chart.
type bar struct {
	Week   time.Time // its Monday
	Few    bool      // an answer was given too seldom to tell: it could be that of somebody who is known
	Asked  int       // receipts that tell of the category
	Whole  int       // percent that grant the whole category
	Some   int       // percent that grant some of its services
	X, Y   int       // of its corner
	Height int       // of Whole, and above it
	Above  int       // of Some
	Label  bool      // the week is written below
}

// now returns the last count, and begins another where that is old; nil where there is none yet.
func (r *rates) now(ctx context.Context, store receipts.Store, now time.Time) (*shown, error) {
	r.mu.Lock()
	if r.running == nil && (r.last == nil || now.Sub(r.last.At) > fresh) {
		done := make(chan struct{})
		r.running = done
		go func() {
			counted, err := count(context.WithoutCancel(ctx), store, now)
			r.mu.Lock()
			defer r.mu.Unlock()
			if r.err = err; err == nil {
				r.last = counted
			}
			r.running = nil
			close(done)
		}()
	}
	running := r.running
	r.mu.Unlock()
	if running != nil {
		timer := time.NewTimer(patience)
		defer timer.Stop()
		select {
		case <-running:
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last, r.err
}

// monday is the beginning of the week that an instant is in, in UTC.
func monday(t time.Time) time.Time {
	day := t.UTC().Truncate(24 * time.Hour)
	return day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
}

// count reads the receipts of the last weeks.
func count(ctx context.Context, store receipts.Store, now time.Time) (*shown, error) {
	first := monday(now).AddDate(0, 0, -7*(weeks-1))
	s := &shown{At: now}
	order := map[string]int{}
	var tallies [][weeks]tally
	for e, err := range store.Entries(ctx, receipts.Query{From: receipts.MinuteOf(first)}) {
		if err != nil {
			return nil, err
		}
		week := int(e.At.Time().Sub(first) / (7 * 24 * time.Hour))
		if e.Body == nil || week >= weeks {
			continue
		}
		receipt, err := receipts.Parse(e.Body)
		if err != nil {
			s.Unread++
			continue
		}
		s.Receipts++
		for i := range receipt.Granted {
			c := &receipt.Granted[i]
			n, known := order[c.ID]
			if !known {
				n = len(tallies)
				order[c.ID] = n
				tallies = append(tallies, [weeks]tally{})
				s.Categories = append(s.Categories, series{ID: c.ID})
			}
			t := &tallies[n][week]
			t.asked++
			switch {
			case c.Whole:
				t.whole++
			case len(c.Services) > 0 || c.Marks != "":
				t.some++
			}
		}
	}
	for n := range s.Categories {
		s.Categories[n].Bars = draw(&tallies[n], first)
	}
	return s, nil
}

// The charts' measures, in the units of their viewBox.
const (
	step   = 26 // from one bar to the next
	height = 100
	left   = 38 // of the first bar
	top    = 8
)

// draw works out a chart's bars.
func draw(of *[weeks]tally, first time.Time) []bar {
	bars := make([]bar, weeks)
	for i := range bars {
		b, t := &bars[i], of[i]
		*b = bar{Week: first.AddDate(0, 0, 7*i), Asked: t.asked, Few: t.few(), X: left + step*i, Y: top + height, Label: i%4 == weeks%4}
		if b.Few {
			continue
		}
		b.Whole, b.Some = percent(t.whole, t.asked), percent(t.some, t.asked)
		b.Height, b.Above = max(1, b.Whole*height/100), b.Some*height/100 // 0% is seen, too
		b.Y = top + height - b.Height
	}
	return bars
}

// few reports whether there are no receipts, or an answer that fewer gave than are told of. Also
// where two others are told, the third could be worked out.
func (t tally) few() bool {
	for _, n := range []int{t.whole, t.some, t.asked - t.whole - t.some} {
		if n > 0 && n < receipts.FewestShown {
			return true
		}
	}
	return t.asked == 0
}

// percent is how many of all, rounded.
func percent(some, all int) int { return (some*200 + all) / (2 * all) }

// Text tells a bar in words.
func (b bar) Text() string {
	week := "week of " + b.Week.Format("2 January 2006")
	switch {
	case b.Asked == 0:
		return week + ": none"
	case b.Few:
		return week + ": withheld"
	case b.Some > 0:
		return fmt.Sprintf("%s: %d%% all of it, %d%% some of it, of %d", week, b.Whole, b.Some, b.Asked)
	}
	return fmt.Sprintf("%s: %d%% of %d", week, b.Whole, b.Asked)
}
