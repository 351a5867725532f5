// Package crawl reads a site page by page: from a start, its sitemaps and its links, on
// one origin, as its robots.txt allows, within bounds.
package crawl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html/charset"
)

// Agent is the name that robots.txt may speak to.
const Agent = "OctroiAudit"

// Options bound a crawl; a zero field means its default.
type Options struct {
	Pages     int           // read at most; 100
	Depth     int           // links away from the start, or from a sitemap; 10
	Bytes     int64         // of all pages; 200 MiB
	PageBytes int64         // of one page; what is longer is cut; 2 MiB
	Time      time.Duration // of the crawl; 10 minutes
	PageTime  time.Duration // of one page; 30 seconds
	Parallel  int           // requests at once; 4
}

func (o *Options) defaults() {
	o.Pages = or(o.Pages, 100)
	o.Depth = or(o.Depth, 10)
	o.Bytes = or(o.Bytes, 200<<20)
	o.PageBytes = or(o.PageBytes, 2<<20)
	o.Time = o.Limit()
	o.PageTime = or(o.PageTime, 30*time.Second)
	o.Parallel = or(o.Parallel, 4)
}

// Limit is how long a crawl may take.
func (o *Options) Limit() time.Duration { return or(o.Time, 10*time.Minute) }

func or[T int | int64 | time.Duration](n, otherwise T) T {
	if n <= 0 {
		return otherwise
	}
	return n
}

// FinalURL is the response header in which a [Fetch] tells where redirects have led to,
// where the response's request does not.
const FinalURL = "Octroi-Url"

// Unreachable is the response header in which a proxy tells why the site did not answer.
const Unreachable = "Octroi-Unreachable"

// Fetch asks for an address by GET and follows redirects within its origin.
type Fetch func(ctx context.Context, address string) (*http.Response, error)

// Page is a page that was read.
type Page struct {
	URL    *url.URL // where redirects have led to
	Status int
	Header http.Header
	Text   string // in UTF-8
	Bytes  int64  // of the text as it came
	Cut    bool   // it was longer
	Depth  int
}

// Progress tells how far a crawl is.
type Progress struct {
	Read, Known int    // pages
	Reading     string // the address that was asked for last
}

// Watcher is told what a crawl meets, in one goroutine.
type Watcher interface {
	Page(p *Page) (links []string) // returns the links to follow, as written
	Failed(address, why string)    // not read, and should have been
	Passed(address, why string)    // not read, by a bound or by what it is
	Progress(p Progress)
	Wait(ctx context.Context) // returns when the next page may be asked for
}

// Crawl reads a site. It returns why it ended before everything was read, "" where it was,
// and how many bytes it read.
func Crawl(ctx context.Context, start *url.URL, o Options, fetch Fetch, w Watcher) (ended string, bytes int64) {
	o.defaults()
	ctx, cancel := context.WithTimeout(ctx, o.Time)
	defer cancel()
	c := &crawler{o: o, fetch: fetch, w: w, origin: start, seen: map[string]bool{}, queries: map[string]int{}}
	c.robots(ctx)
	c.add(start, 0)
	c.sitemaps(ctx)
	return c.run(ctx), c.bytes
}

type crawler struct {
	o       Options
	fetch   Fetch
	w       Watcher
	origin  *url.URL
	rules   rules
	maps    []string // addresses of sitemaps
	queue   []next
	seen    map[string]bool
	queries map[string]int // addresses of one path, by path
	read    int
	bytes   int64
}

type next struct {
	url   *url.URL
	depth int
}

type result struct {
	next
	page *Page
	err  error
}

// MaxQueries bounds how many addresses that differ only in their query are read: calendars
// and filters have no end.
const MaxQueries = 20

// maxQueue bounds the addresses that wait, for each page that may be read.
const maxQueue = 20

