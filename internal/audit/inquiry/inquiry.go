// Package inquiry finds out what a site really does: it reads every page's text, has some
// of them loaded as a visitor would, and compares both with the declaration, by the rules
// that the visitor's engine decides by.
package inquiry

import (
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/octroi-consent/octroi"
	"github.com/octroi-consent/octroi/internal/audit/crawl"
	"github.com/octroi-consent/octroi/internal/audit/report"
)

// Options say how far to go.
type Options struct {
	Crawl       crawl.Options
	Live        int    // pages to load as a visitor; 10 where it is 0, none below
	Site        string // origin to tell of in place of the one that is asked, "" for that one
	Languages   string // that the interface has, divided by spaces
	Declaration string // to judge by where no page has one
}

// Progress tells what is being done.
type Progress struct {
	Doing string // "reading" or "loading"
	What  string // an address
	Done  int
	Of    int
}

// Site is how an inquiry reaches the site.
type Site struct {
	Fetch crawl.Fetch
	// Load loads a page in each state; nil where nothing can.
	Load func(ctx context.Context, address string) ([]Observation, error)
	// Progress is told what is being done, Wait returns when it may go on.
	Progress func(Progress)
	Wait     func(ctx context.Context)
	Now      func() time.Time
}

// Bounds on what is kept.
const (
	maxFindings = 2000
	maxScripts  = 300
	maxScript   = 4 << 20
	maxListed   = 500 // failures, things kept, calls
	maxFiles    = 100 // of one site's own
)

// inquiry is one audit on its way.
type inquiry struct {
	*declaration
	o     Options
	site  Site
	known *known
	audited
	findings findings
	pages    pages
	scripts  scripts
	calls    calls
	evidence evidence
	built    bool // the declaration stands beside octroi.js, where octroi build has put it
	manifest manifest
	tags     tags
	out      *report.Report
}

// Run audits a site from a start address on. What goes wrong on the way is in the report.
func Run(ctx context.Context, start *url.URL, o Options, site Site) (*report.Report, error) {
	k, err := catalogue()
	if err != nil {
		return nil, err
	}
	began := site.Now()
	q := &inquiry{
		declaration: declare(`{}`), o: o, site: site, known: k, audited: audited{start: start},
		findings: findings{byKey: map[string]*report.Finding{}, unguarded: map[string]string{}},
		pages:    pages{languages: map[string]string{}},
		scripts:  scripts{byText: map[string]script{}, firstParty: map[string]bool{}},
		calls:    calls{home: start.Host, byKey: map[string]*report.Call{}},
		tags:     tags{first: map[tagged]report.Place{}},
	}
	q.evidence.init()
	q.faults = nil
	if q.shown = o.Site; q.shown == "" {
		q.shown = start.Scheme + "://" + start.Host
	}
	q.out = &report.Report{Version: octroi.Version(), Site: q.shown, Start: q.public(start.String()), At: began.UnixMilli(),
		Pages: []report.Page{}, Failed: []report.Failure{}, Passed: []report.Failure{}, Services: []report.Service{}, Kept: []report.Kept{}, Calls: []report.Call{}, Causes: []report.Cause{}, Findings: []report.Finding{}}
	if o.Declaration != "" {
		q.take(o.Declaration, "", 0)
	}
	q.out.Ended, q.out.Bytes = crawl.Crawl(ctx, start, o.Crawl, site.Fetch, q)
	for _, one := range q.pages.waiting {
		q.judge(one)
	}
	q.pages.waiting = nil
	// As long again as reading may take.
	rest, cancel := context.WithTimeout(ctx, o.Crawl.Limit())
	q.readScripts(rest)
	q.beside(rest)
	q.languages(rest)
	q.live(rest)
	cancel()
	q.essentials()
	q.unseen()
	q.list()
	q.out.Draft = q.draft()
	q.out.Took = site.Now().Sub(began).Milliseconds()
	return q.out, nil
}

// Failed, Passed, Progress and Wait are what [crawl.Watcher] asks for.
func (q *inquiry) Failed(address, why string) {
	if len(q.out.Failed) < maxListed {
		q.out.Failed = append(q.out.Failed, report.Failure{URL: q.public(address), Why: q.publicText(why)})
	}
}

func (q *inquiry) Passed(address, why string) {
	at := slices.IndexFunc(q.out.Passed, func(f report.Failure) bool { return f.Why == why })
	if at < 0 {
		at = len(q.out.Passed)
		q.out.Passed = append(q.out.Passed, report.Failure{URL: q.public(address), Why: why})
	}
	q.out.Passed[at].Count++
}

func (q *inquiry) Progress(p crawl.Progress) {
	q.site.Progress(Progress{"reading", q.public(p.Reading), p.Read, p.Known})
}

func (q *inquiry) Wait(ctx context.Context) { q.site.Wait(ctx) }

func sorted(set map[string]bool) []string {
	var list []string
	for one := range set {
		list = append(list, one)
	}
	slices.Sort(list)
	return list
}
