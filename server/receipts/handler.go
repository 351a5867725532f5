package receipts

import (
	"context"
	"crypto/ed25519"
	"errors"
	"log/slog"
	"net/http"
	"time"
)

// Options say how a Handler works.
type Options struct {
	Hosts  []string           // the site's: "shop.example", or "*.shop.example" for it and all under it
	Writer string             // names the chain: "main" unless given; two processes never share one
	Key    ed25519.PrivateKey // signs the heads; nil: they are not signed
	Log    *slog.Logger       // slog.Default() unless given; nothing that it is told identifies anybody
	Watch  Watch              // is told what happens; nil: nobody is

	Rate  float64                      // receipts a second from one address, 1 unless given
	Burst int                          // and so many at once, 20 unless given
	From  func(r *http.Request) string // the address a request came from; that of the connection unless given
	Now   func() time.Time             // time.Now unless given
}

// Watch is told what a Handler does, as by package metrics; its methods do not block.
type Watch interface {
	// Answered tells of one request: its status, and what was wrong as one of few words, "" where nothing was.
	Answered(status int, refusal string, took time.Duration)
	// Appended tells of one batch that the store was given.
	Appended(receipts int, took time.Duration, err error)
	// Waiting tells how many receipts wait for the store.
	Waiting(n int)
}

// Handler takes receipts. It is made by NewHandler and ended by Close.
type Handler struct{}

// NewHandler starts what takes receipts for a store. The store stays its caller's to close, after Close.
func NewHandler(store Store, o Options) (*Handler, error) { return nil, errors.New("not yet") }

// ServeHTTP implements [http.Handler].
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {}

// Check says whether receipts are taken now: for a health endpoint.
func (h *Handler) Check(ctx context.Context) error { return nil }

// Close takes no more receipts, has the store keep those that wait, and signs the heads of days past.
func (h *Handler) Close(ctx context.Context) error { return nil }
