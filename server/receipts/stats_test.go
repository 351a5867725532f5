package receipts_test

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/server/receipts"
	"github.com/octroi-consent/octroi/server/receipts/storetest"
)

// choice is how often a receipt was kept.
type choice struct {
	n                        int
	language, layout, method string
	granted                  string
}

// choices makes a store of receipts.
func choices(t *testing.T, list ...choice) receipts.Store {
	t.Helper()
	s := storetest.NewMemory()
	id := 0
	for _, c := range list {
		var items []receipts.Item
		for range c.n {
			item := storetest.Item(id, storetest.Noon)
			body := strings.NewReplacer(`"en"`, fmt.Sprintf("%q", c.language), `"bar"`, fmt.Sprintf("%q", c.layout), `"select"`, fmt.Sprintf("%q", c.method), `{"statistics":true,"video":["film"],"ads":false}`, c.granted).Replace(string(item.Body))
			item.Body = []byte(body)
			_, err := receipts.Parse(item.Body)
			require.NoError(t, err)
			items = append(items, item)
			id++
		}
		_, err := s.Append(t.Context(), "a", storetest.Noon, items)
		require.NoError(t, err)
	}
	return s
}

func TestCountAll(t *testing.T) {
	store := choices(t,
		choice{100, "en", "bar", "accept", `{"stats":true,"ads":true}`},
		choice{50, "fr", "bar", "refuse", `{"stats":false,"ads":false}`},
		choice{20, "en", "bar", "select", `{"stats":["count"],"ads":false}`},
		choice{30, "fr", "dialog", "accept", `{"stats":true,"ads":true}`},
		choice{10, "en", "dialog", "select", `{}`},
	)
	s, err := receipts.CountAll(t.Context(), store, receipts.Query{})
	require.NoError(t, err)
	assert.Equal(t, &receipts.Stats{
		Receipts:   210,
		Totals:     [3]receipts.Count{130, 20, 60},
		Categories: []receipts.StatsRow{{"ads", 200, [3]receipts.Count{130, 0, 70}}, {"stats", 200, [3]receipts.Count{130, 20, 50}}},
		Languages:  []receipts.StatsRow{{"en", 130, [3]receipts.Count{100, 20, 10}}, {"fr", 80, [3]receipts.Count{30, 0, 50}}},
		Layouts:    []receipts.StatsRow{{"bar", 170, [3]receipts.Count{100, 20, 50}}, {"dialog", 40, [3]receipts.Count{30, 0, 10}}},
		Methods:    []receipts.StatsRow{{"accept", 130, [3]receipts.Count{}}, {"refuse", 50, [3]receipts.Count{}}, {"select", 30, [3]receipts.Count{}}},
	}, s)
	require.NoError(t, store.Erase(t.Context(), storetest.ID(0), storetest.Noon.Add(time.Hour)))
	s, err = receipts.CountAll(t.Context(), store, receipts.Query{From: receipts.MinuteOf(storetest.Noon), To: receipts.MinuteOf(storetest.Noon) + 1})
	require.NoError(t, err)
	assert.EqualValues(t, 209, s.Receipts)
	s, err = receipts.CountAll(t.Context(), store, receipts.Query{From: receipts.MinuteOf(storetest.Noon) + 1})
	require.NoError(t, err)
	assert.Zero(t, s.Receipts)
}

// Counts below ten are withheld, and others with them until they cannot be worked out.
func TestSmallCountsAreWithheld(t *testing.T) {
	// A few receipts tell nothing at all.
	s, err := receipts.CountAll(t.Context(), choices(t, choice{9, "en", "bar", "accept", `{"stats":true}`}), receipts.Query{})
	require.NoError(t, err)
	assert.Equal(t, receipts.Withheld, s.Receipts)
	// One refusal among a hundred: what is left over would tell it.
	s, err = receipts.CountAll(t.Context(), choices(t,
		choice{100, "en", "bar", "accept", `{"stats":true}`},
		choice{1, "en", "bar", "refuse", `{"stats":false}`}), receipts.Query{})
	require.NoError(t, err)
	assert.EqualValues(t, 101, s.Receipts)
	assert.Equal(t, [3]receipts.Count{receipts.Withheld, receipts.Withheld, receipts.Withheld}, s.Totals)
	assert.Equal(t, [3]receipts.Count{receipts.Withheld, receipts.Withheld, receipts.Withheld}, s.Categories[0].Shares)
	for _, row := range s.Methods {
		assert.Equal(t, receipts.Withheld, row.Total)
	}
}

// Whatever was chosen, no count that is withheld follows from the sums in which it stands.
func TestNothingWithheldFollows(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	shown, withheld := 0, 0
	for range 60 {
		var list []choice
		for range 1 + random.Intn(8) {
			n := random.Intn(40)
			if random.Intn(3) == 0 {
				n = random.Intn(6)
			}
			list = append(list, choice{n, []string{"en", "fr", "de"}[random.Intn(3)], []string{"bar", "dialog"}[random.Intn(2)], "select",
				[]string{`{"a":true,"b":true}`, `{"a":false,"b":false}`, `{"a":true,"b":false}`, `{"a":["x"],"b":true}`}[random.Intn(4)]})
		}
		store := choices(t, list...)
		s, err := receipts.CountAll(t.Context(), store, receipts.Query{})
		require.NoError(t, err)
		check := func(of receipts.Count, parts ...receipts.Count) {
			t.Helper()
			hidden, known := 0, receipts.Count(0)
			for _, p := range append(parts, of) {
				require.False(t, p > 0 && p < receipts.FewestShown, "%v", s)
			}
			for _, p := range parts {
				if p == receipts.Withheld {
					hidden++
					withheld++
				} else {
					known += p
					shown++
				}
			}
			switch {
			case of == receipts.Withheld:
				require.True(t, hidden > 0 || len(parts) == 0, "it can be added up: %+v", s)
			case hidden > 0:
				require.Greater(t, hidden, 1, "%+v", s)
				require.GreaterOrEqual(t, of-known, receipts.Count(receipts.FewestShown), "%+v", s)
			}
		}
		for _, rows := range [][]receipts.StatsRow{s.Categories, s.Languages, s.Layouts} {
			for _, r := range rows {
				check(r.Total, r.Shares[:]...)
			}
		}
		for _, rows := range [][]receipts.StatsRow{s.Languages, s.Layouts} {
			var totals []receipts.Count
			for _, r := range rows {
				totals = append(totals, r.Total)
			}
			check(s.Receipts, totals...)
			for share := range s.Totals {
				var column []receipts.Count
				for _, r := range rows {
					column = append(column, r.Shares[share])
				}
				check(s.Totals[share], column...)
			}
		}
		check(s.Receipts, s.Totals[:]...)
	}
	assert.Greater(t, shown, 100)
	assert.Greater(t, withheld, 100)
}
