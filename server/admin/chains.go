package admin

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/octroi-consent/octroi/server/receipts"
)

// chain is the state of one writer's.
type chain struct {
	Writer   string
	Length   int64
	Received time.Time // the last entry
	Hash     receipts.Hash
	Pruned   int64 // up to which entry
	Head     *receipts.Head
}

// chains reads the state of all.
func (p *page) chains(ctx context.Context) ([]chain, error) {
	writers, err := p.Store.Writers(ctx)
	if err != nil {
		return nil, err
	}
	bases, err := p.Store.Bases(ctx)
	if err != nil {
		return nil, err
	}
	heads := map[string]*receipts.Head{}
	for h, err := range p.Store.Heads(ctx) {
		if err != nil {
			return nil, err
		}
		if before := heads[h.Writer]; before == nil || before.Day < h.Day {
			heads[h.Writer] = &h
		}
	}
	list := make([]chain, 0, len(writers))
	for _, writer := range writers {
		c := chain{Writer: writer, Head: heads[writer]}
		last, err := p.Store.Last(ctx, writer, time.Time{})
		if err != nil && !errors.Is(err, receipts.ErrNotFound) {
			return nil, err
		}
		if err == nil {
			c.Length, c.Received, c.Hash = last.Seq, last.Received, last.Hash
		}
		for i := range bases {
			if bases[i].Writer == writer {
				c.Pruned = bases[i].Seq
			}
		}
		list = append(list, c)
	}
	return list, nil
}

// verdict is what a verification found.
type verdict struct {
	*receipts.Report // nil where it could not be done
	At               time.Time
	Took             time.Duration
	Left             int64 // faults that are not shown
}

// most is how many faults are shown.
const most = 50

// checking is the verification that runs, and the last one's verdict.
type checking struct {
	mu      sync.Mutex
	running chan struct{} // closed in the end; nil while none runs
	last    *verdict
}

// state returns the last verdict, and whether a verification is running.
func (c *checking) state() (*verdict, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last, c.running != nil
}

// judge verifies all chains.
func (p *page) judge(ctx context.Context) *verdict {
	v := &verdict{At: p.Now()}
	began := time.Now()
	report, err := receipts.Verify(ctx, p.Store, receipts.Trust{Keys: p.Keys, Now: p.Now()})
	v.Took = time.Since(began).Round(time.Millisecond)
	if err != nil {
		p.Log.Error("the receipts could not be verified", "error", err.Error())
		return v
	}
	if len(report.Faults) > 0 {
		p.Log.Error("the receipts are not whole", "faults", int64(len(report.Faults))+report.More, "first", string(report.Faults[0].Kind))
	}
	if n := len(report.Faults); n > most {
		v.Left, report.Faults = int64(n-most)+report.More, report.Faults[:most]
	}
	v.Report = report
	return v
}

// verify has all chains verified, once at a time; long ones in the background.
func (p *page) verify(w http.ResponseWriter, r *http.Request) {
	running := p.checking.begin(func() *verdict { return p.judge(context.WithoutCancel(r.Context())) })
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-running:
	case <-timer.C:
	}
	w.Header().Set("Location", "./#chains") // as it was asked for: there may be more of a path in front
	w.WriteHeader(http.StatusSeeOther)
}

// begin runs a verification, or waits with the one that runs.
func (c *checking) begin(verify func() *verdict) <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running != nil {
		return c.running
	}
	done := make(chan struct{})
	c.running = done
	go func() {
		v := verify()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.last, c.running = v, nil
		close(done)
	}()
	return done
}
