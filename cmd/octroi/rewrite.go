package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/internal/bundle"
	"github.com/octroi-consent/octroi/internal/setup"
	"github.com/octroi-consent/octroi/server/rewrite"
)

type rewriteCommand struct {
	Dir         string `arg:"" help:"The folder of the site."`
	Out         string `short:"o" placeholder:"DIR" help:"The folder to write the whole site into."`
	InPlace     bool   `help:"Write into the site's own folder."`
	Check       bool   `help:"Write nothing; end with 1 where a page would change."`
	Declaration string `placeholder:"FILE" help:"The declaration; unless given, declaration.json of what octroi build has written into the site, else octroi.json."`
	Files       string `placeholder:"DIR" help:"The folder that octroi build has written into; found in the site unless given."`
	Origin      string `placeholder:"ADDRESS" help:"Of the site, as https://www.shop.example: addresses that begin so are its own."`
	JSON        bool   `name:"json" help:"Print what is gated as JSON."`
}

// Help is what --help says besides.
func (*rewriteCommand) Help() string {
	return `Browsers request what a page's HTML names before any script could prevent it. This writes the HTML files of a static site (.html, .htm, .shtml, and files without an ending that are HTML) so that what needs consent waits, and puts the line of octroi.js first into each head, where octroi build has written its files into the site. It prints what it gates, by file and line. All other bytes stay as they are, and running it again changes nothing. Pages that a server makes need its middleware: see docs/rewrite.md.`
}

func (c *rewriteCommand) Run(s streams) error {
	ways := 0
	for _, way := range []bool{c.Out != "", c.InPlace, c.Check} {
		if way {
			ways++
		}
	}
	if ways != 1 {
		return unable{errors.New("say where to write: -o DIR for a copy of the site, --in-place for its own folder, or --check to write nothing")}
	}
	if info, err := os.Stat(c.Dir); err != nil || !info.IsDir() {
		return unable{fmt.Errorf("%s is no folder: name the one that has the site's .html files", c.Dir)}
	}
	if c.Out != "" {
		if err := apart(c.Dir, c.Out); err != nil {
			return err
		}
	}
	site := rewriting{command: c, folder: c.Dir, changed: map[string][]byte{}, told: rewritten{Folder: c.Dir, Files: []rewrittenFile{}, Services: map[string]int{}, Unread: []string{}}}
	if err := site.prepare(s); err != nil {
		return err
	}
	if err := site.read(s); err != nil {
		return err
	}
	if copies := site.stale(); len(copies) > 0 {
		why := fmt.Sprintf("%s: a compressed copy of a page that changes, which a server would send in its place", strings.Join(copies, ", "))
		if c.Out == "" {
			return unable{errors.New(why + "; delete it, and compress once pages are rewritten")}
		}
		fmt.Fprintf(s.err, "rewrite: left out: %s; compress the copies in %s\n", why, c.Out)
	}
	if err := site.write(); err != nil {
		return err
	}
	if err := site.tell(s); err != nil {
		return err
	}
	if c.Check && len(site.changed) > 0 {
		return exit(1)
	}
	return nil
}

// apart makes sure that neither folder is in the other.
func apart(dir, out string) error {
	from, err := filepath.Abs(dir)
	if err != nil {
		return unable{err}
	}
	to, err := filepath.Abs(out)
	if err != nil {
		return unable{err}
	}
	for _, pair := range [][2]string{{from, to}, {to, from}} {
		if within, err := filepath.Rel(pair[0], pair[1]); err == nil && within != ".." && !strings.HasPrefix(within, ".."+string(filepath.Separator)) {
			return unable{fmt.Errorf("%s and %s are in one another: name another folder, or --in-place", dir, out)}
		}
	}
	return nil
}

// rewriting is the work on one site.
type rewriting struct {
	command  *rewriteCommand
	folder   string
	rewriter *rewrite.Rewriter
	changed  map[string][]byte // pages, by their paths in the folder
	others   []string          // all other files
	told     rewritten
}

// rewritten is what was done, as --json prints it.
type rewritten struct {
	Folder   string          `json:"folder"`
	Written  string          `json:"written"` // the folder; "" for none
	Head     string          `json:"head"`    // the line that each page has first; "" for none
	Files    []rewrittenFile `json:"files"`
	Services map[string]int  `json:"services"` // how much waits for each
	Unread   []string        `json:"unread"`   // pages in XHTML, which stay as they are
}

