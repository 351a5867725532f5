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
	At     time.Time
	Took   time.Duration
	Faults []string
	More   int    // faults that are not listed
	Failed string // why it could not be done
}

// most is how many faults are listed.
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

// verify has all chains verified, once at a time; long ones in the background.
func (p *page) verify(w http.ResponseWriter, r *http.Request) {
	if p.Verify == nil {
		http.NotFound(w, r)
		return
	}
	running := p.checking.begin(func() *verdict {
		began := p.Now()
		faults, err := p.Verify(context.WithoutCancel(r.Context()))
		v := &verdict{At: began, Took: p.Now().Sub(began), Faults: faults}
		if len(faults) > most {
			v.Faults, v.More = faults[:most], len(faults)-most
		}
		if err != nil {
			p.Log.Error("the chains could not be verified", "error", err.Error())
			v.Failed = "The verification could not be done; the log tells why."
		} else if len(faults) > 0 {
			p.Log.Error("the chains are not whole", "faults", len(faults), "first", faults[0])
		}
		return v
	})
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
