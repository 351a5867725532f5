//go:build !kept

package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNewestIsOfWhatIsCompiled(t *testing.T) {
	folder := t.TempDir()
	at := func(name string, second int64) {
		file := filepath.Join(folder, name)
		if second > 0 {
			require.NoError(t, os.WriteFile(file, nil, 0o666))
			require.NoError(t, os.Chtimes(file, time.Time{}, time.Unix(second, 0)))
		}
		require.NoError(t, os.Chtimes(folder, time.Time{}, time.Unix(1, 0)))
	}
	newestOf := func(paths ...string) int64 {
		latest, err := newest(paths)
		require.NoError(t, err)
		return latest.Unix()
	}
	at("a.go", 10)
	at("a_test.go", 20)
	at("a.json", 30)
	at("b.go", 5)
	assert.EqualValues(t, 10, newestOf(folder), "neither tests nor data")
	assert.EqualValues(t, 30, newestOf(folder, filepath.Join(folder, "a.json")), "but for data that is named")
	require.NoError(t, os.Remove(filepath.Join(folder, "b.go")))
	assert.Greater(t, newestOf(folder), int64(10), "what goes is noticed")
}
