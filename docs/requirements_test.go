// Package docs holds no code: its tests keep the documents true to the repository.
package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// root is the repository's folder.
const root = ".."

// cited are the kinds of files that a requirement may be cited in.
var cited = []string{".go", ".js", ".ts", ".md", ".css", ".html", ".sh"}

// sources calls read with each file of the repository that people write: its path from the
// root, and its text.
func sources(t *testing.T, extensions []string, read func(path, text string)) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if path != root && (strings.HasPrefix(name, ".") || slices.Contains([]string{"dist", "shots", "node_modules"}, name)) {
				return filepath.SkipDir
			}
			return nil
		}
		if !slices.Contains(extensions, filepath.Ext(name)) {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, path)
		read(filepath.ToSlash(relative), string(text))
		return err
	}))
}

func TestEveryRequirementThatIsCitedIsWrittenDown(t *testing.T) {
	text, err := os.ReadFile("requirements.md")
	require.NoError(t, err)
	written := map[string]int{}
	for _, found := range regexp.MustCompile(`<a id="r([0-9]+\.[0-9]+)"></a>\*\*R([0-9]+\.[0-9]+)\*\* `).FindAllStringSubmatch(string(text), -1) {
		assert.Equal(t, found[1], found[2], "an anchor and its requirement")
		written[found[2]]++
	}
	require.NotEmpty(t, written)
	for id, times := range written {
		assert.Equal(t, 1, times, "R%s is written down once", id)
	}
	id := regexp.MustCompile(`\bR([0-9]+\.[0-9]+)\b`)
	sources(t, cited, func(path, text string) {
		for _, found := range id.FindAllStringSubmatch(text, -1) {
			assert.Contains(t, written, found[1], "%s cites R%s, which docs/requirements.md lacks", path, found[1])
		}
	})
}
