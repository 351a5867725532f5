package storetest

import (
	"bytes"
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/octroi-consent/octroi/server/receipts"
)

// Memory is a store that keeps nothing beyond the process: for tests, and to try things out.
type Memory struct {
	mu           sync.Mutex
	entries      []receipts.Entry // in the order they came
	ids          map[string]int
	gone         map[receipts.Hash]bool // of what was erased: the hashes of the bodies
	last         map[string]receipts.Entry
	bases        map[string]receipts.Entry
	declarations map[receipts.Hash][]byte
	heads        map[[2]string]receipts.Head // by writer and day
}

// NewMemory returns an empty store.
func NewMemory() *Memory {
	return &Memory{
		ids: map[string]int{}, gone: map[receipts.Hash]bool{}, last: map[string]receipts.Entry{},
		bases: map[string]receipts.Entry{}, declarations: map[receipts.Hash][]byte{}, heads: map[[2]string]receipts.Head{},
	}
}

// Append implements [receipts.Store].
func (m *Memory) Append(ctx context.Context, writer string, received time.Time, items []receipts.Item) ([]receipts.Outcome, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	received = received.UTC().Truncate(time.Millisecond)
	var ahead *receipts.Entry
	if last, is := m.last[writer]; is {
		if received.Before(last.Received) {
			return nil, receipts.ErrClock
		}
		ahead = &last
	}
	outcomes := make([]receipts.Outcome, len(items))
	for i, item := range items {
		at, is := m.ids[item.ID]
		switch {
		case is && bytes.Equal(m.entries[at].Body, item.Body):
			outcomes[i] = receipts.There
		case is:
			outcomes[i] = receipts.Conflict
		case m.gone[receipts.HashBody(item.ID, item.Body)]:
			outcomes[i] = receipts.Gone
		default:
			item.Body = bytes.Clone(item.Body)
			e := receipts.Follow(ahead, writer, received, item)
			m.ids[e.ID] = len(m.entries)
			m.entries = append(m.entries, e)
			m.last[writer], ahead = e, &e
		}
	}
	return outcomes, nil
}

// Get implements [receipts.Store].
func (m *Memory) Get(_ context.Context, id string) (receipts.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if at, is := m.ids[id]; is {
		return m.entries[at], nil
	}
	return receipts.Entry{}, receipts.ErrNotFound
}

// Entries implements [receipts.Store].
func (m *Memory) Entries(ctx context.Context, q receipts.Query) iter.Seq2[receipts.Entry, error] {
	return func(yield func(receipts.Entry, error) bool) {
		m.mu.Lock()
		entries := slices.Clone(m.entries)
		m.mu.Unlock()
		slices.SortStableFunc(entries, func(a, b receipts.Entry) int {
			return cmp.Or(cmp.Compare(a.Writer, b.Writer), cmp.Compare(a.Seq, b.Seq))
		})
		for _, e := range entries {
			if err := ctx.Err(); err != nil {
				yield(receipts.Entry{}, err)
				return
			}
			if q.Writer != "" && (e.Writer != q.Writer || e.Seq <= q.After) || e.At < q.From || q.To != 0 && e.At >= q.To {
				continue
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// Writers implements [receipts.Store].
func (m *Memory) Writers(context.Context) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Sorted(maps.Keys(m.last)), nil
}

// Last implements [receipts.Store].
func (m *Memory) Last(_ context.Context, writer string, before time.Time) (receipts.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range slices.Backward(m.entries) {
		if e.Writer == writer && (before.IsZero() || e.Received.Before(before)) {
			return e, nil
		}
	}
	if base, is := m.bases[writer]; is && (before.IsZero() || base.Received.Before(before)) {
		return base, nil
	}
	return receipts.Entry{}, receipts.ErrNotFound
}

// Duplicates implements [receipts.Store].
func (m *Memory) Duplicates(context.Context) (ids []string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	seen := map[string]int{}
	for _, e := range m.entries {
		if seen[e.ID]++; e.ID != "" && seen[e.ID] == 2 && len(ids) < 100 {
			ids = append(ids, e.ID)
		}
	}
	return ids, nil
}

// Erase implements [receipts.Store].
func (m *Memory) Erase(_ context.Context, id string, now time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	at, is := m.ids[id]
	if !is {
		return receipts.ErrNotFound
	}
	e := &m.entries[at]
	e.ID, e.Body, e.Erased = "", nil, now.UTC().Truncate(time.Millisecond)
	if last := m.last[e.Writer]; last.Seq == e.Seq {
		m.last[e.Writer] = *e
	}
	m.gone[e.BodyHash] = true
	delete(m.ids, id)
	return nil
}

// Prune implements [receipts.Store].
func (m *Memory) Prune(_ context.Context, before time.Time) (n int64, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var kept []receipts.Entry
	clear(m.ids)
	for _, e := range m.entries {
		if e.Received.Before(before) {
			delete(m.gone, e.BodyHash)
			e.ID, e.Body, e.Erased = "", nil, time.Time{}
			m.bases[e.Writer] = e
			n++
			continue
		}
		if e.ID != "" {
			m.ids[e.ID] = len(kept)
		}
		kept = append(kept, e)
	}
	m.entries = kept
	return n, nil
}

// Bases implements [receipts.Store].
func (m *Memory) Bases(context.Context) (bases []receipts.Entry, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, writer := range slices.Sorted(maps.Keys(m.bases)) {
		bases = append(bases, m.bases[writer])
	}
	return bases, nil
}

// Archive implements [receipts.Store].
func (m *Memory) Archive(_ context.Context, hash receipts.Hash, text []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, is := m.declarations[hash]; !is {
		m.declarations[hash] = bytes.Clone(text)
	}
	return nil
}

// Declaration implements [receipts.Store].
func (m *Memory) Declaration(_ context.Context, hash receipts.Hash) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if text, is := m.declarations[hash]; is {
		return bytes.Clone(text), nil
	}
	return nil, receipts.ErrNotFound
}

// Declarations implements [receipts.Store].
func (m *Memory) Declarations(context.Context) ([]receipts.Hash, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.SortedFunc(maps.Keys(m.declarations), func(a, b receipts.Hash) int { return bytes.Compare(a[:], b[:]) }), nil
}

// AddHead implements [receipts.Store].
func (m *Memory) AddHead(_ context.Context, h receipts.Head) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, is := m.heads[[2]string{h.Writer, h.Day}]; !is {
		m.heads[[2]string{h.Writer, h.Day}] = h
	}
	return nil
}

// Heads implements [receipts.Store].
func (m *Memory) Heads(context.Context) iter.Seq2[receipts.Head, error] {
	m.mu.Lock()
	heads := slices.SortedFunc(maps.Values(m.heads), func(a, b receipts.Head) int {
		return cmp.Or(cmp.Compare(a.Writer, b.Writer), cmp.Compare(a.Day, b.Day))
	})
	m.mu.Unlock()
	return func(yield func(receipts.Head, error) bool) {
		for _, h := range heads {
			if !yield(h, nil) {
				return
			}
		}
	}
}

// Check implements [receipts.Store].
func (m *Memory) Check(context.Context) error { return nil }

// Close implements [receipts.Store].
func (m *Memory) Close() error { return nil }
