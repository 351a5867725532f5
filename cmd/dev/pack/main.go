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
//	go run ./cmd/dev/pack audit    wasm/audit and web/audit/ become dist/audit/
//	go run ./cmd/dev/pack size     weighs them against sizes.json
//	go run ./cmd/dev/pack record   writes sizes.json, and wasm/prebuilt/
//	go run ./cmd/dev/pack rebuilt  compares wasm/prebuilt/ with what is built
package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/octroi-consent/octroi"
	"github.com/octroi-consent/octroi/catalog"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/jsontext"
	"github.com/octroi-consent/octroi/internal/bundle"
)

const (
	dist    = "dist"
	between = "build" // what the build makes and nobody ships
	builtIn = "en"
)

func main() {
	commands := map[string]func() error{"engine": engine, "split": func() error { return split(os.Args[2:]) }, "build": ship, "dev": func() error { return dev(os.Args[2:]) }, "audit": audit, "size": size, "record": record, "rebuilt": checkPrebuilt}
	var command func() error
	if len(os.Args) == 2 || len(os.Args) > 2 && (os.Args[1] == "split" || os.Args[1] == "dev") {
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

// ship builds dist/, with the engine as JavaScript, and prints what integrity attributes need.
func ship() error {
	plain, err := nowasm()
	if err != nil {
		return err
	}
	files, err := build(dist, plain, minified)
	if err != nil {
		return err
	}
	if err := siteParts(plain); err != nil {
		return err
	}
	fmt.Println("for integrity=\"…\", with crossorigin=\"anonymous\" where another host serves them:")
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if strings.HasSuffix(name, ".js") {
			fmt.Printf("  %-18s %s\n", name, bundle.Integrity(files[name]))
		}
	}
	return nil
}

// nowasm is the engine as JavaScript, as octroi.nowasm.js imports it.
func nowasm() (string, error) {
	plain, err := os.ReadFile(filepath.Join(between, "engine.mjs"))
	if err != nil {
		return "", err
	}
	return factory(string(plain))
}

// banner tells a shipped file's version and licence. Minifiers keep comments of this kind.
var banner = "/*! Octroi " + octroi.Version() + ", MIT */\n"

// build makes of a folder's octroi.wasm, of rest.wasm beside it or, for dist/, in build/, and
// of web/ the folder's other files, and returns these. Without the engine as JavaScript,
// octroi.nowasm.js is left out.
func build(folder, nowasm string, small minifier) (map[string][]byte, error) {
	files, err := bundles(folder, nowasm, small)
	if err != nil {
		return nil, err
	}
	for name, content := range files {
		if err := write(filepath.Join(folder, name), content); err != nil {
			return nil, err
		}
	}
	return files, nil
}

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

func bundles(folder, nowasm string, small minifier) (map[string][]byte, error) {
	scripts, err := pageHalf(nowasm)
	if err != nil {
		return nil, err
	}
	if scripts, err = small(scripts); err != nil {
		return nil, err
	}
	wasm, err := os.ReadFile(filepath.Join(folder, "octroi.wasm"))
	if err != nil {
		return nil, err
	}
	beside := folder
	if folder == dist {
		beside = between
	}
	second, err := os.ReadFile(filepath.Join(beside, "rest.wasm"))
	if err != nil {
		return nil, err
	}
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

// pageHalf returns the scripts of web/entry/, bundled, by source; without the engine as
// JavaScript, the one that runs it is left out.
func pageHalf(nowasm string) (map[string]string, error) {
	modules, err := virtual()
	if err != nil {
		return nil, err
	}
	modules["octroi:nowasm"] = nowasm
	sources := []string{dropinSource, restSource, shutSource, twiceSource}
	for _, name := range apart {
		if name != "nowasm" || nowasm != "" {
			sources = append(sources, apartSource(name))
		}
	}
	return bundleAll(sources, modules, dropIn)
}

// bundleAll bundles scripts, and returns them by source.
func bundleAll(sources []string, modules map[string]string, form string) (map[string]string, error) {
	scripts := map[string]string{}
	for _, source := range sources {
		script, err := bundled(source, modules, form)
		if err != nil {
			return nil, err
		}
		scripts[source] = script
	}
	return scripts, nil
}

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

// virtual are the modules that the page half imports from the build, but for the engine as
// JavaScript.
func virtual() (map[string]string, error) {
	first, err := styles("octroi.css")
	if err != nil {
		return nil, err
	}
	more, err := styles("octroi.rest.css")
	if err != nil {
		return nil, err
	}
	few, err := texts(builtIn, bundle.Shown...)
	if err != nil {
		return nil, err
	}
	own, err := texts(builtIn)
	if err != nil {
		return nil, err
	}
	constant := func(s string) string { return strconv.QuoteToGraphic(s) }
	return map[string]string{
		"octroi:version":   "export default " + constant(octroi.Version()),
		"octroi:css":       "export default " + constant(first),
		"octroi:restcss":   "export default " + constant(more),
		"octroi:languages": "export default " + constant(strings.Join(languages(), " ")),
		"octroi:texts":     "export const language = " + constant(builtIn) + ", texts = " + constant(string(few)),
		"octroi:alltexts":  "export const texts = " + constant(string(own)),
		"octroi:engine":    "export const declaration = '', engine = '', build = " + constant(bundle.Mark("build")),
		"octroi:site":      "export const site = undefined",
		"octroi:worker":    "export const cache = " + constant(config.Cache) + ", first = " + bundle.First.Mark() + ", rest = " + bundle.Second.Mark(),
		"octroi:wasm":      "export const first = " + bundle.First.Mark(),
		"octroi:rest":      "export const rest = " + bundle.First.Mark(),
	}, nil
}

// eager has Chromium compile all functions while the script arrives, off the main thread:
// nearly all run at once, and compiled one by one as they do they took a third longer.
const eager = "//# allFunctionsCalledOnLoad\n"

// styles are a style sheet without white space.
func styles(file string) (string, error) {
	css, err := os.ReadFile(filepath.Join("web", "ui", file))
	if err != nil {
		return "", err
	}
	small := api.Transform(important(string(css)), api.TransformOptions{
		Loader: api.LoaderCSS, MinifyWhitespace: true, MinifySyntax: true, Charset: api.CharsetUTF8,
	})
	if len(small.Errors) > 0 {
		return "", fmt.Errorf("%s: %s", file, small.Errors[0].Text)
	}
	return strings.TrimSpace(string(small.Code)), nil
}

var declaration = regexp.MustCompile(`(?m)^(\s*[a-z-]+:[^;{}]*);$`)

// important marks every declaration in the cascade layer that stands on a line of its own.
// Excepted are custom properties, and the policy, which is part of the site's own page: those it
// may set.
func important(css string) string {
	outside, layer, _ := strings.Cut(css, "@layer")
	blocks := strings.SplitAfter("@layer"+layer, "}")
	for i, block := range blocks {
		selector, _, _ := strings.Cut(block, "{")
		if strings.Contains(selector, ".octroi-policy") {
			continue
		}
		blocks[i] = declaration.ReplaceAllStringFunc(block, func(line string) string {
			if strings.HasPrefix(strings.TrimSpace(line), "--") {
				return line
			}
			return strings.TrimSuffix(line, ";") + " !important;"
		})
	}
	return outside + strings.Join(blocks, "")
}

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

// What COMPILED is in a script for all sites, and in one site's own.
const (
	dropIn   = "false"
	compiled = "true"
)

// bundling are esbuild's options for what ships.
func bundling(modules map[string]string, form string) api.BuildOptions {
	return api.BuildOptions{
		Bundle: true, Define: map[string]string{"COMPILED": form}, Format: api.FormatIIFE, Target: api.ES2022, Charset: api.CharsetUTF8,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true, LegalComments: api.LegalCommentsNone,
		Plugins: []api.Plugin{{Name: "octroi", Setup: func(b api.PluginBuild) {
			provide(b, func() (map[string]string, []string, error) { return modules, nil, nil })
		}}},
	}
}

func bundled(entry string, modules map[string]string, form string) (string, error) {
	options := bundling(modules, form)
	options.EntryPoints = []string{entry}
	files, err := made(options)
	for _, script := range files {
		return script, err
	}
	return "", err
}

// provide answers imports of modules of the build, and names the files that they are made from.
func provide(b api.PluginBuild, modules func() (map[string]string, []string, error)) {
	b.OnResolve(api.OnResolveOptions{Filter: "^octroi:"}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
		return api.OnResolveResult{Path: a.Path, Namespace: "octroi"}, nil
	})
	b.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: "octroi"}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
		all, files, err := modules()
		source := all[a.Path]
		return api.OnLoadResult{Contents: &source, WatchFiles: files}, err
	})
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

// factory makes of wasm2js's module, which is one instance, a module whose default makes
// as many as are wanted.
func factory(module string) (string, error) {
	body, _, found := strings.Cut(module, "var retasmFunc")
	if !found || !strings.Contains(body, "function asmFunc(") {
		return "", fmt.Errorf("wasm2js writes another form than it did")
	}
	return "export default () => {" + body + "const { in_, ...rest } = asmFunc({ abort() { throw new RangeError(); } }); return { in: in_, ...rest }; };", nil
}
