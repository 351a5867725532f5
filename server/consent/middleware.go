package consent

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
)

// Middleware has handlers know the visitor's choices: they ask by [FromContext]. The declaration
// is that which is picked for a request, as by its language; nil leaves the request alone.
//
// The response gets "Vary: Cookie" where its handler has asked, and only then: all others stay as
// cacheable as they are. So a handler has to ask before it begins its response. Whoever asks later
// is told that nothing is granted, because caches could not be told any more that the response
// depends on it; the Logger says so.
func Middleware(pick func(*http.Request) *Declaration) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			d := pick(r)
			if d == nil {
				next.ServeHTTP(w, r)
				return
			}
			v := &visitor{d: d, request: r, response: w}
			next.ServeHTTP(&writer{w, v}, r.WithContext(context.WithValue(r.Context(), key{}, v)))
			v.begin()
		})
	}
}

// Middleware is the function [Middleware] for a site with one declaration.
func (d *Declaration) Middleware(next http.Handler) http.Handler {
	return Middleware(func(*http.Request) *Declaration { return d })(next)
}

type key struct{}

// NewContext returns a context in which [FromContext] finds a state, as for tests.
func NewContext(ctx context.Context, s State) context.Context {
	return context.WithValue(ctx, key{}, &visitor{state: s, taken: true})
}

// FromContext returns the visitor's choices, in a handler that is behind [Middleware]. Without it
// nothing is granted.
func FromContext(ctx context.Context) State {
	if v, is := ctx.Value(key{}).(*visitor); is {
		return v.take()
	}
	tellBare()
	return State{}
}

var tellBare = sync.OnceFunc(func() {
	slog.Warn("octroi: consent.FromContext was called with a context that has no visitor; put the handler behind Middleware; nothing is granted")
})

// visitor is whose request a handler answers.
type visitor struct {
	d        *Declaration
	request  *http.Request
	response http.ResponseWriter

	mu    sync.Mutex
	taken bool  // somebody has asked
	begun bool  // the response's header has gone
	state State // from when it is taken
}

// take reads the state when it is first asked for.
func (v *visitor) take() State {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.taken && v.begun {
		if _, before := v.d.told.LoadOrStore(late{}, true); !before {
			v.d.warn("the visitor's choices were asked for when the response had begun, so that Vary could not be sent; ask before the first write; nothing is granted", "path", v.request.URL.Path)
		}
		return v.d.undecided[0]
	}
	if !v.taken {
		v.state, v.taken = v.d.FromRequest(v.request), true
	}
	return v.state
}

type late struct{}

// begin is called as the response begins.
func (v *visitor) begin() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.taken && !v.begun {
		v.d.AddVary(v.response.Header())
	}
	v.begun = true
}

// writer sees the response begin. Beyond that it is the one that it holds.
type writer struct {
	http.ResponseWriter
	visitor *visitor
}

// Unwrap is for [http.ResponseController].
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *writer) WriteHeader(status int) {
	// Others of 1xx come before the response itself.
	if status >= 200 || status == http.StatusSwitchingProtocols {
		w.visitor.begin()
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *writer) Write(b []byte) (int, error) {
	w.visitor.begin()
	return w.ResponseWriter.Write(b)
}

// ReadFrom keeps what the system does to send a file.
func (w *writer) ReadFrom(from io.Reader) (int64, error) {
	w.visitor.begin()
	return io.Copy(w.ResponseWriter, from)
}

// Flush and Hijack are for those who ask for them by their interfaces.
func (w *writer) Flush() {
	w.visitor.begin()
	_ = http.NewResponseController(w.ResponseWriter).Flush() // http.Flusher has no error to tell
}

// Hijack hands over the connection.
func (w *writer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.visitor.begin()
	return http.NewResponseController(w.ResponseWriter).Hijack()
}
