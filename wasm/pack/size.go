package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

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
	for _, pattern := range []string{"octroi.*", "locales/*.json"} {
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

func size() error {
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
	fmt.Printf("%-18s %18s %18s %18s\n", "", "raw", "gzip", "brotli")
	for _, name := range names {
		n, b := now[name], before[name]
		fmt.Printf("%-18s %18s %18s %18s\n", name, change(n.Raw, b.Raw), change(n.Gzip, b.Gzip), change(n.Brotli, b.Brotli))
	}
	fmt.Println("in bytes; in brackets, the change since " + recordFile + " was written")
	return nil
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
	now, err := weigh()
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(now, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(recordFile, append(text, '\n'), 0o666)
}
