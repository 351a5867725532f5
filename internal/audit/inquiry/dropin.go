package inquiry

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/url"
	"slices"
	"strings"
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
	if u := crawl.Resolve(one.URL, d.Src); u != nil {
		if q.out.Engine == "" {
			q.out.Engine = u.String()
		}
		if d.Integrity != "" {
			q.tags.note(u, d, page)
		}
	}
	if d.Late != "" {
		q.find(engineLate, d.Late, report.Finding{What: "The tag of octroi.js has " + d.Late + ".", Code: tag("", d.Src, d.Integrity)}, report.Place{Page: page, Line: d.Line})
	} else if d.Scripts > 0 {
		q.find(engineLate, "scripts before it", report.Finding{What: fmt.Sprintf("Scripts that stand before octroi.js: %d.", d.Scripts)}, report.Place{Page: page, Line: d.Line})
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

// embed is what a page has first in its head, in the form that other pages have it in, or as
// octroi build prints it.
func (q *inquiry) embed() string {
	src := "/octroi/octroi.js"
	if q.out.Engine != "" {
		src = q.out.Engine
	}
	if q.declared && !q.built {
		return "<script type=\"application/json\" id=\"octroi-config\">{ … }</script>\n" + tag("", src, "")
	}
	return tag("", src, "")
}

// tag is a script's.
func tag(nonce, src, integrity string) string {
	text := "<script"
	for _, one := range [][2]string{{"nonce", nonce}, {"src", src}, {"integrity", integrity}} {
		if one[1] != "" {
			text += " " + one[0] + `="` + html.EscapeString(one[1]) + `"`
		}
	}
	return text + "></script>"
}

// tags are those of octroi.js that have an integrity.
type tags struct {
	first map[tagged]report.Place // where each stands first
	order []tagged
}

// tagged is a tag of octroi.js, at its whole address.
type tagged struct{ engine, src, integrity string }

func (t *tags) note(u *url.URL, d *markup.DropIn, page string) {
	one := tagged{u.String(), d.Src, d.Integrity}
	if _, had := t.first[one]; !had {
		t.first[one] = report.Place{Page: page, Line: d.Line}
		t.order = append(t.order, one)
	}
}

// manifest is what octroi build says of the files that it has made.
type manifest struct {
	Languages []string
	Files     map[string]json.RawMessage
}

// without tells what the lack of a file means.
var without = map[string]string{
	"octroi.rest.js":   "no visitor gets the second layer, and embeds have no stand-ins",
	"octroi.nowasm.js": "visitors whose browser runs no WebAssembly are not asked, and everything that is not essential stays shut",
}

// beside looks whether what octroi.js loads stands beside it, and whether browsers run it.
func (q *inquiry) beside(ctx context.Context) {
	if q.out.Engine == "" {
		return
	}
	engine, err := url.Parse(q.out.Engine)
	q.out.Engine = q.public(q.out.Engine)
	if err != nil || !q.firstParty(engine) {
		return
	}
	q.integrity(ctx)
	files, mend := slices.Sorted(maps.Keys(without)), "Copy it from dist/ to the folder of octroi.js."
	if q.built {
		mend = "Run octroi build again, and put all that it writes into the folder of octroi.js."
		if text, there := q.file(ctx, crawl.Resolve(engine, "manifest.json")); there && json.Unmarshal([]byte(text), &q.manifest) == nil {
			files = slices.Sorted(maps.Keys(q.manifest.Files))
			files = files[:min(len(files), maxFiles)]
		}
	}
	for _, file := range files {
		// Texts are looked for by the languages of pages; the overlay and what it reads are the
		// developer's.
		if strings.HasPrefix(file, "locales/") || file == "octroi.debug.js" || file == "catalog.json" {
			continue
		}
		means := without[file]
		switch {
		case strings.HasPrefix(file, "engine."):
			means = "visitors get the engine as JavaScript, which is larger and comes later"
		case means == "":
			means = "something is not there for some visitors"
		}
		if u := crawl.Resolve(engine, file); u != nil && q.firstParty(u) && !q.there(ctx, u) {
			q.find(fileMissing, file, report.Finding{What: u.Path + " is not there; without it, " + means + ".", Fix: mend}, report.Place{Page: q.start.String()})
		}
	}
}

// integrity compares what tags say of octroi.js with the file.
func (q *inquiry) integrity(ctx context.Context) {
	for _, one := range q.tags.order {
		u, err := url.Parse(one.engine)
		if err != nil || !q.firstParty(u) || !strings.Contains(one.integrity, "sha384-") {
			continue
		}
		text, there := q.file(ctx, u)
		if !there {
			continue
		}
		now := markup.Integrity(text)
		at := q.tags.first[one]
		if !slices.Contains(strings.Fields(one.integrity), now) {
			q.find(engineSilent, "integrity", report.Finding{What: "The tag’s integrity is not that of " + u.Path + ": browsers do not run the file.",
				Fix: "Take it out:", Code: tag("", one.src, "")}, at)
		} else if !markup.Pinned(u.Path) {
			q.find(engineRefused, "integrity", report.Finding{What: "The tag has an integrity, and " + u.Path + " keeps its name when it changes.",
				Fix: "Take it out, or write the line that octroi build prints with --integrity:", Code: tag("", one.src, "")}, at)
		}
	}
}

// file reads one of the site's.
func (q *inquiry) file(ctx context.Context, u *url.URL) (text string, there bool) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	p, err := crawl.Get(ctx, q.site.Fetch, u, 4<<20)
	if err != nil || p.Status != 200 || p.Cut {
		return "", false
	}
	return p.Text, true
}

func (q *inquiry) there(ctx context.Context, u *url.URL) bool {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	p, err := crawl.Get(ctx, q.site.Fetch, u, 1<<20)
	return err == nil && p.Status == 200
}
