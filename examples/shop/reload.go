package shop

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Reload has open pages load again. Nothing of it is in the files that are served: its
// script is put into pages on their way out.
type Reload struct {
	mu      sync.Mutex
	version int64         // nanoseconds of Unix time: new after a restart too
	changed chan struct{} // closed when the version changes
}

// NewReload returns one whose pages stay until Now.
func NewReload() *Reload {
	return &Reload{version: time.Now().UnixNano(), changed: make(chan struct{})}
}

// Now has every open page load again.
func (l *Reload) Now() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.version = max(time.Now().UnixNano(), l.version+1)
	close(l.changed)
	l.changed = make(chan struct{})
}

func (l *Reload) state() (string, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strconv.FormatInt(l.version, 10), l.changed
}

const reloadTag = `<script src="/dev/reload.js"></script>`

// Handler serves what another does: its pages with the script, and nothing from a cache.
func (l *Reload) Handler(next http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /dev/reload.js", func(w http.ResponseWriter, r *http.Request) {
		version, _ := l.state()
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		fmt.Fprintf(w, "new EventSource('/dev/events').onmessage = (event) => event.data !== '%s' && location.reload();\n", version)
	})
	mux.HandleFunc("GET /dev/events", l.events)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		// Half a file, or none because it is unchanged, has no place for a script.
		r.Header.Del("Range")
		r.Header.Del("If-Modified-Since")
		page := &injected{ResponseWriter: w}
		next.ServeHTTP(page, r)
		page.end()
	})
	return mux
}

// events sends the version, and each one that follows, as server-sent events.
func (l *Reload) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	flush := http.NewResponseController(w)
	for {
		version, changed := l.state()
		fmt.Fprintf(w, "data: %s\n\n", version)
		if flush.Flush() != nil {
			return
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		}
	}
}

// injected keeps a page back until it is whole; all else passes.
type injected struct {
	http.ResponseWriter
	begun, isPage bool
	page          bytes.Buffer
}

func (w *injected) WriteHeader(status int) {
	if !w.begun {
		w.begun = true
		w.isPage = strings.HasPrefix(w.Header().Get("Content-Type"), "text/html")
		if w.isPage {
			w.Header().Del("Content-Length")
		}
		if w.Header().Get("Cache-Control") == "" {
			w.Header().Set("Cache-Control", "no-store")
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *injected) Write(b []byte) (int, error) {
	if !w.begun {
		if w.Header().Get("Content-Type") == "" {
			w.Header().Set("Content-Type", http.DetectContentType(b))
		}
		w.WriteHeader(http.StatusOK)
	}
	if w.isPage {
		return w.page.Write(b)
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets streams be flushed.
func (w *injected) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// end sends a page, with the script before all others, so that it works where these do not.
func (w *injected) end() {
	if !w.isPage {
		return
	}
	before, after, found := strings.Cut(w.page.String(), "<head>")
	if found {
		before += "<head>" + reloadTag
	} else {
		before += reloadTag
	}
	fmt.Fprint(w.ResponseWriter, before+after)
}
