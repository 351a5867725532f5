package apps

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var fenced = regexp.MustCompile("(?s)```(vue|svelte|jsx|astro)\n(.*?)```")

// What a page about a framework shows of it stands so in the app that is built and driven.
func TestPagesShowWhatTheAppsHave(t *testing.T) {
	for _, page := range []string{"astro", "solid", "svelte", "vue"} {
		text, err := os.ReadFile("../../docs/frameworks/" + page + ".md")
		require.NoError(t, err)
		var sources strings.Builder
		err = filepath.WalkDir("../../examples/apps/"+page+"/src", func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			sources.Write(content)
			return err
		})
		require.NoError(t, err)
		blocks := fenced.FindAllStringSubmatch(string(text), -1)
		assert.NotEmpty(t, blocks, page)
		for _, block := range blocks {
			assert.Contains(t, sources.String(), block[2], page)
		}
	}
}
