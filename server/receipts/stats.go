package receipts

import (
	"context"
	"slices"
	"strings"
)

// FewestShown is the least count that Stats tells: a smaller one could be about somebody who is known.
const FewestShown = 10

// Stats are how often what was chosen. They count receipts, and so choices: whoever chose twice
// counts twice.
type Stats struct {
	Receipts   Count      `json:"receipts"` // that were not erased
	Totals     [3]Count   `json:"totals"`   // of all receipts: see Shares
	Categories []StatsRow `json:"categories"`
	Languages  []StatsRow `json:"languages"`
	Layouts    []StatsRow `json:"layouts"`
	Methods    []StatsRow `json:"methods"` // with Total alone
}

// StatsRow is one category, language, layout or method.
type StatsRow struct {
	Name   string   `json:"name"`
	Total  Count    `json:"total"`
	Shares [3]Count `json:"shares"` // see Shares
}

// Shares are what a row's receipts are divided into: of a category, or of all categories together,
// all was granted, some of it, or nothing.
var Shares = [3]string{"all", "some", "none"}

// Count is a number of receipts; -1 where it is withheld, since it is from 1 to 9, or since what
// is withheld could be worked out by it.
type Count int64

// Withheld is a Count that is not told.
const Withheld Count = -1

// CountAll goes through what a query selects, and counts. What is small is withheld already.
func CountAll(ctx context.Context, store Store, q Query) (*Stats, error) {
	counts := [3]map[string]*[3]Count{{}, {}, {}} // categories, languages, layouts
	methods := map[string]Count{}
	s := &Stats{}
	add := func(m map[string]*[3]Count, name string, share int) {
		if m[name] == nil {
			m[name] = &[3]Count{}
		}
		m[name][share]++
	}
	for e, err := range store.Entries(ctx, q) {
		if err != nil {
			return nil, err
		}
		if e.Body == nil {
			continue
		}
		r, err := Parse(e.Body)
		if err != nil {
			continue // Verify tells of it
		}
		s.Receipts++
		methods[r.Method]++
		share := r.share()
		s.Totals[share]++
		add(counts[1], r.Language, share)
		add(counts[2], r.Layout, share)
		for i := range r.Granted {
			add(counts[0], r.Granted[i].ID, r.Granted[i].share())
		}
	}
	s.Categories, s.Languages, s.Layouts = rows(counts[0]), rows(counts[1]), rows(counts[2])
	for name, n := range methods {
		s.Methods = append(s.Methods, StatsRow{Name: name, Total: n})
	}
	slices.SortFunc(s.Methods, func(a, b StatsRow) int { return strings.Compare(a.Name, b.Name) })
	s.withhold()
	return s, nil
}

// share is which of Shares a category counts with.
func (c *Category) share() int {
	switch {
	case c.Whole:
		return 0
	case len(c.Services) > 0 || c.Marks != "":
		return 1
	}
	return 2
}

// share is which of Shares a receipt counts with.
func (r *Receipt) share() int {
	var has [3]bool
	for i := range r.Granted {
		has[r.Granted[i].share()] = true
	}
	switch {
	case has[1] || has[0] && has[2]:
		return 1
	case has[0]:
		return 0
	}
	return 2
}

// rows are counted rows by name.
func rows(counts map[string]*[3]Count) (list []StatsRow) {
	for name, shares := range counts {
		list = append(list, StatsRow{name, shares[0] + shares[1] + shares[2], *shares})
	}
	slices.SortFunc(list, func(a, b StatsRow) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// withhold hides small counts, and those by which they could be worked out: along each sum at
// least two are hidden, which come to 10 together where their sum is known.
func (s *Stats) withhold() {
	var sums []sum
	table := func(rows []StatsRow, columns bool) {
		for i := range rows {
			r := &rows[i]
			sums = append(sums, sum{&r.Total, []*Count{&r.Shares[0], &r.Shares[1], &r.Shares[2]}})
		}
		if !columns {
			return
		}
		all := sum{of: &s.Receipts}
		for i := range rows {
			all.parts = append(all.parts, &rows[i].Total)
		}
		sums = append(sums, all)
		for share := range s.Totals {
			column := sum{of: &s.Totals[share]}
			for i := range rows {
				column.parts = append(column.parts, &rows[i].Shares[share])
			}
			sums = append(sums, column)
		}
	}
	table(s.Categories, false)
	table(s.Languages, true)
	table(s.Layouts, true)
	sums = append(sums, sum{&s.Receipts, []*Count{&s.Totals[0], &s.Totals[1], &s.Totals[2]}})
	methods := sum{of: &s.Receipts}
	for i := range s.Methods {
		methods.parts = append(methods.parts, &s.Methods[i].Total)
	}
	sums = append(sums, methods)
	if len(s.Categories) == 1 {
		// Its row says the same as the totals.
		for share := range s.Totals {
			sums = append(sums, sum{&s.Totals[share], []*Count{&s.Categories[0].Shares[share]}})
		}
	}
	hidden := map[*Count]bool{}
	for _, one := range sums {
		for _, c := range append(one.parts, one.of) {
			if *c > 0 && *c < FewestShown {
				hidden[c] = true
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for _, one := range sums {
			if c := one.tells(hidden); c != nil {
				hidden[c], changed = true, true
			}
		}
	}
	for c := range hidden {
		*c = Withheld
	}
}

// sum is a count that others come to.
type sum struct {
	of    *Count
	parts []*Count
}

// tells is the count to hide next, for what is hidden could be worked out otherwise; nil where it
// could not.
func (s *sum) tells(hidden map[*Count]bool) *Count {
	var together Count
	n := 0
	var least *Count // of the parts that are shown
	for _, part := range s.parts {
		if hidden[part] {
			together += *part
			n++
		} else if least == nil || *part < *least {
			least = part
		}
	}
	switch {
	case n == 0 && hidden[s.of]:
		// It can be added up.
		return least
	case n == 0 || hidden[s.of], n > 1 && together >= FewestShown:
		return nil
	case least != nil:
		return least
	}
	return s.of
}
