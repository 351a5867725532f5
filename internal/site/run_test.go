package site_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/site"
)

// Each command that a page shows is run as a reader would: in a copy of the folder that the page
// says, the blocks of a page and a folder one after the other. What a page says a command prints,
// it prints.
func TestCommandsOfPagesWork(t *testing.T) {
	r := newRunner(t)
	for file, blocks := range blocksOf(t) {
		before := map[string]string{} // what was run in a folder
		for _, b := range blocks {
			if b.Kind != "run" && b.Kind != "printed" {
				continue
			}
			in, lines := place(b)
			text := before[in] + lines + "\n"
			if b.Kind == "run" {
				before[in] = text
			}
			t.Run(fmt.Sprintf("%s:%d", strings.ReplaceAll(file, "/", "."), b.Line), func(t *testing.T) {
				t.Parallel()
				out, err := r.run(in, text)
				require.NoError(t, err, "%s\n%s", text, out)
				if b.Kind == "printed" {
					for line := range strings.Lines(b.Text) {
						assert.Contains(t, anyBuild(out), strings.TrimSpace(anyBuild(line)))
					}
				}
			})
		}
	}
}

// Commands that no test runs are taken by the command line as they stand.
func TestCommandsThatAreNotRunAreUnderstood(t *testing.T) {
	r := newRunner(t)
	command := regexp.MustCompile(`(?m)^(?:- run: )?(?: *npx )?(octroi [^#|\n]*)`)
	all := 0
	ask := func(where, text string) {
		for _, m := range command.FindAllStringSubmatch(text, -1) {
			all++
			t.Run(where, func(t *testing.T) {
				t.Parallel()
				out, err := r.run("", m[1]+" --help")
				assert.NoError(t, err, "%s\n%s", m[1], out)
			})
		}
	}
	for file, blocks := range blocksOf(t) {
		for _, b := range blocks {
			if b.Kind == "not run" || b.Language == "yaml" {
				ask(fmt.Sprintf("%s:%d", strings.ReplaceAll(file, "/", "."), b.Line), b.Text)
			}
		}
	}
	assert.GreaterOrEqual(t, all, 6)
	out, err := r.run("", "octroi serve --upsteam http://127.0.0.1:3000 --help")
	assert.Error(t, err, "what is mistyped is not understood: %s", out)
}

// blocksOf are the blocks of code of each written page.
func blocksOf(t *testing.T) map[string][]site.Block {
	t.Helper()
	all := map[string][]site.Block{}
	for _, file := range site.Written() {
		source, err := os.ReadFile(filepath.Join(root, file))
		require.NoError(t, err)
		all[file] = site.Blocks(file, source)
	}
	return all
}

// place is the folder and the commands of a block.
func place(b site.Block) (in, commands string) {
	if b.Kind == "run" {
		in, _ = strings.CutPrefix(b.What, "in ")
		return in, b.Text
	}
	commands, in, _ = strings.Cut(b.What, ", in ")
	return in, commands
}

// anyBuild is a text without what differs from build to build.
func anyBuild(text string) string {
	return regexp.MustCompile(`\b[0-9a-f]{16}\b|sha384-[\w+/=…]+`).ReplaceAllString(text, "…")
}

// runner runs commands, the same in the same folder once.
type runner struct {
	tools, made string
	mu          sync.Mutex
	ran         map[string]func() (string, error)
}

func newRunner(t *testing.T) *runner {
	t.Helper()
	return &runner{tools: commands(t), made: t.TempDir(), ran: map[string]func() (string, error){}}
}

// commands is a folder with what pages' commands are: octroi, and npx, which runs it.
func commands(t *testing.T) string {
	t.Helper()
	tools := t.TempDir()
	tool := func(name, text string) string {
		file := filepath.Join(tools, name)
		require.NoError(t, os.WriteFile(file, []byte("#!/bin/sh\n"+text+"\n"), 0o755))
		return file
	}
	// go run keeps the program that it has linked, which go build does not; -exec copies it in the
	// place of running it.
	program := filepath.Join(tools, "program")
	build := exec.Command("go", "run", "-exec", tool("keep", `cp "$1" `+program), "./cmd/octroi")
	build.Dir = root
	text, err := build.CombinedOutput()
	require.NoError(t, err, string(text))
	// The sizes with brotli, which take most of the time, are told by no page.
	tool("octroi", `[ "$1" = build ] && exec `+program+` "$@" --no-sizes
exec `+program+` "$@"`)
	// npx runs the same program (npm/octroi/test has it under Node); what npm installs is tried by
	// the release.
	tool("npx", `[ "$1" = octroi ] || { echo "npx $1: only octroi is here" >&2; exit 1; }
shift
exec octroi "$@"`)
	return tools
}

// run runs commands in a copy of a folder, or in an empty one, and returns what they print.
func (r *runner) run(in, commands string) (string, error) {
	key := in + "\n" + strings.ReplaceAll(commands, "npx octroi", "octroi")
	r.mu.Lock()
	once := r.ran[key]
	if once == nil {
		folder := filepath.Join(r.made, fmt.Sprint(len(r.ran)))
		once = sync.OnceValues(func() (string, error) { return r.fresh(folder, in, commands) })
		r.ran[key] = once
	}
	r.mu.Unlock()
	return once()
}

func (r *runner) fresh(folder, in, commands string) (string, error) {
	err := os.Mkdir(folder, 0o755)
	if in != "" {
		err = errors.Join(err, os.CopyFS(folder, os.DirFS(filepath.Join(root, in))))
	}
	if _, missing := os.Stat(filepath.Join(folder, "package.json")); missing == nil {
		// As npm install leaves it.
		err = errors.Join(err, os.CopyFS(filepath.Join(folder, "node_modules/octroi/lib"), os.DirFS(filepath.Join(root, "npm/octroi/lib"))))
	}
	if err != nil {
		return "", err
	}
	run := exec.Command("bash", "-euo", "pipefail", "-c", commands)
	run.Dir = folder
	run.Env = append(os.Environ(), "PATH="+r.tools+":"+os.Getenv("PATH"), "NO_COLOR=1")
	out, err := run.CombinedOutput()
	return string(out), err
}
