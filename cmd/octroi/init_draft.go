package main

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/catalog"
	"github.com/octroi-consent/octroi/internal/audit/report"
	"github.com/octroi-consent/octroi/internal/declaration"
)

// draft is a declaration on its way: what an audit found, and the owner's answers.
type draft struct {
	d          map[string]any
	language   string   // of the site's texts
	languages  []string // of its pages
	title      string   // of its first page
	categories []any
	services   []map[string]any
}

// newDraft begins with what an audit found, if there was one. Categories are those that sites
// usually have, in the languages of its pages.
func newDraft(r *report.Report, language string) (*draft, error) {
	d := &draft{d: map[string]any{}, language: language}
	if r != nil {
		if err := d.take(r); err != nil {
			return nil, err
		}
	}
	if d.language == "" {
		d.language = "en"
		if len(d.languages) > 0 {
			d.language = d.languages[0]
		}
	}
	if !slices.Contains(d.languages, d.language) {
		d.languages = append([]string{d.language}, d.languages...)
	}
	d.d = map[string]any{
		"site":   map[string]any{"name": "TO DO: the site's name", "controller": "TO DO: who answers for the site", "contact": "/"},
		"policy": map[string]any{"url": "/cookies", "revision": "1"},
	}
	if d.language != "en" {
		d.d["language"] = d.language
	}
	d.category("essential")
	for _, s := range d.services {
		of, _ := s["category"].(string)
		kind := declaration.Kind(of)
		if kind == "" {
			kind = "other"
		}
		s["category"] = d.category(kind)
	}
	return d, nil
}

// take takes in the services of an audit's draft, and the languages of the pages.
func (d *draft) take(r *report.Report) error {
	text, err := json.Marshal(r.Draft)
	if err != nil {
		return err
	}
	var found struct{ Services []map[string]any }
	if err := json.Unmarshal(text, &found); err != nil {
		return err
	}
	d.services = found.Services
	count := map[string]int{}
	for i := range r.Pages {
		base, _, _ := strings.Cut(strings.ToLower(r.Pages[i].Lang), "-")
		if len(base) == 2 {
			count[base]++
		}
		if d.title == "" {
			d.title = strings.TrimSpace(r.Pages[i].Title)
		}
	}
	d.languages = slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		if count[a] != count[b] {
			return count[b] - count[a]
		}
		return strings.Compare(a, b)
	})
	return nil
}

func (d *draft) object(key string) map[string]any { return d.d[key].(map[string]any) }

// texts is a text in the site's languages, as far as there is one.
func (d *draft) texts(all map[string]string) any {
	some := map[string]string{}
	for _, language := range d.languages {
		if text := all[language]; text != "" {
			some[language] = text
		}
	}
	switch {
	case len(some) == 0 && d.language == "en", len(some) == 1 && some[d.language] != "":
		return all[d.language]
	case some[d.language] == "":
		some["en"] = all["en"]
	}
	return some
}

// category returns the id of a category of a kind, and makes it.
func (d *draft) category(kind string) string {
	for _, one := range d.categories {
		if one.(map[string]any)["id"] == kind {
			return kind
		}
	}
	standard := declaration.Standards[kind]
	one := map[string]any{"id": kind, "label": d.texts(standard.Label), "text": d.texts(standard.Text)}
	if kind == "essential" {
		one["required"] = true
	}
	d.categories = append(d.categories, one)
	return kind
}

// use takes in a known service, in a category of its kind.
func (d *draft) use(known *catalog.Service) {
	if slices.ContainsFunc(d.services, func(s map[string]any) bool { return s["id"] == known.ID }) {
		return
	}
	kind := declaration.Kind(known.Category)
	if kind == "" {
		kind = "other"
	}
	d.services = append(d.services, known.Declare(d.category(kind)))
}

// kindsToChoose are what the owner can say that something is for.
var kindsToChoose = []string{"statistics", "marketing", "preferences", "social", "video", "support", "functions", "security", "comments", "other"}

// mostAsked bounds the names that are asked about one by one.
const mostAsked = 25

// ask asks about what nobody knows: whose a host is, and what a name is for.
func (d *draft) ask(a *asker) error {
	if a.yes {
		return nil
	}
	services := d.services
	for _, s := range services {
		provider, _ := s["provider"].(string)
		switch {
		case s["id"] == "unsorted-names":
			if err := d.askNames(a, s); err != nil {
				return err
			}
		case strings.HasPrefix(provider, "TO DO"):
			if err := d.askService(a, s); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *draft) askService(a *asker, s map[string]any) error {
	name, _ := s["name"].(string)
	kind, err := a.choice("The pages call "+name+", which nobody knows. What is it for?", "other", kindsToChoose)
	if err != nil {
		return err
	}
	s["category"] = d.category(kind)
	for _, q := range [][2]string{{"provider", "Which company is behind " + name + "?"}, {"purpose", "What is it for, in one sentence for visitors?"}, {"policy", "Where is its privacy policy?"}} {
		proposed := ""
		if q[0] == "policy" {
			proposed, _ = s["policy"].(string)
		}
		answer, err := a.text(q[1], proposed)
		if err != nil {
			return err
		}
		if answer != "" {
			s[q[0]] = answer
		}
	}
	return nil
}

// askNames asks what the names are for that no known service keeps, and sorts them by that.
func (d *draft) askNames(a *asker, s map[string]any) error {
	asked := 0
	for _, list := range []string{"cookies", "storage", "databases", "caches", "workers"} {
		items, _ := s[list].([]any)
		var rest []any
		for _, one := range items {
			item, _ := one.(map[string]any)
			name, _ := item["name"].(string)
			if asked++; asked > mostAsked {
				rest = append(rest, one)
				continue
			}
			kind, err := a.choice("Something named "+name+" is kept ("+strings.TrimSuffix(list, "s")+"). What is it for?", "leave", append([]string{"essential", "leave"}, kindsToChoose...))
			if err != nil {
				return err
			}
			if kind == "leave" {
				rest = append(rest, one)
				continue
			}
			own := d.own(kind)
			had, _ := own[list].([]any)
			own[list] = append(had, one)
		}
		if rest == nil {
			delete(s, list)
		} else {
			s[list] = rest
		}
	}
	return nil
}

// own is the service of the site's own in a category.
func (d *draft) own(kind string) map[string]any {
	id := "site-" + kind
	for _, s := range d.services {
		if s["id"] == id {
			return s
		}
	}
	standard := declaration.Standards[kind]
	s := map[string]any{"id": id, "category": d.category(kind), "name": d.object("site")["name"], "provider": d.object("site")["controller"], "purpose": d.texts(standard.Text)}
	if kind != "essential" {
		s["policy"] = d.object("policy")["url"]
	}
	d.services = append(d.services, s)
	return s
}

// done is the declaration.
func (d *draft) done() map[string]any {
	keeps := func(s map[string]any) bool {
		return s["id"] != "unsorted-names" || s["cookies"] != nil || s["storage"] != nil || s["databases"] != nil || s["caches"] != nil || s["workers"] != nil
	}
	d.services = slices.DeleteFunc(d.services, func(s map[string]any) bool { return !keeps(s) })
	d.categories = slices.DeleteFunc(d.categories, func(one any) bool {
		category := one.(map[string]any)
		return category["required"] != true && !slices.ContainsFunc(d.services, func(s map[string]any) bool { return s["category"] == category["id"] })
	})
	if d.services == nil {
		d.services = []map[string]any{}
	}
	d.d["categories"], d.d["services"] = d.categories, d.services
	return d.d
}
