package main

import (
	"maps"
	"os"
	"path/filepath"

	"github.com/octroi-consent/octroi/internal/bundle"
)

// Where a site's own octroi.js begins, and what takes over from it.
const (
	compiledSource = "web/entry/compiled.js"
	holdSource     = "web/entry/compiled.hold.js"
)

// siteParts writes the scripts that the owner's command makes a site's own files of: in the
// place of what differs from site to site they have marks.
func siteParts(nowasm string) error {
	modules, err := virtual()
	if err != nil {
		return err
	}
	mark := func(name string) string { return "'" + bundle.Mark(name) + "'" }
	modules["octroi:nowasm"] = nowasm
	modules["octroi:engine"] = "export const engine = " + mark("engine") + ", hold = " + mark("hold") + ", declaration = " + mark("declaration")
	modules["octroi:site"] = "export const site = JSON.parse(" + mark("site") + ")"
	modules["octroi:signals"] = "export const tellDefaults = " + mark("signals")
	modules["octroi:texts"] = "export const language = " + mark("language") + ", texts = " + mark("texts")
	modules["octroi:alltexts"] = "export const texts = " + mark("alltexts")
	modules["octroi:languages"] = "export default " + mark("languages")
	guard, hold, err := divide(compiledSource, holdSource, modules, compiled)
	if err != nil {
		return err
	}
	scripts := map[string]string{restSource: "", shutSource: "", twiceSource: ""}
	for _, name := range []string{"app", "inherit", "vendors", "debug"} {
		scripts[apartSource(name)] = ""
	}
	if err := bundleAll(scripts, modules, compiled); err != nil {
		return err
	}
	divided, err := minified(map[string]string{compiledSource: guard, holdSource: hold})
	if err != nil {
		return err
	}
	maps.Copy(scripts, divided)
	second, err := os.ReadFile(filepath.Join(parts, "rest.wasm"))
	if err != nil {
		return err
	}
	if scripts[restSource], err = with(scripts[restSource], second); err != nil {
		return err
	}
	scripts[compiledSource] = guarded(scripts[compiledSource], scripts)
	for source, script := range scripts {
		name := filepath.Base(source)
		switch source {
		case shutSource, twiceSource:
			continue
		case compiledSource:
			name = "octroi.js"
			script = eager + banner + script
		case holdSource:
			name = "octroi.hold.js"
			script = eager + banner + `"use strict";` + script
		default:
			script = banner + script
		}
		if err := os.WriteFile(filepath.Join(parts, name), []byte(script), 0o666); err != nil {
			return err
		}
	}
	return nil
}
