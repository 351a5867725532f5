package wasmtest

import (
	"embed"
	"encoding/json"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/stretchr/testify/require"
)

// scripts are what tests run in pages: files of their own, so that tools read them.
//
//go:embed testdata/*.js
var scripts embed.FS

// script is the text of a file of testdata/, as a page's script element has it.
func script(name string) string {
	text, err := scripts.ReadFile("testdata/" + name + ".js")
	if err != nil {
		panic(err)
	}
	return string(text)
}

// expression is a file of testdata/ that is one expression, to stand in another.
func expression(name string) string {
	return "(" + strings.TrimSuffix(strings.TrimSpace(script(name)), ";") + ")"
}

// call calls the function that a file of testdata/ is.
func call(t testing.TB, name string, arguments ...any) string {
	t.Helper()
	list, err := json.Marshal(append([]any{}, arguments...))
	require.NoError(t, err)
	return expression(name) + "(..." + string(list) + ")"
}

// joined is a folder of testdata/ as one script: its index.js with all that this imports.
func joined(t testing.TB, folder string) string {
	t.Helper()
	result := api.Build(api.BuildOptions{EntryPoints: []string{"testdata/" + folder + "/index.js"}, Bundle: true, Format: api.FormatIIFE, Charset: api.CharsetUTF8})
	require.Empty(t, result.Errors)
	return string(result.OutputFiles[0].Contents)
}
