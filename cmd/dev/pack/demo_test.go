//go:build !kept

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/examples/shop"
	"github.com/octroi-consent/octroi/internal/bundle"
)

// The demo that newcomers start, which has no engine to read declarations with, serves what one
// would have read, byte for byte.
func TestTheDemoOfWhatIsKept(t *testing.T) {
	if testing.Short() {
		t.Skip("it compiles the demo")
	}
	t.Chdir("../../..")
	folder := t.TempDir()
	program := filepath.Join(folder, "demo")
	out, err := exec.Command("go", "build", "-tags", "kept", "-o", program, "./cmd/dev/pack").CombinedOutput()
	require.NoError(t, err, string(out))
	dist := filepath.Join(folder, "dist")
	out, err = exec.Command(program, "kept", dist).CombinedOutput()
	if told := new(exec.ExitError); errors.As(err, &told) && told.ExitCode() == 3 {
		t.Skip("what is kept is not of these sources: ./build.sh record")
	}
	require.NoError(t, err, string(out))
	assert.FileExists(t, filepath.Join(dist, "locales", "fr.json"))

	port := 20000 + rand.IntN(20000)
	serving, stop := context.WithCancel(t.Context())
	defer stop()
	demo := exec.CommandContext(serving, program, "demo", "-port", fmt.Sprint(port), "-dist", dist)
	demo.Stderr = os.Stderr
	require.NoError(t, demo.Start())
	get := func(path string) string {
		for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
			response, err := http.Get(fmt.Sprintf("http://localhost:%d%s", port, path))
			if err != nil && time.Now().Before(deadline) {
				continue
			}
			require.NoError(t, err)
			defer response.Body.Close()
			require.Equal(t, http.StatusOK, response.StatusCode, path)
			content, err := io.ReadAll(response.Body)
			require.NoError(t, err)
			return string(content)
		}
	}
	for address, declaration := range map[string]string{"/octroi/": shop.Compiled()["/octroi/"], "/octroi/recipes/": shop.Compiled()["/octroi/recipes/"]} {
		made, err := bundle.Build([]byte(declaration))
		require.NoError(t, err)
		for name, content := range made.Files {
			assert.True(t, string(content) == get(address+name), address+name)
		}
		page := map[string]string{"/octroi/": "/", "/octroi/recipes/": "/recipes/plain"}[address]
		assert.Contains(t, get(page), made.HTML(address)[0])
	}
}
