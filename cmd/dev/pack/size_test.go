//go:build !kept

package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAnotherCompilerIsNamed(t *testing.T) {
	folder := t.TempDir()
	assert.Empty(t, otherCompiler(folder))
	for text, other := range map[string]string{
		"123 456\n":                            "",
		"123 456\nTinyGo 0.42.0, not 0.41.1\n": "TinyGo 0.42.0, not 0.41.1",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, compiledFile), []byte(text), 0o666))
		assert.Equal(t, other, otherCompiler(folder))
	}
}

// build.sh writes what the sizes' commands read.
func TestTheCompilersAreToldWhereTheyAreRead(t *testing.T) {
	script, err := os.ReadFile("../../../build.sh")
	require.NoError(t, err)
	assert.Contains(t, string(script), "\ncompiled="+between+"/"+compiledFile+"\n")
}
