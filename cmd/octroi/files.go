package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/internal/setup"
)

// usual is the declaration's file where a command is given none.
const usual = "octroi.json"

// read returns the text of a file; "-" stands for standard input.
func read(name string) ([]byte, error) {
	if name == "-" {
		text, err := io.ReadAll(os.Stdin)
		return text, unread(name, err)
	}
	text, err := os.ReadFile(name)
	return text, unread(name, err)
}

// unread says in a sentence why a file could not be read; nil where it could.
func unread(name string, err error) error {
	info, missing := os.Stat(name)
	switch {
	case err == nil:
		return nil
	case missing == nil && info.IsDir():
		return unable{fmt.Errorf("%s is a folder: name the declaration in it, as %s", name, filepath.Join(name, usual))}
	case errors.Is(err, fs.ErrNotExist) && name == usual:
		return unable{fmt.Errorf("no such file: there is no %s in this folder; octroi init writes one, or name another file", usual)}
	case errors.Is(err, fs.ErrNotExist):
		return unable{fmt.Errorf("%s: no such file", name)}
	}
	return unable{err}
}

// replace writes a file anew, whole or not at all; its permissions stay, and a link still leads to it.
func replace(name string, text []byte) error {
	if to, err := filepath.EvalSymlinks(name); err == nil {
		name = to
	}
	mode := fs.FileMode(0o666)
	if info, err := os.Stat(name); err == nil {
		mode = info.Mode().Perm()
	}
	if err := os.WriteFile(name+half, text, mode); err != nil {
		os.Remove(name + half)
		return unwritten(name, err)
	}
	if err := os.Rename(name+half, name); err != nil {
		os.Remove(name + half)
		return unwritten(name, err)
	}
	return nil
}

// half is what the names of files and folders end with that are not written to their end.
const half = setup.Half

// place puts files, named by their paths in a folder, into it: all of them are written beside
// before the first is put in its place, those named last at the end. What an earlier run has left
// half written goes; other files stay.
func place(folder string, files map[string][]byte, last ...string) error {
	if info, err := os.Stat(folder); err == nil && !info.IsDir() {
		return unable{fmt.Errorf("%s is a file, and a folder is wanted: name another, or move it away", folder)}
	}
	beside := filepath.Join(folder, half)
	if err := os.RemoveAll(beside); err != nil {
		return unwritten(folder, err)
	}
	defer os.RemoveAll(beside)
	var changed []string
	for name, text := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if before, err := os.ReadFile(path); err == nil && bytes.Equal(before, text) {
			continue
		}
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			return unable{fmt.Errorf("%s is a folder, and a file is to stand there: move it away", path)}
		}
		changed = append(changed, name)
		for _, path := range []string{path, filepath.Join(beside, filepath.FromSlash(name))} {
			if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
				return unwritten(folder, err)
			}
		}
		if err := os.WriteFile(filepath.Join(beside, filepath.FromSlash(name)), text, 0o666); err != nil {
			return unwritten(folder, err)
		}
	}
	slices.SortFunc(changed, func(a, b string) int {
		if by := slices.Index(last, a) - slices.Index(last, b); by != 0 {
			return by
		}
		return strings.Compare(a, b)
	})
	for _, name := range changed {
		name = filepath.FromSlash(name)
		if err := os.Rename(filepath.Join(beside, name), filepath.Join(folder, name)); err != nil {
			return unwritten(folder, err)
		}
	}
	return nil
}

// unwritten says in a sentence why nothing could be written.
func unwritten(name string, err error) error {
	var at *fs.PathError
	var from *os.LinkError
	switch {
	case errors.As(err, &at):
		return unable{fmt.Errorf("%s cannot be written (%s: %w): name another place, or let this user write there", name, at.Path, at.Err)}
	case errors.As(err, &from):
		return unable{fmt.Errorf("%s cannot be written (%s: %w): name another place, or let this user write there", name, from.New, from.Err)}
	}
	return unable{fmt.Errorf("%s cannot be written: %w", name, err)}
}

// writeJSON prints data as JSON.
func writeJSON(out io.Writer, data any) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(data)
}

// sorted are the keys of a map, in order.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
