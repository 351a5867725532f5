// Package generatedtest is what the tests of all generators have in common.
package generatedtest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/generated"
)

// Fresh fails where a file in the repository is not what a generator writes, and where the
// generator would not tell one that is stale.
func Fresh(t *testing.T, files map[string][]byte, from, again string) {
	t.Helper()
	root, err := generated.Root()
	require.NoError(t, err)
	assert.NoError(t, generated.Check(root, files, from, again))
	for stale := range files {
		root := t.TempDir()
		for name := range files {
			require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o777))
		}
		require.NoError(t, generated.Write(root, files))
		require.NoError(t, generated.Check(root, files, from, again))
		require.NoError(t, os.WriteFile(filepath.Join(root, stale), []byte("export const START = 2;"), 0o666))
		assert.ErrorContains(t, generated.Check(root, files, from, again), stale)
	}
}
