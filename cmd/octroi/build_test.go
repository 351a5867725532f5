package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/octroi-consent/octroi/internal/bundle"
)

// Of a clone that nothing was built in, as go install has it, the command makes a site's files all
// the same: of what the repository keeps.
func TestBuildWithoutItsParts(t *testing.T) {
	if testing.Short() {
		t.Skip("it compiles the command")
	}
	folder := t.TempDir()
	gone := map[string]string{}
	parts, err := filepath.Abs("../../internal/bundle/parts")
	require.NoError(t, err)
	names, err := os.ReadDir(parts)
	require.NoError(t, err)
	for _, name := range names {
		if name.Name() != ".gitignore" {
			gone[filepath.Join(parts, name.Name())] = ""
		}
	}
	overlay, err := json.Marshal(map[string]any{"Replace": gone})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "overlay.json"), overlay, 0o600))
	program, written := filepath.Join(folder, "octroi"), filepath.Join(folder, "out")
	out, err := exec.Command("go", "build", "-overlay", filepath.Join(folder, "overlay.json"), "-o", program, ".").CombinedOutput()
	require.NoError(t, err, string(out))

	out, err = exec.Command(program, "build", "../../examples/shop/octroi.json", "-o", written, "--no-sizes").CombinedOutput()
	require.NoError(t, err, string(out))
	assert.FileExists(t, filepath.Join(written, "octroi.js"))
}

// A build that others wait for need not measure: the files are the same, and no size with brotli is told.
func TestBuildWithoutSizes(t *testing.T) {
	folder := t.TempDir()
	out, told, code := octroi("build", "../../examples/shop/octroi.json", "-o", folder, "--no-sizes")
	require.Zero(t, code, told)
	assert.NotContains(t, out, "brotli")
	manifest, err := os.ReadFile(filepath.Join(folder, "manifest.json"))
	require.NoError(t, err)
	assert.NotContains(t, string(manifest), "brotli")
	assert.Contains(t, string(manifest), `"integrity"`)
}

// A declaration that asks nobody has no fault, and nothing is made of it.
func TestBuildOfWhatAsksNobody(t *testing.T) {
	in := t.TempDir()
	file := filepath.Join(in, "octroi.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"site": {"name": "S", "controller": "S", "contact": "mailto:a@b.example"}, "policy": {"url": "/c", "revision": "1"},
		"categories": [{"id": "e", "label": "E", "text": "T", "required": true}], "services": []}`), 0o666))
	out, told, code := octroi("build", file, "-o", filepath.Join(in, "out"))
	assert.Equal(t, 1, code)
	assert.Empty(t, out)
	assert.Equal(t, "octroi build: "+file+`: visitors are asked about nothing, since each category has "required": true: nothing waits for them, and the pages need no octroi.js. Name what the site uses in a category without "required", as octroi add google-analytics statistics does`+"\n", told)
	assert.NoDirExists(t, filepath.Join(in, "out"))
}

// The line to paste has another address for other files, whichever of them has changed, and no
// integrity, by which browsers refuse what is newer than a page that a cache has kept. With
// --integrity the file's own name is another, and the earlier ones stay for such pages.
func TestBuildNamesItsFiles(t *testing.T) {
	in := t.TempDir()
	shop, err := os.ReadFile("../../examples/shop/octroi.json")
	require.NoError(t, err)
	build := func(folder, text string, options ...string) (html []string) {
		file := filepath.Join(in, "octroi.json")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o666))
		out, errs, code := octroi(append([]string{"build", file, "-o", folder, "--no-sizes"}, options...)...)
		require.Zero(t, code, errs)
		told, err := os.ReadFile(filepath.Join(folder, "manifest.json"))
		require.NoError(t, err)
		var m bundle.Manifest
		require.NoError(t, json.Unmarshal(told, &m))
		assert.Contains(t, out, m.HTML[0])
		assert.Contains(t, m.HTML[0], m.Build)
		return m.HTML
	}
	plain, pinned := filepath.Join(in, "plain"), filepath.Join(in, "pinned")
	first := build(plain, string(shop))[0]
	assert.Regexp(t, `^<script src="/octroi/octroi\.js\?v=[0-9a-f]{16}"></script>$`, first)
	assert.Equal(t, first, build(plain, string(shop))[0], "the same files")
	assert.NotEqual(t, first, build(plain, strings.Replace(string(shop), `"revision": "`, `"revision": "other `, 1))[0])
	assert.NotEqual(t, first, build(plain, string(shop), "--lang", "mt")[0], "texts are asked for by it, too")
	assert.Regexp(t, `^<script src="https://cdn\.example/o/octroi\.js\?v=[0-9a-f]{16}" crossorigin="anonymous"></script>$`, build(plain, string(shop), "--path", "https://cdn.example/o")[0])

	var lines []string
	for _, text := range []string{string(shop), strings.Replace(string(shop), `"revision": "`, `"revision": "other `, 1)} {
		lines = append(lines, build(pinned, text, "--integrity")[0])
	}
	line := regexp.MustCompile(`^<script src="/octroi/(octroi\.[0-9a-f]{16}\.js)" integrity="([^"]*)"></script>$`)
	for _, one := range lines {
		part := line.FindStringSubmatch(one)
		require.NotNil(t, part, one)
		content, err := os.ReadFile(filepath.Join(pinned, part[1]))
		require.NoError(t, err)
		assert.Equal(t, bundle.Integrity(content), part[2])
	}
	assert.NotEqual(t, lines[0], lines[1])
}

