// Package setup finds out how a site is made, and works out what to add to its files so that
// its pages have Octroi. Nothing is written before all is known: a plan has every file as it
// would be, and what is left to do by hand.
package setup

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Site is what a plan is made of.
type Site struct {
	Root        fs.FS
	Declaration []byte // octroi.json, as it is to be
	Language    string // of its pages
	Version     string // of the package
	Asks        bool   // the declaration has something that visitors are asked about
	// Build makes the files that visitors load, for a site whose framework has no plug-in; by name,
	// with the tag of octroi.js.
	Build func() (files map[string][]byte, tag string, err error)

	packages *packageJSON
	files    map[string][]byte // as the plan has them
}

// Edit is a file that changes.
type Edit struct {
	Path   string
	Before []byte // nil where it is new
	After  []byte
	Made   bool // by the build: nobody reads it
}

// Step is what is left to do by hand.
type Step struct {
	Where string   `json:"where"` // a file, or in words
	Why   string   `json:"why"`
	Lines []string `json:"lines"` // to write there
}

// Plan is what to do.
type Plan struct {
	Edits []Edit
	Steps []Step
	Then  []string // commands to run afterwards
	// Folder has the pages that visitors get as they are, "" where a framework makes them.
	Folder string
	// Page is the address of the page with the cookie policy; "" where there is none yet.
	Page string
}

// Framework is how a site may be made.
type Framework struct {
	Name  string // as --framework has it
	Title string
	// found tells what gives it away; "" where nothing does.
	found func(s *Site) string
	plan  func(s *Site, p *Plan) error
}

// frameworks are those that are known; the first that is found is taken, so those that build on
// others stand before them.
var frameworks = []*Framework{&next, &nuxt, &astro, &svelteKit, &angular, &createReactApp, &vite, &webpack, &wordPress, &hugo, &plainHTML}

// Names lists the frameworks.
func Names() (names []string) {
	for _, f := range frameworks {
		names = append(names, f.Name)
	}
	return names
}

// Find returns a framework by its name.
func Find(name string) (*Framework, error) {
	for _, f := range frameworks {
		if f.Name == name {
			return f, nil
		}
	}
	return nil, fmt.Errorf("no framework %q is known; write one of %s", name, strings.Join(Names(), ", "))
}

// Detect finds out how a site is made, and what gives it away; nil where nothing does.
func Detect(root fs.FS) (f *Framework, why string) {
	s := &Site{Root: root}
	for _, f := range frameworks {
		if why := f.found(s); why != "" {
			return f, why
		}
	}
	return nil, ""
}

// Plan works out what a framework's site needs.
func (f *Framework) Plan(s *Site) (*Plan, error) {
	s.files = map[string][]byte{}
	p := new(Plan)
	if err := s.put(p, "octroi.json", s.Declaration); err != nil {
		return nil, err
	}
	if s.Asks {
		if err := f.plan(s, p); err != nil {
			return nil, err
		}
	} else {
		p.Steps = append(p.Steps, Step{Where: "octroi.json", Why: "Nothing in it needs a visitor's consent, so the pages need nothing yet. Name what the site uses, and run octroi init again. For Google Analytics, that is:", Lines: []string{
			`in "categories": { "id": "statistics", "label": "Statistics", "text": "Counts visits." }`, `"use": { "google-analytics": "statistics" }`}})
	}
	p.Edits = slices.DeleteFunc(p.Edits, func(e Edit) bool { return e.Before != nil && string(e.Before) == string(e.After) })
	return p, nil
}

// Folder is where the pages lie that visitors get as they are; "" where a framework makes them.
func (f *Framework) Folder(root fs.FS) string {
	if f == &plainHTML {
		return publicFolder(&Site{Root: root})
	}
	return ""
}

// read returns a file, as it is planned to be; nil where there is none.
func (s *Site) read(name string) []byte {
	if text, planned := s.files[name]; planned {
		return text
	}
	text, err := fs.ReadFile(s.Root, name)
	if err != nil {
		return nil
	}
	return text
}

func (s *Site) has(name string) bool {
	_, err := fs.Stat(s.Root, name)
	return err == nil
}

// first returns the first of some files that is there; "" for none.
func (s *Site) first(names ...string) string {
	for _, name := range names {
		if s.has(name) {
			return name
		}
	}
	return ""
}

// with returns names with each of some endings.
func with(name string, endings ...string) (names []string) {
	for _, ending := range endings {
		names = append(names, name+ending)
	}
	return names
}

// put plans a file.
func (s *Site) put(p *Plan, name string, text []byte) error {
	before, err := fs.ReadFile(s.Root, name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err != nil {
		before = nil
	} else if before == nil {
		before = []byte{}
	}
	s.files[name] = text
	for i := range p.Edits {
		if p.Edits[i].Path == name {
			p.Edits[i].After = text
			return nil
		}
	}
	p.Edits = append(p.Edits, Edit{Path: name, Before: before, After: text})
	return nil
}

// edit plans a change of a file that is there. Where it cannot be made for sure, there is a step
// by hand in its place; done tells that nothing is left to change.
func (s *Site) edit(p *Plan, name string, change func(text string) (changed string, done bool), by Step) error {
	before := string(s.read(name))
	after, done := change(before)
	if !done {
		by.Where = name
		p.Steps = append(p.Steps, by)
		return nil
	}
	if after == before {
		return nil
	}
	return s.put(p, name, []byte(after))
}

// made plans the files that visitors load, below a folder, and returns the tag of octroi.js.
func (s *Site) made(p *Plan, folder string) (tag string, err error) {
	files, tag, err := s.Build()
	if err != nil {
		return "", err
	}
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		at := path.Join(folder, "octroi", name)
		if err := s.put(p, at, files[name]); err != nil {
			return "", err
		}
		p.Edits[len(p.Edits)-1].Made = true
	}
	return tag, nil
}

// packageJSON is the part of package.json that tells how a site is made.
type packageJSON struct {
	Scripts         map[string]string
	Dependencies    map[string]string
	DevDependencies map[string]string
}

// pkg reads package.json once; an empty one where there is none that can be read.
func (s *Site) pkg() *packageJSON {
	if s.packages == nil {
		s.packages = new(packageJSON)
		if json.Unmarshal(s.read("package.json"), s.packages) != nil {
			s.packages = new(packageJSON)
		}
	}
	return s.packages
}

// depends tells whether package.json names a package, as "next 16.0.1 in package.json".
func (s *Site) depends(name string) string {
	for _, list := range []map[string]string{s.pkg().Dependencies, s.pkg().DevDependencies} {
		if version, has := list[name]; has {
			return name + " " + version + " in package.json"
		}
	}
	return ""
}

// typed reports whether the site is written in TypeScript.
func (s *Site) typed() bool { return s.has("tsconfig.json") }
