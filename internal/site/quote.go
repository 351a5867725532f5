package site

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// A block of code in a page stands below a comment that says where it is from:
//
//	<!-- from: examples/start/html/index.html -->
//	<!-- from: examples/start/html/octroi.json#services -->
//	<!-- run: in examples/start/html -->
//	<!-- not run: needs an account of Google's -->
//
// The first two quote a file, or the part of it between the lines "[services]" and "[/services]",
// which stand in comments of its own kind. The others are for commands: a test runs them in a copy
// of the folder, or in an empty one, or the comment says why nobody does.
var said = regexp.MustCompile(`^<!-- (from|run|not run)(?:: (.+?))? -->$`)

// Block is a block of code of a page.
type Block struct {
	File     string // the page's, in the repository
	Line     int    // of its first line of code, from 1
	Language string
	Text     string
	Kind     string // "from", "run", "not run"; empty where nothing is said
	What     string // what the comment says behind the colon
}

// Blocks returns the blocks of code of a page.
func Blocks(file string, source []byte) (all []Block) {
	kind, what := "", ""
	var open *Block
	fence := ""
	for i, line := range strings.Split(string(source), "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case open != nil && trimmed == fence:
			all, open = append(all, *open), nil
		case open != nil:
			open.Text += line + "\n"
		case strings.HasPrefix(trimmed, "```"):
			mark := trimmed[:len(trimmed)-len(strings.TrimLeft(trimmed, "`"))]
			open = &Block{File: file, Line: i + 2, Language: trimmed[len(mark):], Kind: kind, What: what}
			fence, kind, what = mark, "", ""
		case trimmed != "":
			kind, what = "", ""
			if m := said.FindStringSubmatch(trimmed); m != nil {
				kind, what = m[1], m[2]
			}
		}
	}
	return all
}

// Quote returns a page's text with each block that quotes a file as the file has it.
func Quote(root, file string, source []byte) ([]byte, error) {
	lines := strings.Split(string(source), "\n")
	for _, b := range Blocks(file, source) {
		if b.Kind != "from" {
			continue
		}
		quoted, err := quoted(root, b.What)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, b.Line, err)
		}
		if quoted != b.Text {
			// The lines of what follows have moved: begin again.
			end := b.Line - 1 + strings.Count(b.Text, "\n")
			next := append(append(append([]string{}, lines[:b.Line-1]...), strings.Split(strings.TrimSuffix(quoted, "\n"), "\n")...), lines[end:]...)
			return Quote(root, file, []byte(strings.Join(next, "\n")))
		}
	}
	return source, nil
}

// quoted is a file, or a part of one.
func quoted(root, what string) (string, error) {
	name, part, partly := strings.Cut(what, "#")
	content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		return "", err
	}
	content = append(bytes.TrimRight(content, "\n"), '\n')
	if !partly {
		return string(content), nil
	}
	var out []string
	inside, found := false, false
	for line := range strings.Lines(string(content)) {
		switch {
		case strings.Contains(line, "["+part+"]"):
			inside, found = true, true
		case strings.Contains(line, "[/"+part+"]"):
			inside = false
		case inside:
			out = append(out, line)
		}
	}
	if !found {
		return "", fmt.Errorf("%s has no part [%s]", name, part)
	}
	if inside {
		return "", fmt.Errorf("the part [%s] of %s does not end", part, name)
	}
	return dedent(out), nil
}

// dedent takes off the blanks that all lines begin with.
func dedent(lines []string) string {
	least := -1
	for _, line := range lines {
		if strings.TrimSpace(line) == "" {
			continue
		}
		if n := len(line) - len(strings.TrimLeft(line, " \t")); least < 0 || n < least {
			least = n
		}
	}
	var b strings.Builder
	for _, line := range lines {
		if len(line) > least && least > 0 && strings.TrimSpace(line) != "" {
			line = line[least:]
		}
		b.WriteString(line)
	}
	return b.String()
}

// Written are the pages that are files of the repository.
func Written() (files []string) {
	for _, s := range written() {
		for _, e := range s.pages {
			if e.file != "" {
				files = append(files, e.file)
			}
		}
	}
	return files
}
