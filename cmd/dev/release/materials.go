package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/internal/npm"
)

// module is a Go module that the owner's command is linked with.
type module struct {
	Path, Version, Dir string
	sum                string // SHA-256 of its files, in hex, as go.sum has it
	licence            string // its text
}

// modules lists those of every form of the owner's command, and of the audit's page.
func modules() ([]module, error) {
	found := map[string]module{}
	for _, form := range []struct{ goos, goarch, pkg string }{
		{"linux", "amd64", "./cmd/octroi"}, {"darwin", "arm64", "./cmd/octroi"}, {"windows", "amd64", "./cmd/octroi"},
		{"js", "wasm", "./cmd/octroi"}, {"js", "wasm", "./wasm/audit"},
	} {
		list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}{{end}}", form.pkg)
		list.Env = append(os.Environ(), "GOOS="+form.goos, "GOARCH="+form.goarch, "CGO_ENABLED=0")
		list.Stderr = os.Stderr
		text, err := list.Output()
		if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		for line := range strings.Lines(string(text)) {
			name, folder, there := strings.Cut(strings.TrimSpace(line), "\t")
			if path, version, _ := strings.Cut(name, " "); there {
				found[path] = module{Path: path, Version: version, Dir: folder}
			}
		}
	}
	sums, err := goSums()
	if err != nil {
		return nil, err
	}
	all := slices.SortedFunc(maps.Values(found), func(a, b module) int { return cmp.Compare(a.Path, b.Path) })
	for i := range all {
		if all[i].sum = sums[all[i].Path+" "+all[i].Version]; all[i].sum == "" {
			return nil, fmt.Errorf("go.sum does not have %s", all[i].Path)
		}
		if all[i].licence, err = licence(all[i].Dir); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// goSums are the checksums of go.sum, in hex, by "path version".
func goSums() (map[string]string, error) {
	text, err := os.ReadFile("go.sum")
	if err != nil {
		return nil, err
	}
	sums := map[string]string{}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		sum, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(fields[2], "h1:"))
		if err != nil {
			return nil, err
		}
		sums[fields[0]+" "+fields[1]] = hex.EncodeToString(sum)
	}
	return sums, nil
}

// licence is the text of a module's.
func licence(folder string) (string, error) {
	var texts []string
	for _, pattern := range []string{"LICENSE*", "LICENCE*", "COPYING"} {
		names, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			return "", err
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				return "", err
			}
			texts = append(texts, strings.ReplaceAll(string(text), "\r\n", "\n"))
		}
	}
	if texts == nil {
		return "", errors.New(folder + " has no licence")
	}
	return strings.Join(texts, "\n"), nil
}

// spdx names a licence as SPDX does, where its text is one of the usual ones.
func spdx(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	switch {
	case strings.Contains(text, "Apache License Version 2.0"):
		return "Apache-2.0"
	case strings.Contains(text, "Permission is hereby granted, free of charge"):
		return "MIT"
	case strings.Contains(text, "Permission to use, copy, modify, and/or distribute this software"):
		return "ISC"
	case strings.Contains(text, "Redistribution and use in source and binary forms") && strings.Contains(text, "Neither the name"):
		return "BSD-3-Clause"
	case strings.Contains(text, "Redistribution and use in source and binary forms"):
		return "BSD-2-Clause"
	}
	return ""
}

// licences are the texts that go with the owner's command. Those of the language it is written
// in are in bin/wasm_exec.LICENSE and in the notice.
func licences(linked []module) []byte {
	var text bytes.Buffer
	text.WriteString("The owner's command (bin/) has these modules in it, and the standard library of Go,\nwhich comes under the BSD licence of the Go Authors (https://go.dev/LICENSE).\nWhat visitors load (dist/) has none of them: parts of Go's standard library and of\nTinyGo's runtime (https://github.com/tinygo-org/tinygo/blob/release/LICENSE) alone.\n")
	for _, m := range linked {
		fmt.Fprintf(&text, "\n%s\n%s %s\n\n%s\n", strings.Repeat("-", 80), m.Path, m.Version, strings.TrimSpace(m.licence))
	}
	return text.Bytes()
}

