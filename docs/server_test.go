package docs

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What Go's part of the page shows are lines of examples that run. The tests of the npm package and
// of the plugin run the others.
func TestTheServersPageShowsExamplesThatRun(t *testing.T) {
	page, err := os.ReadFile("server.md")
	require.NoError(t, err)
	var examples strings.Builder
	for _, file := range []string{"../server/consent/example_test.go", "../server/erase/erase_test.go"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		examples.WriteString(unindented(string(text)))
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	require.Greater(t, len(blocks), 4)
	for _, block := range blocks {
		assert.Contains(t, examples.String(), unindented(block[1]))
	}
}

// unindented is a text without the blanks that its lines begin with.
func unindented(text string) string {
	return regexp.MustCompile(`(?m)^[ \t]+`).ReplaceAllString(text, "")
}
