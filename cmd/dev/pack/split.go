package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/internal/wasmfile"
)

// split divides the compiled engine, build/lean.wasm with its names, into what a first
// visit needs and the rest: wasm-split moves the functions, this the texts that only the
// rest points to. It does so once more without what reads declarations, for what the owner's
// command makes. The features are those that the target asks the compiler for, as binaryen's
// tools are told them.
func split(features []string) error {
	scratch, err := os.MkdirTemp("", "octroi-split-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	s := splitter{features, scratch}
	sizes, _, err := s.both(filepath.Join(between, "lean.wasm"), filepath.Join(dist, "octroi.wasm"), filepath.Join(between, "rest.wasm"))
	if err != nil {
		return err
	}
	if err := s.withoutReading(); err != nil {
		return err
	}
	listing, err := json.MarshalIndent(sizes, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(between, functionsFile), append(listing, '\n'), 0o666)
}

// splitter has what binaryen's tools are told, and a folder for what they write on the way.
type splitter struct {
	features []string
	scratch  string
}

// both writes the two modules that a lean one is divided into, as small as can be, and returns
// their functions' sizes, and the texts that the second brings.
func (s *splitter) both(lean, firstFile, restFile string) (sizes map[string]map[string]int, there []wasmfile.Segment, err error) {
	first, rest, err := s.halves(lean)
	if err != nil {
		return nil, nil, err
	}
	here, there := segments(first)
	sizes = map[string]map[string]int{}
	for _, half := range []struct {
		file string
		wasm []byte
	}{
		{firstFile, first.With(here, 8)},
		// The rest comes into a memory that is in use: it writes its own texts alone.
		{restFile, rest.With(there, 0)},
	} {
		name := filepath.Base(half.file)
		if sizes[name], err = s.optimize(half.wasm, half.file); err != nil {
			return nil, nil, err
		}
	}
	return sizes, there, nil
}

// withoutReading writes the parts that the owner's command makes a site's own engine of
// (internal/bundle): the whole engine, which reads the declaration there, and the two modules
// without that code.
func (s *splitter) withoutReading() error {
	if err := os.MkdirAll(parts, 0o777); err != nil {
		return err
	}
	whole := filepath.Join(s.scratch, "whole")
	if err := s.reachedFrom(filepath.Join(between, "raw.wasm"), whole, "settle"); err != nil {
		return err
	}
	if err := tool("wasm-opt", append(slices.Clone(s.features), whole, "-Oz", "--strip-debug", "--strip-producers", "-o", filepath.Join(parts, "whole.wasm"))...); err != nil {
		return err
	}
	module, err := readModule(filepath.Join(between, "lean.wasm"))
	if err != nil {
		return err
	}
	names, err := listed("wasm/declare.txt")
	if err != nil {
		return err
	}
	if err := module.Stub(names); err != nil {
		return err
	}
	stubbed, lean := filepath.Join(s.scratch, "stubbed"), filepath.Join(s.scratch, "lean")
	if err := os.WriteFile(stubbed, module.With(module.Segments, -1), 0o666); err != nil {
		return err
	}
	if err := s.reachedFrom(stubbed, lean, "-_initialize"); err != nil {
		return err
	}
	_, there, err := s.both(lean, filepath.Join(parts, "engine.wasm"), filepath.Join(parts, "rest.wasm"))
	if err != nil {
		return err
	}
	texts, err := json.Marshal(there)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(parts, "texts.json"), texts, 0o666)
}

// reachedFrom writes what of a module is reached from its exports: those of wasm/exports.json,
// and one besides, or without one that a "-" stands before.
func (s *splitter) reachedFrom(in, out, export string) error {
	b, err := os.ReadFile("wasm/exports.json")
	if err != nil {
		return err
	}
	var exports []map[string]any
	if err := json.Unmarshal(b, &exports); err != nil {
		return err
	}
	if left, without := strings.CutPrefix(export, "-"); without {
		exports = slices.DeleteFunc(exports, func(e map[string]any) bool { return e["export"] == left })
	} else {
		exports = append(exports, map[string]any{"name": export, "root": true, "export": export})
	}
	if b, err = json.Marshal(exports); err != nil {
		return err
	}
	graph := filepath.Join(s.scratch, "exports")
	if err := os.WriteFile(graph, b, 0o666); err != nil {
		return err
	}
	return tool("wasm-metadce", append(slices.Clone(s.features), "--graph-file", graph, "-g", in, "-o", out)...)
}

