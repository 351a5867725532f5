package inquiry

import (
	"github.com/octroi-consent/octroi/internal/audit/crawl"
	"github.com/octroi-consent/octroi/internal/audit/markup"
	"github.com/octroi-consent/octroi/internal/audit/report"
)

// read is a page whose text was read.
type read struct {
	*crawl.Page
	doc *markup.Page
}

// seen is what is kept of a page for loading it.
type seen struct {
	url    string
	at     int // in out.Pages
	things []string
	starts bool // the drop-in stands there, and no policy stops it
}

// pages are those that were read.
type pages struct {
	waiting   []read // for a declaration to be judged by
	judged    []seen
	languages map[string]string // with the first page of each
}

// Page judges a page once there is a declaration to judge it by.
func (q *inquiry) Page(p *crawl.Page) []string {
	doc := markup.Read(p.Text)
	p.Text = ""
	if doc.Base != "" {
		if base := crawl.Resolve(p.URL, doc.Base); base != nil {
			for i, link := range doc.Links {
				if u := crawl.Resolve(base, link); u != nil {
					doc.Links[i] = u.String()
				}
			}
		}
	}
	links := doc.Links
	doc.Links = nil
	if text, line := q.declares(p, doc); text != "" {
		switch {
		case !q.declared:
			q.take(text, p.URL.String(), line)
		case text != q.text && q.o.Declaration == "":
			q.find(declarationsVary, "declaration", report.Finding{What: "This page’s declaration is not that of the page where the audit found the first one."}, report.Place{Page: p.URL.String(), Line: line})
		}
	}
	one := read{p, doc}
	if q.declared {
		for _, w := range append(q.pages.waiting, one) {
			q.judge(w)
		}
		q.pages.waiting = nil
	} else {
		q.pages.waiting = append(q.pages.waiting, one)
	}
	return links
}

// judge reads a page against the declaration.
func (q *inquiry) judge(one read) {
	doc, page := one.doc, one.URL.String()
	base := one.URL
	if doc.Base != "" {
		if u := crawl.Resolve(one.URL, doc.Base); u != nil {
			base = u
		}
	}
	out := report.Page{URL: q.public(page), Title: doc.Title, Lang: doc.Lang, Status: one.Status, Cut: one.Cut || doc.Cut, Things: []report.Thing{}}
	kept := seen{url: page, at: len(q.out.Pages)}
	guarded, stopped := q.engine(one)
	kept.starts = doc.DropIn != nil && !stopped
	q.setCookies(one)
	foreign := q.declared
	for i := range doc.Things {
		t := &doc.Things[i]
		thing, listed := q.thing(page, base, t, guarded)
		foreign = foreign || listed && thing.Class != report.Own
		if listed {
			out.Things = append(out.Things, thing)
			kept.things = append(kept.things, thing.Service+" "+thing.Kind+" "+string(thing.Class))
		}
	}
	if doc.DropIn == nil && foreign {
		q.find(engineMissing, "octroi.js", report.Finding{What: "The page does not have octroi.js.", Code: q.embed()}, report.Place{Page: page})
	}
	if doc.Lang != "" {
		if _, had := q.pages.languages[doc.Lang]; !had {
			q.pages.languages[doc.Lang] = page
		}
	}
	q.out.Pages = append(q.out.Pages, out)
	q.pages.judged = append(q.pages.judged, kept)
}
