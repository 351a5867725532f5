package site

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A block of code in a page stands below a comment that says where it is from:
//
//	<!-- from: examples/start/html/index.html -->
//	<!-- from: examples/start/html/octroi.json#services -->
//	<!-- run: in examples/start/html -->
//	<!-- printed: octroi build octroi.json -o public/octroi, in examples/start/html -->
//	<!-- not run: needs an account of Google's -->
//
// The first two quote a file, or a part of it: what stands between the lines "[services]" and
// "[/services]", in comments of the file's own kind, or the member "services" of JSON, which has
// none. The others are for commands: a test runs them in a copy of the folder, or in an empty one,
// and looks for the block in what they print; or the comment says why nobody does.
var said = regexp.MustCompile(`^<!-- (from|run|printed|not run)(?:: (.+?))? -->$`)

// Block is a block of code of a page.
type Block struct {
	File     string // the page's, in the repository
	Line     int    // of its first line of code, from 1
	Language string
	Text     string
	Kind     string // "from", "run", "printed", "not run"; empty where nothing is said
	What     string // what the comment says behind the colon

	indent string // of a block in a list
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
			open.Text += strings.TrimPrefix(line, open.indent) + "\n"
		case strings.HasPrefix(trimmed, "```"):
			mark := trimmed[:len(trimmed)-len(strings.TrimLeft(trimmed, "`"))]
			open = &Block{File: file, Line: i + 2, Language: trimmed[len(mark):], Kind: kind, What: what, indent: line[:strings.Index(line, "`")]}
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
			next := slices.Clone(lines[:b.Line-1])
			for line := range strings.Lines(quoted) {
				next = append(next, strings.TrimRight(b.indent+line, " \n"))
			}
			next = append(next, lines[end:]...)
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
		return withoutMarks(content), nil
	}
	var out []string
	var text strings.Builder // each piece of the part without the blanks that all its lines begin with
	inside, found := false, false
	for line := range strings.Lines(string(content)) {
		switch {
		case strings.Contains(line, "["+part+"]"):
			inside, found = true, true
		case strings.Contains(line, "[/"+part+"]"):
			inside = false
			text.WriteString(dedent(out))
			out = nil
		case inside:
			out = append(out, line)
		}
	}
	if !found && strings.HasSuffix(name, ".json") {
		out, found = memberOf(string(content), part)
	}
	if !found {
		return "", fmt.Errorf("%s has no part [%s]", name, part)
	}
	if inside {
		return "", fmt.Errorf("the part [%s] of %s does not end", part, name)
	}
	return text.String() + dedent(out), nil
}

// memberOf are the lines of a member of JSON that is written one member a line, without the comma.
func memberOf(content, name string) (out []string, found bool) {
	depth := 0
	for line := range strings.Lines(content) {
		if !found && !strings.HasPrefix(strings.TrimSpace(line), `"`+name+`":`) {
			continue
		}
		found = true
		depth += strings.Count(line, "{") + strings.Count(line, "[") - strings.Count(line, "}") - strings.Count(line, "]")
		if depth == 0 {
			return append(out, strings.TrimSuffix(strings.TrimSuffix(line, "\n"), ",")+"\n"), true
		}
		out = append(out, line)
	}
	return out, found
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

// mark is a line that begins or ends a part, in a comment of some language.
var mark = regexp.MustCompile(`(?m)^[ \t]*(?:<!--|//|#|\{?/\*)\s*\[/?[\w-]+\]\s*(?:-->|\*/\}?)?[ \t]*\n`)

// withoutMarks is a file without the lines that begin and end its parts.
func withoutMarks(content []byte) string { return string(mark.ReplaceAll(content, nil)) }
