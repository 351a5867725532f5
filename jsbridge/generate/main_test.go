package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/generated"
)

func TestGeneratedFilesAreFresh(t *testing.T) {
	root, err := generated.Root()
	require.NoError(t, err)
	assert.NoError(t, generated.Check(root, files(), from, again))
}

func TestAStaleFileIsNamed(t *testing.T) {
	root := t.TempDir()
	for _, folder := range []string{"engine", "jsbridge", "docs"} {
		require.NoError(t, os.Mkdir(filepath.Join(root, folder), 0o777))
	}
	require.NoError(t, generated.Write(root, files()))
	require.NoError(t, generated.Check(root, files(), from, again))
	require.NoError(t, os.WriteFile(filepath.Join(root, "jsbridge/kinds.js"), []byte("export const START = 2;"), 0o666))
	assert.ErrorContains(t, generated.Check(root, files(), from, again), "jsbridge/kinds.js")
}

// A table with a number twice, or with a field behind one that takes all, has no meaning.
func TestTheTableMakesSense(t *testing.T) {
	names := map[string]bool{}
	for _, g := range groups {
		numbers := map[uint8]string{}
		for _, m := range g.messages {
			assert.NotZero(t, m.Number, m.Name)
			assert.Empty(t, numbers[m.Number], "%s has the number of another", m.Name)
			assert.False(t, names[m.Name], "%s twice", m.Name)
			assert.NotEmpty(t, m.Doc, m.Name)
			numbers[m.Number], names[m.Name] = m.Name, true
			fields := map[string]bool{}
			for i, f := range m.Fields {
				assert.False(t, fields[f.Name], "%s.%s twice", m.Name, f.Name)
				assert.NotEmpty(t, f.Doc, "%s.%s", m.Name, f.Name)
				assert.Contains(t, types, f.Type)
				assert.True(t, !f.Many || i == len(m.Fields)-1, "%s.%s is not the last", m.Name, f.Name)
				assert.True(t, f.Rare || i == 0 || !m.Fields[i-1].Rare, "%s.%s is behind one that may be missing", m.Name, f.Name)
				assert.False(t, f.Rare && g.goType == "EventKind", "%s.%s: an event says all", m.Name, f.Name)
				fields[f.Name] = true
			}
		}
	}
}
