package consent

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/packed"
)

var (
	noon  = time.Date(2026, 11, 23, 12, 0, 31, 0, time.UTC).UnixMilli()
	half  = calendar.Span{Months: 6}
	terms = Terms{
		Category: Hash("audience"), Revision: Hash("r1"), AskAgainAfter: half,
		Services: []Service{
			{ID: Hash("matomo"), Fingerprint: Fingerprint("Matomo", "visits")},
			{ID: Hash("ga"), Fingerprint: Fingerprint("Google", "visits")},
		},
	}
)

func sample() Record {
	r := Record{Serial: 3, Seen: noon - noon%calendar.Minute}
	r.Put(Decide(&terms, []bool{true, false}, false, Select, noon))
	r.Put(Decide(&Terms{Category: Hash("ads"), Revision: Hash("r1"), AskAgainAfter: half}, nil, true, Select, noon))
	r.Put(Decide(&Terms{Category: Hash("social"), Revision: Hash("r1"), AskAgainAfter: calendar.Span{Months: 13}}, nil, false, Refuse, noon))
	return r
}

func TestRecordReadsBack(t *testing.T) {
	want := sample()
	text := want.Encode()
	got, ok := Decode(text)
	require.True(t, ok)
	assert.Equal(t, want, got)
	assert.Less(t, len(text), 100)
}

func TestEveryDamageIsNoRecord(t *testing.T) {
	r := sample()
	text := r.Encode()
	for i := range text {
		_, ok := Decode(text[:i])
		assert.False(t, ok, "truncated to %d", i)
		for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_ =" {
			if byte(c) != text[i] {
				_, ok = Decode(text[:i] + string(c) + text[i+1:])
				assert.False(t, ok, "%q at %d", c, i)
			}
		}
	}
	for _, junk := range []string{"", "x", "1", "%22", strings.Repeat("A", 5000), text + "A", text + "=", text + text} {
		_, ok := Decode(junk)
		assert.False(t, ok, junk)
	}
}

// sealed writes bytes with a right checksum, as a forger would.
func sealed(b ...byte) string {
	w := packed.Writer{}
	w.Raw(string(b))
	return w.Encode()
}

func TestRightlySummedNonsenseIsNoRecord(t *testing.T) {
	choice := []byte{1, 2, 3, 4, 1, 2, 5, 5, 0, 0, 0, 0, 0, 0}
	head := []byte{version, 1, 5, 0}
	whole := func(head []byte, choices ...byte) string { return sealed(append(head, choices...)...) }
	_, ok := Decode(whole(head, choice...))
	require.True(t, ok, "the sample is right")
	long := []byte{1, 2, 3, 4, 1, 2, 5, 0xff, 0xff, 0x7f, 0, 0, 0, 0, 0, 0} // 2,097,151 minutes
	for name, text := range map[string]string{
		"another version":          whole([]byte{1, 1, 5, 0}, choice...),
		"no choice":                sealed(head...),
		"a life beyond 13 months":  whole(head, long...),
		"the same category twice":  whole(head, append(choice, choice...)...),
		"categories out of order":  whole(head, append(append([]byte{9}, choice[1:]...), append([]byte{1, 2, 3, 3}, choice[4:]...)...)...),
		"nothing to be the same":   whole(head, 1, 2, 3, 4, 3, 0),
		"an unknown method":        whole(head, 1, 2, 3, 4, 1, 9, 5, 5, 0, 0, 0, 0, 0, 0),
		"an unknown flag":          whole(head, 1, 2, 3, 4, 5, 2, 5, 5, 0, 0, 0, 0, 0, 0),
		"a varint with no end":     whole([]byte{version, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0}, choice...),
		"a varint written too big": whole([]byte{version, 0x81, 0, 5, 0}, choice...),
		"services that are absent": whole(head, 1, 2, 3, 4, 1, 2, 5, 5, 0, 0, 0, 0, 0, 9),
	} {
		_, ok := Decode(text)
		assert.False(t, ok, name)
	}
}

