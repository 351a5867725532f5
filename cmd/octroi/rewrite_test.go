package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// staticSite is a site of a few files whose pages have a tag of a service.
func staticSite(t *testing.T) (folder string) {
	t.Helper()
	folder = t.TempDir()
	for name, text := range map[string]string{
		"index.html":           "<!doctype html>\n<head><meta charset=utf-8><title>Shop</title>\n<script src=\"https://stats.example/tag.js\"></script>\n<style>@import 'https://stats.example/a.css';</style>",
		"blog/post.HTML":       "<!doctype html><title>Post</title><p>Text<img src=a.gif>",
		"part.htm":             "<p>a part",
		"a.gif":                "GIF89a",
		".well-known/gpc.json": "{}",
	} {
		path := filepath.Join(folder, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
	}
	return folder
}

// statistics is a declaration with one service.
const statistics = `{
	"site": { "name": "My shop", "controller": "My Shop Ltd", "contact": "mailto:privacy@shop.example" },
	"policy": { "url": "/cookies", "revision": "1" },
	"categories": [
		{ "id": "essential", "required": true, "label": "Essential", "text": "Keeps your choices." },
		{ "id": "statistics", "label": "Statistics", "text": "Counts visits." }
	],
	"services": [
		{ "id": "stats", "category": "statistics", "name": "Stats", "provider": "Stats Ltd", "purpose": "Counts visits.",
			"policy": "https://stats.example/privacy", "urls": ["https://stats.example/"] }
	]
}`

func TestRewrite(t *testing.T) {
	declaration := filepath.Join(t.TempDir(), "octroi.json")
	text := statistics
	require.NoError(t, os.WriteFile(declaration, []byte(text), 0o666))
	site := staticSite(t)
	before := everything(t, site)

	_, errs, code := octroi("rewrite", site)
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "say where to write: -o DIR for a copy of the site, --in-place for its own folder, or --check to write nothing")
	_, errs, code = octroi("rewrite", site, "-o", filepath.Join(site, "out"))
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "are in one another")
	_, errs, code = octroi("rewrite", filepath.Join(site, "a.gif"), "--check")
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "is no folder")
	_, errs, code = octroi("rewrite", site, "--check", "--declaration", declaration, "--origin", "shop.example")
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, `the origin "shop.example" is none; write scheme and host, as https://www.shop.example`)

	out, errs, code := octroi("rewrite", site, "--check", "--declaration", declaration)
	assert.Equal(t, 1, code)
	assert.Equal(t, "index.html\n     3  script src               stats                https://stats.example/tag.js\n     4  style                    stats                https://stats.example/a.css\nstats                      2\nTo be rewritten: 1 of 3 pages.\n", out)
	assert.Contains(t, errs, "no page gets octroi.js")
	assert.Equal(t, before, everything(t, site))

	// Built into the site, octroi.js is found there, and the declaration with it.
	_, errs, code = octroi("build", declaration, "-o", filepath.Join(site, "octroi"), "--no-sizes")
	require.Zero(t, code, errs)
	before = everything(t, site)
	copied := filepath.Join(t.TempDir(), "copy")
	out, errs, code = octroi("rewrite", site, "-o", copied, "--json")
	assert.Zero(t, code, errs)
	assert.Empty(t, errs)
	assert.Equal(t, before, everything(t, site), "the site stays")
	var told rewritten
	require.NoError(t, json.Unmarshal([]byte(out), &told))
	assert.Equal(t, copied, told.Written)
	assert.Equal(t, map[string]int{"stats": 2}, told.Services)
	assert.Equal(t, []gatedLine{{3, "script", "src", "https://stats.example/tag.js", []string{"stats"}}, {4, "style", "", "https://stats.example/a.css", []string{"stats"}}}, told.Files[1].Gated)
	made := everything(t, copied)
	assert.Len(t, made, len(before))
	for name := range before {
		if name != "index.html" && name != "blog/post.HTML" {
			assert.Equal(t, before[name], made[name], name)
		}
	}
	assert.Equal(t, "<!doctype html>\n<head><meta charset=utf-8><title>Shop</title>\n"+told.Head+"<script type=\"text/plain\" data-octroi=\"stats\" data-src=\"https://stats.example/tag.js\"></script>\n<style>@import \"about:invalid#octroi-https%3A%2F%2Fstats.example%2Fa.css\";</style>", made["index.html"])
	assert.Equal(t, "<!doctype html><title>Post</title>"+told.Head+"<p>Text<img src=a.gif>", made["blog/post.HTML"])

	_, errs, code = octroi("rewrite", site, "--in-place")
	assert.Zero(t, code, errs)
	assert.Equal(t, made, everything(t, site), "the same in both ways")
	out, _, code = octroi("rewrite", site, "--in-place")
	assert.Zero(t, code)
	assert.Equal(t, "Rewritten: 0 of 3 pages, in "+site+".\n", out)
	assert.Equal(t, made, everything(t, site), "once is enough")
	_, _, code = octroi("rewrite", site, "--check")
	assert.Zero(t, code)

	// Another build has another hash: the line is brought up to date.
	require.NoError(t, os.WriteFile(declaration, []byte(strings.Replace(text, "Counts visits.", "Counts all visits.", 2)), 0o666))
	_, errs, code = octroi("build", declaration, "-o", filepath.Join(site, "octroi"), "--no-sizes")
	require.Zero(t, code, errs)
	out, _, code = octroi("rewrite", site, "--in-place")
	assert.Zero(t, code)
	assert.Contains(t, out, "Rewritten: 2 of 3 pages")
	line, _ := os.ReadFile(filepath.Join(site, "index.html"))
	assert.Equal(t, 1, strings.Count(string(line), "octroi.js"))
	assert.NotContains(t, string(line), told.Head)
}

