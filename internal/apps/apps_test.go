package apps

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEachAppIsToldAndHasTheSameDeclaration(t *testing.T) {
	all, err := All("../../examples/apps")
	require.NoError(t, err)
	require.NotEmpty(t, all)
	declaration, err := os.ReadFile("../../examples/apps/octroi.json")
	require.NoError(t, err)
	for _, app := range all {
		versions, err := app.VersionsUsed()
		assert.NoError(t, err)
		assert.Equal(t, len(app.Versions) == 0, versions == "", app.ID)
		if app.Adapter != "" {
			assert.FileExists(t, filepath.Join("../../npm/octroi/lib", app.Adapter))
		}
		own := 0
		for _, layer := range app.Layers() {
			content, err := os.ReadFile(filepath.Join(layer, "octroi.json"))
			if err == nil {
				own++
				assert.Equal(t, string(declaration), string(content), app.ID)
			}
		}
		assert.Positive(t, own, "%s has no octroi.json", app.ID)
	}
}

func TestAppsThatAreToldWrong(t *testing.T) {
	for told, says := range map[string]string{
		`{`:                                "app.json: unexpected EOF",
		`{"name": "A", "polices": "hash"}`: `unknown field "polices"`,
		`{"name": "A", "policy": "nonse"}`: "app.json: it needs a name, and a policy of",
		`{"policy": "hash"}`:               "app.json: it needs a name, and a policy of",
	} {
		folder := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(folder, "app.json"), []byte(told), 0o666))
		_, err := Read(folder)
		assert.ErrorContains(t, err, says)
	}
	app := App{Folder: t.TempDir(), Versions: []string{"react"}}
	require.NoError(t, os.WriteFile(filepath.Join(app.Folder, "package.json"), []byte(`{"dependencies": {"react": "^19.0.0"}}`), 0o666))
	_, err := app.VersionsUsed()
	assert.ErrorContains(t, err, `react is "^19.0.0", and an exact version is wanted`)
}
