package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/octroi-consent/octroi/internal/declaration"
	"github.com/octroi-consent/octroi/internal/migrate"
)

type migrateCommand struct {
	Files []string `arg:"" name:"file" help:"The manager's configuration, and pages with its markup: JavaScript, JSON, HTML; - for standard input."`
	Out   string   `short:"o" placeholder:"FILE" help:"Write the declaration into this file, not to standard output."`
	Force bool     `help:"Write it, though the file is there."`
	JSON  bool     `name:"json" help:"Print the declaration, the questions, and the lines of pages as JSON."`
}

// Help is what --help says besides.
func (*migrateCommand) Help() string {
	return `It reads what was written for vanilla-cookieconsent 2 and 3, klaro, tarteaucitron, Orejime 2 and 3, Cookiebot or OneTrust, without running it, and prints a declaration: with "inherit", so that their markup works, and with known services written out. Standard error has what only you can answer, and what becomes of each line of the pages that were given. The declaration has no fault as it is; what begins with TO DO is for you. It ends with 1 where there is nothing of a manager in the files, with 2 where one cannot be read.`
}

func (c *migrateCommand) Run(s streams) error {
	result, err := c.read()
	if errors.Is(err, migrate.ErrNothing) {
		return err
	} else if err != nil {
		return unable{err}
	}
	text, err := declaration.Write(result.Declaration)
	if err != nil {
		return unable{err}
	}
	printed := text
	if c.JSON {
		var w bytes.Buffer
		e := json.NewEncoder(&w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if err := e.Encode(result); err != nil {
			return unable{err}
		}
		printed = w.Bytes()
	}
	if c.Out != "" {
		if err := c.write(text); err != nil {
			return unable{err}
		}
	}
	if c.Out == "" || c.JSON {
		if _, err := s.out.Write(printed); err != nil {
			return unable{err}
		}
	}
	if !c.JSON {
		tellMigration(s.err, result)
	}
	found := check(text)
	if len(found.faults) == 0 {
		return nil
	}
	found.file = c.Out
	if err := writeFindings(s.err, "text", found); err != nil {
		return unable{err}
	}
	return exit(1)
}

// read reads the files, and what they import from beside them.
func (c *migrateCommand) read() (*migrate.Result, error) {
	var files []migrate.File
	for _, name := range c.Files {
		text, err := read(name)
		if err != nil {
			return nil, err
		}
		folder := filepath.Dir(name)
		files = append(files, migrate.File{Name: name, Text: text, Open: func(beside string) ([]byte, error) {
			return os.ReadFile(filepath.Join(folder, filepath.FromSlash(strings.TrimPrefix(beside, "/"))))
		}})
	}
	return migrate.Read(files)
}

// write puts the declaration into its file, whole or not at all.
func (c *migrateCommand) write(text []byte) error {
	if _, err := os.Stat(c.Out); err == nil && !c.Force {
		return fmt.Errorf("%s is there already: --force writes over it, or give another name", c.Out)
	}
	return replace(c.Out, text)
}

// tellMigration tells what is left to do.
func tellMigration(w io.Writer, r *migrate.Result) {
	services, _ := r.Declaration["services"].([]map[string]any)
	categories, _ := r.Declaration["categories"].([]map[string]any)
	fmt.Fprintf(w, "\nFrom %s: categories: %d, services: %d\n", strings.Join(r.Managers, " and "), len(categories), len(services))
	if len(r.Questions) > 0 {
		fmt.Fprintf(w, "\nTO DO, what only you can answer (%d):\n", len(r.Questions))
		for _, q := range r.Questions {
			fmt.Fprintf(w, "  %s\n", q)
		}
	}
	if len(r.LeftOut) > 0 {
		fmt.Fprintf(w, "\nLeft out, since Octroi has its own way: %s\n", strings.Join(r.LeftOut, ", "))
	}
	if len(r.Lines) == 0 {
		return
	}
	works := 0
	fmt.Fprintf(w, "\nIn the pages:\n")
	for _, line := range r.Lines {
		if line.Works && line.Note == "" {
			works++
			continue
		}
		fmt.Fprintf(w, "  %s:%d\n    before: %s\n", line.File, line.Line, line.Before)
		switch {
		case line.Works:
			fmt.Fprintf(w, "    works as it is\n")
		case line.After != "":
			fmt.Fprintf(w, "    after:  %s\n", line.After)
		default:
			fmt.Fprintf(w, "    after:  nothing\n")
		}
		if line.Note != "" {
			fmt.Fprintf(w, "    %s\n", line.Note)
		}
	}
	if works > 0 {
		fmt.Fprintf(w, "  Lines that work as they are, by \"inherit\": %d\n", works)
	}
}
