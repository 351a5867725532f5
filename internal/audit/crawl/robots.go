package crawl

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/temoto/robotstxt"
	"golang.org/x/net/html/charset"
)

// Bounds on what a site may say about itself.
const (
	maxRobots   = 512 << 10 // RFC 9309, section 2.5, asks for no more
	maxSitemap  = 8 << 20
	maxSitemaps = 20
	maxDelay    = 10 * time.Second
)

// rules are what robots.txt asks of us.
type rules struct {
	group *robotstxt.Group // nil allows everything
	none  string           // why nothing may be read, "" where that is not so
	delay time.Duration    // between two pages
}

// refuse tells why an address may not be read, "" where it may.
func (r *rules) refuse(u *url.URL) string {
	if r.none == "" && r.group != nil && !r.group.Test(u.RequestURI()) {
		return "robots.txt does not want it read; a group for " + Agent + " there can allow it"
	}
	return r.none
}

// robots reads robots.txt. One that is not there allows everything, one that the server
// fails to give, nothing (RFC 9309, section 2.3.1). Where the site cannot be reached at
// all, its start will tell.
func (c *crawler) robots(ctx context.Context) {
	p, err := c.beside(ctx, "/robots.txt", maxRobots)
	if err == nil && p.Status >= 500 {
		c.rules.none = fmt.Sprintf("robots.txt answers %d, so nothing may be read", p.Status)
		return
	}
	if err != nil || p.Status >= 400 || strings.Contains(p.Header.Get("Content-Type"), "html") {
		return
	}
	data, err := robotstxt.FromStatusAndString(http.StatusOK, p.Text)
	if err != nil {
		return // what cannot be understood asks for nothing
	}
	c.rules.group = data.FindGroup(Agent)
	c.rules.delay = min(c.rules.group.CrawlDelay, maxDelay)
	c.maps = data.Sitemaps
}

// beside reads a file of the site by its path.
func (c *crawler) beside(ctx context.Context, path string, most int64) (*Page, error) {
	ctx, cancel := context.WithTimeout(ctx, c.o.PageTime)
	defer cancel()
	u := Resolve(c.origin, path)
	c.w.Progress(Progress{c.read, c.read + len(c.queue), u.String()})
	p, err := Get(ctx, c.fetch, u, most)
	if err == nil {
		c.bytes += p.Bytes
	}
	return p, err
}

// sitemaps reads sitemap.xml, those that robots.txt names, and those that they name.
func (c *crawler) sitemaps(ctx context.Context) {
	waiting := append([]string{"/sitemap.xml"}, c.maps...)
	known := map[string]bool{}
	for n := 0; len(waiting) > 0 && n < maxSitemaps && ctx.Err() == nil; n++ {
		u := Resolve(c.origin, waiting[0])
		waiting = waiting[1:]
		if u == nil || u.Host != c.origin.Host || known[u.String()] {
			continue
		}
		known[u.String()] = true
		p, err := c.beside(ctx, u.RequestURI(), maxSitemap)
		if err != nil || p.Status != http.StatusOK {
			continue
		}
		pages, maps := locations(p.Text)
		for _, page := range pages {
			if u := Resolve(c.origin, page); u != nil {
				c.add(u, 1)
			}
		}
		waiting = append(waiting, maps...)
	}
}

// locations are the addresses that a sitemap has of pages and of other sitemaps, until it
// ends or breaks.
func locations(text string) (pages, maps []string) {
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = false
	d.CharsetReader = func(label string, input io.Reader) (io.Reader, error) { return charset.NewReaderLabel(label, input) }
	inside := ""
	for len(pages)+len(maps) < 50000 { // as many as one may have
		token, err := d.Token()
		if err != nil {
			return pages, maps
		}
		start, is := token.(xml.StartElement)
		if !is {
			continue
		}
		switch name := start.Name.Local; name {
		case "url", "sitemap":
			inside = name
		case "loc":
			var address string
			if d.DecodeElement(&address, &start) != nil {
				return pages, maps
			}
			if inside == "sitemap" {
				maps = append(maps, address)
			} else {
				pages = append(pages, address)
			}
		}
	}
	return pages, maps
}
