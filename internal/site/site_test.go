package site_test

import (
	"bytes"
	"flag"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/catalog"
	"github.com/octroi-consent/octroi/internal/audit/inquiry"
	"github.com/octroi-consent/octroi/internal/site"
)

const root = "../.."

var write = flag.Bool("write", false, "write what pages quote anew")

// built is the site, made once for all tests.
func built(t *testing.T) *site.Site {
	t.Helper()
	s, err := once()
	require.NoError(t, err)
	return s
}

var once = sync.OnceValues(func() (*site.Site, error) {
	return site.Build(site.Options{Root: root, Base: "https://octroi.example/"})
})

func TestTheSiteIsMade(t *testing.T) {
	s := built(t)
	again, err := site.Build(site.Options{Root: root, Base: "https://octroi.example/"})
	require.NoError(t, err)
	assert.Len(t, again.Files, len(s.Files))
	for name := range s.Files {
		assert.True(t, bytes.Equal(s.Files[name], again.Files[name]), "%s: the same bytes each time", name)
	}
	for _, p := range s.Pages {
		html := s.Files[p.Path+".html"]
		if p.App == "" {
			assert.Less(t, weight(t, s, p.Path), 100_000, "%s, with its style, script and pictures, without compression", p.Path)
		}
		assert.Contains(t, string(html), "<h1", p.Path)
		assert.NotEmpty(t, s.Files[p.Path+".md"], p.Path)
		assert.Contains(t, string(s.Files["sitemap.xml"]), strings.TrimSuffix(p.Path, "index"), p.Path)
	}
}

// weight is what a browser fetches for a page.
func weight(t *testing.T, s *site.Site, page string) int {
	t.Helper()
	html := s.Files[page+".html"]
	all := len(html)
	for _, m := range regexp.MustCompile(`<(?:link rel="stylesheet" href|script src|img src)="([^":]+)"`).FindAllSubmatch(html, -1) {
		file := path.Join(path.Dir(page), string(m[1]))
		require.NotEmpty(t, s.Files[file], "%s: %s", page, file)
		all += len(s.Files[file])
	}
	return all
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
	assert.Equal(t, "# T\n\n<!-- from: a.js#part -->\n\n```js\ntwo();\n  three();\n```\n\nand\n\n<!-- from: a.js -->\n```js\none();\n  two();\n    three();\n```\n", string(got))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.json"), []byte("{\n  \"one\": 1,\n  \"two\": {\n    \"three\": [3]\n  },\n  \"four\": 4\n}\n"), 0o644))
	got, err = site.Quote(dir, "p.md", []byte("1. of a list\n\n   <!-- from: a.json#two -->\n   ```json\n   old\n   ```\n"))
	require.NoError(t, err)
	assert.Equal(t, "1. of a list\n\n   <!-- from: a.json#two -->\n   ```json\n   \"two\": {\n     \"three\": [3]\n   }\n   ```\n", string(got))
	for what, wrong := range map[string]string{"a.js#gone": "has no part [gone]", "b.js": "no such file"} {
		_, err := site.Quote(dir, "p.md", []byte("<!-- from: "+what+" -->\n```\n```\n"))
		require.ErrorContains(t, err, wrong)
		assert.ErrorContains(t, err, "p.md:3")
	}
}

// Every option of the declaration, every member of the API and every command has its place.
func TestNothingIsLeftOut(t *testing.T) {
	s := built(t)
	has := func(page, what string) {
		assert.Contains(t, string(s.Files[page+".md"]), "## `"+what+"`\n", page)
	}
	options, err := site.Declared(root)
	require.NoError(t, err)
	assert.Greater(t, len(options), 80)
	for _, o := range options {
		has(o.Page, o.Path)
	}
	api, events, err := site.Members(root)
	require.NoError(t, err)
	assert.Contains(t, api, "allows")
	assert.Contains(t, events, "ready")
	for _, name := range api {
		has("reference/api", name)
	}
	for _, name := range events {
		has("reference/events", name)
	}
	for _, r := range inquiry.Rules() {
		assert.NotEmpty(t, s.Files["audit/"+r.ID+".html"], r.ID)
	}
	known, err := catalog.Load()
	require.NoError(t, err)
	for i := range known {
		assert.NotEmpty(t, s.Files["catalogue/"+known[i].ID+".html"], known[i].ID)
	}
}
