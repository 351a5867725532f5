package wasmtest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/octroi-consent/octroi/internal/audit/headless"
	"github.com/octroi-consent/octroi/internal/audit/report"
)

// badSite does all that a site can do wrong. What it holds back it lets go at the end.
func badSite(t *testing.T, third string) *httptest.Server {
	mux := http.NewServeMux()
	held := make(chan struct{})
	hold := func(http.ResponseWriter, *http.Request) { <-held }
	html := func(path, text string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, text)
		})
	}
	raw := func(path, answer string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
				fmt.Fprint(conn, answer)
				conn.Close()
			}
		})
	}
	var start strings.Builder
	for _, path := range []string{"huge", "loop", "away", "stuck", "drip", "half", "reset", "latin", "soup", "down"} {
		fmt.Fprintf(&start, `<a href="/%s">`, path)
	}
	for i := range 10000 {
		fmt.Fprintf(&start, `<a href="/many/%d">`, i)
	}
	html("/{$}", start.String())
	html("/many/{n}", "")
	html("/huge", "<title>Huge</title>"+strings.Repeat("<p>All of it.", 1<<18))
	mux.Handle("GET /loop", http.RedirectHandler("/loop", http.StatusFound))
	mux.Handle("GET /away", http.RedirectHandler(third+"/elsewhere", http.StatusFound))
	mux.HandleFunc("GET /stuck", hold)
	mux.HandleFunc("GET /drip", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<p>")
		w.(http.Flusher).Flush()
		hold(w, r)
	})
	raw("/half", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\n<p>half")
	raw("/reset", "")
	raw("/latin", "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=iso-8859-1\r\nConnection: close\r\n\r\n<title>caf\xe9</title>")
	html("/soup", "<title>Soup</title><p\x00<<a href='/many/1'<b =\"><script src=/a></scr<!--<img src=\"\xff\">")
	mux.HandleFunc("GET /down", func(w http.ResponseWriter, r *http.Request) { http.Error(w, "down", http.StatusInternalServerError) })

	// What pages do where they are loaded.
	mux.HandleFunc("GET /never.png", hold)
	var all strings.Builder
	for path := range moves {
		if path != "/waits" {
			fmt.Fprintf(&all, `<a href="%s">`, path)
		}
	}
	html("/moves", all.String())
	for path, script := range moves {
		html(path, `<!doctype html><html lang="en"><title>Bad</title><body><script>`+strings.ReplaceAll(script, "THIRD", third)+`</script>`)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(held) })
	return server
}

// Whatever a site does, the audit ends, and tells.
func TestAuditOfABadSite(t *testing.T) {
	only(t, "TestAuditOfTheShop runs the audit in each; what it finds is judged in Go", "chromium")
	s := newSite(t)
	bad := badSite(t, s.Third)
	_, tab := visit(t, s, "500", "502", "404", "NetworkError", "Load failed")
	page := audited(t, bad.URL+"/")
	r := tab.audit(page, "live=0&pages=15&seconds=4")
	failed := map[string]string{}
	for _, f := range r.Failed {
		failed[strings.TrimPrefix(f.URL, bad.URL)] = f.Why
	}
	for path, why := range map[string]string{
		"/loop":  "redirects without end|no answer in time", // after 20 of them
		"/away":  "redirects to " + strings.TrimPrefix(s.Third, "http://"),
		"/stuck": "no answer in time",
		"/drip":  "no answer in time",
		"/half":  "its answer breaks off",
		"/reset": "the site does not answer",
		"/down":  "answers 500",
	} {
		assert.Regexp(t, why, failed[path], path)
	}
	assert.Len(t, failed, 7)
	assert.Contains(t, r.Ended, "8 of 294 known pages were read")
	titles := map[string]report.Page{}
	for _, p := range r.Pages {
		titles[p.Title] = p
	}
	assert.True(t, titles["Huge"].Cut)
	assert.Contains(t, titles, "café")
	assert.Contains(t, titles, "Soup")

	// What one does to who looks at it does not matter to the next.
	live := map[string]string{}
	for _, options := range []string{"live=7&pages=7&seconds=4&start=/moves", "live=1&pages=1&seconds=1&start=/waits"} { // which takes up its second whole
		r := tab.audit(page, options)
		for _, p := range r.Pages {
			live[strings.TrimPrefix(p.URL, bad.URL)] = p.Live
		}
		assert.Less(t, r.Took, int64(40000), options)
	}
	for path, want := range map[string]string{"/top": "yes", "/dialog": "yes", "/reload": "yes", "/grows": "yes",
		"/leaves": "it cannot be framed here, or leads to another site", "/waits": "not loaded within 1 s", "/wreck": "the page threw"} {
		assert.Contains(t, live[path], want, path)
	}
	assert.Len(t, live, len(moves)+1)
}

// A page that keeps the browser busy for ever ends the command all the same.
func TestAuditOfABusyPage(t *testing.T) {
	only(t, "the command drives Chromium", "chromium")
	s := newSite(t)
	s.raw("/busy", "text/html", func() string { return `<!doctype html><html lang="en"><script>for (;;);</script>` })
	patience := headless.Patience
	headless.Patience = 8 * time.Second
	defer func() { headless.Patience = patience }()
	_, err := headless.Audit(audited(t, s.URL+"/busy"), url.Values{"pages": {"1"}}, func(string) {})
	assert.ErrorContains(t, err, "loading "+s.URL+"/busy. A page that keeps its browser busy does that")
}

// A page of which thousands of things are told while it comes stops neither a test nor an
// audit.
func TestATabThatTellsMuch(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	s.raw("/restless", "text/html", func() string {
		return `<!doctype html><html lang="en"><body><script>
			for (let i = 0; i < 5000; i++) console.debug(i);
			window.done = true;
		</script>`
	})
	_, tab := visit(t, s)
	tab.open("/restless").until(`window.done`)
}
