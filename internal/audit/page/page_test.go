package page

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/wasm/prebuilt"
)

// What go install builds has the page but for its program, and finds the sources of that.
func TestThePageWithoutABuild(t *testing.T) {
	all := fstest.MapFS{"audit.wasm": {}, "wasm_exec.js": {}}
	for _, name := range []string{"index.html", "audit.js", "audit.css"} {
		assert.False(t, Complete(all))
		content, err := prebuilt.Audit(name)
		require.NoError(t, err)
		assert.NotEmpty(t, content, name)
		all[name] = &fstest.MapFile{Data: content}
	}
	assert.True(t, Complete(all))
	_, err := prebuilt.Audit("audit.wasm")
	assert.ErrorIs(t, err, fs.ErrNotExist)
	root, err := sources()
	require.NoError(t, err)
	assert.DirExists(t, root+"/wasm/audit")
}

// A program that does not compile is told with what Go says.
func TestAPageThatDoesNotCompile(t *testing.T) {
	_, err := Compile(t.TempDir(), t.TempDir())
	require.Error(t, err)
	assert.Contains(t, err.Error(), "the audit's page does not compile: go build: exit status 1\n")
}
