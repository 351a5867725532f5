package receipts

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

const (
	waitingMost = 1024 // receipts that wait; more are refused
	batchMost   = 256  // receipts that are appended at once
)

var (
	errFull    = errors.New("too many receipts wait for the store")
	errClosing = errors.New("the server is closing")
)

// batcher gives the store whatever waits at once, so that many receipts share one wait for the
// disk.
type batcher struct {
	store  Store
	o      *Options
	logged *once
	queue  chan *waiting
	ended  chan struct{}
	last   atomic.Int64 // Unix milliseconds of when the chain's last entry was received

	mu     sync.RWMutex // held for writing while the queue is closed
	shut   bool
	cancel context.CancelFunc
}

// waiting is a receipt that waits for the store.
type waiting struct {
	item Item
	kept chan result // of one
}

type result struct {
	outcome Outcome
	err     error
}

func newBatcher(store Store, o *Options, logged *once) (*batcher, error) {
	ctx, cancel := context.WithCancel(context.Background())
	b := &batcher{store: store, o: o, logged: logged, queue: make(chan *waiting, waitingMost), ended: make(chan struct{}), cancel: cancel}
	last, err := store.Last(ctx, o.Writer, time.Time{})
	switch {
	case err == nil:
		b.last.Store(last.Received.UnixMilli())
	case !errors.Is(err, ErrNotFound):
		cancel()
		return nil, err
	}
	go b.run(ctx)
	return b, nil
}

// keep waits until an item is durable, or could not be kept.
func (b *batcher) keep(ctx context.Context, item Item) (Outcome, error) {
	w := &waiting{item, make(chan result, 1)}
	if err := b.enter(w); err != nil {
		return 0, err
	}
	select {
	case r := <-w.kept:
		return r.outcome, r.err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// enter puts one into the queue, unless that is full or closed.
func (b *batcher) enter(w *waiting) error {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.shut {
		return errClosing
	}
	select {
	case b.queue <- w:
		b.o.Watch.Waiting(len(b.queue))
		return nil
	default:
		return errFull
	}
}

// run appends until the queue is closed and empty.
func (b *batcher) run(ctx context.Context) {
	defer close(b.ended)
	for first := range b.queue {
		batch := []*waiting{first}
	gather:
		for len(batch) < batchMost {
			select {
			case next, more := <-b.queue:
				if !more {
					break gather
				}
				batch = append(batch, next)
			default:
				break gather
			}
		}
		b.o.Watch.Waiting(len(b.queue))
		b.append(ctx, batch)
	}
}

// append has one batch kept, and tells each what became of it.
func (b *batcher) append(ctx context.Context, batch []*waiting) {
	items := make([]Item, len(batch))
	for i, w := range batch {
		items[i] = w.item
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	started := time.Now()
	received := b.received()
	outcomes, err := b.store.Append(ctx, b.o.Writer, received, items)
	b.o.Watch.Appended(len(items), time.Since(started), err)
	if err == nil {
		b.last.Store(received.UnixMilli())
		b.logged.again("store", "clock")
	}
	for i, w := range batch {
		if err != nil {
			w.kept <- result{err: err}
		} else {
			w.kept <- result{outcome: outcomes[i]}
		}
	}
}

// received is the time at which a batch was received: now, or the chain's last time where the
// clock was turned back by a little.
func (b *batcher) received() time.Time {
	now := b.o.Now().UTC().Truncate(time.Millisecond)
	if last := time.UnixMilli(b.last.Load()).UTC(); now.Before(last) && last.Sub(now) <= Ahead {
		return last
	}
	return now
}

// behind says whether the clock was turned back by more than a little.
func (b *batcher) behind(now time.Time) bool {
	return now.Before(time.UnixMilli(b.last.Load()).Add(-Ahead))
}

func (b *batcher) closed() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.shut
}

// close takes no more, and waits for what waits; when its context ends it gives that up.
func (b *batcher) close(ctx context.Context) error {
	b.mu.Lock()
	if !b.shut {
		b.shut = true
		close(b.queue)
	}
	b.mu.Unlock()
	defer b.cancel()
	select {
	case <-b.ended:
		return nil
	case <-ctx.Done():
		b.cancel()
		<-b.ended
		return ctx.Err()
	}
}
