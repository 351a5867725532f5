package enginetest

import (
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Shop is a declaration with everything that the tables need. Its replacements
// are pairs of old and new text.
func Shop(replacements ...string) string {
	return strings.NewReplacer(replacements...).Replace(`{
	"site": {"name": "Shop", "controller": "Shop SAS", "contact": "mailto:privacy@shop.example"},
	"policy": {"url": "/cookies", "revision": "r1"},
	"categories": [
		{"id": "essential", "label": "Essential", "text": "Needed.", "required": true},
		{"id": "audience", "label": "Audience", "text": "Statistics."},
		{"id": "ads", "label": "Ads", "text": "Advertising.", "renewAfter": "3 months"},
		{"id": "display", "label": "Display", "text": "Fits your device.", "renewAfter": "13 months"}
	],
	"services": [
		{"id": "pixel", "category": "ads", "name": "Pixel", "provider": "Meta", "purpose": "Measures ads.", "policy": "https://meta.example/", "cookies": [{"name": "_fbp", "life": "90 days"}]},
		{"id": "basket", "category": "essential", "name": "Basket", "provider": "Shop SAS", "purpose": "Keeps the basket.", "cookies": [{"name": "basket", "life": "session"}]},
		{"id": "matomo", "category": "audience", "name": "Matomo", "provider": "Shop SAS", "purpose": "Counts visits.", "policy": "/privacy", "cookies": [{"name": "_pk_*", "life": "13 months"}], "storage": [{"name": "pk:*", "life": "session"}]},
		{"id": "ga", "category": "audience", "name": "Analytics", "provider": "Google", "purpose": "Counts visits.", "policy": "https://google.example/", "cookies": [{"name": "_ga*", "life": "13 months"}]}
	]}`)
}

// Noon is when the tables begin.
var Noon = time.Date(2026, 11, 23, 12, 0, 31, 0, time.UTC)

const day = 24 * time.Hour

// Run plays the behaviour tables on machines that fresh makes.
func Run(t *testing.T, fresh func() Machine) {
	for _, c := range slices.Concat(choosing, withdrawals, embeds, deadlines, terms, records, pages, distrusted, hints, lives, ledgers, erasures, visits, inherits, apps, enforced, signalled, objecting, sharing, owned, device, proven) {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			c.play(play{T: t, Assertions: require.New(t), Browser: NewBrowser(Noon), fresh: closing(t, fresh)})
		})
	}
}

// closing makes machines that end with their test, where they hold what must be let go.
func closing(t *testing.T, fresh func() Machine) func() Machine {
	return func() Machine {
		m := fresh()
		if held, ok := m.(io.Closer); ok {
			t.Cleanup(func() { held.Close() })
		}
		return m
	}
}

type play struct {
	*testing.T
	*require.Assertions
	*Browser
	fresh func() Machine
}

// open loads a page of the shop.
func (p play) open(replacements ...string) *Tab {
	return p.Browser.Open(p.fresh(), Page{Config: Shop(replacements...), Languages: "en"})
}

// reload closes a tab and opens the page again.
func (p play) reload(t *Tab, replacements ...string) *Tab {
	t.Close()
	return p.open(replacements...)
}

// allows asserts which of all ids are open.
func (p play) allows(t *Tab, want string) {
	p.Helper()
	var got []string
	for _, id := range []string{"essential", "audience", "ads", "display", "pixel", "basket", "matomo", "ga"} {
		if t.Allows(id) {
			got = append(got, id)
		}
	}
	p.Equal(want, strings.Join(got, " "))
}

const (
	closed = "essential basket"
	opened = "essential audience ads display pixel basket matomo ga"
)

type behaviour struct {
	name string
	play func(play)
}
