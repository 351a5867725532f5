package site_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/site"
)

const root = "../.."

var write = flag.Bool("write", false, "write what pages quote anew")

func TestTheSiteIsMade(t *testing.T) {
	s, err := site.Build(site.Options{Root: root, Base: "https://octroi.example/"})
	require.NoError(t, err)
	again, err := site.Build(site.Options{Root: root, Base: "https://octroi.example/"})
	require.NoError(t, err)
	assert.Equal(t, s.Files, again.Files, "the same bytes each time")
	for _, p := range s.Pages {
		html := s.Files[p.Path+".html"]
		assert.Less(t, len(html), 100_000, p.Path)
		assert.Contains(t, string(html), "<h1", p.Path)
		assert.NotEmpty(t, s.Files[p.Path+".md"], p.Path)
		assert.Contains(t, string(s.Files["sitemap.xml"]), strings.TrimSuffix(p.Path, "index"), p.Path)
	}
}

func TestPagesQuoteFilesAsTheyAre(t *testing.T) {
	for _, file := range site.Written() {
		source, err := os.ReadFile(filepath.Join(root, file))
		require.NoError(t, err)
		quoted, err := site.Quote(root, file, source)
		if !assert.NoError(t, err) {
			continue
		}
		if *write && string(quoted) != string(source) {
			require.NoError(t, os.WriteFile(filepath.Join(root, file), quoted, 0o644))
			continue
		}
		assert.Equal(t, string(quoted), string(source), "%s: run go test ./internal/site -write", file)
	}
}

func TestQuote(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.js"), []byte("one();\n  // [part]\n  two();\n    three();\n  // [/part]\n"), 0o644))
	text := "# T\n\n<!-- from: a.js#part -->\n\n```js\nold\nolder\noldest\n```\n\nand\n\n<!-- from: a.js -->\n```js\n```\n"
	got, err := site.Quote(dir, "p.md", []byte(text))
	require.NoError(t, err)
	assert.Equal(t, "# T\n\n<!-- from: a.js#part -->\n\n```js\ntwo();\n  three();\n```\n\nand\n\n<!-- from: a.js -->\n```js\none();\n  // [part]\n  two();\n    three();\n  // [/part]\n```\n", string(got))
	for what, wrong := range map[string]string{"a.js#gone": "has no part [gone]", "b.js": "no such file"} {
		_, err := site.Quote(dir, "p.md", []byte("<!-- from: "+what+" -->\n```\n```\n"))
		require.ErrorContains(t, err, wrong)
		assert.ErrorContains(t, err, "p.md:3")
	}
}
