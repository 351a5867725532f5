package npm

import (
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// documentation are the folders and files that are read with the package, in the repository's
// own layout, so that their links lead where they should.
var documentation = []string{"docs", "examples/apps", "examples/gtm", "examples/own", "examples/webview", "examples/shop/recipes"}

// pages are single ones.
var pages = []string{"README.md", "CHANGELOG.md", "SECURITY.md", "RATIONALE.md"}

// moved are files that stand elsewhere in the package.
var moved = map[string]string{"web/octroi.d.ts": "dist/octroi.d.ts", "web/config.schema.json": "dist/config.schema.json"}

// document adds the documentation to the package's files. A link to what the package does not
// have becomes its text, a picture is left out.
func document(root string, files map[string][]byte) error {
	added := map[string][]byte{}
	for _, folder := range documentation {
		err := each(filepath.Join(root, folder), nil, func(name string, content []byte) {
			switch path.Ext(name) {
			case ".go", ".png", ".svg":
			default:
				added[path.Join(folder, name)] = content
			}
		})
		if err != nil {
			return err
		}
	}
	for _, page := range pages {
		content, err := os.ReadFile(filepath.Join(root, page))
		if err != nil {
			return err
		}
		added[page] = content
	}
	maps.Copy(files, added)
	for name, content := range added {
		if path.Ext(name) == ".md" {
			files[name] = []byte(relink(string(content), name, func(target string) bool { return has(files, target) }))
		}
	}
	return nil
}

// has reports whether a package has a file, or a folder, of that path.
func has(files map[string][]byte, target string) bool {
	if _, ok := files[target]; ok {
		return true
	}
	for name := range files {
		if strings.HasPrefix(name, target+"/") {
			return true
		}
	}
	return false
}

// link is a link or a picture of Markdown: the exclamation mark of a picture, the text, the target.
var link = regexp.MustCompile(`(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)`)

// relink has each relative link of a page lead to a file of the package.
func relink(page, name string, has func(target string) bool) string {
	var b strings.Builder
	fenced := false
	for line := range strings.Lines(page) {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
		}
		if fenced {
			b.WriteString(line)
			continue
		}
		changed := link.ReplaceAllStringFunc(line, func(whole string) string {
			parts := link.FindStringSubmatch(whole)
			picture, text, target := parts[1] != "", parts[2], parts[3]
			if picture {
				return ""
			}
			if strings.HasPrefix(target, "#") || strings.Contains(target, ":") {
				return whole
			}
			file, anchor, anchored := strings.Cut(target, "#")
			to := path.Join(path.Dir(name), file)
			if elsewhere, ok := moved[to]; ok {
				to = elsewhere
			}
			if !has(to) {
				return text
			}
			if anchored {
				anchor = "#" + anchor
			}
			return "[" + text + "](" + relative(path.Dir(name), to) + anchor + ")"
		})
		// A line that had nothing but a picture goes with it.
		if changed == line || strings.TrimSpace(changed) != "" {
			b.WriteString(changed)
		}
	}
	return b.String()
}

// relative is the way from a folder of the package to a file of it.
func relative(from, to string) string {
	up := 0
	for from != "." && !strings.HasPrefix(to+"/", from+"/") {
		from = path.Dir(from)
		up++
	}
	if from != "." {
		to = strings.TrimPrefix(strings.TrimPrefix(to, from), "/")
	}
	return path.Join(append(slices.Repeat([]string{".."}, up), to)...)
}