// halves divides the engine's functions between two modules.
func (s *splitter) halves(lean string) (first, rest *wasmfile.Module, err error) {
	names, err := s.deferred(lean)
	if err != nil {
		return nil, nil, err
	}
	files := [2]string{filepath.Join(s.scratch, "first"), filepath.Join(s.scratch, "rest")}
	if err := tool("wasm-split", append(slices.Clone(s.features), lean, "-g", "--split-funcs=@"+names, "-o1", files[0], "-o2", files[1], "--export-prefix=%")...); err != nil {
		return nil, nil, err
	}
	if first, err = readModule(files[0]); err != nil {
		return nil, nil, err
	}
	rest, err = readModule(files[1])
	return first, rest, err
}

// deferred writes the names of the functions that go into the rest, as binaryen reads them,
// and returns the file: those that only the roots of wasm/rest.txt call.
func (s *splitter) deferred(lean string) (file string, err error) {
	whole, err := readModule(lean)
	if err != nil {
		return "", err
	}
	roots, err := listed("wasm/rest.txt")
	if err != nil {
		return "", err
	}
	if lean != filepath.Join(between, "lean.wasm") {
		roots = slices.DeleteFunc(roots, func(name string) bool { return !whole.Has(name) }) // they were read with
	}
	beyond, err := whole.Beyond(roots)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	for _, name := range beyond {
		text.WriteString(strange.ReplaceAllStringFunc(name, func(c string) string { return fmt.Sprintf(`\%02x`, c[0]) }) + "\n")
	}
	file = filepath.Join(s.scratch, "beyond")
	return file, os.WriteFile(file, []byte(text.String()), 0o666)
}

// listed returns the lines of a list of functions, without its comments.
func listed(file string) (names []string, err error) {
	b, err := os.ReadFile(file)
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			names = append(names, line)
		}
	}
	return names, err
}

// segments divides the texts: those that only the rest points to are written there.
func segments(first *wasmfile.Module) (here, there []wasmfile.Segment) {
	texts := first.Texts()
	for _, s := range first.Segments {
		if texts[s.At] {
			there = append(there, s)
		} else {
			here = append(here, s)
		}
	}
	return here, there
}

// optimize writes a module without its names to out, as small as binaryen makes it, and
// returns its functions' sizes.
func (s *splitter) optimize(module []byte, out string) (map[string]int, error) {
	scratch := filepath.Join(s.scratch, filepath.Base(out))
	if err := os.WriteFile(scratch, module, 0o666); err != nil {
		return nil, err
	}
	named := scratch + ".named"
	if err := tool("wasm-opt", append(slices.Clone(s.features), scratch, "-Oz", "--converge", "-g", "-o", named)...); err != nil {
		return nil, err
	}
	if err := tool("wasm-opt", append(slices.Clone(s.features), named, "--strip-debug", "--strip-producers", "-o", out)...); err != nil {
		return nil, err
	}
	return functionsOf(named)
}

func readModule(file string) (*wasmfile.Module, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return wasmfile.Read(b)
}

// functionsFile tells the size of each function of each module.
const functionsFile = "functions.json"

// functionsOf returns the size of each function, in bytes, and of the texts and tables.
func functionsOf(file string) (map[string]int, error) {
	m, err := readModule(file)
	if err != nil {
		return nil, err
	}
	sizes := map[string]int{}
	for _, f := range m.Functions {
		if !f.Imported {
			sizes[wasmfile.Short(f.Name)] += f.Size
		}
	}
	for _, s := range m.Segments {
		sizes["data"] += len(s.Bytes)
	}
	return sizes, nil
}

// strange are the characters that binaryen writes as escapes in names.
var strange = regexp.MustCompile("[^A-Za-z0-9!#$%&'*+\\-./:<=>?@\\\\^_`|~]")

// parts is the folder of what the owner's command makes a site's files of.
const parts = "internal/bundle/parts"

func tool(name string, args ...string) error {
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil || slices.Contains(strings.Fields(string(out)), "warning:") {
		return fmt.Errorf("%s: %v %s", name, err, out)
	}
	return nil
}
