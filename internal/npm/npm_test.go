package npm

import (
	"encoding/json"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/consent"
	packing "github.com/octroi-consent/octroi/engine/packed"
	"github.com/octroi-consent/octroi/internal/bundle"
)

const root = "../.."

func packed(t *testing.T) map[string][]byte {
	t.Helper()
	files, err := Files(root, "1.2.3", "")
	if err != nil && strings.Contains(err.Error(), "dist") {
		t.Skip(err)
	}
	require.NoError(t, err)
	return files
}

func TestWhatThePackageHas(t *testing.T) {
	files := packed(t)
	for _, name := range []string{
		"README.md", "AGENTS.md", "LICENSE", "CHANGELOG.md", "lib/index.js", "lib/index.d.ts", "bin/octroi.js", "dist/octroi.js", "dist/octroi.rest.js",
		"dist/octroi.d.ts", "dist/version.json", "dist/config.schema.json", "dist/locales/fr.json", "docs/signals.md", "docs/frameworks.md", "examples/gtm/octroi.tpl", "examples/apps/react/src/main.jsx",
	} {
		assert.NotEmpty(t, files[name], name)
	}
	for name := range files {
		assert.NotRegexp(t, `^(test|dist/audit|dist/release)/|node_modules|_test\.go|\.go$|\.png$`, name)
	}
	assert.Contains(t, string(files["package.json"]), `"version": "1.2.3"`)
	var told struct{ Files map[string]File }
	require.NoError(t, json.Unmarshal(files["dist/integrity.json"], &told))
	for name, content := range files {
		if name, ok := strings.CutPrefix(name, "dist/"); ok && name != "integrity.json" {
			assert.Equal(t, File{len(content), bundle.Integrity(content)}, told.Files[name], name)
		}
	}
}

// All that the manifest names is packed: npm packs nothing else.
func TestAllFilesAreInThePackagesManifest(t *testing.T) {
	files := packed(t)
	var manifest struct{ Files []string }
	require.NoError(t, json.Unmarshal(files["package.json"], &manifest))
	for name := range files {
		top, _, _ := strings.Cut(name, "/")
		if !regexp.MustCompile(`^(package\.json|README\.md|LICENSE)$`).MatchString(name) {
			assert.Contains(t, manifest.Files, top, name)
		}
	}
	for _, name := range manifest.Files {
		assert.True(t, has(files, name), name)
	}
}

// Every relative link of the package's pages leads to one of its files, and every anchor to a
// heading.
func TestLinksOfThePackagesPagesLeadIntoIt(t *testing.T) {
	files := packed(t)
	followed := 0
	for name, content := range files {
		if path.Ext(name) != ".md" {
			continue
		}
		for _, parts := range link.FindAllStringSubmatch(prose(string(content)), -1) {
			target := parts[3]
			assert.Empty(t, parts[1], "%s: a picture %s", name, target)
			if strings.Contains(target, ":") {
				continue
			}
			followed++
			file, anchor, anchored := strings.Cut(target, "#")
			to := name
			if file != "" {
				to = path.Join(path.Dir(name), file)
			}
			assert.True(t, has(files, to), "%s: %s leads nowhere", name, target)
			if anchored {
				assert.Contains(t, anchors(string(files[to])), anchor, "%s: %s", name, target)
			}
		}
	}
	assert.Greater(t, followed, 30)
}

// prose is a page without its code.
func prose(page string) string {
	return regexp.MustCompile("(?s)```.*?```").ReplaceAllString(page, "")
}

// anchors are those of a page's headings, and those that it writes itself.
func anchors(page string) (all []string) {
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(prose(page), -1) {
		plain := regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(strings.ToLower(heading[1]), "")
		all = append(all, strings.ReplaceAll(plain, " ", "-"))
	}
	for _, id := range regexp.MustCompile(`<a id="([^"]+)">`).FindAllStringSubmatch(page, -1) {
		all = append(all, id[1])
	}
	return all
}

func TestRelink(t *testing.T) {
	has := func(target string) bool {
		return target == "docs/signals.md" || target == "dist/octroi.d.ts" || target == "examples/apps/vue" || target == "README.md"
	}
	for _, c := range []struct{ name, page, want string }{
		{"README.md", "see [signals](docs/signals.md#google), [`d.ts`](web/octroi.d.ts)\n", "see [signals](docs/signals.md#google), [`d.ts`](dist/octroi.d.ts)\n"},
		{"docs/frameworks/vue.md", "[app](../../examples/apps/vue) [top](../../README.md) [s](../signals.md)\n", "[app](../../examples/apps/vue) [top](../../README.md) [s](../signals.md)\n"},
		{"docs/protocol.md", "as [bridge](../jsbridge/bridge.go) has it, [d](../web/octroi.d.ts)", "as bridge has it, [d](../dist/octroi.d.ts)"},
		{"README.md", "a\n![banner](docs/banner.png)\nb\n", "a\nb\n"},
		{"README.md", "![a](a.png) text\n\n", " text\n\n"},
		{"README.md", "[x](https://example.com/a) [y](#y) [m](mailto:a@b.example)\n", "[x](https://example.com/a) [y](#y) [m](mailto:a@b.example)\n"},
		{"README.md", "```md\n[x](nowhere.md)\n```\n[x](nowhere.md)\n", "```md\n[x](nowhere.md)\n```\nx\n"},
	} {
		assert.Equal(t, c.want, relink(c.page, c.name, has), c.page)
	}
}

// version.json tells the format of the records that the engine writes.
func TestFormatOfTheRecord(t *testing.T) {
	r := consent.Record{Serial: 1, Choices: []*consent.Choice{{Category: 1, How: consent.Accept, Granted: true, Until: 1 << 40}}}
	assert.False(t, packing.Decode(r.Encode(), RecordFormat).Bad)
	assert.True(t, packing.Decode(r.Encode(), RecordFormat+1).Bad, "else nothing is told apart")
}
