package consent

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/enginetest"
)

// vectors is docs/record-vectors.json.
type vectors struct {
	Format       int
	Declarations map[string]json.RawMessage
	Vectors      []struct {
		Name, Declaration, Cookie string
		Now                       int64
		GPC                       bool
		Want                      enginetest.Standing
	}
}

func readVectors(t testing.TB) (v vectors) {
	t.Helper()
	text, err := os.ReadFile("../../docs/record-vectors.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &v))
	require.Equal(t, 2, v.Format)
	require.Greater(t, len(v.Vectors), 100)
	return v
}

// named is the cookie of a vector, and when it is read.
func (v *vectors) named(t testing.TB, name string) (cookie string, now time.Time) {
	t.Helper()
	for _, one := range v.Vectors {
		if one.Name == name {
			return one.Cookie, time.UnixMilli(one.Now)
		}
	}
	require.Fail(t, "no such vector", name)
	return "", now
}

func parse(t testing.TB, text []byte) *Declaration {
	t.Helper()
	d, err := Parse(text)
	require.NoError(t, err)
	return d
}

// standing is a state in the form of the vectors' answers.
func standing(s State) enginetest.Standing {
	a := enginetest.Standing{Decided: s.Decided(), Categories: map[string]enginetest.CategoryStanding{}, Services: map[string]bool{}}
	for i := range s.d.cfg.Categories {
		id := s.d.cfg.Categories[i].ID
		one := enginetest.CategoryStanding{Granted: s.Allows(id), Ask: string(s.Ask(id))}
		if end := s.Until(id); !end.IsZero() {
			one.Until = end.UnixMilli()
		}
		a.Categories[id] = one
	}
	for i := range s.d.cfg.Services {
		id := s.d.cfg.Services[i].ID
		a.Services[id] = s.Allows(id)
	}
	return a
}

func TestItAnswersAsTheEngineDoes(t *testing.T) {
	all := readVectors(t)
	declarations := map[string]*Declaration{}
	for name, text := range all.Declarations {
		declarations[name] = parse(t, text)
	}
	for _, v := range all.Vectors {
		s := declarations[v.Declaration].FromCookies(v.Cookie, v.GPC, time.UnixMilli(v.Now))
		assert.Equal(t, v.Want, standing(s), v.Name)
		var granted []string
		for id, on := range v.Want.Services {
			if on {
				granted = append(granted, id)
			}
		}
		assert.ElementsMatch(t, granted, s.Granted(), v.Name)
		asked := map[string]Reason{}
		for _, one := range s.Asked() {
			asked[one.Category] = one.Why
		}
		for id, c := range v.Want.Categories {
			assert.Equal(t, Reason(c.Ask), asked[id], "%s: %s", v.Name, id)
		}
	}
}

func TestEveryDamageToARecordGrantsNothing(t *testing.T) {
	all := readVectors(t)
	shop := parse(t, all.Declarations["shop"])
	cookie, now := all.named(t, "all is granted")
	require.True(t, shop.FromCookies(cookie, false, now).Allows("matomo"))
	for i := len("octroi="); i < len(cookie); i++ {
		other := byte('A')
		if cookie[i] == 'A' {
			other = 'B'
		}
		for _, damaged := range []string{cookie[:i], cookie[:i] + string(other) + cookie[i+1:]} {
			assert.False(t, shop.FromCookies(damaged, false, now).Allows("matomo"), damaged)
		}
	}
}

func TestSeveralIdsMustAllBeGranted(t *testing.T) {
	all := readVectors(t)
	shop := parse(t, all.Declarations["shop"])
	var log strings.Builder
	shop.Logger = slog.New(slog.NewTextHandler(&log, nil))
	s := shop.FromCookies(all.Vectors[0].Cookie, false, time.Now())
	assert.Equal(t, Undecided, s.Ask("matomo"))
	cookie, now := all.named(t, "all is granted")
	s = shop.FromCookies(cookie, false, now)
	assert.True(t, s.Allows("matomo"))
	assert.True(t, s.Allows("matomo", "ga"))
	assert.True(t, s.Allows("matomo ga\taudience", "basket"))
	for _, ids := range [][]string{nil, {""}, {" ", ""}} {
		assert.False(t, s.Allows(ids...), ids)
	}
	assert.Empty(t, log.String())
	for range 3 {
		for _, ids := range [][]string{{"nobody"}, {"matomo nobody"}, {"matomo", "nobody"}, {"Matomo"}} {
			assert.False(t, s.Allows(ids...), ids)
		}
	}
	assert.Equal(t, Settled, s.Ask("nobody"))
	assert.Zero(t, s.Until("nobody"))
	assert.Equal(t, s.Until("audience"), s.Until("matomo"))
	assert.Equal(t, 1, strings.Count(log.String(), "id=nobody"), log.String())
	assert.Contains(t, log.String(), `did you mean matomo?`)
	for i := range 3 * mostTold {
		s.Allows("made-up-" + strings.Repeat("x", i))
	}
	assert.Equal(t, mostTold, strings.Count(log.String(), "\n"), "what a request brings fills no disk")
}

func TestTheZeroStateGrantsNothing(t *testing.T) {
	var s State
	assert.False(t, s.Allows("matomo"))
	assert.False(t, s.Decided())
	assert.Empty(t, s.Asked())
	assert.Empty(t, s.Granted())
	assert.Zero(t, s.Until("matomo"))
}

func TestRequests(t *testing.T) {
	all := readVectors(t)
	shop, objects := parse(t, all.Declarations["shop"]), parse(t, all.Declarations["objects"])
	// One that has not ended: what it grants is read at this moment.
	b := enginetest.NewBrowser(time.Now().Add(-time.Hour).UTC())
	b.Open(newEngine(), enginetest.Page{Config: string(all.Declarations["shop"]), Languages: "en"}).Act("accept")
	record := "octroi=" + b.Cookies["octroi"].Value
	for name, c := range map[string]struct {
		lines   []string
		granted bool
	}{
		"no cookie":            {nil, false},
		"the record":           {[]string{record}, true},
		"in a line of its own": {[]string{"a=1", record, "b=2"}, true},
		"in front of much":     {[]string{record + strings.Repeat("; x=1", 50_000)}, true},
		"behind much":          {[]string{strings.Repeat("octroi=A; ", 50_000) + record + "; octroi=" + strings.Repeat("A", 60_000)}, true},
		"in another case":      {[]string{"Octroi" + record[6:]}, false},
		"odd":                  {[]string{";;= ;=; \x00\xff;" + record + "\x00"}, false},
		"behind many records":  {[]string{hostile() + record}, false},
		"odd around it":        {[]string{";;= ;=; \x00\xff;" + record + " \t;\x00"}, true},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header["Cookie"] = c.lines
		assert.Equal(t, c.granted, shop.FromRequest(r).Allows("matomo"), name)
		assert.True(t, shop.FromRequest(r).Allows("basket"), name)
	}
	for name, c := range map[string]struct {
		lines []string
		why   Reason
	}{
		"nothing": {nil, Undecided}, "1": {[]string{"1"}, Settled}, "0": {[]string{"0"}, Undecided}, "true": {[]string{"true"}, Undecided},
		"1, 1": {[]string{"1, 1"}, Undecided}, "twice": {[]string{"1", "1"}, Undecided}, "blanks": {[]string{" 1"}, Undecided},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header["Sec-Gpc"] = c.lines
		s := objects.FromRequest(r)
		assert.Equal(t, c.why, s.Ask("ads"), name)
		assert.False(t, s.Allows("ads"), name)
	}
}

func TestFaultsHaveTheirPlace(t *testing.T) {
	all := readVectors(t)
	wrong := strings.NewReplacer(`"revision":"r1"`, `"revision":1`, `"services":`, "\n\"use\": {\"googel-analytics\": \"audience\"},\n\"services\":").Replace(string(all.Declarations["shop"]))
	d, err := Parse([]byte(wrong))
	assert.Nil(t, d)
	var faults Faults
	require.ErrorAs(t, err, &faults)
	require.Len(t, faults, 1)
	assert.Equal(t, 2, faults[0].Line)
	assert.Regexp(t, `^2:\d+: \$\.use\.googel-analytics: not known \(did you mean .*google-analytics.*\?\); write it under services$`, err.Error())
	for _, text := range []string{"", "{", "[]", "null", `{"categories": 7}`} {
		_, err := Parse([]byte(text))
		assert.Error(t, err, text)
	}
}

func TestWhatIsUsedIsWrittenOut(t *testing.T) {
	all := readVectors(t)
	text := strings.Replace(string(all.Declarations["shop"]), `"services":`, `"use": {"google-analytics": "audience"}, "services":`, 1)
	d := parse(t, []byte(text))
	assert.Contains(t, string(d.Text()), "*.google-analytics.com")
	assert.NotContains(t, string(d.Text()), `"use"`)
	b := enginetest.NewBrowser(time.Now().Add(-time.Hour).UTC())
	b.Open(newEngine(), enginetest.Page{Config: string(d.Text()), Languages: "en"}).Act("accept")
	s := d.FromCookies("octroi="+b.Cookies["octroi"].Value, false, time.Now())
	assert.True(t, s.Allows("google-analytics matomo"))
	assert.True(t, s.Decided())
	assert.Len(t, s.Grants(), d.Config().Places())
}
