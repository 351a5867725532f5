// Package storetest is what a store of receipts has to do, as a table of tests that each store
// passes, and a store that keeps nothing beyond the process.
package storetest

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/server/receipts"
)

// Noon is when the tests' first receipts are received.
var Noon = time.Date(2026, time.November, 27, 12, 0, 0, 0, time.UTC)

// ID is the nth receipt's: a UUID, version 4.
func ID(n int) string {
	sum := sha256.Sum256(fmt.Append(nil, n))
	sum[6], sum[8] = sum[6]&0x0f|0x40, sum[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// Body is the nth receipt, of a choice made at an instant, of the declaration with the hash of
// its [Declaration].
func Body(n int, at time.Time) []byte {
	return fmt.Appendf(nil, `{"format":1,"id":%q,"at":%q,"until":%q,"host":"shop.example","octroi":"2.0.0","declaration":%q,"texts":%q,"language":"en","layout":"bar","layer":"first","method":"select","granted":{"statistics":true,"video":["film"],"ads":false}}`,
		ID(n), receipts.MinuteOf(at), receipts.MinuteOf(at.AddDate(0, 6, 0)), declarationHash(), receipts.Hash(sha256.Sum256([]byte("texts"))))
}

// Declaration is what the tests' receipts are of: without blanks, so that its SHA-256 is its hash.
const Declaration = `{"layout":"bar","site":{"name":"Shop","controller":"Shop Ltd, 1 Lane","contact":"/contact"},"policy":{"url":"/cookies","revision":"1"},"categories":[{"id":"essential","label":"Essential","text":"It runs the shop.","required":true},{"id":"statistics","label":"Statistics","text":"It counts visits."},{"id":"video","label":"Video","text":"It shows films."},{"id":"ads","label":"Ads","text":"It shows ads."}],"services":[{"id":"count","category":"statistics","name":"Count","provider":"Count Ltd","purpose":"Counts visits.","policy":"https://count.example/privacy","urls":["https://count.example/"]},{"id":"film","category":"video","name":"Film","provider":"Film Ltd","purpose":"Shows films.","policy":"https://film.example/privacy","urls":["https://film.example/"]},{"id":"clip","category":"video","name":"Clip","provider":"Clip Ltd","purpose":"Shows clips.","policy":"https://clip.example/privacy","urls":["https://clip.example/"]},{"id":"offer","category":"ads","name":"Offer","provider":"Offer Ltd","purpose":"Shows offers.","policy":"https://offer.example/privacy","urls":["https://offer.example/"]}]}`

// declarationHash is what the tests' receipts name Declaration by.
func declarationHash() receipts.Hash { return sha256.Sum256([]byte(Declaration)) }

// Item is the nth receipt, of a choice made at an instant.
func Item(n int, at time.Time) receipts.Item {
	return receipts.Item{ID: ID(n), At: receipts.MinuteOf(at), Body: Body(n, at)}
}

// Items are the receipts from one number up to another.
func Items(from, to int, at time.Time) (items []receipts.Item) {
	for n := from; n < to; n++ {
		items = append(items, Item(n, at))
	}
	return items
}

// Key is one that the tests sign with.
var Key = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))

// Entries reads what a query selects.
func Entries(t testing.TB, s receipts.Store, q receipts.Query) (entries []receipts.Entry) {
	t.Helper()
	for e, err := range s.Entries(context.Background(), q) {
		require.NoError(t, err)
		entries = append(entries, e)
	}
	return entries
}

// Heads reads all heads.
func Heads(t testing.TB, s receipts.Store) (heads []receipts.Head) {
	t.Helper()
	for h, err := range s.Heads(context.Background()) {
		require.NoError(t, err)
		heads = append(heads, h)
	}
	return heads
}

// Chained asserts that each chain is whole: each entry follows the one ahead, or the chain's base.
func Chained(t testing.TB, s receipts.Store) {
	t.Helper()
	bases, err := s.Bases(context.Background())
	require.NoError(t, err)
	last := map[string]receipts.Entry{}
	for _, base := range bases {
		assert.Equal(t, base.Hash, receipts.Link(&base), "the base of %s", base.Writer)
		last[base.Writer] = base
	}
	for _, e := range Entries(t, s, receipts.Query{}) {
		ahead := last[e.Writer]
		require.Equal(t, ahead.Seq+1, e.Seq, "in chain %s", e.Writer)
		require.Equal(t, ahead.Hash, e.Previous, "entry %d of %s", e.Seq, e.Writer)
		require.Equal(t, e.Hash, receipts.Link(&e), "entry %d of %s", e.Seq, e.Writer)
		require.False(t, e.Received.Before(ahead.Received), "entry %d of %s", e.Seq, e.Writer)
		if e.Erased.IsZero() {
			require.Equal(t, e.BodyHash, receipts.HashBody(e.ID, e.Body), "entry %d of %s", e.Seq, e.Writer)
		}
		last[e.Writer] = e
	}
}

