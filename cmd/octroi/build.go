package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/internal/bundle"
	"github.com/octroi-consent/octroi/web"
)

type buildCommand struct {
	File   string   `arg:"" optional:"" default:"octroi.json" help:"The declaration (${default})."`
	Out    string   `short:"o" placeholder:"DIR" default:"octroi" help:"The folder to write into (octroi)."`
	Path   string   `default:"/octroi/" help:"Of that folder on the site."`
	Lang   []string `placeholder:"TAG" help:"Languages of the interface, besides those that the declaration has texts in; all for all."`
	Sizes  bool     `negatable:"" default:"true" help:"Measure the files with brotli, which takes most of the time; for manifest.json and the terminal."`
	Pin    bool     `name:"integrity" help:"Name octroi.js by its version, and give the tag its integrity. Browsers run nothing else then: keep the files of earlier builds for as long as a cache may have pages of theirs."`
	Inline bool     `help:"Also write octroi.inline.html, which has octroi.js itself in the place of the tag: a first page asks sooner by a request, and each page is longer by that file. Where the folder has one, it is always written."`
	Watch  bool     `help:"Build again whenever the declaration changes."`
	Format string   `enum:"text,github,sarif" default:"text" help:"Of faults and hints, as octroi check has them."`
	JSON   bool     `name:"json" help:"Print the manifest, faults and hints as JSON."`

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
	if c.JSON {
		c.Format = "json"
	} else if err := writeFindings(s.out, c.Format, found); err != nil {
		return err
	}
	if len(found.faults) > 0 {
		return errors.Join(c.tell(s, &found, nil), exit(1))
	}
	languages, err := c.languages()
	if err != nil {
		return err
	}
	defer s.ended()
	s.progress("reading the declaration into the engine")
	site, err := bundle.Build(found.text, languages...)
	if errors.Is(err, bundle.ErrAsksNobody) {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	if err != nil {
		return unable{err}
	}
	site.Unmeasured = !c.Sizes
	if c.Pin {
		site.Pin()
	}
	// Pages that have what an earlier build wrote would keep all shut with these files.
	_, none := os.Stat(filepath.Join(c.Out, bundle.InlineFile))
	inline := c.Inline || none == nil
	if inline {
		site.Inline(onSite(c.Path))
	}
	if c.Sizes {
		s.progress("measuring the files with brotli")
	}
	manifest, err := site.Describe(onSite(c.Path))
	if err != nil {
		return unable{err}
	}
	// Those that they need come before those that ask for them. What earlier builds have named by
	// its content stays, for pages that are open or that a cache has.
	if err := place(c.Out, site.Files, "octroi.js", bundle.InlineFile, "manifest.json"); err != nil {
		return err
	}
	s.ended()
	if c.Format != "text" {
		return c.tell(s, &found, &manifest)
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
	if inline {
		fmt.Fprintf(s.out, "\nOr, for pages that ask without a request of their own, what %s has in the place of the first line.\nA Content-Security-Policy has to name it in script-src: '%s'\n", bundle.InlineFile, site.InlineHash())
	}
	return nil
}

// onSite is a folder's path on the site, or its address elsewhere, as files are appended to it.
func onSite(path string) string {
	if strings.Contains(path, "://") {
		return strings.TrimRight(path, "/") + "/"
	}
	if path = strings.Trim(path, "/"); path == "" {
		return "/"
	}
	return "/" + path + "/"
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

// tell prints all as JSON, where that is wanted.
func (c *buildCommand) tell(s streams, found *checked, manifest *bundle.Manifest) error {
	if !c.JSON {
		return nil
	}
	return writeJSON(s.out, struct {
		findings
		Folder   string           `json:"folder"`
		Manifest *bundle.Manifest `json:"manifest"` // null where nothing was written
	}{found.findings(), c.Out, manifest})
}
