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
	b, err := os.ReadFile(filepath.Join(between, "lean.wasm"))
	if err != nil {
		return err
	}
	whole, err := wasmfile.Read(b)
	if err != nil {
		return err
	}
	roots, err := os.ReadFile("wasm/rest.txt")
	if err != nil {
		return err
	}
	var listed []string
	for line := range strings.Lines(string(roots)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			listed = append(listed, line)
		}
	}
	beyond, err := whole.Beyond(listed)
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "octroi-split-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	names := filepath.Join(scratch, "beyond")
	var text strings.Builder
	for _, name := range beyond {
		text.WriteString(strange.ReplaceAllStringFunc(name, func(c string) string { return fmt.Sprintf(`\%02x`, c[0]) }) + "\n")
	}
	if err := os.WriteFile(names, []byte(text.String()), 0o666); err != nil {
		return err
	}
	halves := []string{filepath.Join(scratch, "first"), filepath.Join(scratch, "rest")}
	if err := tool("wasm-split", append(features, filepath.Join(between, "lean.wasm"), "-g", "--split-funcs=@"+names, "-o1", halves[0], "-o2", halves[1], "--export-prefix=%")...); err != nil {
		return err
	}
	first, rest := new(wasmfile.Module), new(wasmfile.Module)
	for i, half := range []**wasmfile.Module{&first, &rest} {
		b, err := os.ReadFile(halves[i])
		if err != nil {
			return err
		}
		if *half, err = wasmfile.Read(b); err != nil {
			return err
		}
	}
	texts := first.Texts()
	var here, there []wasmfile.Segment
	for _, s := range first.Segments {
		if texts[s.At] {
			there = append(there, s)
		} else {
			here = append(here, s)
		}
	}
	sizes := map[string]map[string]int{}
	for i, out := range []string{filepath.Join(dist, "octroi.wasm"), filepath.Join(between, "rest.wasm")} {
		written := first.With(here, 8)
		if i == 1 {
			// The rest comes into a memory that is in use: it writes its own texts alone.
			written = rest.With(there, 0)
		}
		if err := os.WriteFile(halves[i], written, 0o666); err != nil {
			return err
		}
		named := halves[i] + ".named"
		if err := tool("wasm-opt", append(features, halves[i], "-Oz", "--converge", "-g", "-o", named)...); err != nil {
			return err
		}
		if err := tool("wasm-opt", append(features, named, "--strip-debug", "--strip-producers", "-o", out)...); err != nil {
			return err
		}
		if sizes[filepath.Base(out)], err = functionsOf(named); err != nil {
			return err
		}
	}
	listing, err := json.MarshalIndent(sizes, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(between, functionsFile), append(listing, '\n'), 0o666)
}

// functionsFile tells the size of each function of each module.
const functionsFile = "functions.json"

// functionsOf returns the size of each function, in bytes, and of the texts and tables.
func functionsOf(file string) (map[string]int, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	m, err := wasmfile.Read(b)
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
