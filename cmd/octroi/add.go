package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/catalog"
	"github.com/octroi-consent/octroi/catalog/near"
	"github.com/octroi-consent/octroi/engine/jsontext"
	"github.com/octroi-consent/octroi/internal/octroijson"
)

type addCommand struct {
	Service  string `arg:"" help:"Its id in the catalogue, as octroi search tells it."`
	Category string `arg:"" optional:"" help:"The declaration's category for it; unless given the one with the id of its kind, or the only one that visitors are asked about."`
	File     string `arg:"" optional:"" default:"octroi.json" help:"The declaration (${default})."`
	DryRun   bool   `help:"Show the change, and write nothing."`
	JSON     bool   `name:"json" help:"Print what was added as JSON."`
}

// Help is what --help says besides.
func (*addCommand) Help() string {
	return `It writes the service under "use": octroi build and octroi declare take what it calls and keeps from the catalogue. All else in the file stays as you have written it. Where the declaration would have a new fault nothing is written, and it ends with 1.`
}

// added is what was done, as --json prints it.
type added struct {
	File     string `json:"file"`
	Service  string `json:"service"`
	Category string `json:"category"`
	Written  bool   `json:"written"` // false of a service that is there already, and with --dry-run
	Change   string `json:"change"`  // the lines that differ, as a terminal shows them
}

func (c *addCommand) Run(s streams) error {
	if strings.ContainsAny(c.Category, "./") { // no category is spelled so
		c.Category, c.File = "", c.Category
	}
	text, err := read(c.File)
	if err != nil {
		return err
	}
	root, wrong := jsontext.Parse(string(text))
	if wrong != nil || root.Kind != jsontext.Object {
		return fmt.Errorf("%s is no declaration: octroi check tells what is wrong with it", c.File)
	}
	service, err := knownAs(c.Service)
	if err != nil {
		return err
	}
	done := added{File: c.File, Service: service.ID}
	if done.Category, err = categoryIn(root, service); err != nil {
		return err
	}
	if done.Category == "" {
		if done.Category, err = c.category(root, service); err != nil {
			return err
		}
		if err := c.write(s, text, &done); err != nil {
			return err
		}
	} else if c.Category != "" && c.Category != done.Category {
		return fmt.Errorf("%s is in the category %s already: change that in %s by hand, visitors will be asked again", done.Service, done.Category, c.File)
	}
	if c.JSON {
		return writeJSON(s.out, done)
	}
	switch {
	case done.Change == "":
		fmt.Fprintf(s.out, "%s: %s is in the category %s already\n", c.File, done.Service, done.Category)
	case done.Written:
		fmt.Fprintf(s.out, "%s\n%s\n%s, of %s, is in the category %s now. Build again: octroi build %s\n", c.File, done.Change, service.Name, service.Provider, done.Category, c.File)
	default:
		fmt.Fprintf(s.out, "%s would be\n%s", c.File, done.Change)
	}
	return nil
}

// write adds the service, unless that brings a fault.
func (c *addCommand) write(s streams, text []byte, done *added) error {
	changed, err := setMember(text, "use", done.Service, `"`+done.Category+`"`)
	if err != nil {
		return err
	}
	before, after := check(text), check(changed)
	fresh := checked{file: c.File}
	for _, fault := range after.faults {
		if !slices.ContainsFunc(before.faults, func(f located) bool { return f.Fault == fault.Fault }) {
			fresh.faults = append(fresh.faults, fault)
		}
	}
	if len(fresh.faults) > 0 {
		if err := writeFindings(s.err, "text", fresh); err != nil {
			return err
		}
		return errors.New("nothing is written: with this service the declaration would have a fault")
	}
	done.Change = change(text, changed)
	if c.DryRun {
		return nil
	}
	if c.File == "-" {
		return unable{errors.New("standard input cannot be written: name the declaration's file")}
	}
	done.Written = true
	return replace(c.File, changed)
}

// knownAs finds a service of the catalogue by its id.
func knownAs(id string) (*catalog.Service, error) {
	known, err := catalog.Load()
	if err != nil {
		return nil, unable{err}
	}
	if at := slices.IndexFunc(known, func(s catalog.Service) bool { return s.ID == strings.ToLower(id) }); at >= 0 {
		return &known[at], nil
	}
	return nil, fmt.Errorf("%s is no known service%s: octroi search finds them, others are declared under \"services\"", id, octroijson.Like(known, id))
}

// categoryIn is the category in which a declaration has a service already, "" where it has it not.
func categoryIn(root *jsontext.Value, service *catalog.Service) (string, error) {
	if use := root.Get("use"); use != nil {
		if use.Kind != jsontext.Object {
			return "", errors.New(`"use" is no object: octroi check tells what would be right`)
		}
		if category := use.Get(service.ID); category != nil {
			return category.Text, nil
		}
	}
	if list := root.Get("services"); list != nil {
		for i := range list.Items {
			if id := list.Items[i].Get("id"); id != nil && id.Text == service.ID {
				if category := list.Items[i].Get("category"); category != nil {
					return category.Text, nil
				}
			}
		}
	}
	return "", nil
}

// category is the one that the service is for: what was given, or what the declaration leaves no
// doubt about.
func (c *addCommand) category(root *jsontext.Value, service *catalog.Service) (string, error) {
	var all, asked []string
	if list := root.Get("categories"); list != nil {
		for i := range list.Items {
			id := list.Items[i].Get("id")
			if id == nil {
				continue
			}
			all = append(all, id.Text)
			if required, _ := list.Items[i].Get("required").Bool(); !required {
				asked = append(asked, id.Text)
			}
		}
	}
	switch {
	case c.Category != "" && slices.Contains(all, c.Category):
		return c.Category, nil
	case c.Category != "":
		return "", fmt.Errorf("%s has no category %s%s: there are %s", c.File, c.Category, near.DidYouMean(c.Category, asked), strings.Join(asked, ", "))
	case slices.Contains(asked, service.Category):
		return service.Category, nil
	case len(asked) == 1:
		return asked[0], nil
	case len(asked) == 0:
		return "", fmt.Errorf("%s has no category that visitors are asked about: add one, as {\"id\": %q, \"label\": …, \"text\": …}", c.File, service.Category)
	}
	return "", fmt.Errorf("%s is for %s, and %s has %s: which is it? write it behind the service, as octroi add %s %s", service.Name, service.Category, c.File, strings.Join(asked, ", "), service.ID, asked[0])
}
