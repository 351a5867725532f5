package site_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/site"
)

// Each command that a page shows is run as a reader would: in a copy of the folder that the page
// says, the blocks of a page and a folder one after the other.
func TestCommandsOfPagesWork(t *testing.T) {
	tools := t.TempDir()
	build := exec.Command("go", "build", "-o", filepath.Join(tools, "octroi"), "./cmd/octroi")
	build.Dir = root
	text, err := build.CombinedOutput()
	require.NoError(t, err, string(text))
	// npx runs the same program (npm/octroi/test has it under Node); what npm installs is tried by
	// the release.
	require.NoError(t, os.WriteFile(filepath.Join(tools, "npx"), []byte("#!/bin/sh\n[ \"$1\" = octroi ] || { echo \"npx $1: only octroi is here\" >&2; exit 1; }\nshift\nexec octroi \"$@\"\n"), 0o755))
	for _, file := range site.Written() {
		source, err := os.ReadFile(filepath.Join(root, file))
		require.NoError(t, err)
		folders := map[string]string{}
		for _, b := range site.Blocks(file, source) {
			if b.Kind != "run" {
				continue
			}
			t.Run(fmt.Sprintf("%s:%d", file, b.Line), func(t *testing.T) {
				in, _ := strings.CutPrefix(b.What, "in ")
				if folders[in] == "" {
					folders[in], err = os.MkdirTemp("", "octroi-page-")
					require.NoError(t, err)
					if in != "" {
						require.NoError(t, os.CopyFS(folders[in], os.DirFS(filepath.Join(root, in))))
					}
				}
				run := exec.Command("bash", "-euo", "pipefail", "-c", b.Text)
				run.Dir = folders[in]
				run.Env = append(os.Environ(), "PATH="+tools+":"+os.Getenv("PATH"), "NO_COLOR=1")
				out, err := run.CombinedOutput()
				assert.NoError(t, err, "%s\n%s", b.Text, out)
			})
		}
		for _, folder := range folders {
			assert.NoError(t, os.RemoveAll(folder))
		}
	}
}