// What stands in a page itself ends where its tag does, whatever the declaration says, and is
// what octroi.js is; a policy can name it.
func TestBuildForThePageItself(t *testing.T) {
	in := t.TempDir()
	shop, err := os.ReadFile("../../examples/shop/octroi.json")
	require.NoError(t, err)
	const odd = `<!-- <script> </SCRIPT > `
	text := regexp.MustCompile(`"(fr|en)": "`).ReplaceAllString(string(shop), `"$1": "`+odd)
	file := filepath.Join(in, "octroi.json")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o666))
	out, errs, code := octroi("build", file, "-o", in, "--no-sizes", "--inline", "--path", "https://cdn.example/a&b")
	require.Zero(t, code, errs)
	content, err := os.ReadFile(filepath.Join(in, "octroi.inline.html"))
	require.NoError(t, err)
	script, err := os.ReadFile(filepath.Join(in, "octroi.js"))
	require.NoError(t, err)
	require.True(t, strings.Contains(string(script), "SCRIPT"), "the first layer says it")

	page, err := html.Parse(strings.NewReader("<!doctype html><head>" + string(content) + "<title>behind</title><body>"))
	require.NoError(t, err)
	head := page.FirstChild.NextSibling.FirstChild
	one := head.FirstChild
	assert.Equal(t, []html.Attribute{{Key: "data-base", Val: "https://cdn.example/a&b/"}}, one.Attr)
	assert.Equal(t, "title", one.NextSibling.NextSibling.Data, "the page goes on behind it")
	inside := one.FirstChild.Data
	assert.True(t, string(script) == inside, "and is what the file has")
	assert.Contains(t, out, "'"+bundle.Integrity([]byte(inside))+"'")
	manifest, err := os.ReadFile(filepath.Join(in, "manifest.json"))
	require.NoError(t, err)
	assert.Contains(t, string(manifest), `"octroi.inline.html"`)

	// Pages that have it would keep all shut with what an earlier build wrote.
	require.NoError(t, os.WriteFile(file, shop, 0o666))
	out, errs, code = octroi("build", file, "-o", in, "--no-sizes")
	require.Zero(t, code, errs)
	renewed, err := os.ReadFile(filepath.Join(in, "octroi.inline.html"))
	require.NoError(t, err)
	script, err = os.ReadFile(filepath.Join(in, "octroi.js"))
	require.NoError(t, err)
	assert.True(t, strings.Contains(string(renewed), string(script)), "a later build keeps it as new as octroi.js")
	assert.Contains(t, out, "octroi.inline.html")
	require.NoError(t, os.Remove(filepath.Join(in, "octroi.inline.html")))
	out, _, _ = octroi("build", file, "-o", in, "--no-sizes")
	assert.NotContains(t, out, "octroi.inline.html")
	assert.NoFileExists(t, filepath.Join(in, "octroi.inline.html"))
}
