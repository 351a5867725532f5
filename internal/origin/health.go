package origin

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"
)

// Where a load balancer, systemd or Docker asks how the server is.
const (
	livePath  = "/-/health" // it runs
	readyPath = "/-/ready"  // it can do its work
)

func live(w http.ResponseWriter, r *http.Request) { tellState(w, http.StatusOK, "it runs") }

// readiness is what the store said last of whether it can keep receipts. It is asked once a second
// at most, whoever asks how often.
type readiness struct {
	check func(context.Context) error // nil where there is no store

	mu   sync.Mutex
	at   time.Time
	last error
}

// now returns why the store cannot keep receipts; changed tells that this is new.
func (r *readiness) now(ctx context.Context) (err error, changed bool) {
	if r.check == nil {
		return nil, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Since(r.at) < time.Second {
		return r.last, false
	}
	soon, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	before := r.last
	r.last, r.at = r.check(soon), time.Now()
	return r.last, (before == nil) != (r.last == nil)
}

// serveReady tells whether to send visitors here. Why not is for the log: anybody may ask.
func (s *Server) serveReady(w http.ResponseWriter, r *http.Request) {
	if s.draining.Load() {
		tellState(w, http.StatusServiceUnavailable, "it is ending")
		return
	}
	err, changed := s.ready.now(r.Context())
	if err != nil {
		if changed {
			s.Log.Error("the store cannot keep receipts", "why", withoutAddresses(err.Error()))
		}
		tellState(w, http.StatusServiceUnavailable, "the store cannot keep receipts now")
		return
	}
	if changed {
		s.Log.Info("the store can keep receipts again")
	}
	tellState(w, http.StatusOK, "it is ready")
}

func tellState(w http.ResponseWriter, status int, sentence string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	io.WriteString(w, sentence+"\n")
}