// component is a part in CycloneDX's words (https://cyclonedx.org/docs/1.6/json/).
type component struct {
	Type        string           `json:"type"`
	Ref         string           `json:"bom-ref"`
	Name        string           `json:"name"`
	Version     string           `json:"version"`
	Description string           `json:"description,omitempty"`
	PURL        string           `json:"purl,omitempty"`
	Hashes      []hash           `json:"hashes,omitempty"`
	Licenses    []map[string]any `json:"licenses,omitempty"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type dependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn"`
}

// billOfMaterials tells what the release is made of. What visitors load has no dependency but the
// library of the language that its engine is written in; the owner's command has some.
func billOfMaterials(linked []module, version string) ([]byte, error) {
	compilers, err := compiledBy()
	if err != nil {
		return nil, err
	}
	here, err := exec.Command("go", "env", "GOVERSION").Output()
	if err != nil {
		return nil, err
	}
	named := func(id string) []map[string]any { return []map[string]any{{"license": map[string]string{"id": id}}} }
	library := func(version string) component {
		version = strings.TrimPrefix(version, "go")
		return component{Type: "library", Ref: "std@" + version, Name: "std", Version: version, Description: "Go's standard library", PURL: "pkg:golang/std@" + version, Licenses: named("BSD-3-Clause")}
	}
	std, engineStd := library(strings.TrimSpace(string(here))), library(compilers.Go)
	tinygo := component{Type: "library", Ref: "tinygo@" + compilers.TinyGo, Name: "tinygo", Version: compilers.TinyGo, Description: "TinyGo's runtime", PURL: "pkg:golang/github.com/tinygo-org/tinygo@v" + compilers.TinyGo, Licenses: named("BSD-3-Clause")}
	root := component{Type: "application", Ref: "octroi", Name: "octroi", Version: version, PURL: "pkg:npm/octroi@" + version, Licenses: named("MIT")}
	visitors := component{Type: "library", Ref: "visitors", Name: "octroi.js", Version: version, Description: "What visitors load: dist/ and the zip. It has no dependency but the library and the runtime that its engine is compiled with.", Licenses: named("MIT")}
	owners := component{Type: "application", Ref: "owners", Name: "octroi command", Version: version, Description: "The site owner's command, and the audit's page. No visitor loads them.", Licenses: named("MIT")}
	all := []component{visitors, owners, tinygo, std}
	if engineStd.Ref != std.Ref {
		all = append(all, engineStd)
	}
	uses := []string{std.Ref, visitors.Ref}
	for _, m := range linked {
		c := component{Type: "library", Ref: m.Path + "@" + m.Version, Name: m.Path, Version: m.Version, PURL: "pkg:golang/" + m.Path + "@" + m.Version, Hashes: []hash{{"SHA-256", m.sum}}}
		if id := spdx(m.licence); id != "" {
			c.Licenses = named(id)
		}
		all, uses = append(all, c), append(uses, c.Ref)
	}
	return npm.Indented(struct {
		Format       string         `json:"bomFormat"`
		Spec         string         `json:"specVersion"`
		Version      int            `json:"version"`
		Metadata     map[string]any `json:"metadata"`
		Components   []component    `json:"components"`
		Dependencies []dependency   `json:"dependencies"`
	}{"CycloneDX", "1.6", 1, map[string]any{"component": root}, all, []dependency{
		{root.Ref, []string{visitors.Ref, owners.Ref}}, {visitors.Ref, []string{engineStd.Ref, tinygo.Ref}}, {owners.Ref, uses},
	}})
}

// compiledBy tells what compiled the engine that is kept.
func compiledBy() (by struct{ Go, TinyGo string }, err error) {
	text, err := os.ReadFile("wasm/prebuilt/sources.json")
	if err != nil {
		return by, err
	}
	var told struct{ By struct{ Go, TinyGo string } }
	err = json.Unmarshal(text, &told)
	return told.By, err
}
