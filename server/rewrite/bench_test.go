//go:build unix

package rewrite

import (
	"bytes"
	"io"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// plainPage has what a page is mostly made of, and nothing to gate.
func plainPage() []byte {
	var b bytes.Buffer
	b.WriteString("<!doctype html><html lang=en><head><meta charset=utf-8><title>News</title><link rel=stylesheet href=/a.css><script src=/a.js defer></script></head><body><main>\n")
	for range 400 {
		b.WriteString(`<article class="card card--wide" id="a-12345" data-kind="news"><h2 class="title"><a href="/news/some-article-with-a-long-name">A title of some words</a></h2>
<p class="lead">A paragraph of text as news have it: some hundred characters long, with <em>emphasis</em> &amp; <a href="/tags/a">a link</a>, and goes on until it ends.</p>
<figure><img src="/pictures/a-640.jpg" srcset="/pictures/a-640.jpg 640w, /pictures/a-1280.jpg 1280w" sizes="100vw" alt="What it shows" width="640" height="360" loading="lazy"></figure>
<ul class="tags"><li><a href="/tags/a">a</a></li><li><a href="/tags/b">b</a></li></ul></article>
`)
	}
	b.WriteString("</main><script>window.state = {\"a\": 1}</script></body></html>")
	return b.Bytes()
}

// spent is how much of a processor's time something takes, which says more than a clock where other
// things run.
func spent(b *testing.B, n int, once func()) time.Duration {
	used := func() time.Duration {
		var use syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
			b.Fatal(err)
		}
		return time.Duration(use.Utime.Nano() + use.Stime.Nano())
	}
	start := used()
	for range n {
		once()
	}
	return used() - start
}

// tokenize reads a text by the tokenizer of golang.org/x/net/html, with all attributes, and writes
// it as it was.
func tokenize(w io.Writer, text []byte) {
	z := html.NewTokenizer(bytes.NewReader(text))
	for z.Next() != html.ErrorToken {
		w.Write(z.Raw())
		for more := true; more; {
			_, _, more = z.TagAttr()
		}
	}
}

// Besides how much is read in a second of a processor's time, it tells how many times as fast that is
// as a tokenizer that does nothing else, and as what part of the speed of copying in parts of 64 KB.
func BenchmarkRewrite(b *testing.B) {
	r := rewriter(b, "", Options{})
	for name, text := range map[string][]byte{"plain": plainPage(), "gated": bytes.Repeat([]byte(page), 1000)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			buffer := make([]byte, 1<<16)
			rounds := 0
			var mine, tokenizer, copying time.Duration
			for b.Loop() {
				rounds++
				mine += spent(b, 8, func() {
					if err := r.Rewrite(io.Discard, bytes.NewReader(text), here); err != nil {
						b.Fatal(err)
					}
				})
				tokenizer += spent(b, 8, func() { tokenize(io.Discard, text) })
				copying += spent(b, 8, func() {
					io.CopyBuffer(struct{ io.Writer }{new(bytes.Buffer)}, struct{ io.Reader }{bytes.NewReader(text)}, buffer)
				})
			}
			b.ReportMetric(float64(8*rounds*len(text))/(1<<20)/mine.Seconds(), "MB/cpu-s")
			b.ReportMetric(tokenizer.Seconds()/mine.Seconds(), "×tokenizer")
			b.ReportMetric(copying.Seconds()/mine.Seconds(), "×copying")
		})
	}
}
