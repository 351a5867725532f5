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

// paced reports how much is read in a second of a processor's time, whatever else it does.
func paced(b *testing.B, text []byte, once func()) {
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	spent := func() time.Duration {
		var use syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
			b.Fatal(err)
		}
		return time.Duration(use.Utime.Nano() + use.Stime.Nano())
	}
	start := spent()
	for b.Loop() {
		once()
	}
	b.ReportMetric(float64(len(text))*float64(b.N)/(1<<20)/(spent()-start).Seconds(), "MB/cpu-s")
}

func BenchmarkRewrite(b *testing.B) {
	r := rewriter(b, "", Options{})
	for name, text := range map[string][]byte{"plain": plainPage(), "gated": bytes.Repeat([]byte(page), 1000)} {
		b.Run(name, func(b *testing.B) {
			paced(b, text, func() {
				if err := r.Rewrite(io.Discard, bytes.NewReader(text), here); err != nil {
					b.Fatal(err)
				}
			})
		})
	}
}

// What the tokenizer of golang.org/x/net/html takes for the same page, with all attributes.
func BenchmarkTokenize(b *testing.B) {
	text := plainPage()
	paced(b, text, func() {
		z := html.NewTokenizer(bytes.NewReader(text))
		for z.Next() != html.ErrorToken {
			io.Discard.Write(z.Raw())
			for more := true; more; {
				_, _, more = z.TagAttr()
			}
		}
	})
}

// What copying takes.
func BenchmarkCopy(b *testing.B) {
	text := plainPage()
	buffer := make([]byte, 1<<16)
	paced(b, text, func() {
		io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{bytes.NewReader(text)}, buffer)
	})
}
