package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
	assert.Contains(t, out, `<script src="/octroi/octroi.js" integrity="sha384-`)
	manifest, err := os.ReadFile(filepath.Join(folder, "manifest.json"))
	require.NoError(t, err)
	assert.NotContains(t, string(manifest), "brotli")
	assert.Contains(t, string(manifest), `"integrity"`)
}
