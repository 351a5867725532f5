package wasmtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi"
)

func TestEveryShippedScriptTellsItsVersion(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(Dist, "octroi*.js"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range append(files, filepath.Join(Dist, "octroi.d.ts"), filepath.Join(Dist, "audit", "audit.js")) {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		// The hint that has Chromium compile everything counts on the first line only.
		text := strings.TrimPrefix(string(content), "//# allFunctionsCalledOnLoad\n")
		assert.True(t, strings.HasPrefix(text, "/*! Octroi "+octroi.Version()+", MIT */\n"), file)
	}
	for _, name := range []string{"octroi.js", "octroi.split.js"} {
		content, err := os.ReadFile(filepath.Join(Dist, name))
		require.NoError(t, err)
		assert.True(t, strings.HasPrefix(string(content), "//# allFunctionsCalledOnLoad\n"), name)
	}
}

func TestAPageCanReadTheVersion(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	s.page("/version", dropIn, "")
	_, tab := visit(t, s)
	tab.open("/version")
	assert.True(t, tab.truth(`octroi.version === '`+octroi.Version()+`'`))
}
