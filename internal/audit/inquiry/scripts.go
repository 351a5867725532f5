package inquiry

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/octroi-consent/octroi/internal/audit/crawl"
	"github.com/octroi-consent/octroi/internal/audit/markup"
	"github.com/octroi-consent/octroi/internal/audit/report"
)

// scripts are those whose text is read.
type scripts struct {
	byText     map[string]script // what inline ones tell
	firstParty map[string]bool   // the site's own, by address
}

// inline tells what a script's text is about; pages share most of theirs.
func (q *inquiry) inline(text string, base *url.URL) script {
	s, had := q.scripts.byText[text]
	if !had {
		s = q.read(text, base)
		if len(q.scripts.byText) < 10000 {
			q.scripts.byText[text] = s
		}
	}
	return s
}

// inlineThing judges an inline script that runs.
func (q *inquiry) inlineThing(at report.Place, t *markup.Thing, s script, guarded bool, out report.Thing) (report.Thing, bool) {
	q.evidence.mentions(t.Text)
	ids := append(slices.Clone(s.declared), s.known...)
	for id, host := range s.hosts {
		class := report.NotHeld
		if guarded && slices.Contains(s.declared, id) {
			class = report.Held
		}
		q.calls.note("site", host, id, class, report.Static)
	}
	if len(ids) == 0 || len(s.known) == 0 && !s.shut {
		return out, len(ids) > 0
	}
	for _, id := range s.declared {
		q.evidence.see(id)
	}
	out.Service = strings.Join(ids, " ")
	if len(s.declared) > 0 {
		out.Category = q.category(s.declared[0])
	} else {
		out.Category = q.known.services[s.known[0]].Category
	}
	out.Class = report.NotHeld
	if guarded && (s.shut && len(s.known) == 0 || s.held) {
		out.Class = report.Held
		return out, true
	}
	for _, id := range s.known {
		q.undeclared(id, s.hosts[id], at)
	}
	q.find(requestBefore, "inline script of "+ids[0], report.Finding{Service: out.Service,
		What: "The snippet runs before there is a choice, and nothing holds it.", Fix: "Gate it in the markup:", Code: gatedTag(t, ids[0])}, at)
	return out, true
}

// readScripts reads the site's own scripts for what they bring.
func (q *inquiry) readScripts(ctx context.Context) {
	for n, address := range sorted(q.scripts.firstParty) {
		if n >= maxScripts || ctx.Err() != nil {
			return
		}
		u, err := url.Parse(address)
		if err != nil {
			continue
		}
		q.site.Wait(ctx)
		q.site.Progress(Progress{"reading", q.public(address), n, len(q.scripts.firstParty)})
		one, cancel := context.WithTimeout(ctx, 20*time.Second)
		p, err := crawl.Get(one, q.site.Fetch, u, maxScript)
		cancel()
		if err != nil || p.Status != 200 {
			continue
		}
		q.out.Bytes += p.Bytes
		q.evidence.mentions(p.Text)
		s := q.read(p.Text, u)
		at := report.Place{Page: address, State: report.Static}
		for _, id := range s.declared {
			q.evidence.see(id)
			if host := s.hosts[id]; host != "" {
				q.calls.note("site", host, id, report.Held, report.Static)
			}
		}
		for _, id := range s.known {
			if host := s.hosts[id]; host != "" {
				q.undeclared(id, host, at)
				q.calls.note("site", host, id, report.NotHeld, report.Static)
			}
		}
	}
}
