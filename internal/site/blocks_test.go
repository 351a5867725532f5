package site_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/site"
	"github.com/octroi-consent/octroi/server/consent"
	"github.com/octroi-consent/octroi/server/receipts"
	"github.com/octroi-consent/octroi/server/rewrite"
)

// Each block of code of each page says where it is from, who runs it, or why nobody does.
func TestEachBlockSaysWhereItIsFrom(t *testing.T) {
	files := []string{"README.md"}
	require.NoError(t, fs.WalkDir(os.DirFS(root), "docs", func(name string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(name, ".md") {
			files = append(files, name)
		}
		return err
	}))
	for _, file := range append(files, site.Written()...) {
		source, err := os.ReadFile(filepath.Join(root, file))
		require.NoError(t, err)
		for _, b := range site.Blocks(file, source) {
			// How each command is called is written by cmd/octroi's TestTheCommandsPage.
			if file == "docs/cli.md" && b.Language == "" && strings.HasPrefix(b.Text, "octroi ") {
				continue
			}
			assert.NotEmpty(t, b.Kind, "%s:%d says nothing: <!-- from: file#part -->, <!-- run: in folder -->, <!-- printed: command, in folder --> or <!-- not run: why -->", file, b.Line)
			if b.Kind != "run" {
				assert.NotEmpty(t, b.What, "%s:%d", file, b.Line)
			}
		}
	}
}

// snippet reads a file of examples/snippets.
func snippet(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "examples/snippets", name))
	require.NoError(t, err)
	return text
}

// snippets are the files of examples/snippets with an ending.
func snippets(t *testing.T, ending string) (names []string) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(root, "examples/snippets/*"+ending))
	require.NoError(t, err)
	require.NotEmpty(t, found)
	for _, file := range found {
		names = append(names, filepath.Base(file))
	}
	return names
}

// Declarations that pages show have no fault, and a receipt is one.
func TestJSONOfPages(t *testing.T) {
	for _, name := range snippets(t, ".json") {
		text := snippet(t, name)
		if name == "receipt.json" {
			r, err := receipts.Parse(bytes.TrimSpace(text))
			if assert.NoError(t, err) {
				assert.Equal(t, strings.TrimSpace(string(text)), string(r.JSON()))
			}
			continue
		}
		_, err := consent.Parse(text)
		assert.NoError(t, err, name)
	}
}

// The gates of pages' HTML wait for what the declaration beside them has; a declaration in a page
// has no fault.
func TestHTMLOfPages(t *testing.T) {
	var declared struct {
		Categories, Services []struct{ ID string }
	}
	require.NoError(t, json.Unmarshal(snippet(t, "first.json"), &declared))
	known := map[string]bool{}
	for _, one := range append(declared.Categories, declared.Services...) {
		known[one.ID] = true
	}
	gates := 0
	for _, name := range append(snippets(t, ".html"), "rewrite/after.html") {
		text := string(snippet(t, name))
		for _, m := range regexp.MustCompile(`data-octroi="([^"]*)"`).FindAllStringSubmatch(text, -1) {
			gates++
			assert.True(t, known[m[1]], "%s: %s", name, m[1])
		}
		if _, after, found := strings.Cut(text, `id="octroi-config">`); found {
			inside, _, _ := strings.Cut(after, "</script>")
			assert.JSONEq(t, string(snippet(t, "first.json")), inside, name)
		}
	}
	assert.GreaterOrEqual(t, gates, 3)

	r, err := rewrite.New(snippet(t, "first.json"), rewrite.Options{})
	require.NoError(t, err)
	var out strings.Builder
	require.NoError(t, r.Rewrite(&out, bytes.NewReader(snippet(t, "rewrite/before.html")), rewrite.Document{}))
	assert.Equal(t, string(snippet(t, "rewrite/after.html")), out.String())
}

var loaders = map[string]api.Loader{"js": api.LoaderJS, "jsx": api.LoaderJSX, "ts": api.LoaderTS}

// JavaScript of pages can be read, and what it imports of the package is there.
func TestJavaScriptOfPages(t *testing.T) {
	imports := regexp.MustCompile(`(?m)^ *import (?:(\w+)|\{ ([^}]*) \}) from '(octroi[^']*|/octroi/index\.js)'`)
	seen := 0
	for file, blocks := range blocksOf(t) {
		for _, b := range blocks {
			where := fmt.Sprintf("%s:%d", file, b.Line)
			if loader, ok := loaders[b.Language]; ok {
				read := api.Transform(b.Text, api.TransformOptions{Loader: loader, JSX: api.JSXAutomatic, TsconfigRaw: `{"compilerOptions": {"experimentalDecorators": true}}`})
				for _, e := range read.Errors {
					t.Errorf("%s: %s: %s", where, e.Text, e.Location.LineText)
				}
			}
			for _, m := range imports.FindAllStringSubmatch(b.Text, -1) {
				exports := exportsOf(t, m[3])
				for name := range strings.SplitSeq(m[2], ", ") {
					seen++
					if m[1] != "" {
						name = "default"
					}
					assert.Regexp(t, `(?m)^export (?:default |declare )?(?:const |function |class )?`+name+`\b|^export \{[^}]*\b`+name+`\b`, exports, "%s: %s has no %s", where, m[3], name)
				}
			}
		}
	}
	assert.Greater(t, seen, 30)
}

// exportsOf are the declarations of a module of the package.
func exportsOf(t *testing.T, module string) string {
	t.Helper()
	name := strings.TrimPrefix(strings.TrimPrefix(module, "octroi"), "/")
	if name == "" || module == "/octroi/index.js" {
		name = "index"
	}
	text, err := os.ReadFile(filepath.Join(root, "npm/octroi/lib", name+".d.ts"))
	require.NoError(t, err, module)
	return string(text)
}

// PHP of pages answers as it says there.
func TestPHPOfPages(t *testing.T) {
	php, err := exec.LookPath("php")
	if err != nil {
		t.Skip("there is no php (Debian has it in php-cli)")
	}
	folder := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(folder, "includes"), os.DirFS(filepath.Join(root, "wordpress/octroi/includes"))))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "octroi.json"), snippet(t, "matomo.json"), 0o600))
	for name, want := range map[string]string{"reader.php": "not counted", "theme.php": ""} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), snippet(t, name), 0o600))
		run := exec.Command(php, name)
		run.Dir = folder
		out, err := run.CombinedOutput()
		assert.NoError(t, err, "%s", out)
		assert.Equal(t, want, string(out), name)
	}

	record, err := newRunner(t).run("", "octroi record "+filepath.Join(folder, "octroi.json")+" --json --all")
	require.NoError(t, err, record)
	var made struct{ Value string }
	require.NoError(t, json.Unmarshal([]byte(record), &made), record)
	run := exec.Command(php, "reader.php")
	run.Dir, run.Env = folder, append(os.Environ(), "HTTP_COOKIE=octroi="+made.Value)
	out, err := run.CombinedOutput()
	assert.NoError(t, err, "%s", out)
	assert.Equal(t, "counted", string(out))

	// On a site where the plugin is active, the visit is counted.
	whole := append([]byte("<?php\nfunction octroi_allows( $ids ) { return 'statistics' === $ids; }\nfunction count_this_visit() { echo 'counted'; }\n?>"), snippet(t, "theme.php")...)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "active.php"), whole, 0o600))
	out, err = exec.Command(php, filepath.Join(folder, "active.php")).CombinedOutput()
	assert.NoError(t, err, "%s", out)
	assert.Equal(t, "counted", strings.TrimSpace(string(out)))
}
