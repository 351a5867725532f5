//go:build !kept

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

	"github.com/evanw/esbuild/pkg/api"

	"github.com/octroi-consent/octroi"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/internal/bundle"
)

// commands are what the program does, by name.
var commands = map[string]func() error{"engine": engine, "split": func() error { return split(os.Args[2:]) }, "build": ship, "dev": func() error { return dev(os.Args[2:]) }, "audit": audit, "size": size, "record": record, "rebuilt": checkPrebuilt}

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
	return assembled(scripts, wasm, second)
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
		"octroi:engine":    "export const engine = '', declaration = " + constant(bundle.Mark("declaration")) + ", build = " + constant(bundle.Mark("build")),
		"octroi:site":      "export const site = undefined",
		"octroi:worker":    "export const cache = " + constant(config.Cache) + ", first = " + bundle.First.Mark() + ", rest = " + bundle.Second.Mark(),
		"octroi:wasm":      "export const first = " + bundle.First.Mark(),
		"octroi:rest":      "export const rest = " + bundle.First.Mark(),
	}, nil
}

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

// factory makes of wasm2js's module, which is one instance, a module whose default makes
// as many as are wanted.
func factory(module string) (string, error) {
	body, _, found := strings.Cut(module, "var retasmFunc")
	if !found || !strings.Contains(body, "function asmFunc(") {
		return "", fmt.Errorf("wasm2js writes another form than it did")
	}
	return "export default () => {" + body + "const { in_, ...rest } = asmFunc({ abort() { throw new RangeError(); } }); return { in: in_, ...rest }; };", nil
}
