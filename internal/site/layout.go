package site

import (
	"bytes"
	"embed"
	"html/template"
)

//go:embed look
var look embed.FS

var layout = template.Must(template.ParseFS(look, "look/layout.html"))

// menu is what the layout needs of a section.
type menu struct {
	Title string
	Open  bool
	Pages []menuItem
}

type menuItem struct {
	Name, URL string
	Here      bool
}

// write draws a page into the layout, with its twin in Markdown beside it.
func (s *Site) write(p *Page) error {
	var sections []menu
	for _, other := range s.Pages {
		if other.Path == "index" || other.hidden && other != p {
			continue
		}
		if len(sections) == 0 || sections[len(sections)-1].Title != other.Section {
			sections = append(sections, menu{Title: other.Section})
		}
		last := &sections[len(sections)-1]
		last.Open = last.Open || other == p
		last.Pages = append(last.Pages, menuItem{other.Name(), p.to(other.url()), other == p})
	}
	before, after := s.beside(p)
	var out bytes.Buffer
	err := layout.Execute(&out, map[string]any{
		"Page": p, "Menu": sections, "Body": template.HTML(p.body), "Home": p.to("index.html"), "Root": p.to("."),
		"Style": p.to("site.css"), "Code": p.to("code.css"), "Script": p.to("site.js"), "Twin": p.to(p.twin()),
		"Headings": top(p.headings), "Before": before, "After": after,
	})
	s.Files[p.url()], s.Files[p.twin()] = out.Bytes(), p.Source
	return err
}

// beside are the pages before and after one.
func (s *Site) beside(p *Page) (before, after *menuItem) {
	passed := false
	for _, other := range s.Pages {
		switch {
		case other == p:
			passed = true
		case other.hidden || other.Path == "index":
		case !passed:
			before = &menuItem{Name: other.Name(), URL: p.to(other.url())}
		default:
			return before, &menuItem{Name: other.Name(), URL: p.to(other.url())}
		}
	}
	return before, after
}

// top are the headings that stand in a page's own list.
func top(all []heading) (list []heading) {
	for _, h := range all {
		if h.Level == 2 {
			list = append(list, h)
		}
	}
	return list
}
