package origin

import (
	"context"
	"errors"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"
)

// proxy hands each request on to the site's own server, and its answer back, as they came: see
// [httputil.ReverseProxy] for what belongs to a connection and so goes no further. failed is told
// of each answer that could not be had.
func proxy(upstream *url.URL, trust bool, errors *log.Logger, failed func(error)) http.Handler {
	handing := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(upstream)
			if r.In.URL.Path == "*" { // of the server, not of a page
				r.Out.URL.Path = "*"
			}
			r.Out.Host = r.In.Host // the site's name, which its redirects and cookies are for
			// What cannot be parsed of a query is the site's to judge, not that of what stands in between.
			r.Out.URL.RawQuery = r.In.URL.RawQuery
			if trust {
				r.Out.Header["X-Forwarded-For"] = r.In.Header["X-Forwarded-For"] // SetXForwarded adds to it
			}
			r.SetXForwarded()
			if trust {
				for _, name := range []string{"X-Forwarded-Proto", "X-Forwarded-Host"} {
					if value := r.In.Header.Get(name); value != "" {
						r.Out.Header.Set(name, value)
					}
				}
			}
		},
		Transport: &http.Transport{
			DialContext:         (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
			TLSHandshakeTimeout: 10 * time.Second,
			// Node closes a connection that nobody used for 5 seconds: whoever keeps one longer
			// may send a request into it.
			IdleConnTimeout:       4 * time.Second,
			MaxIdleConnsPerHost:   256,
			ResponseHeaderTimeout: 2 * time.Minute,
			ExpectContinueTimeout: time.Second,
			DisableCompression:    true, // the answer is the site's, as it was sent
			ForceAttemptHTTP2:     true,
		},
		BufferPool:   new(buffers),
		ErrorLog:     errors,
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) { unanswered(w, r, err, failed) },
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handing.ServeHTTP(unguessed{w}, r) })
}

// unguessed leaves an answer without a Content-Type as it is; net/http would guess one.
type unguessed struct{ http.ResponseWriter }

func (w unguessed) WriteHeader(status int) {
	if _, told := w.Header()["Content-Type"]; !told && status >= 200 {
		w.Header()["Content-Type"] = nil
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w unguessed) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// unanswered tells a visitor that the site's own server did not answer. The page loads nothing.
func unanswered(w http.ResponseWriter, r *http.Request, err error, failed func(error)) {
	if r.Context().Err() != nil {
		return // nobody is there to be told
	}
	failed(err)
	status, sentence := http.StatusBadGateway, "The site’s server does not answer. Please try again in a moment."
	var slow net.Error
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &slow) && slow.Timeout() {
		status, sentence = http.StatusGatewayTimeout, "The site’s server takes too long to answer. Please try again in a moment."
	}
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		status, sentence = http.StatusRequestEntityTooLarge, "What was sent is too large."
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	io.WriteString(w, `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>`+http.StatusText(status)+`</title><p>`+sentence+"</p>\n")
}

// buffers are used again for the bodies of answers.
type buffers struct{ pool sync.Pool }

func (b *buffers) Get() []byte {
	if buffer, is := b.pool.Get().(*[]byte); is {
		return *buffer
	}
	return make([]byte, 32<<10)
}

func (b *buffers) Put(buffer []byte) { b.pool.Put(&buffer) }

// upstreamFailed writes down why an answer could not be had, without whose it was.
func upstreamFailed(l *slog.Logger) func(error) {
	return func(err error) {
		var op *net.OpError
		if errors.As(err, &op) {
			l.Error("the site's server does not answer", "error", op.Err.Error())
			return
		}
		l.Error("the site's server does not answer", "error", withoutAddresses(err.Error()))
	}
}
