package receipts

import (
	"context"
	"sync"
	"time"
)

// signer signs the heads of days past: when it begins, after each midnight (UTC), and at its end.
type signer struct {
	store  Store
	o      *Options
	cancel context.CancelFunc
	ended  chan struct{}
	mu     sync.Mutex
	signed string // the day on which all of before was signed
}

func newSigner(store Store, o *Options) *signer {
	ctx, cancel := context.WithCancel(context.Background())
	s := &signer{store: store, o: o, cancel: cancel, ended: make(chan struct{})}
	go s.run(ctx)
	return s
}

// run looks at the clock each minute, so that it also notices one that was set.
func (s *signer) run(ctx context.Context) {
	defer close(s.ended)
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	var failed time.Time
	for {
		if now := s.o.Now(); failed.IsZero() || now.Sub(failed).Abs() >= quiet {
			failed = time.Time{}
			if err := s.sign(ctx, now); err != nil && ctx.Err() == nil {
				failed = now
				s.o.Log.Error("the heads of days past could not be signed", "cause", err.Error())
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// sign signs what is due on now's day, once.
func (s *signer) sign(ctx context.Context, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	day := dayOf(now)
	if s.signed == day {
		return nil
	}
	n, err := SignHeads(ctx, s.store, s.o.Key, now)
	if n > 0 {
		s.o.Log.Info("heads of days past were signed", "heads", n)
	}
	if err == nil {
		s.signed = day
	}
	return err
}

// close ends it, and signs what is due.
func (s *signer) close(ctx context.Context) error {
	s.cancel()
	<-s.ended
	return s.sign(ctx, s.o.Now())
}