// Run runs the table on stores that open returns, each empty and its own; a test closes them.
func Run(t *testing.T, open func(t *testing.T) receipts.Store) {
	for _, one := range table {
		t.Run(one.name, func(t *testing.T) {
			s := open(t)
			one.test(t, s)
			assert.NoError(t, s.Close())
		})
	}
}

var table = []struct {
	name string
	test func(t *testing.T, s receipts.Store)
}{
	{"an empty store", empty},
	{"what is appended is there, chained", appended},
	{"keeping is idempotent", idempotent},
	{"within one batch too", idempotentInOneBatch},
	{"the clock turned back", clockBack},
	{"a batch whose context has ended", ended},
	{"several writers at once", concurrent},
	{"the same writer from several goroutines", oneWriter},
	{"queries", queries},
	{"appending while entries are read", appendingMeanwhile},
	{"breaking off while entries are read", breakingOff},
	{"the last before an instant", lastBefore},
	{"erasing", erasing},
	{"pruning", pruning},
	{"pruning all", pruningAll},
	{"pruning what was erased", pruningErased},
	{"the archive", archive},
	{"heads", heads},
	{"heads are signed by day", signing},
	{"it verifies, whatever was done", verifies},
	{"any bytes", anyBytes},
	{"a long chain", long},
	{"whether it can keep receipts", check},
}

var background = context.Background()

// keep appends and wants all to be kept.
func keep(t *testing.T, s receipts.Store, writer string, received time.Time, items ...receipts.Item) {
	t.Helper()
	outcomes, err := s.Append(background, writer, received, items)
	require.NoError(t, err)
	require.Equal(t, slices.Repeat([]receipts.Outcome{receipts.Kept}, len(items)), outcomes)
}

func empty(t *testing.T, s receipts.Store) {
	_, err := s.Get(background, ID(1))
	assert.ErrorIs(t, err, receipts.ErrNotFound)
	_, err = s.Last(background, "a", time.Time{})
	assert.ErrorIs(t, err, receipts.ErrNotFound)
	_, err = s.Declaration(background, receipts.Hash{1})
	assert.ErrorIs(t, err, receipts.ErrNotFound)
	assert.ErrorIs(t, s.Erase(background, ID(1), Noon), receipts.ErrNotFound)
	assert.Empty(t, Entries(t, s, receipts.Query{}))
	assert.Empty(t, Heads(t, s))
	for _, list := range []func(context.Context) (int, error){
		func(ctx context.Context) (int, error) { l, err := s.Writers(ctx); return len(l), err },
		func(ctx context.Context) (int, error) { l, err := s.Bases(ctx); return len(l), err },
		func(ctx context.Context) (int, error) { l, err := s.Declarations(ctx); return len(l), err },
		func(ctx context.Context) (int, error) { l, err := s.Duplicates(ctx); return len(l), err },
		func(ctx context.Context) (int, error) { n, err := s.Prune(ctx, Noon); return int(n), err },
	} {
		n, err := list(background)
		assert.NoError(t, err)
		assert.Zero(t, n)
	}
	outcomes, err := s.Append(background, "a", Noon, nil)
	assert.NoError(t, err)
	assert.Empty(t, outcomes)
}

