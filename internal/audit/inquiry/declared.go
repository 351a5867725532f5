package inquiry

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/locale"
	"github.com/octroi-consent/octroi/internal/audit/crawl"
	"github.com/octroi-consent/octroi/internal/audit/markup"
	"github.com/octroi-consent/octroi/internal/audit/report"
)

// declares returns a page's declaration, also where that is a file: the one that data-config
// names, or the one that octroi build has put beside octroi.js.
func (q *inquiry) declares(p *crawl.Page, doc *markup.Page) (text string, line int) {
	if doc.Declaration != "" {
		return strings.TrimSpace(doc.Declaration), doc.DeclarationLine
	}
	if doc.DropIn == nil {
		return "", 0
	}
	named := doc.DropIn.Config != ""
	u := crawl.Resolve(p.URL, doc.DropIn.Config)
	if !named {
		if u = crawl.Resolve(p.URL, doc.DropIn.Src); u != nil {
			u = crawl.Resolve(u, "declaration.json")
		}
	}
	if u == nil || q.declared && q.text != "" && q.evidence.configs[u.String()] {
		return "", 0
	}
	q.evidence.configs[u.String()] = true
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	file, err := crawl.Get(ctx, q.site.Fetch, u, config.MaxBytes+1)
	if !named {
		// Some servers answer with a page for whatever is not there.
		if err != nil || file.Status != 200 || !strings.HasPrefix(strings.TrimSpace(file.Text), "{") {
			return "", 0
		}
		q.built = true
	}
	if err != nil || file.Status != 200 {
		q.find(fileMissing, u.String(), report.Finding{What: "The declaration that data-config names cannot be had.", Fix: "Put it there, or mend the address."}, report.Place{Page: p.URL.String(), Line: doc.DropIn.Line})
		return "", 0
	}
	return strings.TrimSpace(file.Text), doc.DropIn.Line
}

// take reads a declaration; its faults are findings.
func (q *inquiry) take(text, page string, line int) {
	q.declaration = declare(text)
	q.declared = true
	for i := range q.faults {
		f := &q.faults[i]
		rule := declarationFault
		switch {
		case f.Is(config.EssentialThirdParty):
			rule = essentialThird
		case f.Is(config.OverLaw):
			rule = lifeOverLaw
		}
		q.wrong(rule, f, page, line)
	}
	if len(q.faults) > 0 {
		return
	}
	for _, hint := range q.cfg.Hints() {
		q.wrong(declarationHint, &hint, page, line)
	}
}

// wrong is a finding about the declaration.
func (q *inquiry) wrong(rule string, f *config.Fault, page string, line int) {
	q.find(rule, f.Path, report.Finding{What: "In the declaration: " + f.Reason + ".", Fix: strings.ToUpper(f.Right[:1]) + strings.TrimSuffix(f.Right[1:], "?") + stop(f.Right)}, report.Place{Page: page, Line: line})
}

// stop is how a sentence ends.
func stop(text string) string {
	if strings.HasSuffix(text, "?") {
		return "?"
	}
	return "."
}

// languages looks for texts that pages of a language lack.
func (q *inquiry) languages(ctx context.Context) {
	if !q.declared || len(q.cfg.Categories) == 0 {
		return
	}
	for lang, page := range q.pages.languages {
		at := report.Place{Page: page}
		var paths []string
		lacks := func(path string, t config.Text) {
			if t.Lacks(lang) {
				paths = append(paths, path)
			}
		}
		lacks("site.name", q.cfg.Site.Name)
		for i := range q.cfg.Categories {
			c := &q.cfg.Categories[i]
			lacks("categories."+c.ID+".label", c.Label)
			lacks("categories."+c.ID+".text", c.Text)
		}
		for i := range q.cfg.Services {
			s := &q.cfg.Services[i]
			lacks("services."+s.ID+".name", s.Name)
			lacks("services."+s.ID+".purpose", s.Purpose)
		}
		if len(paths) > 0 {
			q.find(textMissing, "declaration "+lang, report.Finding{What: "The declaration lacks, in “" + lang + "”, which this page is in: " + strings.Join(paths, ", ") + ".",
				Fix: "Write these in that language too."}, at)
		}
		if q.o.Languages == "" {
			continue
		}
		have, own := q.o.Languages, "en"
		if len(q.manifest.Languages) > 0 {
			have, own = strings.Join(q.manifest.Languages, " "), q.manifest.Languages[0]
		}
		file, _ := locale.Choose(lang, have, "")
		if file == "" {
			mend := "Write locales/" + lang + ".json beside the others in web/locales, and build with it."
			if other, _ := locale.Choose(lang, q.o.Languages, ""); other != "" {
				if len(paths) > 0 {
					continue // the build has them as soon as the declaration has its own
				}
				mend = "Build with octroi build --lang " + other + "."
			}
			q.find(textMissing, "interface "+lang, report.Finding{What: "The interface has no texts in “" + lang + "”; visitors are asked in another language.", Fix: mend}, at)
			continue
		}
		engine, err := url.Parse(q.out.Engine)
		if file == own || err != nil || q.out.Engine == "" || !strings.HasPrefix(q.out.Engine, q.shown) {
			continue
		}
		if u := crawl.Resolve(q.start, crawl.Resolve(engine, "locales/"+file+".json").Path); !q.there(ctx, u) {
			mend := "Copy locales/ from dist/ to the folder of octroi.js."
			if q.built {
				mend = "Run octroi build again, and put all that it writes into the folder of octroi.js."
			}
			q.find(textMissing, "locales/"+file+".json", report.Finding{What: u.Path + " is not there: visitors of pages in “" + lang + "” are asked in another language.", Fix: mend}, at)
		}
	}
}

func (q *inquiry) ids() (ids []string) {
	for n := range len(q.cfg.Categories) + len(q.cfg.Services) {
		ids = append(ids, q.cfg.ID(n))
	}
	return ids
}

// inherited are our ids for what another manager calls ids.
func (q *inquiry) inherited(manager, ids string) (ours string, all bool) {
	all = true
	for _, one := range strings.FieldsFunc(ids, func(r rune) bool { return r == ' ' || r == ',' }) {
		found := false
		for _, in := range q.cfg.Inherit {
			if in.From != manager {
				continue
			}
			if n := slices.Index(in.Names, one); n >= 0 {
				found = true
				ours = strings.TrimSpace(ours + " " + in.IDs[n])
			}
		}
		all = all && found
	}
	return ours, all
}

func (q *inquiry) categoryRequired(id string) bool {
	n := q.cfg.Find(id)
	return n >= 0 && n < len(q.cfg.Categories) && q.cfg.Categories[n].Required
}