// files end in what is no page.
var files = strings.Fields(`.7z .avi .bmp .css .csv .doc .docx .eps .exe .gif .gz .ico .ics .jpeg .jpg .js .json .m4a .mov .mp3 .mp4 .mpeg .odt .ogg .pdf
	.png .ppt .pptx .rar .rss .svg .tar .tgz .tif .tiff .ttf .txt .wasm .wav .webm .webmanifest .webp .woff .woff2 .xls .xlsx .xml .zip`)

// add puts an address into the queue, if it is one to read.
func (c *crawler) add(u *url.URL, depth int) {
	if u.Scheme != c.origin.Scheme || u.Host != c.origin.Host {
		return
	}
	u.Fragment, u.RawFragment, u.User = "", "", nil
	if u.Path == "" {
		u.Path = "/"
	}
	address := u.String()
	if c.seen[address] {
		return
	}
	c.seen[address] = true
	switch extension := strings.ToLower(path.Ext(u.Path)); {
	case slices.Contains(files, extension):
	case c.rules.refuse(u) != "":
		c.w.Passed(address, c.rules.refuse(u))
	case depth > c.o.Depth:
		c.w.Passed(address, fmt.Sprintf("more than %d links from the start", c.o.Depth))
	case u.RawQuery != "" && c.queries[u.Path] >= MaxQueries:
		c.w.Passed(address, fmt.Sprintf("more than %d addresses that differ only in their query", MaxQueries))
	case len(c.queue) >= maxQueue*c.o.Pages:
		c.w.Passed(address, "too many addresses wait already")
	default:
		if u.RawQuery != "" {
			c.queries[u.Path]++
		}
		c.queue = append(c.queue, next{u, depth})
	}
}

// run reads what is in the queue and what that leads to.
func (c *crawler) run(ctx context.Context) (ended string) {
	parallel := c.o.Parallel
	if c.rules.delay > 0 {
		parallel = 1
	}
	results, flying := make(chan result), 0
	// Whoever still reads when the crawl ends finds nobody to tell.
	done := make(chan struct{})
	defer close(done)
	started := 0
	for {
		for len(c.queue) > 0 && flying < parallel && started < c.o.Pages && ctx.Err() == nil {
			c.w.Wait(ctx)
			if ctx.Err() != nil {
				break
			}
			if c.bytes >= c.o.Bytes {
				return fmt.Sprintf("%d MiB were read", c.o.Bytes>>20)
			}
			one := c.queue[0]
			c.queue = c.queue[1:]
			c.w.Progress(Progress{c.read, c.read + flying + 1 + len(c.queue), one.url.String()})
			flying++
			started++
			go func() {
				page, err := c.get(ctx, one)
				select {
				case results <- result{one, page, err}:
				case <-done:
				}
			}()
			if c.rules.delay > 0 {
				select {
				case <-time.After(c.rules.delay):
				case <-ctx.Done():
				}
			}
		}
		if flying == 0 {
			switch {
			case ctx.Err() != nil:
				return Why(ctx.Err(), c.o.Time)
			case len(c.queue) > 0:
				return fmt.Sprintf("%d of %d known pages were read", c.read, c.read+len(c.queue))
			}
			return ""
		}
		select {
		case r := <-results:
			flying--
			c.take(r)
		case <-ctx.Done():
			return Why(ctx.Err(), c.o.Time)
		}
	}
}

// Why words what ended a context that a time limits.
func Why(err error, limit time.Duration) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Sprintf("%s had passed", limit)
	}
	return "it was stopped"
}

var errNoPage = errors.New("no page")

func (c *crawler) take(r result) {
	address := r.url.String()
	switch {
	case r.err == errNoPage:
		c.w.Passed(address, "no HTML")
		return
	case r.err != nil:
		c.w.Failed(address, r.err.Error())
		return
	}
	c.bytes += r.page.Bytes
	if final := *r.page.URL; final.String() != address {
		if final.Scheme != c.origin.Scheme || final.Host != c.origin.Host {
			c.w.Failed(address, "redirects to "+final.Host)
			return
		}
		final.Fragment = ""
		if c.seen[final.String()] {
			return // it is read under its own address
		}
		c.seen[final.String()] = true
	}
	c.read++
	for _, link := range c.w.Page(r.page) {
		if u := Resolve(r.page.URL, link); u != nil {
			c.add(u, r.depth+1)
		}
	}
	c.w.Progress(Progress{c.read, c.read + len(c.queue), address})
}