func TestARefusalCarriesNoIdentifier(t *testing.T) { // R5.23
	refuse := func(at int64) string {
		r := Record{Serial: 1, Seen: at - at%calendar.Minute}
		r.Put(Decide(&terms, []bool{false, false}, false, Refuse, at))
		return r.Encode()
	}
	assert.Equal(t, refuse(noon), refuse(noon+17_000), "all who refuse in the same minute hold the same bytes")
}

func TestDeadlineIsFixedAtTheChoice(t *testing.T) { // R1.51, R1.52
	c := Decide(&Terms{AskAgainAfter: half}, nil, true, Accept, time.Date(2026, 8, 31, 5, 7, 42, 0, time.UTC).UnixMilli())
	assert.Equal(t, time.Date(2027, 2, 28, 5, 7, 0, 0, time.UTC).UnixMilli(), c.Until)
}

func TestStand(t *testing.T) {
	grant := Decide(&terms, []bool{true, true}, false, Accept, noon)
	partial := Decide(&terms, []bool{true, false}, false, Select, noon)
	refusal := Decide(&terms, []bool{false, false}, false, Refuse, noon)
	revised, added, moved, visit := terms, terms, terms, terms
	visit.Visit = noon
	once, never := Decide(&visit, []bool{true, true}, false, Select, noon), Decide(&visit, []bool{false, false}, false, Select, noon)
	assert.Zero(t, once.Visit, "whose choice it is says whether it is for the visit")
	once.Visit, never.Visit = noon, noon
	later := visit
	later.Visit = noon + calendar.Day
	revised.Revision = Hash("r2")
	added.Services = append([]Service{{ID: Hash("new"), Fingerprint: 1}}, terms.Services...)
	moved.Services = []Service{terms.Services[0], {ID: Hash("ga"), Fingerprint: Fingerprint("Google", "ads")}}
	before, after := grant.Until-1, grant.Until

	type standing struct {
		ask     Reason
		granted bool
		open    []bool
	}
	for name, c := range map[string]struct {
		choice *Choice
		terms  Terms
		now    int64
		want   standing
	}{
		"never asked":             {terms: terms, now: noon, want: standing{Undecided, false, []bool{false, false}}},
		"granted":                 {choice: grant, terms: terms, now: before, want: standing{Settled, true, []bool{true, true}}},
		"expired":                 {choice: grant, terms: terms, now: after, want: standing{Expired, false, []bool{false, false}}},
		"partly granted":          {choice: partial, terms: terms, now: before, want: standing{Settled, false, []bool{true, false}}},
		"refused":                 {choice: refusal, terms: terms, now: before, want: standing{Settled, false, []bool{false, false}}},
		"refusal expired":         {choice: refusal, terms: terms, now: after, want: standing{Expired, false, []bool{false, false}}},
		"granted, new revision":   {choice: grant, terms: revised, now: before, want: standing{NewPolicy, false, []bool{false, false}}},
		"refused, new revision":   {choice: refusal, terms: revised, now: before, want: standing{Settled, false, []bool{false, false}}},
		"granted, new service":    {choice: grant, terms: added, now: before, want: standing{NewService, false, []bool{false, true, true}}},
		"refused, new service":    {choice: refusal, terms: added, now: before, want: standing{Settled, false, []bool{false, false, false}}},
		"partly, new service":     {choice: partial, terms: added, now: before, want: standing{NewService, false, []bool{false, true, false}}},
		"granted, new purpose":    {choice: grant, terms: moved, now: before, want: standing{NewPurpose, false, []bool{true, false}}},
		"refused, new purpose":    {choice: refusal, terms: moved, now: before, want: standing{Settled, false, []bool{false, false}}},
		"for one visit":           {choice: once, terms: visit, now: before, want: standing{Settled, true, []bool{true, true}}},
		"for one visit, expired":  {choice: once, terms: visit, now: after, want: standing{Expired, false, []bool{false, false}}},
		"for an earlier visit":    {choice: once, terms: later, now: before, want: standing{Expired, false, []bool{false, false}}},
		"the visit is lost":       {choice: once, terms: terms, now: before, want: standing{Expired, false, []bool{false, false}}},
		"refused for one visit":   {choice: never, terms: later, now: before, want: standing{Expired, false, []bool{false, false}}},
		"for good, any visit":     {choice: grant, terms: later, now: before, want: standing{Settled, true, []bool{true, true}}},
		"deadline beats revision": {choice: grant, terms: revised, now: after, want: standing{Expired, false, []bool{false, false}}},
	} {
		open := []bool{true, true, true}[:len(c.terms.Services)]
		ask, granted := Stand(c.choice, &c.terms, c.now, open)
		assert.Equal(t, c.want, standing{ask, granted, open}, name)
	}
}

