package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/fsnotify/fsnotify"

	"github.com/octroi-consent/octroi/internal/bundle"
	"github.com/octroi-consent/octroi/web"
)

type buildCommand struct {
	File   string   `arg:"" help:"The declaration."`
	Out    string   `short:"o" placeholder:"DIR" default:"octroi" help:"The folder to write into (octroi)."`
	Path   string   `default:"/octroi/" help:"Of that folder on the site."`
	Lang   []string `placeholder:"TAG" help:"Languages of the interface, besides those that the declaration has texts in; all for all."`
	Sizes  bool     `negatable:"" default:"true" help:"Measure the files with brotli, which takes most of the time; for manifest.json and the terminal."`
	Watch  bool     `help:"Build again whenever the declaration changes."`
	Format string   `enum:"text,github,sarif" default:"text" help:"Of faults and hints, as octroi check has them."`

	read []byte // what was built last
}

// Help is what --help says besides.
func (*buildCommand) Help() string {
	return `It writes all that a site's visitors load: octroi.js, the site's own engine, texts, and manifest.json, which has sizes, integrity values and the lines to paste. The same declaration always gives the same bytes. Of a declaration with faults nothing is written: it tells them as octroi check does, and ends with 1.`
}

func (c *buildCommand) Run(s streams) error {
	err := c.build(s)
	if !c.Watch {
		return err
	}
	return c.watch(s, err)
}

// build writes the files of a declaration that has no fault.
func (c *buildCommand) build(s streams) error {
	text, err := read(c.File)
	if err != nil {
		return err
	}
	c.read = text
	found := check(text)
	found.file = c.File
	if err := writeFindings(s.out, c.Format, found); err != nil {
		return err
	}
	if len(found.faults) > 0 {
		return exit(1)
	}
	path := "/" + strings.Trim(c.Path, "/") + "/"
	if strings.Contains(c.Path, "://") {
		path = strings.TrimRight(c.Path, "/") + "/"
	} else if path == "//" {
		path = "/"
	}
	languages, err := c.languages()
	if err != nil {
		return err
	}
	site, err := bundle.Build(found.text, languages...)
	if err != nil {
		return unable{err}
	}
	site.Unmeasured = !c.Sizes
	manifest, err := site.Describe(path)
	if err != nil {
		return unable{err}
	}
	if err := c.write(site.Files); err != nil {
		return unable{err}
	}
	if c.Format != "text" {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(manifest.Files)) {
		fmt.Fprintf(s.out, "%-32s %7d bytes", name, manifest.Files[name].Bytes)
		if c.Sizes {
			fmt.Fprintf(s.out, ", %6d with brotli", manifest.Files[name].Brotli)
		}
		fmt.Fprintln(s.out)
	}
	fmt.Fprintf(s.out, "\nin %s. Into each page, first in <head>, and at its foot:\n", c.Out)
	for _, line := range manifest.HTML {
		fmt.Fprintln(s.out, " ", line)
	}
	return nil
}

// languages are those that were asked for.
func (c *buildCommand) languages() ([]string, error) {
	have := web.Languages()
	if slices.Equal(c.Lang, []string{"all"}) {
		return have, nil
	}
	for _, lang := range c.Lang {
		if !slices.Contains(have, lang) {
			return nil, unable{fmt.Errorf("no texts in %q; there are: %s", lang, strings.Join(have, " "))}
		}
	}
	return c.Lang, nil
}

// write puts the files into the folder: those that they need before those that ask for them,
// and none half. Engines of earlier builds stay, for pages that are open.
func (c *buildCommand) write(files map[string][]byte) error {
	names := slices.SortedFunc(maps.Keys(files), func(a, b string) int {
		last := func(name string) int { return slices.Index([]string{"octroi.js", "manifest.json"}, name) }
		if last(a) != last(b) {
			return last(a) - last(b)
		}
		return strings.Compare(a, b)
	})
	for _, name := range names {
		path := filepath.Join(c.Out, filepath.FromSlash(name))
		if before, err := os.ReadFile(path); err == nil && bytes.Equal(before, files[name]) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path+".new", files[name], 0o666); err != nil {
			return err
		}
		if err := os.Rename(path+".new", path); err != nil {
			return err
		}
	}
	return nil
}

// watch builds whenever the declaration changes, until the watching fails.
func (c *buildCommand) watch(s streams, first error) error {
	tell := func(err error) {
		var end exit
		if err != nil && !errors.As(err, &end) {
			fmt.Fprintln(s.err, "octroi build:", err)
		}
	}
	tell(first)
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return unable{err}
	}
	defer watcher.Close()
	// Editors put another file in the place of the one that was there: only its folder knows.
	if err := watcher.Add(filepath.Dir(c.File)); err != nil {
		return unable{err}
	}
	fmt.Fprintf(s.err, "octroi build: watching %s\n", c.File)
	again := func() {
		now, err := os.ReadFile(c.File)
		if err == nil && len(now) > 0 && !bytes.Equal(now, c.read) { // else it is on its way
			tell(c.build(s))
		}
	}
	again() // it may have changed while it was built
	for {
		select {
		case event, open := <-watcher.Events:
			if !open {
				return nil
			}
			if filepath.Clean(event.Name) != filepath.Clean(c.File) {
				continue
			}
			again()
		case err, open := <-watcher.Errors:
			if !open {
				return nil
			}
			tell(err)
		}
	}
}
