package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/scanner"
	"go/token"
	"hash"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/internal/bundle"
)

// linked lists the files of this module that TinyGo compiles, one a line.
const linked = `{{if not .Standard}}{{$folder := .Dir}}{{range .GoFiles}}{{$folder}}/{{.}}
{{end}}{{range .EmbedFiles}}{{$folder}}/{{.}}
{{end}}{{end}}`

// What the engine is made from besides: how it is divided, and by what.
var engineInputs = []string{"wasm/target.json", "wasm/exports.json", "wasm/rest.txt", "wasm/declare.txt", "cmd/dev/pack/split.go", "internal/wasmfile/*.go"}

// steps are what build.sh compiles with, and how; pinnedTinyGo is the version of its compiler.
var (
	steps        = regexp.MustCompile(`(?ms)^wasm_opt_version=.*?$|^compile\(\) \{$.*?^\}$`)
	pinnedTinyGo = regexp.MustCompile(`(?m)github\.com/tinygo-org/tinygo v.*$`)
)

// engineSum is a checksum of all that the engine is made from. What changes no module does not
// count: tests, times, where the repository lies, comments and spaces in Go. Nor does Go's own
// version, though its library is linked: the modules are kept for those who have another.
func engineSum() (string, error) {
	list := exec.Command("go", "list", "-deps", "-tags", "tinygo tinygo.wasm wasm_unknown", "-f", linked, "./wasm/engine")
	list.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm")
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		return "", fmt.Errorf("go list: %w", err)
	}
	root, err := os.Getwd()
	if err != nil {
		return "", err
	}
	var files []string
	for path := range strings.FieldsFuncSeq(string(out), func(c rune) bool { return c == '\n' || c == '\r' }) {
		name, err := filepath.Rel(root, path)
		if err != nil {
			return "", err
		}
		files = append(files, name)
	}
	for _, pattern := range engineInputs {
		more, err := filepath.Glob(pattern)
		if err != nil || len(more) == 0 {
			return "", fmt.Errorf("%s: no such file", pattern)
		}
		files = append(files, slices.DeleteFunc(more, func(name string) bool { return strings.HasSuffix(name, "_test.go") })...)
	}
	sum, err := sumOf(files)
	if err != nil {
		return "", err
	}
	for _, compiler := range []struct {
		file string
		told *regexp.Regexp
	}{{"build.sh", steps}, {"cmd/dev/tools/toolchain/go.mod", pinnedTinyGo}} {
		content, err := os.ReadFile(compiler.file)
		if err != nil {
			return "", err
		}
		found := compiler.told.FindAll(content, -1)
		if found == nil {
			return "", fmt.Errorf("%s does not say how the engine is compiled", compiler.file)
		}
		fmt.Fprintf(sum, "%s\n", bytes.Join(found, []byte("\n")))
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// minifyScript calls terser, and names the release that build.sh brings.
const minifyScript = "cmd/dev/pack/minify.mjs"

// What the scripts of web/entry/ are bundled from, and by what.
var (
	pageInputs    = []string{"web/*/*.js", "web/ui/*.css", "web/locales/" + builtIn + ".json", "jsbridge/*.js", "cmd/dev/pack/bundling.go", "cmd/dev/pack/divide.go", "cmd/dev/pack/site.go", minifyScript}
	pinnedEsbuild = regexp.MustCompile(`(?m)github\.com/evanw/esbuild v.*$`)
)

// pageSum is a checksum of all that the scripts are made from, but for the engine in them: who
// finds the kept one's takes the kept scripts, and bundles nothing.
func pageSum() (string, error) {
	var files []string
	for _, pattern := range pageInputs {
		more, err := filepath.Glob(pattern)
		if err != nil || len(more) == 0 {
			return "", fmt.Errorf("%s: no such file", pattern)
		}
		files = append(files, more...)
	}
	sum, err := sumOf(files)
	if err != nil {
		return "", err
	}
	module, err := os.ReadFile("go.mod")
	if err != nil {
		return "", err
	}
	// What the build writes into them itself.
	fmt.Fprintf(sum, "%s\n%s %s %s %s %s\n", pinnedEsbuild.Find(module), octroi.Version(), config.Cache, bundle.Mark("x"), bundle.First.Mark(), bundle.Second.Mark())
	fmt.Fprintln(sum, languages(), bundle.Shown)
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// sumOf begins a checksum with files, in the order of their names.
func sumOf(files []string) (hash.Hash, error) {
	slices.SortFunc(files, func(a, b string) int { return strings.Compare(filepath.ToSlash(a), filepath.ToSlash(b)) })
	sum := sha256.New()
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if filepath.Ext(name) == ".go" {
			content = meant(content)
		}
		fmt.Fprintf(sum, "%s %d\n%s", filepath.ToSlash(name), len(content), content)
	}
	return sum, nil
}

// meant returns a Go source's tokens: of its comments, those that tell a compiler something.
func meant(source []byte) []byte {
	var tokens bytes.Buffer
	var s scanner.Scanner
	files := token.NewFileSet()
	s.Init(files.AddFile("", -1, len(source)), source, nil, scanner.ScanComments)
	for {
		_, kind, text := s.Scan()
		if kind == token.EOF {
			return tokens.Bytes()
		}
		if kind == token.COMMENT && !strings.HasPrefix(text, "//go:") && !strings.HasPrefix(text, "//export ") {
			continue
		}
		fmt.Fprintf(&tokens, "%s %s\n", kind, text)
	}
}
