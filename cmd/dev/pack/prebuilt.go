//go:build !kept

package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/examples/shop"
	"github.com/octroi-consent/octroi/internal/bundle"
)

// engineFiles are the modules that dist/ is made from, and what they are called in prebuilt/.
var engineFiles = map[string]string{
	filepath.Join(dist, "octroi.wasm"):   "engine/octroi.wasm",
	filepath.Join(between, "rest.wasm"):  "engine/rest.wasm",
	filepath.Join(between, "engine.mjs"): "engine/engine.mjs",
}

// siteModules are those that a site's own engine is made from.
var siteModules = []string{"engine.wasm", "rest.wasm", "whole.wasm", "texts.json"}

// keep writes one, unless it is there: another Go may compress it otherwise.
func keep(name string, content []byte) error {
	if before, err := keptFile(name); err == nil && bytes.Equal(before, content) {
		return nil
	}
	var packed bytes.Buffer
	w, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	w.Write(content)
	w.Close()
	return write(filepath.Join(keptFolder, name+".gz"), packed.Bytes())
}

// engine has the engine's modules ready: those of an earlier build or of prebuilt/ if they are of
// these sources. Else it prints the checksum of these, and build.sh compiles.
func engine() error {
	now, asKept, err := engineKept()
	if err != nil {
		return err
	}
	stamp, _ := os.ReadFile(filepath.Join(between, compiledFile))
	first, _, _ := strings.Cut(string(stamp), "\n")
	switch {
	case first == now && there(slices.Collect(maps.Keys(engineFiles))...) && there(filepath.Join(between, functionsFile)) && (asKept || there(inParts(siteModules...)...)):
		return nil
	case !asKept:
		fmt.Println(now)
		return nil
	}
	for file, name := range engineFiles {
		content, err := keptFile(name)
		if err != nil {
			return err
		}
		if err := write(file, content); err != nil {
			return err
		}
	}
	functions, err := os.ReadFile(functionsRecord)
	if err != nil {
		return err
	}
	if err := write(filepath.Join(between, functionsFile), functions); err != nil {
		return err
	}
	if err := remove(inParts(siteModules...)...); err != nil {
		return err
	}
	return write(filepath.Join(between, compiledFile), []byte(now+"\n"))
}

// sitePart reads a part of a site's files: that of this build, else that of prebuilt/.
func sitePart(name string) ([]byte, error) {
	content, err := os.ReadFile(filepath.Join(parts, name))
	if errors.Is(err, fs.ErrNotExist) {
		return keptFile("site/" + name)
	}
	return content, err
}

// content is all that prebuilt/ has: what was built, and from what.
type content struct {
	sources
	files map[string][]byte // by name in prebuilt/
}

// rebuild makes it of what is there: the engine's modules as they were compiled, and the scripts
// as terser makes them.
func rebuild(small minifier) (c content, err error) {
	c.files = map[string][]byte{}
	if c.Engine, err = engineSum(); err != nil {
		return c, err
	}
	for file, name := range engineFiles {
		if c.files[name], err = os.ReadFile(file); err != nil {
			return c, err
		}
	}
	for _, name := range siteModules {
		if c.files["site/"+name], err = sitePart(name); err != nil {
			return c, err
		}
	}
	if c.Page, err = pageSum(); err != nil {
		return c, err
	}
	for _, declaration := range shop.Compiled() {
		name, reading, err := bundle.Reading([]byte(declaration))
		if err != nil {
			return c, err
		}
		c.files["readings/"+name] = reading
	}
	plain, err := nowasm()
	if err != nil {
		return c, err
	}
	scripts, err := pageHalf(plain)
	if err != nil {
		return c, err
	}
	c.Scripts = sumsOf(scripts)
	if scripts, err = small(scripts); err != nil {
		return c, err
	}
	for source := range c.Scripts {
		c.files["scripts/"+filepath.Base(source)] = []byte(scripts[source])
	}
	site, err := siteHalf(plain)
	if err != nil {
		return c, err
	}
	if c.Site, err = sumOfSite(site); err != nil {
		return c, err
	}
	if site, err = small(site); err != nil {
		return c, err
	}
	files, err := siteFiles(site)
	if err != nil {
		return c, err
	}
	for name, file := range files {
		c.files["site/"+name] = file
	}
	page, err := auditPage()
	if err != nil {
		return c, err
	}
	for name, file := range page {
		c.files["audit/"+name] = file
	}
	return c, nil
}

