package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTypes(t *testing.T) {
	file := written(t, base)[0]
	out, errs, code := octroi("types", file, "-o", "-")
	require.Zero(t, code, errs)
	assert.Equal(t, "// The ids of a.json. octroi types has written this file, and writes it again.\n\n"+
		"interface OctroiRegister {\n  category: 'essential' | 'audience';\n  service: 'hotjar' | 'google-analytics' | 'youtube';\n}\n", out, "known ones too")

	to := filepath.Join(t.TempDir(), "octroi-env.d.ts")
	_, _, code = octroi("types", file, "-o", to)
	require.Zero(t, code)
	first, err := os.Stat(to)
	require.NoError(t, err)
	text, err := os.ReadFile(to)
	require.NoError(t, err)
	assert.Equal(t, out, string(text))
	_, _, code = octroi("types", file, "-o", to)
	require.Zero(t, code)
	second, err := os.Stat(to)
	require.NoError(t, err)
	assert.True(t, os.SameFile(first, second), "what is the same is not written again: who watches it would begin anew")
}

func TestTypesOfAFaultyDeclaration(t *testing.T) {
	to := filepath.Join(t.TempDir(), "octroi-env.d.ts")
	_, errs, code := octroi("types", written(t, `{}`)[0], "-o", to)
	assert.Equal(t, 1, code)
	assert.Contains(t, errs, "a.json:1:1: $.site: no object here")
	assert.NoFileExists(t, to)
}

func TestTypesWithoutServices(t *testing.T) {
	out, _, code := octroi("types", written(t, base[:strings.Index(base, `"services"`)]+`"language": "en"}`)[0], "-o", "-")
	assert.Zero(t, code)
	assert.Contains(t, out, "service: never;")
}
