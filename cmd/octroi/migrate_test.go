package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/migrate"
)

func TestMigrate(t *testing.T) {
	sources, err := filepath.Glob("../../internal/migrate/testdata/*.html")
	require.NoError(t, err)
	require.Len(t, sources, 8)
	for _, source := range sources {
		file := filepath.Join(t.TempDir(), "octroi.json")
		out, told, code := octroi("migrate", source, "-o", file)
		require.Zero(t, code, "%s: %s", source, told)
		assert.Empty(t, out)
		assert.Contains(t, told, "TO DO, what only you can answer", source)
		assert.Contains(t, told, "In the pages:", source)
		out, _, code = octroi("check", file)
		assert.Zero(t, code, "%s: %s", source, out)
		assert.Contains(t, out, "no fault", source)
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		printed, _, code := octroi("migrate", source)
		assert.Zero(t, code)
		assert.Equal(t, string(text), printed, "the same on standard output")
	}
}

func TestMigrateTellsAsJSON(t *testing.T) {
	out, told, code := octroi("migrate", "--json", "../../internal/migrate/testdata/klaro.js", "../../internal/migrate/testdata/klaro.html")
	require.Zero(t, code)
	assert.Empty(t, told)
	r := new(migrate.Result)
	require.NoError(t, json.Unmarshal([]byte(out), r))
	assert.Equal(t, []string{"klaro"}, r.Managers)
	assert.NotEmpty(t, r.Questions)
	assert.NotEmpty(t, r.Lines)
	assert.NotEmpty(t, r.LeftOut)
	assert.NotEmpty(t, r.Declaration["services"])
}

func TestWhatCannotBeMigrated(t *testing.T) {
	folder := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	_, told, code := octroi("migrate", file("a.js", "run({ services: [] })"))
	assert.Equal(t, 1, code)
	assert.Contains(t, told, "nothing of vanilla-cookieconsent, klaro,")
	broken := file("b.js", "var klaroConfig = {\n  services: [}\n")
	_, told, code = octroi("migrate", broken)
	assert.Equal(t, 2, code)
	assert.Contains(t, told, broken+": ")
	assert.Contains(t, told, "on line 2")
	_, told, code = octroi("migrate", filepath.Join(folder, "none.js"))
	assert.Equal(t, 2, code)
	assert.Contains(t, told, "no such file")
	there := file("octroi.json", "mine")
	_, told, code = octroi("migrate", "../../internal/migrate/testdata/klaro.js", "-o", there)
	assert.Equal(t, 2, code)
	assert.Contains(t, told, "is there already: --force writes over it")
	text, err := os.ReadFile(there)
	require.NoError(t, err)
	assert.Equal(t, "mine", string(text))
	_, _, code = octroi("migrate", "../../internal/migrate/testdata/klaro.js", "-o", there, "--force")
	assert.Zero(t, code)
}
