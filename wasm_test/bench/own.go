package main

import (
	"context"
	"mime"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"

	"github.com/chromedp/chromedp"
)

// own serves one page with what octroi build makes of a declaration, under /own; without it,
// under /bare; and under /withheld, where the engine never comes.
type own struct{ *httptest.Server }

func newOwn(files map[string][]byte, body string) *own {
	return &own{httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		folder, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		if name == "" {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			script := ""
			if folder != "bare" {
				script = `<script>const ready = new Promise((done) => document.addEventListener('octroi:ready', () => done(true), true))</script><script src="/` + folder + `/octroi.js"></script>`
			}
			w.Write([]byte(`<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,">` + script + `<body>` + body))
			return
		}
		content, there := files[name]
		if !there {
			http.NotFound(w, r)
			return
		}
		if folder == "withheld" && strings.HasSuffix(name, ".wasm") {
			<-r.Context().Done()
			return
		}
		w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
		w.Write(content)
	}))}
}

// open returns once the page is loaded, and the engine runs where it comes.
func (s *own) open(ctx context.Context, page string) error {
	if err := chromedp.Do(ctx, chromedp.Navigate(s.URL+page)); err != nil || page != "/own" {
		return err
	}
	_, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("ready", chromedp.EvalAwaitPromise))
	return err
}
