package receipts

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Limits that a receipt has to be within.
const (
	MaxBody = 4096                // bytes
	MaxAge  = 31 * 24 * time.Hour // since it was made: a page sends for 30 days
)

// Options say how a Handler works.
type Options struct {
	Hosts  []string           // the site's: "shop.example", or "*.shop.example" for it and all under it
	Apps   bool               // pages of files send receipts too, as in an app: origin "null", host ""
	Writer string             // names the chain, "main" unless given; two processes never share one
	Key    ed25519.PrivateKey // signs the heads; nil: they are not signed
	Log    *slog.Logger       // slog.Default() unless given; nothing that it is told identifies anybody
	Watch  Watch              // is told what happens; nil: nobody is

	Rate  float64                      // receipts a second from one address, 1 unless given
	Burst int                          // and so many at once, 20 unless given
	From  func(r *http.Request) string // the address a request came from, Forwarded unless given
	Now   func() time.Time             // time.Now unless given
}

// Watch is told what a Handler does, as by package metrics. Its methods may be called at the same
// time by several goroutines, and do not block.
type Watch interface {
	// Answered tells of one request: its status, and what was wrong as one of few words, "" where nothing was.
	Answered(status int, refusal string, took time.Duration)
	// Appended tells of one batch that the store was given.
	Appended(receipts int, took time.Duration, err error)
	// Waiting tells how many receipts wait for the store.
	Waiting(n int)
}

// Handler takes receipts. It is made by NewHandler and ended by Close.
type Handler struct {
	o       Options
	store   Store
	hosts   hosts
	limiter *limiter
	known   *known
	batcher *batcher
	signer  *signer
	logged  *once
}

// NewHandler starts what takes receipts for a store. The store stays its caller's, to be closed
// after the Handler.
func NewHandler(store Store, o Options) (*Handler, error) {
	if len(o.Hosts) == 0 && !o.Apps {
		return nil, errors.New("receipts: no hosts are given; name those of the site, as shop.example")
	}
	named, err := readHosts(o.Hosts)
	if err != nil {
		return nil, err
	}
	if o.Writer == "" {
		o.Writer = "main"
	}
	if strings.ContainsFunc(o.Writer, func(c rune) bool { return c < ' ' || c == 0x7f }) || len(o.Writer) > 100 {
		return nil, errors.New("receipts: the writer's name has control characters, or more than 100 bytes; use a short one, as web-1")
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Watch == nil {
		o.Watch = unwatched{}
	}
	if o.Rate <= 0 {
		o.Rate = 1
	}
	if o.Burst <= 0 {
		o.Burst = 20
	}
	if o.From == nil {
		o.From = Forwarded
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	h := &Handler{o: o, store: store, hosts: named, known: &known{store: store}, limiter: newLimiter(o.Rate, o.Burst), logged: &once{log: o.Log, now: o.Now}}
	if h.batcher, err = newBatcher(store, &h.o, h.logged); err != nil {
		return nil, err
	}
	if o.Key != nil {
		h.signer = newSigner(store, &h.o)
	}
	return h, nil
}

// unwatched is a Watch that nobody looks at.
type unwatched struct{}

func (unwatched) Answered(int, string, time.Duration) {}
func (unwatched) Appended(int, time.Duration, error)  {}
func (unwatched) Waiting(int)                         {}

// refusal is why a request is not taken.
type refusal struct {
	status   int
	kind     string // one word, for logs and metrics
	sentence string // nothing of the request is in it
	retry    int    // seconds after which it is worth another try; 0 for none that is known
	cause    error  // for the log alone
}

// ServeHTTP takes one receipt. It answers 202 when the receipt is durable, also where it was kept
// before; else another status, and why in one sentence. docs/receipts.md has the table.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	started := time.Now()
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Add("Vary", "Origin")
	status := http.StatusAccepted
	refused := h.fromSite(r, header)
	switch {
	case refused != nil:
	case r.Method == http.MethodOptions:
		header.Set("Allow", "POST, OPTIONS")
		if header.Get("Access-Control-Allow-Origin") != "" {
			header.Set("Access-Control-Allow-Methods", http.MethodPost)
			header.Set("Access-Control-Allow-Headers", "Content-Type")
			header.Set("Access-Control-Max-Age", "86400")
		}
		status = http.StatusNoContent
	case r.Method != http.MethodPost:
		header.Set("Allow", "POST, OPTIONS")
		refused = &refusal{status: http.StatusMethodNotAllowed, kind: "method", sentence: "A receipt is sent by POST."}
	default:
		refused = h.take(w, r)
	}
	word := ""
	if refused != nil {
		status, word = refused.status, refused.kind
		if refused.retry > 0 {
			header.Set("Retry-After", strconv.Itoa(refused.retry))
		}
		header.Set("Content-Type", "text/plain; charset=utf-8")
		h.logged.warn(refused)
	}
	w.WriteHeader(status)
	if refused != nil {
		io.WriteString(w, refused.sentence+"\n")
	}
	h.o.Watch.Answered(status, word, time.Since(started))
}

// take reads a receipt, and has it kept; nil where it is durable.
func (h *Handler) take(w http.ResponseWriter, r *http.Request) *refusal {
	now := h.o.Now()
	if !h.limiter.allow(h.o.From(r), now) {
		return &refusal{status: http.StatusTooManyRequests, kind: "rate", sentence: "There are too many receipts from one address; send it again later.", retry: 60}
	}
	body, refused := readBody(w, r)
	if refused != nil {
		return refused
	}
	receipt, err := Parse(body)
	if err != nil {
		return &refusal{status: http.StatusBadRequest, kind: "format", sentence: "This is no receipt: " + err.Error() + "."}
	}
	if refused := h.judge(r.Context(), &receipt, now); refused != nil {
		return refused
	}
	outcome, err := h.batcher.keep(r.Context(), Item{ID: receipt.ID, At: receipt.At, Body: body})
	switch {
	case err != nil:
		return unkept(err)
	case outcome == Conflict:
		return &refusal{status: http.StatusConflict, kind: "conflict", sentence: "Another receipt is kept by this id."}
	case outcome == Gone:
		return &refusal{status: http.StatusGone, kind: "erased", sentence: "This receipt was kept, and erased since."}
	}
	return nil
}

// readBody reads a request's body within its limits.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, *refusal) {
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset, given := parameters["charset"]
	if err != nil || kind != "application/json" && kind != "text/plain" || given && !strings.EqualFold(charset, "utf-8") || r.Header.Get("Content-Encoding") != "" {
		return nil, &refusal{status: http.StatusUnsupportedMediaType, kind: "type", sentence: "A receipt is sent as application/json or text/plain, in UTF-8, without an encoding."}
	}
	// An error here says only that the connection knows no deadlines.
	http.NewResponseController(w).SetReadDeadline(time.Now().Add(10 * time.Second))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	if errors.As(err, new(*http.MaxBytesError)) {
		return nil, &refusal{status: http.StatusRequestEntityTooLarge, kind: "size", sentence: fmt.Sprintf("A receipt has at most %d bytes.", MaxBody)}
	}
	if err != nil {
		return nil, &refusal{status: http.StatusBadRequest, kind: "broken", sentence: "The request broke off before its end."}
	}
	return body, nil
}

