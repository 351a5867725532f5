package main

import (
	"os"
	"path/filepath"

	"github.com/octroi-consent/octroi/internal/bundle"
)

// compiledSource is where a site's own drop-in begins.
const compiledSource = "web/entry/compiled.js"

// siteParts writes the scripts that the owner's command makes a site's own files of: in the
// place of what differs from site to site they have marks.
func siteParts(nowasm string) error {
	modules, err := virtual()
	if err != nil {
		return err
	}
	mark := func(name string) string { return "'" + bundle.Mark(name) + "'" }
	modules["octroi:nowasm"] = nowasm
	modules["octroi:engine"] = "export const engine = " + mark("engine") + ", declaration = " + mark("declaration")
	modules["octroi:site"] = "export const site = JSON.parse(" + mark("site") + ")"
	modules["octroi:texts"] = "export const language = " + mark("language") + ", texts = " + mark("texts")
	modules["octroi:alltexts"] = "export const texts = " + mark("alltexts")
	modules["octroi:languages"] = "export default " + mark("languages")
	scripts := map[string]string{compiledSource: "", restSource: "", shutSource: ""}
	for _, name := range []string{"app", "inherit", "debug"} {
		scripts[apartSource(name)] = ""
	}
	if err := bundleAll(scripts, modules, compiled); err != nil {
		return err
	}
	second, err := os.ReadFile(filepath.Join(parts, "rest.wasm"))
	if err != nil {
		return err
	}
	if scripts[restSource], err = with(scripts[restSource], second); err != nil {
		return err
	}
	scripts[compiledSource] = guarded(scripts[compiledSource], scripts[shutSource])
	for source, script := range scripts {
		name := filepath.Base(source)
		switch source {
		case shutSource:
			continue
		case compiledSource:
			name = "octroi.js"
			script = eager + banner + script
		default:
			script = banner + script
		}
		if err := os.WriteFile(filepath.Join(parts, name), []byte(script), 0o666); err != nil {
			return err
		}
	}
	return nil
}