func appended(t *testing.T, s receipts.Store) {
	received := Noon.Add(1234567 * time.Nanosecond)
	keep(t, s, "a", received, Items(0, 3, Noon)...)
	keep(t, s, "a", received, Items(3, 5, Noon)...)
	entries := Entries(t, s, receipts.Query{})
	require.Len(t, entries, 5)
	for i, e := range entries {
		want := Item(i, Noon)
		assert.Equal(t, "a", e.Writer)
		assert.EqualValues(t, i+1, e.Seq)
		assert.Equal(t, Noon.Add(time.Millisecond), e.Received, "whole milliseconds, UTC")
		assert.Equal(t, want.ID, e.ID)
		assert.Equal(t, want.At, e.At)
		assert.Equal(t, string(want.Body), string(e.Body))
		assert.True(t, e.Erased.IsZero())
		got, err := s.Get(background, want.ID)
		require.NoError(t, err)
		assert.Equal(t, e, got)
	}
	assert.Zero(t, entries[0].Previous)
	Chained(t, s)
	last, err := s.Last(background, "a", time.Time{})
	require.NoError(t, err)
	assert.Equal(t, entries[4], last)
	writers, err := s.Writers(background)
	require.NoError(t, err)
	assert.Equal(t, []string{"a"}, writers)
}

func idempotent(t *testing.T, s receipts.Store) {
	keep(t, s, "a", Noon, Items(0, 3, Noon)...)
	other := Item(1, Noon)
	other.Body = append(other.Body, ' ')
	outcomes, err := s.Append(background, "b", Noon, []receipts.Item{Item(0, Noon), other, Item(7, Noon)})
	require.NoError(t, err)
	assert.Equal(t, []receipts.Outcome{receipts.There, receipts.Conflict, receipts.Kept}, outcomes, "whoever kept it")
	outcomes, err = s.Append(background, "b", Noon, []receipts.Item{Item(0, Noon), other})
	require.NoError(t, err)
	assert.Equal(t, []receipts.Outcome{receipts.There, receipts.Conflict}, outcomes)
	assert.Len(t, Entries(t, s, receipts.Query{}), 4)
	got, err := s.Get(background, other.ID)
	require.NoError(t, err)
	assert.Equal(t, string(Body(1, Noon)), string(got.Body))
	Chained(t, s)
}

func idempotentInOneBatch(t *testing.T, s receipts.Store) {
	other := Item(1, Noon)
	other.Body = append(other.Body, ' ')
	outcomes, err := s.Append(background, "a", Noon, []receipts.Item{Item(0, Noon), Item(1, Noon), Item(0, Noon), other})
	require.NoError(t, err)
	assert.Equal(t, []receipts.Outcome{receipts.Kept, receipts.Kept, receipts.There, receipts.Conflict}, outcomes)
	assert.Len(t, Entries(t, s, receipts.Query{}), 2)
	Chained(t, s)
}

func clockBack(t *testing.T, s receipts.Store) {
	keep(t, s, "a", Noon, Item(0, Noon))
	_, err := s.Append(background, "a", Noon.Add(-time.Second), []receipts.Item{Item(1, Noon)})
	assert.ErrorIs(t, err, receipts.ErrClock)
	assert.Len(t, Entries(t, s, receipts.Query{}), 1, "nothing half written")
	keep(t, s, "b", Noon.Add(-time.Second), Item(2, Noon))
	keep(t, s, "a", Noon, Item(1, Noon))
	_, err = s.Prune(background, Noon.Add(time.Hour))
	require.NoError(t, err)
	_, err = s.Append(background, "a", Noon.Add(-time.Second), []receipts.Item{Item(3, Noon)})
	assert.ErrorIs(t, err, receipts.ErrClock, "behind a base too")
	Chained(t, s)
}

func ended(t *testing.T, s receipts.Store) {
	ctx, end := context.WithCancel(background)
	end()
	_, err := s.Append(ctx, "a", Noon, Items(0, 3, Noon))
	assert.Error(t, err)
	assert.Empty(t, Entries(t, s, receipts.Query{}))
	keep(t, s, "a", Noon, Items(0, 3, Noon)...)
}

func concurrent(t *testing.T, s receipts.Store) {
	const writers, batches, size = 4, 5, 6
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for b := range batches {
				from := (w*batches + b) * size
				outcomes, err := s.Append(background, fmt.Sprint("w", w), Noon, Items(from, from+size, Noon))
				assert.NoError(t, err)
				assert.Equal(t, slices.Repeat([]receipts.Outcome{receipts.Kept}, size), outcomes)
			}
		})
	}
	all.Wait()
	assert.Len(t, Entries(t, s, receipts.Query{}), writers*batches*size)
	Chained(t, s)
	names, err := s.Writers(background)
	require.NoError(t, err)
	assert.Equal(t, []string{"w0", "w1", "w2", "w3"}, names)
}

