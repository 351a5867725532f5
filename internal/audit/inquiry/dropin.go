package inquiry

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/octroi-consent/octroi/internal/audit/crawl"
	"github.com/octroi-consent/octroi/internal/audit/markup"
	"github.com/octroi-consent/octroi/internal/audit/report"
)

// engine judges whether Octroi stands in a page as it should; guarded is false where it
// holds nothing that comes after it, stopped tells that a policy keeps it from running.
func (q *inquiry) engine(one read) (guarded, stopped bool) {
	doc, page := one.doc, one.URL.String()
	if doc.DropIn == nil {
		if q.declared {
			q.reopenLink(page, doc)
		}
		return false, false
	}
	d := doc.DropIn
	if u := crawl.Resolve(one.URL, d.Src); u != nil && q.out.Engine == "" {
		q.out.Engine = u.String()
	}
	if d.Late != "" {
		q.find(engineLate, d.Late, report.Finding{What: "The drop-in’s tag has " + d.Late + ".", Code: `<script src="` + d.Src + `"></script>`}, report.Place{Page: page, Line: d.Line})
	} else if d.Scripts > 0 {
		q.find(engineLate, "scripts before it", report.Finding{What: fmt.Sprintf("Scripts that stand before the drop-in: %d.", d.Scripts)}, report.Place{Page: page, Line: d.Line})
	}
	stopped = q.policies(one)
	if q.cfg.NoTab {
		q.reopenLink(page, doc)
	}
	return d.Late == "" && !stopped, stopped
}

// reopenLink looks for a page's link to the choices.
func (q *inquiry) reopenLink(page string, doc *markup.Page) {
	if !doc.HasReopenLink {
		q.find(noReopenLink, "#octroi", report.Finding{What: "Nothing on the page leads to the visitor’s choices.", Code: `<a href="#octroi">Cookies</a>`}, report.Place{Page: page})
	}
}

func (q *inquiry) embed() string {
	src := "/octroi/octroi.js"
	if q.out.Engine != "" {
		src = q.out.Engine
	}
	return "<script type=\"application/json\" id=\"octroi-config\">{ … }</script>\n<script src=\"" + src + "\"></script>"
}

// beside looks whether what the drop-in loads stands beside it.
func (q *inquiry) beside(ctx context.Context) {
	if q.out.Engine == "" {
		return
	}
	engine, err := url.Parse(q.out.Engine)
	q.out.Engine = q.public(q.out.Engine)
	if err != nil || !q.firstParty(engine) {
		return
	}
	for file, without := range map[string]string{
		"octroi.rest.js":   "no visitor gets the second layer, and embeds have no stand-ins",
		"octroi.nowasm.js": "visitors whose browser runs no WebAssembly are not asked, and everything that is not essential stays shut",
	} {
		if u := crawl.Resolve(engine, file); !q.there(ctx, u) {
			q.find(fileMissing, file, report.Finding{What: u.Path + " is not there; without it, " + without + ".", Fix: "Copy it from dist/ to the folder of the drop-in."}, report.Place{Page: q.start.String()})
		}
	}
}

func (q *inquiry) there(ctx context.Context, u *url.URL) bool {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	p, err := crawl.Get(ctx, q.site.Fetch, u, 1<<20)
	return err == nil && p.Status == 200
}
