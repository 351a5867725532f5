package site

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/catalog"
	"github.com/octroi-consent/octroi/catalog/signals"
)

// cataloguePages are the known services: an overview, and one page each.
func cataloguePages(string) (pages []entry, err error) {
	known, err := catalog.Load()
	if err != nil {
		return nil, err
	}
	presets, err := signals.Load()
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(known, func(a, b catalog.Service) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	pages = append(pages, entry{path: "catalogue/index", name: "All services", make: func(string) ([]byte, error) { return servicesPage(known), nil }})
	for i := range known {
		pages = append(pages, entry{path: "catalogue/" + known[i].ID, hidden: true, make: func(string) ([]byte, error) { return servicePage(&known[i], presets) }})
	}
	return pages, nil
}

func servicesPage(known []catalog.Service) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Which services does Octroi know?\n\nThe catalogue has %d services: who runs them, what they call and what they keep.\n\n", len(known))
	b.WriteString("`octroi add NAME` puts one into your declaration, `octroi search WORD` finds it, and `octroi audit` names those that your site has. The facts are from the providers’ own documentation; a provider can change what it does at any time, so audit your site.\n\n")
	var categories []string
	for i := range known {
		if !slices.Contains(categories, known[i].Category) {
			categories = append(categories, known[i].Category)
		}
	}
	slices.Sort(categories)
	for _, c := range categories {
		fmt.Fprintf(&b, "## %s\n\n", strings.ToUpper(c[:1])+strings.ReplaceAll(c[1:], "-", " "))
		for i := range known {
			if known[i].Category == c {
				fmt.Fprintf(&b, "- [%s](page:catalogue/%s), of %s\n", known[i].Name, known[i].ID, known[i].Provider)
			}
		}
		b.WriteString("\n")
	}
	return b.Bytes()
}

func servicePage(s *catalog.Service, presets map[string]*signals.Preset) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# What does %s keep, and how do I hold it?\n\n%s is a service of %s", s.Name, s.Name, s.Provider)
	if s.Country != "" {
		fmt.Fprintf(&b, " (%s)", s.Country)
	}
	fmt.Fprintf(&b, ". %s Its [privacy policy](%s) says more.\n\n", s.Purpose["en"], s.Policy)
	fmt.Fprintf(&b, "## Declare it\n\n```sh\noctroi add %s\n```\n\nThis writes it into `octroi.json`, in the category that you choose. By hand, `\"use\"` does the same:\n\n```json\n{ \"use\": { %q: %q } }\n```\n\n", s.ID, s.ID, s.Category)
	b.WriteString("## Gate it\n\n")
	if s.Plays || s.Category == "maps" || s.Category == "video" || s.Category == "music" {
		fmt.Fprintf(&b, "A stand-in shows in its place until the visitor has agreed:\n\n```html\n<iframe data-octroi=%q data-src=\"…\" title=\"…\" width=\"560\" height=\"315\"></iframe>\n```\n\n", s.ID)
	} else {
		fmt.Fprintf(&b, "Take the tag that the provider gives you, and change three attributes; it runs once the visitor has agreed:\n\n```html\n<script type=\"text/plain\" data-octroi=%q data-src=\"…\"></script>\n```\n\n", s.ID)
	}
	b.WriteString("What another script asks of these addresses is held as well:\n\n")
	for _, u := range s.URLs {
		fmt.Fprintf(&b, "- `%s`\n", u)
	}
	if len(s.Cookies)+len(s.Storage) > 0 {
		b.WriteString("\n## What it keeps\n\n| name | kind | life |\n| --- | --- | --- |\n")
		for _, c := range s.Cookies {
			life := c.Life
			if life == "" {
				life = "not published"
			}
			if c.Published != "" {
				life += ", which the law allows; the provider says " + c.Published
			}
			kind := "cookie"
			if c.Domain != "" {
				kind += " of " + c.Domain
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", strings.ReplaceAll(c.Name, "|", `\|`), kind, life)
		}
		for _, key := range s.Storage {
			fmt.Fprintf(&b, "| `%s` | storage key | 13 months at most |\n", strings.ReplaceAll(key, "|", `\|`))
		}
	} else {
		b.WriteString("\n## What it keeps\n\nNothing that its documentation tells of.\n")
	}
	if len(s.Signals) > 0 {
		b.WriteString("\n## What it is told\n\nIt understands signals of consent: ")
		for i, name := range s.Signals {
			if i > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "`%s`", name)
		}
		b.WriteString(". Octroi tells it the visitor’s choices where the declaration says so: [telling vendors](page:guides/signals).\n")
	}
	text, err := json.MarshalIndent(s.Declare(s.Category), "", "  ")
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(&b, "\n## The whole entry\n\n```json\n%s\n```\n\n[All services](page:catalogue/index)\n", text)
	return b.Bytes(), nil
}