func oneWriter(t *testing.T, s receipts.Store) {
	var all sync.WaitGroup
	var mu sync.Mutex
	counts := map[receipts.Outcome]int{}
	for range 4 {
		all.Go(func() {
			for b := range 5 {
				outcomes, err := s.Append(background, "a", Noon, Items(b*4, b*4+4, Noon))
				assert.NoError(t, err)
				mu.Lock()
				for _, o := range outcomes {
					counts[o]++
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	assert.Equal(t, map[receipts.Outcome]int{receipts.Kept: 20, receipts.There: 60}, counts, "each once")
	Chained(t, s)
}

func queries(t *testing.T, s receipts.Store) {
	for hour := range 6 {
		at := Noon.Add(time.Duration(hour) * time.Hour)
		for k, writer := range []string{"b", "a"} {
			keep(t, s, writer, at, Item(hour*10+k, at))
		}
	}
	// It was sent long after it was made.
	keep(t, s, "a", Noon.Add(6*time.Hour), Item(99, Noon.Add(time.Hour)))
	// The page's clock is ahead.
	keep(t, s, "a", Noon.Add(7*time.Hour), Item(98, Noon.Add(7*time.Hour+receipts.Ahead)))
	at := func(hours int) receipts.Minute {
		return receipts.MinuteOf(Noon.Add(time.Duration(hours) * time.Hour))
	}
	for _, c := range []struct {
		q    receipts.Query
		want []string
	}{
		{receipts.Query{}, []string{"a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "b1", "b2", "b3", "b4", "b5", "b6"}},
		{receipts.Query{Writer: "b"}, []string{"b1", "b2", "b3", "b4", "b5", "b6"}},
		{receipts.Query{Writer: "b", After: 4}, []string{"b5", "b6"}},
		{receipts.Query{Writer: "b", After: 6}, nil},
		{receipts.Query{Writer: "c"}, nil},
		{receipts.Query{From: at(1), To: at(3)}, []string{"a2", "a3", "a7", "b2", "b3"}},
		{receipts.Query{From: at(5)}, []string{"a6", "a8", "b6"}},
		{receipts.Query{From: at(7) + 2}, []string{"a8"}},
		{receipts.Query{To: at(1)}, []string{"a1", "b1"}},
		{receipts.Query{Writer: "a", After: 2, From: at(1), To: at(3)}, []string{"a3", "a7"}},
		{receipts.Query{From: at(8)}, nil},
	} {
		var got []string
		for _, e := range Entries(t, s, c.q) {
			got = append(got, fmt.Sprint(e.Writer, e.Seq))
		}
		assert.Equal(t, c.want, got, "%+v", c.q)
	}
}

func appendingMeanwhile(t *testing.T, s receipts.Store) {
	keep(t, s, "a", Noon, Items(0, 500, Noon)...)
	n, before := 0, 0
	for e, err := range s.Entries(background, receipts.Query{Writer: "a"}) {
		require.NoError(t, err)
		if n++; n == 10 {
			keep(t, s, "a", Noon, Item(1000, Noon))
			got, err := s.Get(background, ID(1000))
			require.NoError(t, err)
			assert.EqualValues(t, 501, got.Seq)
		}
		require.EqualValues(t, before+1, e.Seq)
		before = int(e.Seq)
	}
	assert.GreaterOrEqual(t, n, 500)
}

func breakingOff(t *testing.T, s receipts.Store) {
	keep(t, s, "a", Noon, Items(0, 20, Noon)...)
	for range 30 {
		for _, err := range s.Entries(background, receipts.Query{}) {
			require.NoError(t, err)
			break
		}
	}
	ctx, end := context.WithCancel(background)
	end()
	n := 0
	for _, err := range s.Entries(ctx, receipts.Query{}) {
		assert.ErrorIs(t, err, context.Canceled)
		n++
	}
	assert.Equal(t, 1, n, "one error, and no more")
	keep(t, s, "a", Noon, Item(30, Noon))
}

func lastBefore(t *testing.T, s receipts.Store) {
	for hour := range 5 {
		at := Noon.Add(time.Duration(hour) * time.Hour)
		keep(t, s, "a", at, Items(hour*10, hour*10+3, at)...)
		keep(t, s, "b", at, Item(hour*10+5, at))
	}
	for _, c := range []struct {
		before time.Duration
		want   int64
	}{{0, 0}, {time.Millisecond, 3}, {time.Hour, 3}, {time.Hour + time.Millisecond, 6}, {100 * time.Hour, 15}} {
		got, err := s.Last(background, "a", Noon.Add(c.before))
		if c.want == 0 {
			assert.ErrorIs(t, err, receipts.ErrNotFound, c.before)
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, c.want, got.Seq, c.before)
	}
}

func erasing(t *testing.T, s receipts.Store) {
	keep(t, s, "a", Noon, Items(0, 3, Noon)...)
	before := Entries(t, s, receipts.Query{})
	now := Noon.Add(time.Hour)
	require.NoError(t, s.Erase(background, ID(1), now))
	want := slices.Clone(before)
	want[1].ID, want[1].Body, want[1].Erased = "", nil, now
	assert.Equal(t, want, Entries(t, s, receipts.Query{}), "its link stays")
	_, err := s.Get(background, ID(1))
	assert.ErrorIs(t, err, receipts.ErrNotFound)
	assert.ErrorIs(t, s.Erase(background, ID(1), now), receipts.ErrNotFound)
	outcomes, err := s.Append(background, "a", now, []receipts.Item{Item(1, Noon), Item(5, Noon)})
	require.NoError(t, err)
	assert.Equal(t, []receipts.Outcome{receipts.Gone, receipts.Kept}, outcomes, "it does not come back")
	require.NoError(t, s.Erase(background, ID(5), now))
	keep(t, s, "a", now, Item(6, Noon))
	Chained(t, s)
	got, err := s.Get(background, ID(0))
	require.NoError(t, err)
	assert.Equal(t, string(Body(0, Noon)), string(got.Body))
}

func pruning(t *testing.T, s receipts.Store) {
	for day := range 4 {
		at := Noon.AddDate(0, 0, day)
		keep(t, s, "a", at, Items(day*10, day*10+3, at)...)
		keep(t, s, "b", at, Item(day*10+5, at))
	}
	before := Entries(t, s, receipts.Query{})
	n, err := s.Prune(background, Noon.AddDate(0, 0, 2))
	require.NoError(t, err)
	assert.EqualValues(t, 8, n)
	base := func(e receipts.Entry) receipts.Entry { e.ID, e.Body = "", nil; return e }
	bases, err := s.Bases(background)
	require.NoError(t, err)
	assert.Equal(t, []receipts.Entry{base(before[5]), base(before[13])}, bases)
	assert.Equal(t, slices.Concat(before[6:12], before[14:16]), Entries(t, s, receipts.Query{}))
	_, err = s.Get(background, ID(0))
	assert.ErrorIs(t, err, receipts.ErrNotFound)
	n, err = s.Prune(background, Noon.AddDate(0, 0, 2))
	require.NoError(t, err)
	assert.Zero(t, n)
	n, err = s.Prune(background, Noon.AddDate(0, 0, 2).Add(time.Millisecond))
	require.NoError(t, err)
	assert.EqualValues(t, 4, n)
	keep(t, s, "a", Noon.AddDate(0, 0, 4), Item(90, Noon))
	Chained(t, s)
}

func pruningAll(t *testing.T, s receipts.Store) {
	keep(t, s, "a", Noon, Items(0, 3, Noon)...)
	last, err := s.Last(background, "a", time.Time{})
	require.NoError(t, err)
	n, err := s.Prune(background, Noon.Add(time.Hour))
	require.NoError(t, err)
	assert.EqualValues(t, 3, n)
	assert.Empty(t, Entries(t, s, receipts.Query{}))
	writers, err := s.Writers(background)
	require.NoError(t, err)
	assert.Equal(t, []string{"a"}, writers)
	last.ID, last.Body = "", nil
	got, err := s.Last(background, "a", time.Time{})
	require.NoError(t, err)
	assert.Equal(t, last, got, "the base")
	_, err = s.Last(background, "a", Noon)
	assert.ErrorIs(t, err, receipts.ErrNotFound)
	keep(t, s, "a", Noon.Add(time.Hour), Item(5, Noon))
	entries := Entries(t, s, receipts.Query{})
	require.Len(t, entries, 1)
	assert.EqualValues(t, 4, entries[0].Seq)
	Chained(t, s)
}

func pruningErased(t *testing.T, s receipts.Store) {
	keep(t, s, "a", Noon, Items(0, 2, Noon)...)
	require.NoError(t, s.Erase(background, ID(1), Noon.Add(time.Minute)))
	n, err := s.Prune(background, Noon.Add(time.Hour))
	require.NoError(t, err)
	assert.EqualValues(t, 2, n)
	bases, err := s.Bases(background)
	require.NoError(t, err)
	require.Len(t, bases, 1)
	assert.True(t, bases[0].Erased.IsZero(), "a base is no receipt that was erased")
	keep(t, s, "a", Noon.Add(time.Hour), Item(5, Noon))
	Chained(t, s)
}

func archive(t *testing.T, s receipts.Store) {
	require.NoError(t, s.Archive(background, receipts.Hash{2}, []byte("two")))
	require.NoError(t, s.Archive(background, receipts.Hash{1}, []byte("one\x00\xff")))
	require.NoError(t, s.Archive(background, receipts.Hash{2}, []byte("another")))
	text, err := s.Declaration(background, receipts.Hash{2})
	require.NoError(t, err)
	assert.Equal(t, "two", string(text), "the first stays")
	text, err = s.Declaration(background, receipts.Hash{1})
	require.NoError(t, err)
	assert.Equal(t, "one\x00\xff", string(text))
	hashes, err := s.Declarations(background)
	require.NoError(t, err)
	assert.Equal(t, []receipts.Hash{{1}, {2}}, hashes)
}

func heads(t *testing.T, s receipts.Store) {
	head := func(writer, day string, seq int64) receipts.Head {
		h := receipts.Head{Writer: writer, Day: day, Seq: seq, Hash: receipts.Hash{byte(seq)}, Previous: receipts.Hash{9}}
		h.Sign(Key)
		return h
	}
	all := []receipts.Head{head("a", "2026-11-27", 1), head("a", "2026-11-28", 2), head("b", "2026-11-27", 3)}
	for _, i := range []int{1, 2, 0} {
		require.NoError(t, s.AddHead(background, all[i]))
	}
	require.NoError(t, s.AddHead(background, head("a", "2026-11-28", 7)), "the first stays")
	assert.Equal(t, all, Heads(t, s))
}

func signing(t *testing.T, s receipts.Store) {
	day := func(n int) time.Time { return Noon.AddDate(0, 0, n) }
	sign := func(now time.Time, want int) {
		t.Helper()
		n, err := receipts.SignHeads(background, s, Key, now)
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	sign(day(0), 0)
	keep(t, s, "a", day(0), Items(0, 3, day(0))...)
	keep(t, s, "b", day(0), Item(5, day(0)))
	sign(day(0), 0)
	sign(day(1), 2)
	sign(day(1), 0)
	keep(t, s, "a", day(2), Items(10, 12, day(2))...)
	keep(t, s, "a", day(4), Items(20, 22, day(4))...)
	keep(t, s, "a", day(5), Items(30, 32, day(5))...)
	sign(day(5), 2)
	sign(day(9), 1)
	all := Heads(t, s)
	var got []string
	previous := map[string]receipts.Hash{}
	public := Key.Public().(ed25519.PublicKey)
	for _, h := range all {
		got = append(got, fmt.Sprint(h.Writer, " ", h.Day, " ", h.Seq))
		assert.True(t, ed25519.Verify(public, h.Text(), h.Signature))
		assert.Equal(t, receipts.KeyName(public), h.Key)
		assert.Equal(t, previous[h.Writer], h.Previous)
		previous[h.Writer] = h.Sum()
	}
	assert.Equal(t, []string{"a 2026-11-27 3", "a 2026-11-29 5", "a 2026-12-01 7", "a 2026-12-02 9", "b 2026-11-27 1"}, got)
	_, err := s.Prune(background, day(5))
	require.NoError(t, err)
	keep(t, s, "a", day(9), Item(40, day(9)))
	sign(day(10), 1)
	assert.Len(t, Heads(t, s), 6)
}

// Fill keeps receipts of two chains, a and b, from Noon on for five days, six of each day; the
// declaration is archived, each day but the last has its heads, one receipt of each chain was erased
// ([ID] 203 and 253), and the first day's were pruned. Of a day d, receipts d*100 to d*100+5 are a's,
// with numbers from d*6+1, and from d*100+50 on b's. It returns the last day's noon.
func Fill(t testing.TB, s receipts.Store) (now time.Time) {
	t.Helper()
	require.NoError(t, s.Archive(background, declarationHash(), []byte(Declaration)))
	for day := range 5 {
		now = Noon.AddDate(0, 0, day)
		_, err := receipts.SignHeads(background, s, Key, now)
		require.NoError(t, err)
		for _, writer := range []string{"a", "b"} {
			from := day*100 + map[string]int{"b": 50}[writer]
			for n := range 3 {
				received := now.Add(time.Duration(n) * time.Hour)
				_, err := s.Append(background, writer, received, Items(from+n*2, from+n*2+2, received))
				require.NoError(t, err)
			}
		}
	}
	require.NoError(t, s.Erase(background, ID(203), now))
	require.NoError(t, s.Erase(background, ID(253), now))
	_, err := s.Prune(background, Noon.AddDate(0, 0, 1))
	require.NoError(t, err)
	return now
}

// Verified verifies a store with the tests' key.
func Verified(t testing.TB, s receipts.Store, now time.Time, elsewhere ...receipts.Head) *receipts.Report {
	t.Helper()
	public := Key.Public().(ed25519.PublicKey)
	r, err := receipts.Verify(background, s, receipts.Trust{Keys: receipts.Keys{receipts.KeyName(public): public}, Heads: elsewhere, Now: now})
	require.NoError(t, err)
	return r
}

func verifies(t *testing.T, s receipts.Store) {
	assert.Empty(t, Verified(t, s, Noon).Faults)
	now := Fill(t, s).Add(3 * time.Hour)
	elsewhere := Heads(t, s)
	r := Verified(t, s, now, elsewhere...)
	assert.Empty(t, r.Faults)
	assert.Equal(t, []receipts.Chain{
		{Writer: "a", First: 7, Last: 30, Erased: 1, Received: now.Add(-time.Hour), Signed: 24, Until: "2026-11-30"},
		{Writer: "b", First: 7, Last: 30, Erased: 1, Received: now.Add(-time.Hour), Signed: 24, Until: "2026-11-30"},
	}, r.Chains)
	r.Chains = nil
	assert.Equal(t, &receipts.Report{Entries: 48, Erased: 2, Heads: 8, Declarations: 1, Signatures: true}, r)
	next := Verified(t, s, now.AddDate(0, 0, 1))
	if assert.Len(t, next.Faults, 2, "nobody has signed since") {
		assert.Equal(t, receipts.FaultUnsigned, next.Faults[0].Kind)
	}
	_, err := receipts.SignHeads(background, s, Key, now.AddDate(0, 0, 1))
	require.NoError(t, err)
	assert.Empty(t, Verified(t, s, now.AddDate(0, 0, 1), elsewhere...).Faults)
	_, err = s.Prune(background, now.AddDate(0, 0, 1))
	require.NoError(t, err)
	assert.Empty(t, Verified(t, s, now.AddDate(0, 0, 1), elsewhere...).Faults)
}

func anyBytes(t *testing.T, s receipts.Store) {
	for n, body := range []string{"\x00", "\xff\xfe", "'; DROP TABLE entries; --", "{}", string(slices.Repeat([]byte("é"), 2000))} {
		writer := fmt.Sprintf("it's \"%d\", é", n)
		keep(t, s, writer, Noon, receipts.Item{ID: ID(n), Body: []byte(body)})
		got, err := s.Get(background, ID(n))
		require.NoError(t, err)
		assert.Equal(t, body, string(got.Body))
		assert.Equal(t, writer, got.Writer)
	}
	_, err := s.Get(background, "no UUID, é'\x01")
	assert.ErrorIs(t, err, receipts.ErrNotFound)
	Chained(t, s)
}

func long(t *testing.T, s receipts.Store) {
	const n, batch = 3000, 500
	for from := 0; from < n; from += batch {
		keep(t, s, "a", Noon.Add(time.Duration(from)*time.Second), Items(from, from+batch, Noon)...)
	}
	Chained(t, s)
	assert.Len(t, Entries(t, s, receipts.Query{Writer: "a", After: n - 10}), 10)
	pruned, err := s.Prune(background, Noon.Add((n-batch)*time.Second))
	require.NoError(t, err)
	assert.EqualValues(t, n-batch, pruned)
	Chained(t, s)
}

func check(t *testing.T, s receipts.Store) {
	require.NoError(t, s.Check(background))
	require.NoError(t, s.Check(background))
	assert.Empty(t, Entries(t, s, receipts.Query{}))
	keep(t, s, "a", Noon, Item(0, Noon))
}
