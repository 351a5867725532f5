package site_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/catalog"
	"github.com/octroi-consent/octroi/internal/audit/inquiry"
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

// Every option of the declaration, every member of the API and every command has its place.
func TestNothingIsLeftOut(t *testing.T) {
	s, err := site.Build(site.Options{Root: root, Base: "https://octroi.example/"})
	require.NoError(t, err)
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
