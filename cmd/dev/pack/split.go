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
// rest points to. The features are those that the target asks the compiler for, as
// binaryen's tools are told them.
func split(features []string) error {
	scratch, err := os.MkdirTemp("", "octroi-split-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	first, rest, err := halves(features, scratch)
	if err != nil {
		return err
	}
	here, there := segments(first)
	sizes := map[string]map[string]int{}
	for _, half := range []struct {
		file string
		wasm []byte
	}{
		{filepath.Join(dist, "octroi.wasm"), first.With(here, 8)},
		// The rest comes into a memory that is in use: it writes its own texts alone.
		{filepath.Join(between, "rest.wasm"), rest.With(there, 0)},
	} {
		name := filepath.Base(half.file)
		if sizes[name], err = optimize(features, half.wasm, filepath.Join(scratch, name), half.file); err != nil {
			return err
		}
	}
	listing, err := json.MarshalIndent(sizes, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(between, functionsFile), append(listing, '\n'), 0o666)
}

// halves divides the engine's functions between two modules.
func halves(features []string, scratch string) (first, rest *wasmfile.Module, err error) {
	lean := filepath.Join(between, "lean.wasm")
	names, err := deferred(lean, scratch)
	if err != nil {
		return nil, nil, err
	}
	files := [2]string{filepath.Join(scratch, "first"), filepath.Join(scratch, "rest")}
	if err := tool("wasm-split", append(slices.Clone(features), lean, "-g", "--split-funcs=@"+names, "-o1", files[0], "-o2", files[1], "--export-prefix=%")...); err != nil {
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
func deferred(lean, scratch string) (file string, err error) {
	whole, err := readModule(lean)
	if err != nil {
		return "", err
	}
	roots, err := os.ReadFile("wasm/rest.txt")
	if err != nil {
		return "", err
	}
	var listed []string
	for line := range strings.Lines(string(roots)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			listed = append(listed, line)
		}
	}
	beyond, err := whole.Beyond(listed)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	for _, name := range beyond {
		text.WriteString(strange.ReplaceAllStringFunc(name, func(c string) string { return fmt.Sprintf(`\%02x`, c[0]) }) + "\n")
	}
	file = filepath.Join(scratch, "beyond")
	return file, os.WriteFile(file, []byte(text.String()), 0o666)
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
func optimize(features []string, module []byte, scratch, out string) (map[string]int, error) {
	if err := os.WriteFile(scratch, module, 0o666); err != nil {
		return nil, err
	}
	named := scratch + ".named"
	if err := tool("wasm-opt", append(slices.Clone(features), scratch, "-Oz", "--converge", "-g", "-o", named)...); err != nil {
		return nil, err
	}
	if err := tool("wasm-opt", append(slices.Clone(features), named, "--strip-debug", "--strip-producers", "-o", out)...); err != nil {
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

func tool(name string, args ...string) error {
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil || slices.Contains(strings.Fields(string(out)), "warning:") {
		return fmt.Errorf("%s: %v %s", name, err, out)
	}
	return nil
}
