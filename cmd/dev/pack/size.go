//go:build !kept

package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"
)

const recordFile = "sizes.json"

// weight is what a file costs, in bytes.
type weight struct {
	Raw    int `json:"raw"`
	Gzip   int `json:"gzip"`
	Brotli int `json:"brotli"`
}

// weigh measures every shipped file.
func weigh() (map[string]weight, error) {
	weights := map[string]weight{}
	for _, pattern := range []string{"octroi.*", "locales/*.json", "catalog.json", "config.schema.json"} {
		files, _ := filepath.Glob(filepath.Join(dist, pattern))
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			name, _ := filepath.Rel(dist, file)
			weights[filepath.ToSlash(name)] = weightOf(content)
		}
	}
	if len(weights) == 0 {
		return nil, fmt.Errorf("nothing in %s: build first", dist)
	}
	return weights, nil
}

func weightOf(content []byte) weight {
	var zipped, squeezed bytes.Buffer
	g, _ := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
	g.Write(content)
	g.Close()
	b := brotli.NewWriterLevel(&squeezed, brotli.BestCompression)
	b.Write(content)
	b.Close()
	return weight{len(content), zipped.Len(), squeezed.Len()}
}

// compiledFile has, in its second line, the compiler of dist/ if that is not the pinned one.
const compiledFile = ".compiled"

// otherCompiler names the compiler of a folder's engine if that is not the pinned one, whose
// sizes are recorded.
func otherCompiler(folder string) string {
	b, _ := os.ReadFile(filepath.Join(folder, compiledFile))
	_, other, _ := strings.Cut(strings.TrimSpace(string(b)), "\n")
	return other
}

func size() error {
	if other := otherCompiler(between); other != "" {
		fmt.Printf("sizes are not compared: %s was compiled by %s\n", dist, other)
		return nil
	}
	now, err := weigh()
	if err != nil {
		return err
	}
	before := map[string]weight{}
	if recorded, err := os.ReadFile(recordFile); err == nil {
		if err := json.Unmarshal(recorded, &before); err != nil {
			return fmt.Errorf("%s: %w", recordFile, err)
		}
	}
	names := []string{}
	for name := range now {
		names = append(names, name)
	}
	slices.Sort(names)
	fmt.Printf("%-20s %18s %18s %18s\n", "", "raw", "gzip", "brotli")
	for _, name := range names {
		n, b := now[name], before[name]
		fmt.Printf("%-20s %18s %18s %18s\n", name, change(n.Raw, b.Raw), change(n.Gzip, b.Gzip), change(n.Brotli, b.Brotli))
	}
	fmt.Println("in bytes; in brackets, the change since " + recordFile + " was written")
	return explain()
}

// functionsRecord is the engine's part of the record.
const functionsRecord = "wasm/functions.json"

// explain tells what each package of the engine weighs in either module, and which
// functions have grown or shrunk since the record was written.
func explain() error {
	var now, before map[string]map[string]int
	for file, into := range map[string]*map[string]map[string]int{filepath.Join(between, functionsFile): &now, functionsRecord: &before} {
		b, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(b, into); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	for _, module := range slices.Sorted(maps.Keys(now)) {
		packages, were := map[string]int{}, map[string]int{}
		for name, n := range now[module] {
			packages[packageOf(name)] += n
		}
		for name, n := range before[module] {
			were[packageOf(name)] += n
		}
		fmt.Printf("\n%s, before compression, by package\n", module)
		for _, name := range heaviest(packages) {
			fmt.Printf("  %-18s %18s\n", name, change(packages[name], were[name]))
		}
		changed := map[string]int{}
		for name := range now[module] {
			changed[name] = now[module][name] - before[module][name]
		}
		for name, n := range before[module] {
			if _, there := now[module][name]; !there {
				changed[name] = -n
			}
		}
		maps.DeleteFunc(changed, func(_ string, n int) bool { return n == 0 })
		if len(changed) == 0 {
			fmt.Println("  no function has changed; the largest:")
			for _, name := range heaviest(now[module])[:12] {
				fmt.Printf("  %8d %s\n", now[module][name], name)
			}
			continue
		}
		fmt.Println("  what has changed:")
		for _, name := range heaviest(changed) {
			fmt.Printf("  %+8d %s\n", changed[name], name)
		}
	}
	return nil
}

// heaviest sorts names by what they weigh, whatever its sign, then by name.
func heaviest(weights map[string]int) []string {
	return slices.SortedFunc(maps.Keys(weights), func(a, b string) int {
		return cmp.Or(max(weights[b], -weights[b])-max(weights[a], -weights[a]), strings.Compare(a, b))
	})
}

// packageOf is the package of a function as the compiler names it: "(*engine.Engine).act".
func packageOf(name string) string {
	name = strings.TrimLeft(name, "(*")
	at := strings.LastIndex(name, "/") + 1
	if dot := strings.Index(name[at:], "."); dot >= 0 {
		return name[:at+dot]
	}
	return name
}

func change(now, before int) string {
	switch {
	case before == 0:
		return fmt.Sprintf("%d (new)", now)
	case now == before:
		return fmt.Sprintf("%d      ", now)
	}
	return fmt.Sprintf("%d (%+d)", now, now-before)
}

func record() error {
	if other := otherCompiler(between); other != "" {
		fmt.Printf("%s and %s stay as they are: %s was compiled by %s\n", recordFile, keptFolder, dist, other)
		return nil
	}
	now, err := weigh()
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(now, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(recordFile, append(text, '\n'), 0o666); err != nil {
		return err
	}
	functions, err := os.ReadFile(filepath.Join(between, functionsFile))
	if err != nil {
		return err
	}
	if err := os.WriteFile(functionsRecord, functions, 0o666); err != nil {
		return err
	}
	return recordPrebuilt()
}
