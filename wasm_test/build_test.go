package wasmtest

import (
	"bufio"
	"bytes"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/bundle"
)

// ownersCommand compiles the owner's command, as its user has it.
func ownersCommand(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "octroi")
	out, err := exec.Command("go", "build", "-o", program, "../cmd/octroi").CombinedOutput()
	require.NoError(t, err, string(out))
	return program
}

// contents are a folder's files, by their names in it.
func contents(t *testing.T, folder string) map[string]string {
	t.Helper()
	all := map[string]string{}
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			b, _ := os.ReadFile(path)
			name, _ := filepath.Rel(folder, path)
			all[filepath.ToSlash(name)] = string(b)
		}
		return err
	}))
	return all
}

// One command makes all that a site's visitors load, of a declaration and nothing else, in any
// folder; the same one to the byte. Of one with faults it makes nothing, and says where they are.
func TestOctroiBuild(t *testing.T) {
	once(t)
	program := ownersCommand(t)
	folder := t.TempDir()
	text, err := os.ReadFile("../examples/shop/octroi.json")
	require.NoError(t, err)
	file := filepath.Join(folder, "octroi.json")
	require.NoError(t, os.WriteFile(file, text, 0o666))
	run := func(args ...string) (string, error) {
		cmd := exec.Command(program, append([]string{"build"}, args...)...)
		cmd.Dir = folder
		cmd.Env = []string{"HOME=" + folder, "PATH="} // no toolchain, no npm
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	out, err := run("octroi.json", "-o", "one")
	require.NoError(t, err, out)
	_, err = run("octroi.json", "-o", "two")
	require.NoError(t, err)
	one := contents(t, filepath.Join(folder, "one"))
	assert.Equal(t, one, contents(t, filepath.Join(folder, "two")), "the same to the byte")

	var manifest bundle.Manifest
	require.NoError(t, json.Unmarshal([]byte(one["manifest.json"]), &manifest))
	assert.Equal(t, []string{"en", "fr"}, manifest.Languages)
	assert.Len(t, manifest.Files, len(one)-1)
	assert.Contains(t, one, "declaration.json")
	for name, f := range manifest.Files {
		sum := sha512.Sum384([]byte(one[name]))
		assert.Equal(t, "sha384-"+base64.StdEncoding.EncodeToString(sum[:]), f.Integrity, name)
		assert.Equal(t, len(one[name]), f.Bytes, name)
		assert.NotContains(t, one[name], "__OCTROI_", name)
	}
	for _, line := range manifest.HTML {
		assert.Contains(t, out, line)
	}
	assert.Contains(t, manifest.HTML[0], "octroi.js?v="+manifest.Build+`"`)

	out, err = run("octroi.json", "-o", "three", "--lang", "de")
	require.NoError(t, err, out)
	assert.Contains(t, contents(t, filepath.Join(folder, "three")), "locales/de.json")
	out, err = run("octroi.json", "-o", "four", "--lang", "xx")
	assert.Error(t, err)
	assert.Contains(t, out, `no texts in "xx"; there are: ar bg`)

	wrong := bytes.Replace(text, []byte(`"services"`), []byte(`"servces"`), 1)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "wrong.json"), wrong, 0o666))
	out, err = run("wrong.json", "-o", "five")
	assert.ErrorContains(t, err, "exit status 1")
	assert.Regexp(t, `wrong\.json:\d+:\d+: \$\.servces: unknown key`, out)
	assert.NoDirExists(t, filepath.Join(folder, "five"))
	out, _ = run("wrong.json", "-o", "five", "--format", "github")
	assert.Regexp(t, `(?m)^::error file=wrong\.json,line=\d+,col=\d+,title=\$\.servces::unknown key`, out)
}

// The engine that reads declarations is compiled once for all that a program builds: compiling
// takes several times as long, and many more allocations, than reading does.
func TestTheEngineThatReadsIsCompiledOnce(t *testing.T) {
	once(t)
	text, err := os.ReadFile("../examples/shop/octroi.json")
	require.NoError(t, err)
	var module []byte
	allocations := testing.AllocsPerRun(1, func() { module, err = bundle.Engine(text) }) // it runs once before
	require.NoError(t, err)
	require.NotEmpty(t, module)
	assert.Less(t, allocations, 15_000.0)
}

// With --watch it builds again when the declaration changes, also where an editor puts another
// file in its place, and goes on after a fault.
func TestOctroiBuildWatches(t *testing.T) {
	once(t)
	program := ownersCommand(t)
	folder := t.TempDir()
	text, err := os.ReadFile("../examples/shop/octroi.json")
	require.NoError(t, err)
	file := filepath.Join(folder, "octroi.json")
	require.NoError(t, os.WriteFile(file, text, 0o666))
	cmd := exec.Command(program, "build", file, "-o", filepath.Join(folder, "out"), "--watch")
	// The command writes to a pipe of the system's: nothing here waits for lines that nobody reads.
	read, write, err := os.Pipe()
	require.NoError(t, err)
	cmd.Stdout, cmd.Stderr = write, write
	require.NoError(t, cmd.Start())
	write.Close()
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait(); read.Close() })
	lines := bufio.NewScanner(read)
	says := func(part string) {
		t.Helper()
		read.SetReadDeadline(time.Now().Add(stepTimeout))
		for lines.Scan() {
			if strings.Contains(lines.Text(), part) {
				return
			}
		}
		t.Fatalf("it does not say %q", part)
	}
	says("watching")
	before := contents(t, filepath.Join(folder, "out"))
	require.NoError(t, os.WriteFile(file, text[:len(text)/2], 0o666))
	says("not JSON")
	changed := bytes.Replace(text, []byte(`"revision": "`), []byte(`"revision": "x`), 1)
	require.NoError(t, os.WriteFile(file+".new", changed, 0o666))
	require.NoError(t, os.Rename(file+".new", file))
	says(`<script src=`)
	assert.NotEqual(t, before["octroi.js"], contents(t, filepath.Join(folder, "out"))["octroi.js"])
}
