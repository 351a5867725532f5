package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/octroi-consent/octroi/internal/audit/headless"
	"github.com/octroi-consent/octroi/internal/audit/proxy"
)

const auditTitle = "## The owner's audit\n\n"

// large serves so many pages, each of 36 KB and with links to the next ten.
func large(pages int) http.Handler {
	body := strings.Repeat(`<p>Some text that a page has, with <a href="/">a link</a> and <img src="/own.png" alt=""> a picture of its own.</p>`+"\n", 300)
	for i := range 10 {
		body += fmt.Sprintf(`<script type="text/plain" data-octroi="stats" data-src="https://stats.example/%d.js"></script><script>var own%d = { path: '/a/b', at: "https://www.w3.org/" };</script>`+"\n", i, i)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := 0
		if _, err := fmt.Sscanf(r.URL.Path, "/page/%d", &n); err != nil && r.URL.Path != "/" {
			if r.URL.Path == "/octroi/octroi.js" {
				http.ServeFile(w, r, "dist/octroi.js")
				return
			}
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><html lang="en"><title>%d</title><script type="application/json" id="octroi-config">%s</script><script src="/octroi/octroi.js"></script>`, n, declaration)
		for next := n + 1; next <= n+10 && next < pages; next++ {
			fmt.Fprintf(w, `<a href="/page/%d">%d</a>`, next, next)
		}
		fmt.Fprint(w, body)
	})
}

// audits tells what an audit of a large site takes, beside fetching its pages alone.
func audits(browser context.Context) (section, error) {
	var b strings.Builder
	b.WriteString(auditTitle + "Pages of 36 KB with 10 gated tags and 10 inline scripts, read through the proxy in headless Chromium at full speed, by four requests at once; beside it, a page's script that fetches the same addresses and does nothing with them. Memory is what the program's WebAssembly has grown to.\n\n| pages | fetched s | audited s | ratio | a page ms | memory MB |\n|---:|---:|---:|---:|---:|---:|\n")
	for _, pages := range []int{100, 500} {
		fmt.Fprintf(os.Stderr, "\r\033[K  an audit of %d pages", pages)
		site := httptest.NewServer(large(pages))
		defer site.Close()
		target, err := url.Parse(site.URL + "/")
		if err != nil {
			return section{}, err
		}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return section{}, err
		}
		defer l.Close()
		page, handler := proxy.At(l, target, os.DirFS("dist/audit"))
		go http.Serve(l, handler)
		ctx, cancel, err := headless.Tab(browser, chromedp.WithNewBrowserContext())
		defer cancel()
		if err != nil {
			return section{}, err
		}
		start := time.Now()
		text, err := headless.AuditIn(ctx, page, url.Values{"pages": {fmt.Sprint(pages)}, "live": {"0"}, "depth": {"100"}}, func(string) {})
		if err != nil {
			return section{}, err
		}
		whole := time.Since(start).Seconds()
		var r struct {
			Pages []struct{}
			Took  int64
			Ended string
		}
		if err := json.Unmarshal([]byte(text), &r); err != nil {
			return section{}, err
		}
		if len(r.Pages) != pages {
			return section{}, fmt.Errorf("%d of %d pages were read: %s", len(r.Pages), pages, r.Ended)
		}
		memory, err := chromedp.Run(ctx, chromedp.Evaluate[float64]("octroiAuditMemory.buffer.byteLength / 1048576"))
		if err != nil {
			return section{}, err
		}
		alone, err := chromedp.Run(ctx, chromedp.Evaluate[float64](fmt.Sprintf(`(async () => {
			const from = performance.now();
			let next = 0;
			await Promise.all([0, 1, 2, 3].map(async () => {
				while (next < %d) await (await fetch('/page/' + next++)).text();
			}));
			return (performance.now() - from) / 1000;
		})()`, pages), chromedp.EvalAwaitPromise))
		if err != nil {
			return section{}, err
		}
		took := float64(r.Took) / 1000
		fmt.Fprintf(&b, "| %d | %.1f | %.1f | %.1f × | %.1f | %.0f |\n", pages, alone, took, took/alone, 1000*took/float64(pages), memory)
		if pages == 500 {
			fmt.Fprintf(&b, "\nFrom opening the audit's page to its report on 500 pages, the program's start among it: %.1f s. Loading a page in its four states takes about 8 s more, most of it waiting for the page to be quiet.\n", whole)
		}
	}
	fmt.Fprint(os.Stderr, "\r\033[K")
	return section{text: b.String()}, nil
}