func TestDoubtfulClock(t *testing.T) {
	r := sample()
	assert.False(t, r.Doubtful(noon))
	assert.False(t, r.Doubtful(r.Seen-clockSlack))
	assert.True(t, r.Doubtful(r.Seen-clockSlack-1))
	r.Seen = 0
	assert.True(t, r.Doubtful(noon-2*calendar.Minute), "made in the future")
}

func TestMerge(t *testing.T) {
	made := func(serial uint32, at int64, grants ...bool) *Record {
		r := &Record{Serial: serial, Seen: at}
		for i, g := range grants {
			r.Put(Decide(&Terms{Category: uint32(i), AskAgainAfter: half}, nil, g, Select, at))
		}
		return r
	}
	early, late := noon, noon+calendar.Day
	for name, c := range map[string]struct {
		a, b *Record
		want []bool
	}{
		"the same":                        {a: made(1, early, true), b: made(2, early, true), want: []bool{true}},
		"later and aware of the earlier":  {a: made(1, early, true), b: made(2, late, false), want: []bool{false}},
		"of the same minute, by serial":   {a: made(1, early, true), b: made(2, early, false), want: []bool{false}},
		"later, of the same serial":       {a: made(1, early, true), b: made(1, late, false), want: []bool{false}},
		"neither tells":                   {a: made(1, early, true), b: made(1, early, false)},
		"serial and instant contradict":   {a: made(2, early, true), b: made(1, late, false)},
		"one knows a category more":       {a: made(1, early, true), b: made(2, early, true, true), want: []bool{true, true}},
		"each category has its own order": {a: made(1, early, true, false), b: made(1, early, true, true), want: []bool{true}},
	} {
		for _, m := range []Record{Merge(c.a, c.b), Merge(c.b, c.a)} {
			var got []bool
			for _, choice := range m.Choices {
				got = append(got, choice.Granted)
			}
			assert.Equal(t, c.want, got, name)
			assert.Equal(t, max(c.a.Serial, c.b.Serial), m.Serial, name)
		}
	}
}

func FuzzDecode(f *testing.F) {
	r := sample()
	f.Add(r.Encode())
	f.Add(sealed(version, 1, 5, 0, 1, 2, 3, 4, 1, 2, 5, 5, 0, 0, 0, 0, 0, 0))
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		r, ok := Decode(text)
		if !ok {
			// What is summed rightly must be caught by its content alone.
			text = sealed([]byte(text)...)
			r, ok = Decode(text)
		}
		if !ok {
			assert.Empty(t, r)
			return
		}
		assert.Equal(t, text, r.Encode())
		for _, c := range r.Choices {
			assert.LessOrEqual(t, c.Until, calendar.Add(c.At, calendar.Max))
			_, granted := Stand(c, &Terms{Category: c.Category, Revision: c.Revision, Visit: c.Visit}, c.Until, nil)
			assert.False(t, granted)
		}
	})
}
