// Command pack puts together what is shipped: it minifies the page half, puts the
// engine's bytes, the styles and the built-in language into the drop-in, and
// weighs the result.
//
//	go run ./cmd/dev/pack engine   has the engine's modules ready that are kept of these sources;
//	                            else it prints their checksum, and build.sh compiles
//	go run ./cmd/dev/pack split FEATURE…
//	                            build/lean.wasm becomes dist/octroi.wasm and build/rest.wasm
//	go run ./cmd/dev/pack build    dist/octroi.wasm and web/ become the other files of dist/
//	go run ./cmd/dev/pack dev FOLDER [-port N]
//	                            builds into a folder whenever a source changes, and serves the demo
//	go run -tags kept ./cmd/dev/pack kept FOLDER
//	                            wasm/prebuilt/ becomes the files of dist/, with no bundler; ends with 3
//	                            where the sources are others
//	go run -tags kept ./cmd/dev/pack demo [-port N] [-drop-in]
//	                            serves the demo, with what is kept
//	go run ./cmd/dev/pack audit    wasm/audit and web/audit/ become dist/audit/
//	go run ./cmd/dev/pack size     weighs them against sizes.json
//	go run ./cmd/dev/pack record   writes sizes.json, and wasm/prebuilt/
//	go run ./cmd/dev/pack rebuilt  compares wasm/prebuilt/ with what is built
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/octroi-consent/octroi"
	"github.com/octroi-consent/octroi/catalog"
	"github.com/octroi-consent/octroi/engine/jsontext"
	"github.com/octroi-consent/octroi/internal/bundle"
)

const (
	dist    = "dist"
	between = "build" // what the build makes and nobody ships
	builtIn = "en"
)

func main() {
	var command func() error
	if len(os.Args) == 2 || len(os.Args) > 2 && (os.Args[1] == "split" || os.Args[1] == "dev" || os.Args[1] == "kept" || os.Args[1] == "demo") {
		command = commands[os.Args[1]]
	}
	if command == nil {
		fmt.Fprintln(os.Stderr, "usage: pack engine|split FEATURE…|build|dev FOLDER|audit|size|record|rebuilt")
		os.Exit(2)
	}
	if err := command(); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

// banner tells a shipped file's version and licence. Minifiers keep comments of this kind.
var banner = "/*! Octroi " + octroi.Version() + ", MIT */\n"

// Where the scripts begin that have an engine in them, or work without.
const (
	dropinSource = "web/entry/octroi.js"
	restSource   = "web/entry/octroi.rest.js"
	shutSource   = "web/entry/shut.js"
	offSource    = "web/entry/worker.off.js"
	twiceSource  = "web/entry/twice.js"
)

func apartSource(name string) string { return "web/entry/octroi." + name + ".js" }

// apart are the scripts of web/entry/ that ship as files of their own, with no engine in them.
var apart = []string{"split", "nowasm", "inherit", "app", "vendors", "receipts", "debug", "register", "worker"}

// guarded has another script run where the first cannot begin, and a third where the page has a
// copy of it: then nothing of the first runs, which would find what that copy has put in place.
func guarded(script string, others map[string]string) string {
	block := func(script string) string { return "{" + strings.TrimSpace(script) + "}" }
	return `"use strict";try{if(Object.hasOwn(window,"octroi"))` + block(others[twiceSource]) + "else" + block(script) + "}catch" + block(others[shutSource]) + "\n"
}

// with puts the bytes of a module into a script.
func with(script string, wasm []byte) (string, error) {
	return bundle.First.Put(escaped(script), wasm)
}

// eager has Chromium compile all functions while the script arrives, off the main thread:
// nearly all run at once, and compiled one by one as they do they took a third longer.
const eager = "//# allFunctionsCalledOnLoad\n"

func languages() (langs []string) {
	files, _ := filepath.Glob("web/locales/*.json")
	for _, f := range files {
		langs = append(langs, strings.TrimSuffix(filepath.Base(f), ".json"))
	}
	slices.Sort(langs)
	return langs
}

// texts returns a language's texts as JSON without white space: those named, or all.
func texts(lang string, names ...string) ([]byte, error) {
	b, err := os.ReadFile(filepath.Join("web", "locales", lang+".json"))
	if err != nil {
		return nil, err
	}
	v, wrong := jsontext.Parse(string(b))
	if wrong != nil {
		return nil, fmt.Errorf("locales/%s.json: byte %d: %s", lang, wrong.Offset, wrong.Reason)
	}
	var pairs []string
	for i, key := range v.Keys {
		if names == nil || slices.Contains(names, key) {
			pairs = append(pairs, jsontext.Fill("%:%", key, v.Items[i].Text))
		}
	}
	return []byte("{" + strings.Join(pairs, ",") + "}"), nil
}

// escaped writes what is not ASCII as escapes, all of which stands in strings: a page of
// another charset must not change a text. The engine's bytes, to which that may happen,
// have a checksum.
func escaped(script string) string {
	var s strings.Builder
	for _, r := range script {
		if r < utf8.RuneSelf {
			s.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&s, `\u%04x`, unit)
		}
	}
	return s.String()
}

// assembled makes a folder's other files of the scripts of web/entry/, by source, and of the
// engine's two modules.
func assembled(scripts map[string]string, wasm, second []byte) (map[string][]byte, error) {
	dropin, err := with(scripts[dropinSource], wasm)
	if err != nil {
		return nil, err
	}
	rest, err := with(scripts[restSource], second)
	if err != nil {
		return nil, err
	}
	known, err := catalog.Shipped()
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{
		"octroi.js":      []byte(eager + banner + guarded(dropin, scripts)),
		"octroi.rest.js": []byte(banner + rest),
		"catalog.json":   known,
	}
	for _, name := range apart {
		script, ok := scripts[apartSource(name)]
		switch {
		case !ok:
			continue
		case name == "worker":
			if script, err = with(script, wasm); err != nil {
				return nil, err
			}
			if script, err = bundle.Second.Put(script, second); err != nil {
				return nil, err
			}
			script = banner + script
		case name == "nowasm":
			// The same script is one site's own, where the declaration stands in it.
			script = banner + strings.Replace(script, `"`+bundle.Mark("declaration")+`"`, `""`, 1)
		case name == "split":
			script = eager + banner + guarded(script, scripts)
		default:
			script = banner + script
		}
		files["octroi."+name+".js"] = []byte(script)
	}
	for _, name := range []string{"octroi.d.ts", "config.schema.json"} {
		if files[name], err = os.ReadFile(filepath.Join("web", name)); err != nil {
			return nil, err
		}
	}
	files["octroi.d.ts"] = append([]byte(banner), files["octroi.d.ts"]...)
	for _, lang := range languages() {
		if files["locales/"+lang+".json"], err = texts(lang); err != nil {
			return nil, err
		}
	}
	files["octroi.wasm"] = wasm
	bundle.Stamp(files)
	delete(files, "octroi.wasm")
	return files, nil
}
