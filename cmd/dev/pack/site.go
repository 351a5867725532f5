//go:build !kept

package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/internal/bundle"
)

// Where a site's own octroi.js begins, and what takes over from it.
const (
	compiledSource = "web/entry/compiled.js"
	holdSource     = "web/entry/compiled.hold.js"
)

// siteParts writes the scripts that the owner's command makes a site's own files of, unless
// prebuilt/ has the same.
func siteParts(nowasm string) error {
	scripts, err := siteHalf(nowasm)
	if err != nil {
		return err
	}
	now, err := sumOfSite(scripts)
	if err != nil {
		return err
	}
	old, err := kept()
	if err != nil {
		return err
	}
	if now == old.Site {
		scripts, err := filepath.Glob(filepath.Join(parts, "*.js"))
		if err != nil {
			return err
		}
		return remove(scripts...)
	}
	if scripts, err = minified(scripts); err != nil {
		return err
	}
	files, err := siteFiles(scripts)
	if err != nil {
		return err
	}
	for name, content := range files {
		if err := write(filepath.Join(parts, name), content); err != nil {
			return err
		}
	}
	return nil
}

// siteHalf returns these scripts, bundled, by source: in the place of what differs from site to
// site they have marks.
func siteHalf(nowasm string) (map[string]string, error) {
	modules, err := virtual()
	if err != nil {
		return nil, err
	}
	mark := func(name string) string { return "'" + bundle.Mark(name) + "'" }
	modules["octroi:nowasm"] = nowasm
	modules["octroi:engine"] = "export const engine = " + mark("engine") + ", declaration = " + mark("declaration") + ", build = " + mark("build")
	modules["octroi:site"] = "export const site = JSON.parse(" + mark("site") + ")"
	modules["octroi:signals"] = "export const tellDefaults = " + mark("signals")
	modules["octroi:texts"] = "export const language = " + mark("language") + ", texts = " + mark("texts")
	modules["octroi:alltexts"] = "export const texts = " + mark("alltexts")
	modules["octroi:languages"] = "export default " + mark("languages")
	guard, hold, err := divide(compiledSource, holdSource, modules, compiled)
	if err != nil {
		return nil, err
	}
	sources := []string{restSource, shutSource, twiceSource, offSource}
	for _, name := range []string{"app", "inherit", "nowasm", "vendors", "receipts", "debug", "register", "worker"} {
		sources = append(sources, apartSource(name))
	}
	scripts, err := bundleAll(sources, modules, compiled)
	if err != nil {
		return nil, err
	}
	scripts[compiledSource], scripts[holdSource] = guard, hold
	return scripts, nil
}

// siteFiles puts the scripts into the files that they are parts of.
func siteFiles(scripts map[string]string) (map[string][]byte, error) {
	second, err := sitePart("rest.wasm")
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for source, script := range scripts {
		name := filepath.Base(source)
		switch source {
		case shutSource, twiceSource:
			continue
		case restSource:
			if script, err = with(script, second); err != nil {
				return nil, err
			}
			script = banner + script
		case compiledSource:
			name = "octroi.js"
			script = eager + banner + guarded(script, scripts)
		case holdSource:
			name = "octroi.hold.js"
			script = eager + banner + `"use strict";` + script
		default:
			script = banner + script
		}
		files[name] = []byte(script)
	}
	return files, nil
}

// sumOfSite is a checksum of the files before terser, and of how that makes them smaller.
func sumOfSite(scripts map[string]string) (string, error) {
	files, err := siteFiles(scripts)
	if err != nil {
		return "", err
	}
	var all strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(&all, "%s %d\n%s", name, len(files[name]), files[name])
	}
	return scriptSum(all.String()), nil
}
