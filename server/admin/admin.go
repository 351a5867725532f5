// Package admin is a page for a site's owner, of the receipts that a store keeps: one receipt by
// its id, how many visitors grant what, week by week, and whether the chains are whole.
//
// The page asks nobody who they are: put it where only its owner comes, on loopback or behind your
// own authentication. It has no script, loads nothing from elsewhere, and its links are relative,
// so that it may stand under any path that ends in a slash.
package admin

import (
	"bytes"
	"embed"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"github.com/octroi-consent/octroi/server/receipts"
)

//go:embed page.html page.css
var files embed.FS

// Options say what the page shows.
type Options struct {
	Store receipts.Store
	Keys  receipts.Keys // whose signatures count when the chains are verified; without any, signatures are not looked at
	// Replay says in sentences whether the engine gives the decision of a receipt by its
	// declaration. Nil leaves that out.
	Replay func(receipt receipts.Receipt, declaration []byte) ([]string, error)
	Log    *slog.Logger     // slog.Default() unless given
	Now    func() time.Time // time.Now unless given
}

// page is what answers.
type page struct {
	Options
	template *template.Template
	rates    rates
	checking checking
}

// Handler shows the page.
func Handler(o Options) http.Handler {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	p := &page{Options: o, template: template.Must(template.New("").Funcs(functions).ParseFS(files, "page.html"))}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.overview)
	mux.HandleFunc("GET /receipt", p.receipt)
	mux.HandleFunc("GET /declaration", p.declaration)
	mux.HandleFunc("POST /verify", p.verify)
	mux.HandleFunc("GET /page.css", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, files, "page.css")
	})
	// No other site's page may have a browser press the button.
	return hardened(http.NewCrossOriginProtection().Handler(mux))
}

// hardened lets a browser do nothing with the page but show it.
func hardened(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// view is what the template shows; what is nil is left out.
type view struct {
	Title    string
	ID       string // what was searched
	Sentence string // what went wrong

	Rates  *shown
	Chains []chain
	Last   *verdict // of the last verification
	Runs   bool     // one is running
	Kept   []archived
	More   int // declarations that are not listed

	Receipt     *found
	Declaration *archived
}

// show writes a page, whole or not at all.
func (p *page) show(w http.ResponseWriter, status int, name string, v view) {
	var b bytes.Buffer
	if err := p.template.ExecuteTemplate(&b, name, v); err != nil {
		p.Log.Error("the admin page cannot be shown", "error", err.Error())
		http.Error(w, "the page cannot be shown: the log tells why", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write(b.Bytes())
}

// fail says that the store did not answer. Why is for the log: it may name a server.
func (p *page) fail(w http.ResponseWriter, err error) {
	p.Log.Error("the store does not answer the admin page", "error", err.Error())
	p.show(w, http.StatusServiceUnavailable, "sentence", view{Title: "The store does not answer", Sentence: "The store of receipts does not answer now; the log tells why."})
}