// judge says what is wrong with a receipt that is well formed; nil where nothing is.
func (h *Handler) judge(ctx context.Context, r *Receipt, now time.Time) *refusal {
	switch at := r.At.Time(); {
	case !h.hosts.have(r.Host) && (r.Host != "" || !h.o.Apps):
		return &refusal{status: http.StatusForbidden, kind: "host", sentence: "host: it is none of this site's."}
	case h.batcher.behind(now):
		return unkept(ErrClock)
	case at.After(now.Add(Ahead)):
		return &refusal{status: http.StatusUnprocessableEntity, kind: "future", sentence: "at: it is in the future; a receipt is taken once its minute has come.", retry: 3600}
	case at.Before(now.Add(-MaxAge)):
		return &refusal{status: http.StatusBadRequest, kind: "old", sentence: "at: it is more than 31 days ago, and receipts are taken for 31 days."}
	}
	switch wrong, err := h.known.judge(ctx, r); {
	case errors.Is(err, ErrNotFound):
		return &refusal{status: http.StatusUnprocessableEntity, kind: "declaration", sentence: "declaration: it is not in this server's archive; octroi receipts archive puts it there.", retry: 3600}
	case err != nil:
		return unkept(err)
	case wrong != "":
		return &refusal{status: http.StatusBadRequest, kind: "choice", sentence: wrong}
	}
	return nil
}

// unkept is the refusal where the store could not keep a receipt.
func unkept(err error) *refusal {
	refused := &refusal{status: http.StatusServiceUnavailable, kind: "store", sentence: "Receipts cannot be kept at the moment; send it again later.", retry: 30, cause: err}
	switch {
	case errors.Is(err, errFull):
		refused.kind, refused.retry = "queue", 5
	case errors.Is(err, errClosing):
		refused.kind, refused.retry = "closing", 5
	case errors.Is(err, ErrClock):
		refused.kind = "clock"
	}
	return refused
}

// Check says whether receipts are taken now: for a health endpoint.
func (h *Handler) Check(ctx context.Context) error {
	if h.batcher.closed() {
		return errClosing
	}
	if now := h.o.Now(); h.batcher.behind(now) {
		return ErrClock
	}
	return h.store.Check(ctx)
}

// Close takes no more receipts, has the store keep those that wait, and signs the heads of days
// past. It is called after http.Server.Shutdown.
func (h *Handler) Close(ctx context.Context) error {
	err := h.batcher.close(ctx)
	if h.signer != nil {
		err = errors.Join(err, h.signer.close(ctx))
	}
	return err
}