type rewrittenFile struct {
	File    string      `json:"file"`
	Changed bool        `json:"changed"`
	Gated   []gatedLine `json:"gated"`
}

type gatedLine struct {
	Line     int      `json:"line"`
	Element  string   `json:"element"`
	Attr     string   `json:"attr"`     // "" for the text of a script or a style
	Address  string   `json:"address"`  // "" for a text
	Services []string `json:"services"` // none where nobody declares it
}

// prepare finds the declaration and the line for the head.
func (w *rewriting) prepare(s streams) error {
	c := w.command
	files := c.Files
	if files == "" {
		files = w.built()
	}
	file := c.Declaration
	if files != "" {
		text, err := read(filepath.Join(files, "manifest.json"))
		if err != nil {
			return err
		}
		var manifest bundle.Manifest
		if err := json.Unmarshal(text, &manifest); err != nil || len(manifest.HTML) == 0 {
			return unable{fmt.Errorf("%s is no manifest of octroi build: run octroi build -o %s", filepath.Join(files, "manifest.json"), files)}
		}
		w.told.Head = manifest.HTML[0]
		if file == "" {
			file = filepath.Join(files, "declaration.json")
		}
	}
	if file == "" {
		file = usual
	}
	found, err := declared(s, file)
	if err != nil {
		return err
	}
	w.rewriter, err = rewrite.New(found.text, rewrite.Options{Head: w.told.Head, Origin: c.Origin})
	if err != nil {
		return unable{err}
	}
	return nil
}

// built is the folder in the site that octroi build has written into, "" for none.
func (w *rewriting) built() (folder string) {
	_ = w.walk(func(name string, entry fs.DirEntry) error {
		if entry.Name() == "manifest.json" {
			at := filepath.Join(w.folder, filepath.FromSlash(path.Dir(name)))
			if _, err := os.Stat(filepath.Join(at, "octroi.js")); err == nil {
				folder = at
				return fs.SkipAll
			}
		}
		return nil
	})
	return folder
}

// walk visits the files of the site, by their paths with slashes, in order.
func (w *rewriting) walk(visit func(name string, entry fs.DirEntry) error) error {
	return fs.WalkDir(os.DirFS(w.folder), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !entry.IsDir():
			return visit(name, entry)
		case entry.Name() == setup.Half || entry.Name() == ".git" || entry.Name() == "node_modules":
			return fs.SkipDir
		}
		return nil
	})
}

// read rewrites all pages in memory that change.
func (w *rewriting) read(s streams) error {
	defer s.ended()
	err := w.walk(func(name string, entry fs.DirEntry) error {
		is, err := w.isPage(name)
		if err != nil {
			return err
		}
		if !is {
			w.others = append(w.others, name)
			return nil
		}
		if entry.Type()&fs.ModeSymlink != 0 && w.command.Out == "" {
			return nil // what it leads to is rewritten where that stands
		}
		s.progress(name)
		return w.page(name)
	})
	if err != nil && !errors.As(err, new(unable)) {
		err = unable{err}
	}
	return err
}

// isPage reports whether a file is HTML: by its name or, where that says nothing, by its beginning.
// XHTML is another language, which is told.
func (w *rewriting) isPage(name string) (bool, error) {
	switch strings.ToLower(path.Ext(name)) {
	case ".html", ".htm", ".shtml":
		return true, nil
	case ".xhtml", ".xht":
		w.told.Unread = append(w.told.Unread, name)
	case "":
		f, err := os.Open(filepath.Join(w.folder, filepath.FromSlash(name)))
		if err != nil {
			return false, unread(name, err)
		}
		defer f.Close()
		start := make([]byte, 4096)
		n, err := io.ReadFull(f, start)
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return false, unread(name, err)
		}
		return rewrite.IsHTML(start[:n]), nil
	}
	return false, nil
}

// packed are the endings of files that servers send in the place of a page, compressed.
var packed = []string{".gz", ".br", ".zst", ".zz"}

// stale takes out of the other files compressed copies of pages that change, and returns them.
func (w *rewriting) stale() (copies []string) {
	w.others = slices.DeleteFunc(w.others, func(name string) bool {
		ext := path.Ext(name)
		_, is := w.changed[strings.TrimSuffix(name, ext)]
		if is = is && slices.Contains(packed, strings.ToLower(ext)); is {
			copies = append(copies, name)
		}
		return is
	})
	return copies
}

