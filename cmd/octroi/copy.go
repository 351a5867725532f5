package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/internal/bundle"
)

type copyCommand struct {
	Dir  string   `arg:"" help:"The folder to copy into."`
	From string   `placeholder:"DIR" help:"The folder that has the drop-in's files; that of the package unless given."`
	Path string   `default:"/octroi/" help:"Of the folder on the site."`
	Lang []string `placeholder:"TAG" help:"Only these languages; all unless given."`
	Pin  bool     `name:"integrity" help:"Name octroi.js by its version, and give the tag its integrity. Browsers run nothing else then: keep the files of earlier versions for as long as a cache may have pages of theirs."`
	JSON bool     `name:"json" help:"Print the files and their integrity values as JSON."`
}

// Help is what --help says besides.
func (*copyCommand) Help() string {
	return `The drop-in is for pages that build nothing: they bring the declaration themselves. The files come from the npm package, from a release's zip, or from dist/ after ./build.sh build. Files that stand there already and are not Octroi's stay.`
}

func (c *copyCommand) Run(s streams) error {
	from := c.From
	if from == "" {
		from = packagedDropIn()
	}
	if from == "" {
		return unable{errors.New("this program has not the drop-in's files: run npx octroi copy, or name the dist folder of the package, of a release's zip or of the repository with --from")}
	}
	files, err := dropIn(from, c.Lang)
	if err != nil {
		return unable{err}
	}
	site := bundle.DropIn(files)
	if c.Pin {
		site.Pin()
	}
	if err := place(c.Dir, files, "octroi.js"); err != nil {
		return err
	}
	copied := copiedFiles{Folder: c.Dir, Files: map[string]copiedFile{}, HTML: site.HTML(onSite(c.Path))}
	for name, text := range files {
		copied.Files[name] = copiedFile{len(text), bundle.Integrity(text)}
	}
	if c.JSON {
		return writeJSON(s.out, copied)
	}
	for _, name := range sorted(copied.Files) {
		fmt.Fprintf(s.out, "%-24s %8d bytes  %s\n", name, copied.Files[name].Bytes, copied.Files[name].Integrity)
	}
	fmt.Fprintf(s.out, "\nin %s. Into each page, first in <head> behind the declaration, and at its foot:\n", c.Dir)
	for _, line := range copied.HTML {
		fmt.Fprintln(s.out, " ", line)
	}
	return nil
}

// copiedFiles are what was copied, as --json prints it.
type copiedFiles struct {
	Folder string                `json:"folder"`
	Files  map[string]copiedFile `json:"files"`
	HTML   []string              `json:"html"` // the lines to paste
}

type copiedFile struct {
	Bytes     int    `json:"bytes"`
	Integrity string `json:"integrity"`
}

// dropIn reads the files of the drop-in, with the texts of these languages, of all where none is
// named.
func dropIn(folder string, languages []string) (map[string][]byte, error) {
	files := map[string][]byte{}
	all := os.DirFS(folder)
	var names, have []string
	for _, pattern := range []string{"octroi*.js", "octroi.wasm", "catalog.json", "locales/*.json"} {
		found, err := fs.Glob(all, pattern)
		if err != nil {
			return nil, err
		}
		names = append(names, found...)
	}
	if !slices.Contains(names, "octroi.js") {
		return nil, fmt.Errorf("%s has no octroi.js: name the folder that has the drop-in's files with --from", folder)
	}
	for _, name := range names {
		lang, is := strings.CutPrefix(strings.TrimSuffix(name, ".json"), "locales/")
		if is {
			have = append(have, lang)
		}
		if is && languages != nil && !slices.Contains(languages, lang) {
			continue
		}
		text, err := fs.ReadFile(all, path.Clean(name))
		if err != nil {
			return nil, err
		}
		files[name] = text
	}
	for _, lang := range languages {
		if !slices.Contains(have, lang) && lang != "en" { // which octroi.js brings
			return nil, fmt.Errorf("no texts in %q; there are: en %s", lang, strings.Join(have, " "))
		}
	}
	return files, nil
}
