package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	project "github.com/octroi-consent/octroi"
)

// octroi runs a command line.
func octroi(args ...string) (out, errs string, code int) {
	var o, e strings.Builder
	code = run(args, streams{&o, &e})
	return o.String(), e.String(), code
}

func TestCheckTellsWhereAFaultIs(t *testing.T) {
	for name, c := range map[string]struct {
		old, new string
		line     int
		part     string // that begins at the fault's column
		want     string
	}{
		"a wrong value":   {`"revision": "1"`, `"revision": 1`, 3, `"revision"`, `$.policy.revision: not a text of 1 to 4000 bytes; write "…"`},
		"a missing one":   {`, "revision": "1"`, ``, 3, `"policy"`, `$.policy.revision: missing; give it a text`},
		"an unknown key":  {`"site"`, `"sight": 1, "site"`, 2, `"sight"`, `$.sight: unknown key; known here`},
		"in a list":       {`"purpose": "P"`, `"purpose": 7`, 5, `"purpose"`, `$.services[0].purpose: not a text`},
		"used":            {`"youtube": "audience"`, `"youtube": "videos"`, 6, `"youtube"`, `$.use.youtube: no such category; use one of: essential audience`},
		"not known":       {`"youtube":`, `"you-tube":`, 6, `"you-tube"`, `$.use.you-tube: not known (did you mean`},
		"behind umlauts":  {`"label": "A"`, `"label": "ÄÖÜ", "text2": 1`, 4, `"text2"`, `$.categories[1].text2: unknown key`},
		"not JSON":        {`"policy": {`, `"policy" {`, 3, `{"url"`, `$: not JSON: a colon is missing; mend it here`},
		"a name twice":    {`"revision": "1"`, `"revision": "1", "revision": "2"`, 3, ``, `$: not JSON: `},
		"what is no list": {base[strings.Index(base, `{"google`):], `["youtube"]}`, 6, `"use"`, `$.use: no object; write {`},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, base, c.old)
			text := strings.Replace(base, c.old, c.new, 1)
			lines := strings.Split(text, "\n")
			faults := check([]byte(text)).faults
			require.NotEmpty(t, faults)
			f := faults[0]
			assert.Contains(t, f.String(), c.want)
			require.Equal(t, c.line, f.Line)
			assert.True(t, strings.HasPrefix(string([]rune(lines[f.Line-1])[f.Column-1:]), c.part), "column %d of %s", f.Column, lines[f.Line-1])
		})
	}
}

func TestCheck(t *testing.T) {
	file := filepath.Join(t.TempDir(), "site.json")
	require.NoError(t, os.WriteFile(file, []byte(base), 0o600))
	out, errs, code := octroi("check", file)
	assert.Equal(t, file+": no fault; services: 3, categories: 2\n", out)
	assert.Empty(t, errs)
	assert.Zero(t, code)
	require.NoError(t, os.WriteFile(file, []byte("\ufeff{}"), 0o600))
	out, _, code = octroi("check", file)
	assert.Contains(t, out, file+":1:1: $.site: no object here; write { … }\n")
	assert.Equal(t, 1, code)
	_, errs, code = octroi("check", file+".none")
	assert.Contains(t, errs, "no such file")
	assert.Equal(t, 2, code)
	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(base, `"site"`, `"unknown": "block", "site"`, 1)), 0o600))
	out, _, code = octroi("check", file)
	assert.Contains(t, out, file+":5:15: a hint: $.services[0]: hotjar: no urls")
	assert.Zero(t, code)
}

func TestCommandLines(t *testing.T) {
	for line, code := range map[string]int{"": 0, "help": 0, "--help": 0, "-h": 0, "help audit": 0, "audit --help": 0, "check --help": 0,
		"declare --help": 0, "policy --help": 0, "completion --help": 0, "nothing": 2, "check": 2, "check a b": 2, "completion tcsh": 2,
		"policy ../../examples/shop/octroi.json de": 0, "declare ../../examples/shop/octroi.json": 0, "audit": 2, "audit a.example -pages many": 2} {
		out, errs, got := octroi(strings.Fields(line)...)
		assert.Equal(t, code, got, "%s: %s", line, errs)
		if code == 0 {
			assert.NotEmpty(t, out, line)
		} else {
			assert.NotEmpty(t, errs, line)
		}
	}
	out, _, _ := octroi("help", "audit")
	assert.Contains(t, out, "--fail-on")
}

func TestShellsComplete(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		script, _, code := octroi("completion", shell)
		require.Zero(t, code)
		for _, part := range []string{"check", "declare", "policy", "audit", "fail-on", "pt"} {
			assert.Contains(t, script, part, shell)
		}
		if _, err := exec.LookPath(shell); err != nil {
			t.Logf("there is no %s to read its script", shell)
			continue
		}
		file := filepath.Join(t.TempDir(), "completion")
		require.NoError(t, os.WriteFile(file, []byte(script), 0o600))
		out, err := exec.Command(shell, "-n", file).CombinedOutput()
		assert.NoError(t, err, "%s: %s", shell, out)
		if shell != "bash" {
			continue
		}
		for line, want := range map[string]string{"au": "audit", "audit --fail": "--fail-on", "audit --fail-on w": "warning", "policy x.json d": "da de",
			"check --": "--help --format --json", "add matomo-c": "matomo-cloud", "help sea": "search", "record --no": "--none", "build --w": "--watch", "check octr": "", "help de": "declare", "completion z": "zsh",
			"receipts ver": "verify", "receipts verify --k": "--key --kept", "receipts export --format c": "csv", "receipts export --format": "--format"} {
			words := append([]string{"octroi"}, strings.Fields(line)...)
			command := append([]string{"-c", `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _octroi; echo -n "${COMPREPLY[*]}"`, "bash", file}, words...)
			out, err := exec.Command("bash", command...).CombinedOutput()
			require.NoError(t, err)
			assert.Equal(t, want, string(out), line)
		}
	}
}

func TestVersion(t *testing.T) {
	out, errs, code := octroi("--version")
	assert.Zero(t, code)
	assert.Empty(t, errs)
	assert.Equal(t, project.Version()+"\n", out)
}
