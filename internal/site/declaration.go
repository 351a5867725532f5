package site

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// schema is what the declaration's schema says of one place.
type schema struct {
	Type        any                `json:"type"`
	Description string             `json:"description"`
	Properties  properties         `json:"properties"`
	Required    []string           `json:"required"`
	Items       *schema            `json:"items"`
	AnyOf       []*schema          `json:"anyOf"`
	Enum        []any              `json:"enum"`
	Const       any                `json:"const"`
	Default     json.RawMessage    `json:"default"`
	Examples    json.RawMessage    `json:"examples"`
	Ref         string             `json:"$ref"`
	MaxItems    int                `json:"maxItems"`
	Additional  json.RawMessage    `json:"additionalProperties"`
	Defs        map[string]*schema `json:"$defs"`
}

// properties are members in the schema's order.
type properties []property

type property struct {
	name string
	*schema
}

// UnmarshalJSON keeps the order, which maps lose.
func (p *properties) UnmarshalJSON(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		one := property{name: name.(string)}
		if err := d.Decode(&one.schema); err != nil {
			return err
		}
		*p = append(*p, one)
	}
	return nil
}

// Option is a member of the declaration.
type Option struct{ Path, Page string }

// declaration reads the schema.
func declaration(root string) (*schema, error) {
	text, err := os.ReadFile(filepath.Join(root, "web/config.schema.json"))
	if err != nil {
		return nil, err
	}
	all := new(schema)
	return all, json.Unmarshal(text, all)
}

// declarationPages are a page of the whole, and one for each member that has members.
func declarationPages(root string) (pages []entry, err error) {
	all, err := declaration(root)
	if err != nil {
		return nil, err
	}
	pages = append(pages, entry{path: "reference/declaration", name: "The declaration", make: func(string) ([]byte, error) { return whole(all), nil }})
	for _, p := range all.Properties {
		if len(all.parts(p.schema)) > 0 {
			pages = append(pages, entry{path: "reference/declaration/" + p.name, name: p.name, hidden: true,
				make: func(string) ([]byte, error) { return member(all, p), nil }})
		}
	}
	return pages, nil
}

// whole is the page of all members.
func whole(all *schema) []byte {
	var b bytes.Buffer
	b.WriteString("# What can stand in the declaration?\n\nOne JSON file says what your site stores and loads, and what it asks its visitors’ consent for.\n\n" +
		"`octroi check octroi.json` tells what is wrong with it: the line, what is wrong, what would be right. [The messages](page:reference/faults) have a page. Editors complete and check it where the file says `\"$schema\": \"config.schema.json\"`, which `octroi copy` and the npm package bring.\n\n")
	for _, p := range all.Properties {
		fmt.Fprintf(&b, "## `%s`\n\n%s\n\n", p.name, sentence(all, p, all.Required))
		if len(all.parts(p.schema)) > 0 {
			fmt.Fprintf(&b, "[Its members](page:reference/declaration/%s).\n\n", p.name)
		}
	}
	return b.Bytes()
}

// member is the page of one member that has members.
func member(all *schema, p property) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# What does `%s` say in the declaration?\n\n%s\n\nIt stands in [the declaration](page:reference/declaration#%s).\n\n", p.name, sentence(all, p, all.Required), strings.ToLower(p.name))
	var walk func(path string, s *schema)
	walk = func(path string, s *schema) {
		for _, part := range all.parts(s) {
			place := path + "." + part.name
			fmt.Fprintf(&b, "## `%s`\n\n%s\n\n", strings.TrimPrefix(place, p.name+"."), sentence(all, part, all.required(s)))
			walk(place, part.schema)
		}
	}
	walk(p.name, p.schema)
	return b.Bytes()
}

