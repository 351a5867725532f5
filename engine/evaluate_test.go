package engine

import "testing"

// Anew reports whether an evaluation that nothing has asked for would change what is
// granted, asked or loaded: a change then lacks its mark, [grants.outdated].
func (e *Engine) Anew(now int64) bool {
	if e.site.cfg == nil || e.grants.outdated || now/60_000 != e.grants.minute {
		return false
	}
	before, seen := e.grants, e.record.rec.Seen
	before.open, before.loads = append([]bool{}, before.open...), append([]bool{}, before.loads...)
	before.ask = append(before.ask[:0:0], before.ask...)
	e.evaluateAnew(now)
	changed := seen != e.record.rec.Seen
	for n := range before.open {
		changed = changed || before.open[n] != e.grants.open[n] || before.loads[n] != e.grants.loads[n]
	}
	for i := range before.ask {
		changed = changed || before.ask[i] != e.grants.ask[i]
	}
	return changed
}

func TestAnOutdatedMarkIsNeeded(t *testing.T) {
	e := &Engine{}
	e.Handle(Event{Kind: Start, Now: 1_790_000_000_000, Args: []string{`{"site":{"name":"S","controller":"C","contact":"/c"},"policy":{"url":"/p","revision":"1"}}`}})
	if e.Anew(1_790_000_000_000) {
		t.Fatal("a page that has just begun")
	}
}
