//go:build kept

package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/octroi-consent/octroi/examples/shop"
	"github.com/octroi-consent/octroi/internal/bundle"
)

// commands are what the program does that has neither a bundler nor an engine to run: it is
// compiled in a third of the time.
var commands = map[string]func() error{"kept": func() error { return putKept(os.Args[2:]) }, "demo": func() error { return demo(os.Args[2:]) }}

// notKept is the exit code where the demo has to be built.
const notKept = 3

// demo serves the demo, with what is made of what is kept.
func demo(args []string) error {
	options := flag.NewFlagSet("demo", flag.ExitOnError)
	port := options.Int("port", 8420, "port of the shop; the third parties and the shop's bad twin get the next two")
	dropIn := options.Bool("drop-in", false, "pages load the drop-in, and have the declaration in them")
	folder := options.String("dist", dist, "folder of the built files")
	_ = options.Parse(args)
	return shop.Serve(*port, *folder, *dropIn, func(h http.Handler) http.Handler { return h })
}

// putKept puts the files of dist/ together, in a folder, of what prebuilt/ has. Where the sources, or the demo's declarations,
// are not those of what is kept, it ends with notKept.
func putKept(args []string) error {
	if len(args) != 1 {
		return errors.New("usage: pack kept FOLDER")
	}
	files, err := keptFiles()
	if err == nil {
		err = (&shop.Shop{Third: "http://127.0.0.1"}).Compile()
	}
	if errors.Is(err, errNotKept) || errors.Is(err, bundle.ErrNotKept) {
		os.Exit(notKept)
	}
	if err != nil {
		return err
	}
	for name, content := range files {
		path := filepath.Join(args[0], filepath.FromSlash(name))
		if before, err := os.ReadFile(path); err == nil && bytes.Equal(before, content) {
			continue
		}
		if err := write(path, content); err != nil {
			return err
		}
	}
	return nil
}

var errNotKept = errors.New("what is kept is not of these sources")

// keptFiles are those of dist/, where all that they are made from is kept.
func keptFiles() (map[string][]byte, error) {
	if built, err := filepath.Glob(filepath.Join(parts, "[^.]*")); err != nil || built != nil {
		return nil, errors.Join(err, errNotKept)
	}
	old, err := kept()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotKept, err)
	}
	page, err := pageSum()
	if err != nil {
		return nil, err
	}
	engine, err := engineSum()
	if err != nil {
		return nil, err
	}
	if page != old.Page || engine != old.Engine {
		return nil, errNotKept
	}
	scripts := map[string]string{}
	for source := range old.Scripts {
		content, err := keptFile("scripts/" + filepath.Base(source))
		if err != nil {
			return nil, err
		}
		scripts[source] = string(content)
	}
	if scripts[apartSource("nowasm")], err = keptNowasm(); err != nil {
		return nil, err
	}
	wasm, err := keptFile("engine/octroi.wasm")
	if err != nil {
		return nil, err
	}
	rest, err := keptFile("engine/rest.wasm")
	if err != nil {
		return nil, err
	}
	files, err := assembled(scripts, wasm, rest)
	if err != nil {
		return nil, err
	}
	files["octroi.wasm"] = wasm
	return files, nil
}

// keptNowasm is the script with the engine as JavaScript, which is kept as one site's.
func keptNowasm() (string, error) {
	content, err := keptFile("site/octroi.nowasm.js")
	return strings.TrimPrefix(string(content), banner), err
}