// What a server sends as HTML is rewritten, whatever it is called; a compressed copy of it would go
// out in its place.
func TestRewriteOfOddFiles(t *testing.T) {
	const tag = "<script src=\"https://stats.example/tag.js\"></script>"
	site := t.TempDir()
	for name, text := range map[string]string{
		"octroi.json":   statistics,
		"about":         "\n<!doctype html><title>About</title>" + tag,
		"include.shtml": "<!--#include virtual=\"head\" -->" + tag,
		"LICENSE":       "Do what you want. " + tag,
		"empty":         "",
		"old.xhtml":     "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(site, name), []byte(text), 0o666))
	}
	declaration := filepath.Join(site, "octroi.json")
	out, errs, code := octroi("rewrite", site, "--check", "--declaration", declaration)
	assert.Equal(t, 1, code)
	assert.Contains(t, out, "To be rewritten: 2 of 2 pages.")
	assert.Contains(t, errs, "rewrite: left as they are: old.xhtml; XHTML is not read, so gate by hand what needs consent there")

	require.NoError(t, os.WriteFile(filepath.Join(site, "about.br"), []byte("x"), 0o666))
	require.NoError(t, os.WriteFile(filepath.Join(site, "LICENSE.gz"), []byte("x"), 0o666))
	before := everything(t, site)
	_, errs, code = octroi("rewrite", site, "--in-place", "--declaration", declaration)
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "about.br: a compressed copy of a page that changes, which a server would send in its place; delete it, and compress once pages are rewritten")
	assert.Equal(t, before, everything(t, site))

	copied := filepath.Join(t.TempDir(), "copy")
	_, errs, code = octroi("rewrite", site, "-o", copied, "--declaration", declaration)
	assert.Zero(t, code)
	assert.Contains(t, errs, "rewrite: left out: about.br: a compressed copy")
	made := everything(t, copied)
	assert.NotContains(t, made, "about.br")
	assert.Contains(t, made, "LICENSE.gz")
	assert.NotContains(t, made["about"], tag)
	assert.NotContains(t, made["include.shtml"], tag)
	assert.Contains(t, made["LICENSE"], tag)
}
