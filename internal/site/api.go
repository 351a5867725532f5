package site

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// typed is an interface of octroi.d.ts.
type typed struct {
	name, doc string
	members   []typedMember
	alias     string // of a type that is none: what it stands for
}

type typedMember struct{ name, text, doc string }

// types reads octroi.d.ts, whose members stand two blanks in, each behind its comment.
func types(root string) (all []typed, err error) {
	content, err := os.ReadFile(filepath.Join(root, "web/octroi.d.ts"))
	if err != nil {
		return nil, err
	}
	var doc, text, alias []string
	var in *typed
	commented := false
	for _, line := range strings.Split(string(content), "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case len(text) == 0 && strings.HasPrefix(trimmed, "/**"):
			doc = nil
			rest := strings.TrimSpace(strings.TrimPrefix(trimmed, "/**"))
			if one, ends := strings.CutSuffix(rest, "*/"); ends {
				doc = append(doc, strings.TrimSpace(one))
			} else {
				commented = true
				if rest != "" {
					doc = append(doc, rest)
				}
			}
		case commented && strings.HasPrefix(trimmed, "*/"):
			commented = false
		case commented:
			doc = append(doc, strings.TrimPrefix(strings.TrimPrefix(trimmed, "*"), " "))
		case in == nil && strings.HasPrefix(line, "interface "):
			name, _, _ := strings.Cut(strings.TrimPrefix(line, "interface "), " ")
			in = &typed{name: name, doc: strings.Join(doc, "\n")}
			doc = nil
			if strings.HasSuffix(trimmed, "{}") {
				all, in = append(all, *in), nil
			}
		case in == nil && (strings.HasPrefix(line, "type ") || len(alias) > 0):
			alias = append(alias, line)
			if strings.HasSuffix(line, ";") {
				name, _, _ := strings.Cut(strings.TrimPrefix(alias[0], "type "), " ")
				name, _, _ = strings.Cut(name, "<")
				all = append(all, typed{name: name, doc: strings.Join(doc, "\n"), alias: strings.Join(alias, "\n")})
				alias, doc = nil, nil
			}
		case line == "}" && in != nil:
			all, in, doc = append(all, *in), nil, nil
		case in == nil:
			if trimmed != "" {
				doc = nil
			}
		case trimmed != "":
			text = append(text, strings.TrimPrefix(line, "  "))
			// A member ends with a line that has its indentation and a semicolon.
			if strings.HasSuffix(trimmed, ";") && (len(text) == 1 || !strings.HasPrefix(line, "    ")) {
				whole := strings.Join(text, "\n")
				in.members = append(in.members, typedMember{nameOf(whole), whole, strings.Join(doc, "\n")})
				text, doc = nil, nil
			}
		}
	}
	return all, nil
}

// nameOf is a member's name.
func nameOf(text string) string {
	text = strings.TrimPrefix(text, "readonly ")
	if i := strings.IndexAny(text, "(<:?"); i >= 0 {
		text = text[:i]
	}
	return strings.Trim(text, `'"`)
}

// comment is a doc comment as Markdown: its tags become sentences.
func comment(doc string) string {
	var b strings.Builder
	example := false
	for _, line := range strings.Split(doc, "\n") {
		switch {
		case strings.HasPrefix(line, "@example"):
			b.WriteString("\n```ts\n")
			example = true
			continue
		case strings.HasPrefix(line, "@param "):
			name, what, _ := strings.Cut(strings.TrimPrefix(line, "@param "), " ")
			line = "\n`" + name + "`: " + what
		case strings.HasPrefix(line, "@returns "):
			line = "\nReturns " + strings.TrimPrefix(line, "@returns ")
		}
		b.WriteString(line + "\n")
	}
	if example {
		b.WriteString("```\n")
	}
	return strings.TrimSpace(b.String())
}

// apiPage is the reference of window.octroi.
func apiPage(root string) ([]byte, error) {
	return typesPage(root, "What can a page’s code ask of Octroi?", "`window.octroi` is what a page’s own code sees of Octroi. Nothing in it throws.\n\nThe types come with the npm package, and as `octroi.d.ts` beside the files. The [events](page:reference/events) have a page of their own.\n\n",
		func(name string) bool {
			return name != "OctroiEvents" && name != "DocumentEventMap" && name != "Window"
		})
}

// eventsPage is the reference of events.
func eventsPage(root string) ([]byte, error) {
	return typesPage(root, "Which events does Octroi fire?", "Octroi fires each event on `document`, as `octroi:` and its name, and calls those who listen with `octroi.on(name, …)`.\n\nWhat an event brings is its `detail`. The types named here are in [the API](page:reference/api).\n\n",
		func(name string) bool { return name == "OctroiEvents" })
}

func typesPage(root, title, lead string, wanted func(name string) bool) ([]byte, error) {
	all, err := types(root)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n\n%s", title, lead)
	for _, t := range all {
		if !wanted(t.name) {
			continue
		}
		if t.name == "OctroiEvents" || t.name == "Octroi" {
			for _, m := range t.members {
				fmt.Fprintf(&b, "## `%s`\n\n%s\n\n```ts\n%s\n```\n\n", m.name, comment(m.doc), m.text)
			}
			continue
		}
		fmt.Fprintf(&b, "## The type `%s`\n\n", t.name)
		if t.doc != "" {
			fmt.Fprintf(&b, "%s\n\n", comment(t.doc))
		}
		if t.alias != "" {
			fmt.Fprintf(&b, "```ts\n%s\n```\n\n", t.alias)
		}
		for _, m := range t.members {
			fmt.Fprintf(&b, "- `%s`", strings.Join(strings.Fields(strings.TrimSuffix(m.text, ";")), " "))
			if m.doc != "" {
				fmt.Fprintf(&b, " – %s", strings.ReplaceAll(comment(m.doc), "\n", " "))
			}
			b.WriteString("\n")
		}
		b.WriteString("\n")
	}
	return b.Bytes(), nil
}

// Members returns the names of the API's members and of its events.
func Members(root string) (api, events []string, err error) {
	all, err := types(root)
	for _, t := range all {
		for _, m := range t.members {
			switch t.name {
			case "Octroi":
				api = append(api, m.name)
			case "OctroiEvents":
				events = append(events, m.name)
			}
		}
	}
	return api, events, err
}
