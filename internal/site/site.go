// Package site makes the documentation's site of docs/, and of what the code itself says:
// static pages that need no server and no network.
package site

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Options say how a site is made.
type Options struct {
	Root string // the repository's folder
	Base string // where the site will stand, for sitemap.xml: "https://octroi.example/"
	Dist string // what a build has made, for the pages that run Octroi; empty to leave it out
}

// Site is a site as it is written: the content of each file by its path.
type Site struct {
	Files map[string][]byte
	Pages []*Page // in the order of the tree

	root   string
	byPath map[string]*Page
	byFile map[string]*Page // by the file of the repository that a page is written in
	faults []error
}

// Build makes the site. It returns all that is wrong with its pages at once: links that lead
// nowhere, pages without a title or a first sentence.
func Build(o Options) (*Site, error) {
	s := &Site{Files: map[string][]byte{}, root: o.Root, byPath: map[string]*Page{}, byFile: map[string]*Page{}}
	sections, err := tree(o.Root)
	if err != nil {
		return nil, err
	}
	for _, section := range sections {
		for i := range section.pages {
			if err := s.add(section.title, &section.pages[i]); err != nil {
				return nil, err
			}
		}
	}
	for _, p := range s.Pages {
		s.render(p)
	}
	for _, p := range s.Pages {
		s.checkAnchors(p)
	}
	for _, p := range s.Pages {
		if err := s.write(p); err != nil {
			return nil, err
		}
	}
	s.index(o.Base)
	if err := s.addFiles(o.Dist); err != nil {
		return nil, err
	}
	s.Files["code.css"] = highlighting()
	return s, errors.Join(s.faults...)
}

// addFiles adds what is no page: styles, scripts, and what visitors of a site load of Octroi.
func (s *Site) addFiles(dist string) error {
	err := fs.WalkDir(look, "look", func(name string, d fs.DirEntry, err error) error {
		to := strings.TrimPrefix(name, "look/")
		if err != nil || d.IsDir() || path.Base(name) == "page.html" || to == "layout.html" {
			return err
		}
		s.Files[to], err = look.ReadFile(name)
		return err
	})
	if err != nil || dist == "" {
		return err
	}
	shipped := os.DirFS(dist)
	if s.Files["configurator/languages.json"], err = languages(shipped); err != nil {
		return err
	}
	return fs.WalkDir(shipped, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if name == "audit" || name == "site" || name == "release" {
				return fs.SkipDir
			}
			return err
		}
		s.Files["octroi/"+name], err = fs.ReadFile(shipped, name)
		return err
	})
}

// languages lists those that the interface is written in, which no page can list by itself.
func languages(shipped fs.FS) ([]byte, error) {
	names, err := fs.Glob(shipped, "locales/*.json")
	for i, name := range names {
		names[i] = strings.TrimSuffix(path.Base(name), ".json")
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(names)
}

// add reads a page's text.
func (s *Site) add(section string, e *entry) error {
	p := &Page{Path: e.path, File: e.file, Section: section, name: e.name, hidden: e.hidden, App: e.app}
	if e.make != nil {
		text, err := e.make(s.root)
		if err != nil {
			return fmt.Errorf("%s: %w", p.Path, err)
		}
		p.Source = text
	} else {
		text, err := os.ReadFile(filepath.Join(s.root, e.file))
		if err != nil {
			return err
		}
		p.Source = text
		s.byFile[e.file] = p
	}
	if s.byPath[p.Path] != nil {
		return fmt.Errorf("two pages have the path %q", p.Path)
	}
	s.byPath[p.Path] = p
	s.Pages = append(s.Pages, p)
	return nil
}

// fault notes that something is wrong with a page.
func (s *Site) fault(p *Page, format string, args ...any) {
	s.faults = append(s.faults, fmt.Errorf("%s: %s", cmp.Or(p.File, p.Path), fmt.Sprintf(format, args...)))
}

// Write puts the site into a folder, which it empties of what an earlier run has left there.
func (s *Site) Write(folder string) error {
	next := folder + ".half"
	if err := os.RemoveAll(next); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(s.Files)) {
		file := filepath.Join(next, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, s.Files[name], 0o644); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(next, folder)
}

// index adds what finds pages: sitemap.xml, llms.txt and robots.txt.
func (s *Site) index(base string) {
	var sitemap, llms bytes.Buffer
	sitemap.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n")
	llms.WriteString("# Octroi\n\n> A consent engine in Go that runs in the browser: it holds what needs consent, asks, and governs how long cookies live.\n")
	section := ""
	for _, p := range s.Pages {
		fmt.Fprintf(&sitemap, "<url><loc>%s%s</loc></url>\n", base, strings.TrimSuffix(p.url(), "index.html"))
		if p.Section != section {
			section = p.Section
			fmt.Fprintf(&llms, "\n## %s\n\n", section)
		}
		if !p.hidden {
			fmt.Fprintf(&llms, "- [%s](%s): %s\n", p.Title, p.twin(), p.Lead)
		}
	}
	sitemap.WriteString("</urlset>\n")
	s.Files["sitemap.xml"], s.Files["llms.txt"] = sitemap.Bytes(), llms.Bytes()
	s.Files["robots.txt"] = []byte("User-agent: *\nAllow: /\nSitemap: " + base + "sitemap.xml\n")
}

// Page is one page.
type Page struct {
	Path    string // "guides/embeds"; "index" is the first page
	File    string // the repository's file that it is written in; empty for one that is made
	Section string
	Title   string
	Lead    string // its first sentence, as plain text
	Source  []byte // Markdown

	App      string // of a page that is a program: the folder with its files
	name     string // in the menu; the title if empty
	hidden   bool
	body     []byte
	headings []heading
	anchors  map[string]bool
	wanted   []anchor // what its links ask of other pages
}

type heading struct {
	Level    int
	ID, Text string
}

type anchor struct {
	page *Page
	id   string
}

// Name is what the menu calls the page.
func (p *Page) Name() string { return cmp.Or(p.name, p.Title) }

// InMenu is whether the menu has the page; of the others another page has a list.
func (p *Page) InMenu() bool { return !p.hidden }

func (p *Page) url() string  { return p.Path + ".html" }
func (p *Page) twin() string { return p.Path + ".md" }

// to is the address of a file of the site, from this page.
func (p *Page) to(file string) string {
	rel, err := filepath.Rel(path.Dir("/"+p.Path), "/"+file)
	if err != nil {
		return file
	}
	return filepath.ToSlash(rel)
}

// checkAnchors finds links to places of pages that are not there.
func (s *Site) checkAnchors(p *Page) {
	for _, a := range p.wanted {
		if !a.page.anchors[a.id] {
			s.fault(p, "a link leads to #%s of %s, which is not there", a.id, a.page.Path)
		}
	}
}