// recordPrebuilt writes prebuilt/, and clears what is the same elsewhere.
func recordPrebuilt() error {
	now, err := rebuild(minified)
	if err != nil {
		return err
	}
	before, err := kept()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	now.By = before.By
	if now.Engine != before.Engine {
		if now.By, err = compiledBy(); err != nil {
			return err
		}
	}
	for name, content := range now.files {
		if err := keep(name, content); err != nil {
			return err
		}
	}
	old, err := keptNames()
	if err != nil {
		return err
	}
	for _, name := range old {
		if _, still := now.files[name]; !still {
			if err := remove(filepath.Join(keptFolder, name+".gz")); err != nil {
				return err
			}
		}
	}
	text, err := json.MarshalIndent(now.sources, "", "\t")
	if err != nil {
		return err
	}
	if err := write(filepath.Join(keptFolder, "sources.json"), append(text, '\n')); err != nil {
		return err
	}
	return clearParts()
}

// checkPrebuilt fails where prebuilt/ is not what is built of these sources: the engine's modules
// as they were compiled, if they were, and the scripts as terser makes them now.
func checkPrebuilt() error {
	now, err := rebuild(tersed)
	if err != nil {
		return err
	}
	before, err := kept()
	if err != nil {
		return err
	}
	var stale []string
	now.By = before.By
	if !reflect.DeepEqual(now.sources, before) {
		stale = append(stale, "sources.json")
	}
	names, err := keptNames()
	if err != nil {
		return err
	}
	for name, content := range now.files {
		if was, err := keptFile(name); err != nil || !bytes.Equal(was, content) {
			stale = append(stale, name)
		}
	}
	for _, name := range names {
		if _, still := now.files[name]; !still {
			stale = append(stale, name)
		}
	}
	if stale != nil {
		slices.Sort(stale)
		return fmt.Errorf("%s is not what is built of these sources: run ./build.sh record, and commit what it writes (%s)", keptFolder, strings.Join(stale, ", "))
	}
	if err := clearParts(); err != nil {
		return err
	}
	return checkKept()
}

// checkKept fails where the demo would get other files of what is kept than dist/ has.
func checkKept() error {
	folder, err := os.MkdirTemp("", "octroi-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	put := exec.Command("go", "run", "-tags", "kept", "./cmd/dev/pack", "kept", folder)
	put.Stderr = os.Stderr
	if err := put.Run(); err != nil {
		return fmt.Errorf("the demo's files cannot be put together of what is kept: %w", err)
	}
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, _ := filepath.Rel(folder, path)
		one, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		other, err := os.ReadFile(filepath.Join(dist, name))
		if err == nil && !bytes.Equal(one, other) {
			err = fmt.Errorf("of what is kept the demo gets another %s than is built", name)
		}
		return err
	})
}

// keptNames are the names of the files in prebuilt/.
func keptNames() (names []string, err error) {
	files, err := filepath.Glob(filepath.Join(keptFolder, "*", "*.gz"))
	for _, file := range files {
		name, _ := filepath.Rel(keptFolder, file)
		names = append(names, strings.TrimSuffix(filepath.ToSlash(name), ".gz"))
	}
	return names, err
}

// compiledBy tells what has just compiled the engine: record refuses others than the pinned ones.
func compiledBy() (by compilers, err error) {
	version, err := exec.Command("go", "env", "GOVERSION").Output()
	if err != nil {
		return by, err
	}
	by.Go = strings.TrimSpace(string(version))
	for _, pinned := range []struct {
		file  string
		told  *regexp.Regexp
		which *string
	}{
		{"build.sh", regexp.MustCompile(`(?m)^wasm_opt_version=(.*)$`), &by.WasmOpt},
		{"cmd/dev/tools/toolchain/go.mod", regexp.MustCompile(`tinygo-org/tinygo v([\d.]+)`), &by.TinyGo},
	} {
		text, err := os.ReadFile(pinned.file)
		if err != nil {
			return by, err
		}
		found := pinned.told.FindSubmatch(text)
		if found == nil {
			return by, fmt.Errorf("%s pins no compiler", pinned.file)
		}
		*pinned.which = string(found[1])
	}
	return by, nil
}

// there reports whether all files are.
func there(files ...string) bool {
	return !slices.ContainsFunc(files, func(file string) bool {
		_, err := os.Stat(file)
		return err != nil
	})
}

// remove removes files that may be gone.
func remove(files ...string) error {
	for _, file := range files {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// inParts are the paths of parts of a site's files.
func inParts(names ...string) (paths []string) {
	for _, name := range names {
		paths = append(paths, filepath.Join(parts, name))
	}
	return paths
}

// clearParts removes the parts of a site's files that were built: prebuilt/ has the same.
func clearParts() error {
	files, err := filepath.Glob(filepath.Join(parts, "[^.]*"))
	if err != nil {
		return err
	}
	return remove(files...)
}
