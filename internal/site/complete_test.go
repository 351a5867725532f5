package site_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// These read the sources by themselves, and not as the pages' makers do: what those overlook is
// missed here.

// Each member that the schema names is on its page, with a word of what it is.
func TestEachOptionHasItsPlace(t *testing.T) {
	s := built(t)
	var schema map[string]any
	text, err := os.ReadFile(filepath.Join(root, "web/config.schema.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &schema))
	seen := map[string]bool{}
	var walk func(page, path string, at any)
	walk = func(page, path string, at any) {
		switch at := at.(type) {
		case []any:
			for _, one := range at {
				walk(page, path, one)
			}
		case map[string]any:
			if ref, ok := at["$ref"].(string); ok {
				walk(page, path, schema["$defs"].(map[string]any)[strings.TrimPrefix(ref, "#/$defs/")])
			}
			for _, key := range []string{"anyOf", "oneOf", "items"} {
				walk(page, path, at[key])
			}
			members, _ := at["properties"].(map[string]any)
			for name, member := range members {
				own, next := strings.TrimPrefix(path+"."+name, "."), "reference/declaration/"+name
				if page != "reference/declaration" {
					next = page
				}
				if seen[page+"#"+own] {
					continue
				}
				seen[page+"#"+own] = true
				_, after, found := strings.Cut(string(s.Files[page+".md"]), "## `"+own+"`\n\n")
				if assert.True(t, found, "%s has no %s", page, own) {
					assert.NotRegexp(t, `^(#|$)`, after, "%s: nothing is said of %s", page, own)
				}
				if page == "reference/declaration" {
					walk(next, "", member)
				} else {
					walk(next, own, member)
				}
			}
		}
	}
	walk("reference/declaration", "", schema)
	assert.Greater(t, len(seen), 80)
}

// Each member and type of octroi.d.ts is on its page.
func TestEachMemberHasItsPlace(t *testing.T) {
	s := built(t)
	text, err := os.ReadFile(filepath.Join(root, "web/octroi.d.ts"))
	require.NoError(t, err)
	declared := regexp.MustCompile(`(?m)^(interface|type) (\w+)`)
	member := regexp.MustCompile(`(?m)^  (?:readonly )?['"]?([\w:-]+)['"]?\??[(<:]`)
	source, all := string(text), 0
	for _, m := range declared.FindAllStringSubmatchIndex(source, -1) {
		kind, name := source[m[2]:m[3]], source[m[4]:m[5]]
		body, _, _ := strings.Cut(source[m[0]:], "\n}\n")
		page := "reference/api"
		switch name {
		case "Window", "DocumentEventMap":
			continue // they say where the others are
		case "OctroiEvents":
			page = "reference/events"
		}
		on := string(s.Files[page+".md"])
		mark := "## `"
		if name != "Octroi" && name != "OctroiEvents" {
			mark = "\n- `"
			_, own, found := strings.Cut(on, "## The type `"+name+"`\n")
			if !assert.True(t, found, "%s has no %s", page, name) {
				continue
			}
			on, _, _ = strings.Cut(own, "\n## ")
			on = "\n" + on
		}
		if kind == "type" || strings.HasSuffix(strings.SplitN(body, "\n", 2)[0], "{}") {
			continue
		}
		for _, one := range member.FindAllStringSubmatch(body, -1) {
			all++
			assert.Regexp(t, regexp.QuoteMeta(mark)+`(?:readonly )?['"]?`+regexp.QuoteMeta(one[1])+`\b`, on, "%s: %s.%s", page, name, one[1])
		}
	}
	assert.Greater(t, all, 80)
}

// Each thing that can be wrong with a declaration is on the page of messages.
func TestEachFaultHasItsPlace(t *testing.T) {
	s := built(t)
	text, err := os.ReadFile(filepath.Join(root, "engine/config/fault.go"))
	require.NoError(t, err)
	_, after, found := strings.Cut(string(text), "const words = `")
	require.True(t, found)
	words, _, _ := strings.Cut(after, "`")
	lines := strings.Split(strings.TrimSpace(words), "\n")
	assert.Greater(t, len(lines), 60)
	page := strings.NewReplacer(`\|`, "|", "&lt;", "<", `\*`, "*", `\_`, "_").Replace(string(s.Files["reference/faults.md"]))
	for _, line := range lines {
		reason, _, _ := strings.Cut(line, " | ")
		assert.Contains(t, page, "\n| "+strings.TrimSpace(strings.ReplaceAll(reason, "{}", "…")), "what is wrong")
	}
}

// Each command and each of its options, as the command itself tells them, is on the page of
// commands.
func TestEachCommandHasItsPlace(t *testing.T) {
	r := newRunner(t)
	page, err := os.ReadFile(filepath.Join(root, "docs/cli.md"))
	require.NoError(t, err)
	help, err := r.run("", "octroi --help")
	require.NoError(t, err, help)
	_, list, found := strings.Cut(help, "Commands:\n")
	require.True(t, found, help)
	var wait sync.WaitGroup
	commands := regexp.MustCompile(`(?m)^  ([a-z]+(?: [a-z]+)?)  `).FindAllStringSubmatch(list, -1)
	assert.Greater(t, len(commands), 20)
	for _, m := range commands {
		wait.Go(func() {
			_, own, found := strings.Cut(string(page), "\n## octroi "+m[1]+"\n")
			if !assert.True(t, found, "docs/cli.md has no octroi %s", m[1]) {
				return
			}
			own, _, _ = strings.Cut(own, "\n## ")
			said, err := r.run("", "octroi "+m[1]+" --help")
			assert.NoError(t, err, said)
			for _, option := range regexp.MustCompile(`(?m)^ +(?:-\w, )?--(?:\[no-\])?([a-z-]+)`).FindAllStringSubmatch(said, -1) {
				if !slices.Contains([]string{"help", "version"}, option[1]) {
					assert.Regexp(t, "--(?:\\[no-\\])?"+option[1]+"\\b", own, "octroi %s", m[1])
				}
			}
		})
	}
	wait.Wait()
}
