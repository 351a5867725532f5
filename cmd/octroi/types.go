package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/octroi-consent/octroi/engine/config"
)

type typesCommand struct {
	File string `arg:"" optional:"" default:"octroi.json" help:"The declaration (${default}); - for standard input."`
	Out  string `short:"o" placeholder:"FILE" default:"octroi-env.d.ts" help:"The file to write (${default}); - for standard output."`
}

// Help is what --help says besides.
func (*typesCommand) Help() string {
	return `With that file in the project, TypeScript takes only the declaration's ids: in what is imported of octroi and its adapters, and in window.octroi. Write it again when the declaration changes. Of a declaration with faults nothing is written, and it ends with 1.`
}

func (c *typesCommand) Run(s streams) error {
	found, err := declared(s, c.File)
	if err != nil {
		return err
	}
	text := typesOf(found.declared, filepath.Base(c.File))
	if c.Out == "-" {
		_, err := s.out.Write(text)
		return err
	}
	if before, err := os.ReadFile(c.Out); err == nil && bytes.Equal(before, text) {
		return nil
	}
	if info, err := os.Stat(c.Out); err == nil && info.IsDir() {
		return unable{fmt.Errorf("%s is a folder: name the file in it, as %s", c.Out, filepath.Join(c.Out, "octroi-env.d.ts"))}
	}
	return replace(c.Out, text)
}

// declared reads a declaration that has to be without a fault; those that it has are told.
func declared(s streams, file string) (*checked, error) {
	text, err := read(file)
	if err != nil {
		return nil, err
	}
	found := check(text)
	found.file = file
	if len(found.faults) == 0 {
		return &found, nil
	}
	found.hints = nil
	if err := writeFindings(s.err, "text", found); err != nil {
		return nil, err
	}
	return nil, exit(1)
}

// typesOf writes a declaration's ids as types, for what is imported and for window.octroi: an
// interface that is global, so that it needs no package to be there.
func typesOf(c *config.Config, from string) []byte {
	var categories, services []string
	for i := range c.Categories {
		categories = append(categories, c.Categories[i].ID)
	}
	// Services stand by category in what was read; here they come as they are declared.
	at := make([]string, len(c.Services))
	for i := range c.Services {
		at[c.Services[i].At] = c.Services[i].ID
	}
	services = at
	var w bytes.Buffer
	fmt.Fprintf(&w, "// The ids of %s. octroi types has written this file, and writes it again.\n\n", from)
	fmt.Fprintf(&w, "interface OctroiRegister {\n  category: %s;\n  service: %s;\n}\n", union(categories), union(services))
	return w.Bytes()
}

// union is the type of one of these texts.
func union(ids []string) string {
	if len(ids) == 0 {
		return "never"
	}
	return "'" + strings.Join(ids, "' | '") + "'"
}