// sentence says what a member is for, what it takes, and whether it has to be there.
func sentence(all *schema, p property, required []string) string {
	said := p.Description
	target := all.resolved(p.schema)
	if said == "" {
		said = target.Description
	}
	var facts []string
	if kind := all.kind(p.schema); kind != "" {
		facts = append(facts, kind)
	}
	if slices.Contains(required, p.name) {
		facts = append(facts, "has to be there")
	}
	preset := p.Default
	if preset == nil {
		preset = target.Default
	}
	if preset != nil {
		facts = append(facts, "`"+string(preset)+"` unless given")
	}
	if target.MaxItems > 0 {
		facts = append(facts, fmt.Sprintf("%d at most", target.MaxItems))
	}
	line := strings.Join(facts, "; ")
	if line != "" {
		line = "*" + strings.ToUpper(line[:1]) + line[1:] + ".*"
	}
	return strings.TrimSpace(said + "\n\n" + line)
}

// resolved follows a reference.
func (all *schema) resolved(s *schema) *schema {
	if name, found := strings.CutPrefix(s.Ref, "#/$defs/"); found {
		return all.Defs[name]
	}
	return s
}

// parts are the members of a place, or of what its list has.
func (all *schema) parts(s *schema) properties {
	s = all.resolved(s)
	if s.Items != nil {
		return all.parts(s.Items)
	}
	if len(s.Properties) == 0 {
		for _, one := range s.AnyOf {
			if parts := all.parts(one); len(parts) > 0 {
				return parts
			}
		}
	}
	return s.Properties
}

func (all *schema) required(s *schema) []string {
	s = all.resolved(s)
	if s.Items != nil {
		return all.required(s.Items)
	}
	return s.Required
}

// kinds are the words for what the schema gives a name.
var kinds = map[string]string{
	"address": "an address pattern", "color": "a colour, `#1c1b1a`", "id": "an id: 1 to 64 letters, digits, `-`, `_`",
	"language": "a language tag", "line": "a text", "text": "a text, or one for each language: `{\"en\": \"…\"}`",
	"link": "a link: `https://`, `mailto:` or `/`", "duration": "a time", "path": "a path of this site", "calls": "a list of calls",
}

// kind is what a place takes, in words.
func (all *schema) kind(s *schema) string {
	if name, found := strings.CutPrefix(s.Ref, "#/$defs/"); found && kinds[name] != "" {
		return kinds[name]
	}
	s = all.resolved(s)
	switch {
	case len(s.Enum) > 0:
		var words []string
		for _, one := range s.Enum {
			text, _ := json.Marshal(one)
			words = append(words, "`"+string(text)+"`")
		}
		return strings.Join(words, " or ")
	case s.Items != nil:
		if of := all.kind(s.Items); of != "" && of != "an object" {
			return "a list, each " + of
		}
		return "a list"
	case len(s.AnyOf) > 0:
		var words []string
		for _, one := range s.AnyOf {
			if k := all.kind(one); k != "" && !slices.Contains(words, k) {
				words = append(words, k)
			}
		}
		return strings.Join(words, ", or ")
	}
	switch s.Type {
	case "boolean":
		return "`true` or `false`"
	case "string":
		return "a text"
	case "object":
		return "an object"
	case "integer", "number":
		return "a number"
	}
	if s.Const != nil {
		text, _ := json.Marshal(s.Const)
		return "`" + string(text) + "`"
	}
	return ""
}

// Declared returns each member of the declaration with the page that tells of it.
func Declared(root string) (list []Option, err error) {
	all, err := declaration(root)
	if err != nil {
		return nil, err
	}
	for _, p := range all.Properties {
		list = append(list, Option{p.name, "reference/declaration"})
		var walk func(path string, s *schema)
		walk = func(path string, s *schema) {
			for _, part := range all.parts(s) {
				place := part.name
				if path != "" {
					place = path + "." + part.name
				}
				list = append(list, Option{place, "reference/declaration/" + p.name})
				walk(place, part.schema)
			}
		}
		walk("", p.schema)
	}
	return list, nil
}