// Resolve makes an address of a page absolute as a browser does where it can; nil for
// what is none, or not of the web.
func Resolve(base *url.URL, text string) *url.URL {
	text = strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' {
			return -1
		}
		return r
	}, strings.TrimSpace(text))
	before, query, has := strings.Cut(text, "?")
	text = strings.ReplaceAll(before, `\`, "/")
	if has {
		text += "?" + query
	}
	u, err := base.Parse(strings.ReplaceAll(text, " ", "%20"))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil
	}
	u.Host = strings.ToLower(strings.TrimSuffix(u.Host, ":"))
	if port := u.Port(); port == "80" && u.Scheme == "http" || port == "443" && u.Scheme == "https" {
		u.Host = strings.TrimSuffix(u.Host, ":"+port)
	}
	return u
}

func (c *crawler) get(ctx context.Context, one next) (*Page, error) {
	ctx, cancel := context.WithTimeout(ctx, c.o.PageTime)
	defer cancel()
	r, err := Get(ctx, c.fetch, one.url, c.o.PageBytes)
	if err != nil {
		return nil, err
	}
	if r.Status >= 400 {
		return nil, fmt.Errorf("answers %d", r.Status)
	}
	kind := strings.ToLower(r.Header.Get("Content-Type"))
	if kind != "" && !strings.Contains(kind, "html") {
		return nil, errNoPage
	}
	text, err := charset.NewReader(strings.NewReader(r.Text), kind)
	if err == nil {
		var b []byte
		if b, err = io.ReadAll(text); err == nil {
			r.Text = strings.ToValidUTF8(string(b), "�")
		}
	}
	if err != nil && err != io.EOF { // of an empty page
		return nil, fmt.Errorf("its charset cannot be read: %w", err)
	}
	r.Depth = one.depth
	return r, nil
}

// Get asks for an address and reads what it answers, at most so many bytes of it, as long
// as ctx lasts.
func Get(ctx context.Context, fetch Fetch, u *url.URL, most int64) (*Page, error) {
	r, err := fetch(ctx, u.String())
	if err != nil {
		return nil, slow(ctx, err)
	}
	defer r.Body.Close()
	if why := r.Header.Get(Unreachable); why != "" {
		return nil, errors.New(why)
	}
	p := &Page{URL: u, Status: r.StatusCode, Header: r.Header}
	final := r.Header.Get(FinalURL)
	if final == "" && r.Request != nil && r.Request.URL != nil {
		final = r.Request.URL.String()
	}
	if v := Resolve(u, final); v != nil {
		v.Fragment = ""
		p.URL = v
	}
	body, err := readAll(ctx, r.Body, most+1)
	if err != nil {
		return nil, slow(ctx, err)
	}
	if p.Cut = int64(len(body)) > most; p.Cut {
		body = body[:most]
	}
	p.Text, p.Bytes = string(body), int64(len(body))
	return p, nil
}

// readAll reads until the end, the bound, or the end of ctx: a body in a browser knows
// nothing of one.
func readAll(ctx context.Context, body io.ReadCloser, most int64) ([]byte, error) {
	type read struct {
		b   []byte
		err error
	}
	done := make(chan read, 1)
	go func() {
		var b bytes.Buffer
		_, err := b.ReadFrom(io.LimitReader(body, most))
		done <- read{b.Bytes(), err}
	}()
	select {
	case r := <-done:
		return r.b, r.err
	case <-ctx.Done():
		body.Close()
		return nil, ctx.Err()
	}
}

// slow words what a fetch failed by.
func slow(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return errors.New("no answer in time")
	}
	return err
}