// page rewrites one page in memory.
func (w *rewriting) page(name string) error {
	text, err := read(filepath.Join(w.folder, filepath.FromSlash(name)))
	if err != nil {
		return err
	}
	file := rewrittenFile{File: name, Gated: []gatedLine{}}
	var out bytes.Buffer
	err = w.rewriter.Rewrite(&out, bytes.NewReader(text), rewrite.Document{
		URL: "/" + strings.TrimSuffix(name, "index.html"),
		Report: func(g rewrite.Gated) {
			services := strings.Fields(g.Services)
			file.Gated = append(file.Gated, gatedLine{g.Line, g.Element, g.Attr, g.Address, append([]string{}, services...)})
			for _, id := range services {
				w.told.Services[id]++
			}
		},
	})
	if err != nil {
		return unable{err}
	}
	if file.Changed = !bytes.Equal(out.Bytes(), text); file.Changed {
		w.changed[name] = out.Bytes()
	} else if w.command.Out != "" {
		w.others = append(w.others, name)
	}
	w.told.Files = append(w.told.Files, file)
	return nil
}

// write puts what has changed in its place.
func (w *rewriting) write() error {
	c := w.command
	switch {
	case c.Check:
		return nil
	case c.InPlace:
		w.told.Written = c.Dir
		if len(w.changed) == 0 {
			return nil
		}
		return place(c.Dir, w.changed)
	}
	w.told.Written = c.Out
	if info, err := os.Stat(c.Out); err == nil && !info.IsDir() {
		return unable{fmt.Errorf("%s is a file, and a folder is wanted: name another, or move it away", c.Out)}
	}
	for _, name := range w.others {
		if err := copyFile(filepath.Join(c.Out, filepath.FromSlash(name)), filepath.Join(c.Dir, filepath.FromSlash(name))); err != nil {
			return err
		}
	}
	return place(c.Out, w.changed)
}

// copyFile copies a file whole, or not at all.
func copyFile(to, from string) error {
	src, err := os.Open(from)
	if err != nil {
		return unread(from, err)
	}
	defer src.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return unwritten(to, err)
	}
	dst, err := os.Create(to + setup.Half)
	if err != nil {
		return unwritten(to, err)
	}
	_, err = io.Copy(dst, src)
	if err := errors.Join(err, dst.Close()); err != nil {
		os.Remove(to + setup.Half)
		return unwritten(to, err)
	}
	if err := os.Rename(to+setup.Half, to); err != nil {
		os.Remove(to + setup.Half)
		return unwritten(to, err)
	}
	return nil
}

// tell prints what was done.
func (w *rewriting) tell(s streams) error {
	if w.command.JSON {
		return writeJSON(s.out, w.told)
	}
	pages := 0
	for _, file := range w.told.Files {
		if !file.Changed {
			continue
		}
		pages++
		fmt.Fprintln(s.out, file.File)
		for _, g := range file.Gated {
			what := g.Element
			if g.Attr != "" {
				what += " " + g.Attr
			}
			whose := strings.Join(g.Services, " ")
			if whose == "" {
				whose = "nobody declares it"
			}
			fmt.Fprintf(s.out, "  %4d  %-24s %-20s %s\n", g.Line, what, whose, short(g.Address))
		}
	}
	for _, id := range sorted(w.told.Services) {
		fmt.Fprintf(s.out, "%-26s %d\n", id, w.told.Services[id])
	}
	verb := "Rewritten"
	if w.command.Check {
		verb = "To be rewritten"
	}
	fmt.Fprintf(s.out, "%s: %d of %d pages", verb, pages, len(w.told.Files))
	if w.told.Written != "" {
		fmt.Fprintf(s.out, ", in %s", w.told.Written)
	}
	fmt.Fprintln(s.out, ".")
	if len(w.told.Unread) > 0 {
		fmt.Fprintf(s.err, "rewrite: left as they are: %s; XHTML is not read, so gate by hand what needs consent there\n", strings.Join(w.told.Unread, ", "))
	}
	if w.told.Head == "" {
		fmt.Fprintln(s.err, "rewrite: no page gets octroi.js: octroi build has written nothing into the site, and --files names nothing else")
	}
	return nil
}

// short is an address as it fits into a line.
func short(address string) string {
	address = strings.Join(strings.Fields(address), " ")
	if len(address) > 100 {
		address = strings.ToValidUTF8(address[:100], "") + "…"
	}
	return address
}
