package receipts_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/digest"
	"github.com/octroi-consent/octroi/engine/enginetest"
	"github.com/octroi-consent/octroi/server/receipts"
	"github.com/octroi-consent/octroi/server/receipts/storetest"
)

// many is a declaration that wants receipts and has many services in many categories, the names of
// all as long as they may be.
func many(categories, services int) (text string, ids []string) {
	var kinds, all []string
	for c := range categories {
		kind := fmt.Sprintf("%s%02d", strings.Repeat("c", 62), c)
		kinds = append(kinds, fmt.Sprintf(`{"id": %q, "label": "C", "text": "T."},`, kind))
		for n := c; n < services; n += categories {
			id := fmt.Sprintf("%s%04d", strings.Repeat("s", 60), n)
			ids = append(ids, id)
			all = append(all, fmt.Sprintf(`{"id": %q, "category": %q, "name": "S", "provider": "P", "purpose": "P.", "policy": "/p"},`, id, kind))
		}
	}
	return enginetest.Shop(`"site"`, `"receipts": {"endpoint": "/consent"}, "site"`,
		`"services": [`, `"services": [`+strings.Join(all, ""), `"categories": [`, `"categories": [`+strings.Join(kinds, "")), ids
}

// Of a declaration at its limits, a receipt of any choice is taken: the engine itself makes it.
func TestReceiptsOfManyServices(t *testing.T) {
	for _, c := range []struct {
		categories, services int
		one                  int // every how many services is granted
		marked               bool
	}{
		{28, 2496, 2, true}, {28, 2496, 28 * 40, false}, {1, 2496, 2, true}, {1, 2496, 2495, false}, {28, 28, 2, false}, {5, 30, 3, false}, {1, 31, 1 << 30, false},
	} {
		text, ids := many(c.categories, c.services)
		b := enginetest.NewBrowser(storetest.Noon)
		tab := b.Open(new(engine.Engine), enginetest.Page{Config: text, Languages: "en"})
		var want []string
		var answers []enginetest.Answer
		for n, id := range ids {
			if n%c.one == c.one/2 {
				want = append(want, id)
				answers = append(answers, enginetest.Answer{ID: id, Answer: "1"})
			}
		}
		answers = append(answers, enginetest.Answer{ID: "ads"})
		tab.Choose(answers...)
		require.Len(t, tab.Receipts, 1)
		sent := tab.Receipts[0].Text
		assert.Less(t, len(sent), 4096)

		s := start(t, func(o *receipts.Options, _ *flaky) { o.Hosts = append(o.Hosts, "shop.example.org") })
		var compact json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(text), &compact))
		declared, err := json.Marshal(compact)
		require.NoError(t, err)
		require.NoError(t, s.store.Archive(t.Context(), receipts.Hash(digest.Declaration(text)), declared))
		w := s.post(sent)
		require.Equal(t, http.StatusAccepted, w.Code, w.Body)

		r, err := receipts.Parse([]byte(sent))
		require.NoError(t, err)
		assert.Equal(t, sent, string(r.JSON()), "written as it was read")
		spaced, err := receipts.Parse([]byte(strings.Replace(sent, ",", ", ", 1)))
		require.NoError(t, err)
		assert.Equal(t, r, spaced)
		assert.Equal(t, c.marked, slices.ContainsFunc(r.Granted, func(g receipts.Category) bool { return g.Marks != "" }))
		require.NoError(t, r.Resolve(declared))
		var got []string
		for _, g := range r.Granted {
			assert.Empty(t, g.Marks)
			if g.Whole {
				for n, id := range ids {
					if strings.HasSuffix(g.ID, fmt.Sprintf("%02d", n/((c.services+c.categories-1)/c.categories))) {
						got = append(got, id)
					}
				}
			}
			got = append(got, g.Services...)
		}
		assert.Equal(t, want, got)

		for _, damage := range []struct{ old, new string }{{`":"`, `":"0`}, {`"}}`, `0"}}`}, {`,"ads":false`, `,"ads":"f"`}, {`,"ads":false`, `,"ads":"00"`}, {`,"ads":false`, `,"ads":"G"`}, {`,"ads":false`, `,"ads":""`}} {
			at := strings.Index(sent, `"granted"`)
			bad := sent[:at] + strings.Replace(sent[at:], damage.old, damage.new, 1)
			if bad == sent || !c.marked {
				continue
			}
			bad = strings.Replace(bad, r.ID, storetest.ID(2), 1)
			assert.Equal(t, http.StatusBadRequest, s.post(bad).Code, bad[at:])
		}
	}
}

// Marks that do not fit a declaration change nothing.
func TestMarksOfAnotherDeclaration(t *testing.T) {
	r, err := receipts.Parse([]byte(with(`true`, `"8"`)))
	require.NoError(t, err)
	before := slices.Clone(r.Granted)
	assert.ErrorContains(t, r.Resolve([]byte(enginetest.Shop())), "granted, category 1: its marks are not one for each service of the declaration")
	assert.Equal(t, before, r.Granted)
}
