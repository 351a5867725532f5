package main

import (
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// deployed is a file of deploy/.
func deployed(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "deploy", name))
	require.NoError(t, err)
	return string(text)
}

// environment are the variables that octroi serve takes.
func environment(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, c := range newParser(streams{io.Discard, io.Discard}).Model.Children {
		if c.Name == "serve" {
			for _, f := range c.Flags {
				for _, name := range f.Envs {
					names[name] = true
				}
			}
		}
	}
	require.NotEmpty(t, names)
	return names
}

// taken fails where the command does not take a line's words; it runs nothing.
func taken(t *testing.T, words []string) {
	t.Helper()
	parsed, err := newParser(streams{io.Discard, io.Discard}).Parse(dashed(words))
	if assert.NoError(t, err, words) {
		assert.Equal(t, "serve", parsed.Selected().Name)
	}
}

// The unit runs the command as it is, stops it no sooner than the command does, and systemd
// understands it.
func TestTheUnitRunsTheCommand(t *testing.T) {
	unit := deployed(t, "octroi.service")
	start := regexp.MustCompile(`(?m)^ExecStart=(\S+) (.*)$`).FindStringSubmatch(unit)
	require.NotNil(t, start)
	words := strings.Fields(start[2])
	assert.Contains(t, words, "--trust-proxy")
	taken(t, words)
	for _, line := range []string{"DynamicUser=yes", "ProtectSystem=strict", "StateDirectory=octroi", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "ExecReload=/bin/kill -HUP $MAINPID", "TimeoutStopSec=45"} {
		assert.Contains(t, unit, "\n"+line+"\n")
	}
	for _, name := range regexp.MustCompile(`OCTROI_[A-Z_]+`).FindAllString(unit, -1) {
		assert.True(t, environment(t)[name], name)
	}
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("there is no systemd-analyze to read the unit")
	}
	// It wants programs that are there.
	unit = strings.Replace(unit, start[1], "/bin/true", 1)
	file := filepath.Join(t.TempDir(), "octroi.service")
	require.NoError(t, os.WriteFile(file, []byte(unit), 0o600))
	out, err := exec.Command(analyze, "verify", "--man=no", file).CombinedOutput()
	assert.NoError(t, err, string(out))
	assert.NotContains(t, string(out), "octroi.service")
	out, err = exec.Command(analyze, "security", "--offline=true", "--threshold=25", file).CombinedOutput()
	assert.NoError(t, err, string(out))
}

// The image runs the command as it is, and asks it how it is; a service of a compose file gives it
// variables that it takes.
func TestTheContainerRunsTheCommand(t *testing.T) {
	file := deployed(t, "Dockerfile")
	array := func(before string) (words []string) {
		found := regexp.MustCompile(`(?m)` + before + `(\[.*\])$`).FindStringSubmatch(file)
		if assert.NotNil(t, found, before) {
			require.NoError(t, json.Unmarshal([]byte(found[1]), &words))
		}
		return words
	}
	entry := array(`^ENTRYPOINT `)
	assert.Equal(t, []string{"/octroi"}, entry)
	assert.Contains(t, file, "/out/octroi /octroi\n")
	taken(t, array(`^CMD `))
	probe := array(`^HEALTHCHECK .* CMD `)
	assert.Equal(t, entry[0], probe[0])
	taken(t, probe[1:])
	assert.Regexp(t, `(?m)^USER 65532:65532$`, file)
	for _, image := range regexp.MustCompile(`(?m)^FROM (\S+)`).FindAllStringSubmatch(file, -1) {
		assert.NotContains(t, image[1], "/", "a plain name")
	}
	known := environment(t)
	for _, name := range regexp.MustCompile(`OCTROI_[A-Z_]+`).FindAllString(file, -1) {
		assert.True(t, known[name], name)
	}

	var compose struct {
		Services map[string]struct {
			Image, Command string
			Build          struct{ Context, Dockerfile string }
			Environment    map[string]string
			Volumes        []string
			Secrets        []string
		}
		Secrets map[string]struct{ File string }
		Volumes map[string]any
	}
	require.NoError(t, yaml.Unmarshal([]byte(deployed(t, "compose.yaml")), &compose))
	octroi, db := compose.Services["octroi"], compose.Services["db"]
	assert.FileExists(t, filepath.Join("../../deploy", octroi.Build.Context, octroi.Build.Dockerfile))
	assert.NotContains(t, db.Image, "/", "a plain name")
	require.NotEmpty(t, octroi.Environment)
	for name, value := range octroi.Environment {
		assert.True(t, known[name], name)
		t.Setenv(name, value)
	}
	taken(t, []string{"serve"})
	assert.Equal(t, "/run/secrets/"+octroi.Secrets[0], octroi.Environment["OCTROI_KEY"])
	assert.Contains(t, compose.Secrets, octroi.Secrets[0])
	assert.Contains(t, octroi.Environment["OCTROI_STORE"], "@db/"+db.Environment["POSTGRES_DB"])
	assert.Contains(t, octroi.Environment["OCTROI_STORE"], "://"+db.Environment["POSTGRES_USER"]+":")
}
