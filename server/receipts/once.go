package receipts

import (
	"log/slog"
	"sync"
	"time"
)

// once logs the first refusal of each kind, and then at most one in ten minutes, with how many
// there were.
type once struct {
	log   *slog.Logger
	now   func() time.Time
	mu    sync.Mutex
	kinds map[string]*told
}

// told is what was logged of one kind.
type told struct {
	at    time.Time
	since int // refusals that were not logged
}

const quiet = 10 * time.Minute

// warn logs a refusal, unless its kind was logged lately.
func (o *once) warn(r *refusal) {
	now := o.now()
	o.mu.Lock()
	if o.kinds == nil {
		o.kinds = map[string]*told{}
	}
	t := o.kinds[r.kind]
	if t == nil {
		t = &told{}
		o.kinds[r.kind] = t
	} else if ago := now.Sub(t.at); ago >= 0 && ago < quiet {
		t.since++
		o.mu.Unlock()
		return
	}
	since := t.since
	*t = told{at: now}
	o.mu.Unlock()
	fields := []any{"kind", r.kind, "status", r.status, "answer", r.sentence}
	if since > 0 {
		fields = append(fields, "unlogged", since)
	}
	if r.cause != nil {
		fields = append(fields, "cause", r.cause.Error())
		o.log.Error("a receipt could not be kept", fields...)
		return
	}
	o.log.Warn("a receipt was refused", fields...)
}

// again lets the next refusal of some kinds be logged at once, and says that what was logged is over.
func (o *once) again(kinds ...string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, kind := range kinds {
		if t := o.kinds[kind]; t != nil {
			delete(o.kinds, kind)
			o.log.Info("receipts are kept again", "kind", kind, "unlogged", t.since)
		}
	}
}
