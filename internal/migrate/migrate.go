// Package migrate makes a declaration of what was written for another consent manager: its
// configuration, read without running it, and the markup of pages. What cannot be carried over
// is a question; nothing is dropped without a word.
package migrate

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/internal/audit/inquiry"
	"github.com/octroi-consent/octroi/internal/literal"
)

// File is one of a site: a page, a script, or JSON.
type File struct {
	Name string
	Text []byte
	Open func(name string) ([]byte, error) // reads one beside it; may be nil
}

// Result is what has become of the files.
type Result struct {
	Managers    []string       `json:"managers"` // that were found, as "klaro"
	Declaration map[string]any `json:"declaration"`
	Questions   []Question     `json:"questions"` // what only the owner can answer
	LeftOut     []string       `json:"leftOut"`   // options that Octroi has its own way for
	Lines       []Line         `json:"lines"`     // of pages, as they stand
}

// Question is what only the owner can answer.
type Question struct {
	Where string `json:"where"` // in the declaration, as "site.controller", or in what was read
	Text  string `json:"text"`
}

func (q Question) String() string { return q.Where + ": " + q.Text }

// Line is markup that was written for the manager.
type Line struct {
	File   string `json:"file"`
	Line   int    `json:"line"` // from 1
	Before string `json:"before"`
	Works  bool   `json:"works"` // as it is
	After  string `json:"after"` // what to write in its place; "" to take it out, unless it works
	Note   string `json:"note,omitempty"`
}

// ErrNothing tells that there is nothing of a manager in the files.
var ErrNothing = errors.New("nothing of vanilla-cookieconsent, klaro, Orejime, tarteaucitron, Cookiebot or OneTrust is in it; give the script with its configuration, or a page with its markup")

// manager is another consent manager: how it is configured, and how it marks a page.
type manager struct {
	name, title string
	loader      []string // parts of the addresses of its own files
	config      []string // parts of the scripts that configure it
	// read takes its configuration out of a script; false where that has none.
	read func(o *old, p *literal.Program, file string) bool
	// finish makes of what was read what the order of scripts does not matter for; nil for nothing.
	finish func(o *old)
	// gate returns the names for which an element is held; nil for none.
	gate func(o *old, e *element) []string
	// gated tells what a held element becomes; nil where all work as they are.
	gated func(m *migration, e *element, names []string, line *Line)
	// page tells what becomes of another element that is the manager's.
	page func(e *element) (line Line, is bool)
	// carries reports whether visitors' consents are taken over; nil where they never are.
	carries func(o *old) bool
	keeps   bool // its names for categories are the owner's, who may keep them as ids
	// standard are its own names for categories, by the kind that each is.
	standard map[string]string
}

var managers = []*manager{&vanilla, &klaro, &orejime, &tarteaucitron, &cookiebot, &oneTrust}

// migration is one on its way.
type migration struct {
	known  inquiry.Known
	pages  []*page
	olds   []*old
	result *Result
	maker
}

// Read makes a declaration of the files. An error tells which file cannot be read, and why.
func Read(files []File) (*Result, error) {
	known, err := inquiry.Recognise()
	if err != nil {
		return nil, err
	}
	m := &migration{known: known, result: &Result{Managers: []string{}, Questions: []Question{}, LeftOut: []string{}, Lines: []Line{}}}
	all := make([]*old, len(managers))
	for i, manager := range managers {
		all[i] = newOld(manager)
	}
	for _, file := range files {
		if err := m.readFile(file, all); err != nil {
			return nil, fmt.Errorf("%s: %w", file.Name, err)
		}
	}
	for _, o := range all {
		if o.manager.finish != nil {
			o.manager.finish(o)
		}
		// Orejime 2 marks elements as klaro does.
		if o.manager == &klaro && !o.found && slices.ContainsFunc(all, func(o *old) bool { return o.manager == &orejime && o.version == "2" }) {
			continue
		}
		if m.markup(o); o.found {
			m.olds = append(m.olds, o)
			m.result.Managers = append(m.result.Managers, o.manager.name)
		}
	}
	if len(m.olds) == 0 {
		return nil, ErrNothing
	}
	m.declare()
	for _, o := range m.olds {
		m.lines(o)
	}
	slices.SortStableFunc(m.result.Lines, func(a, b Line) int {
		if a.File != b.File {
			return strings.Compare(a.File, b.File)
		}
		return a.Line - b.Line
	})
	return m.result, nil
}

// readFile reads a page with its scripts, a script, or JSON.
func (m *migration) readFile(file File, all []*old) error {
	text := bytes.TrimPrefix(file.Text, []byte("\ufeff"))
	read := func(script string) error {
		p, err := literal.Read(script, file.Open)
		if err != nil {
			return err
		}
		for _, o := range all {
			if o.manager.read != nil && o.manager.read(o, p, file.Name) {
				o.found = true
			}
			o.noteCalls(p, file.Name)
		}
		return nil
	}
	switch {
	case path.Ext(file.Name) == ".json":
		v, err := literal.ReadJSON(text)
		if err != nil {
			return err
		}
		p := &literal.Program{Assignments: []literal.Assignment{{Name: "export", Value: v}}}
		for _, o := range all {
			if o.manager.read != nil && o.manager.read(o, p, file.Name) {
				o.found = true
			}
		}
		return nil
	case isPage(file.Name, text):
		p := readPage(file.Name, string(text))
		m.pages = append(m.pages, p)
		for _, e := range p.elements {
			if e.tag != "script" || !e.runs() || e.text == "" {
				continue
			}
			// A page's other scripts may be what templates have made of them.
			if err := read(e.text); err != nil && mentions(e.text) {
				return fmt.Errorf("line %d: %w", e.line, err)
			}
		}
		return nil
	}
	return read(string(text))
}

// mentions reports whether a script seems to configure a manager.
func mentions(script string) bool {
	return slices.ContainsFunc(managers, func(m *manager) bool { return m.configures(script) })
}

// configures reports whether a script seems to configure the manager.
func (manager *manager) configures(script string) bool {
	return slices.ContainsFunc(manager.config, func(part string) bool { return strings.Contains(script, part) })
}

// ask notes a question.
func (m *migration) ask(where, text string) {
	q := Question{where, text}
	if !slices.Contains(m.result.Questions, q) {
		m.result.Questions = append(m.result.Questions, q)
	}
}
