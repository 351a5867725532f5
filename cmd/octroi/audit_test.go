//go:build !js

package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/audit/report"
)

// parse is the audit's part of a command line, and what it is about.
func parse(args ...string) (*auditCommand, string, error) {
	var all commands
	_, err := kong.Must(&all, kong.Name("octroi"), kong.Exit(func(code int) { panic(exit(code)) })).Parse(dashed(append([]string{"audit"}, args...)))
	if err != nil {
		return nil, "", err
	}
	target, err := all.Audit.target()
	if err != nil {
		return nil, "", err
	}
	return &all.Audit, target.String(), nil
}

func TestArguments(t *testing.T) {
	a, target, err := parse("--headless", "www.shop.example", "-live", "3", "--fail-on=warning", "-json", "r.json")
	require.NoError(t, err)
	assert.Equal(t, "https://www.shop.example/", target)
	assert.Equal(t, "live=3", a.options().Encode())
	assert.True(t, a.Headless)
	assert.Equal(t, "warning", a.FailOn)

	a, target, err = parse("http://localhost:8420/shop?x=1", "-live", "-1")
	require.NoError(t, err)
	assert.Equal(t, "http://localhost:8420/shop?x=1", target)
	assert.Equal(t, "live=-1", a.options().Encode())

	for want, args := range map[string][]string{
		"which site? write its address":           {},
		"one site at a time":                      {"a.example", "b.example"},
		`"ftp://a/" is no address`:                {"ftp://a/"},
		`"http://" is no address`:                 {"http://"},
		"--fail-on fatal: write error":            {"a.example", "-fail-on", "fatal"},
		"--json, --sarif, --draft and --since go": {"a.example", "-sarif", "x"},
		"--pages": {"a.example", "-pages", "many"},
	} {
		_, _, err := parse(args...)
		assert.ErrorContains(t, err, want)
	}
}

func TestFilesAndExitCodes(t *testing.T) {
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	r := &report.Report{Site: "https://shop.example", Pages: []report.Page{{URL: "https://shop.example/"}}, Draft: map[string]any{"site": 1},
		Findings: []report.Finding{{Rule: "never-seen", Level: report.Note, Subject: "a"}, {Rule: "unknown-host", Level: report.Warning, Subject: "b"}}}
	b, err := json.Marshal(r)
	require.NoError(t, err)
	for level, want := range map[string]bool{"note": true, "warning": true, "error": false, "never": false} {
		worse, err := (&auditCommand{FailOn: level}).tell(string(b), io.Discard)
		require.NoError(t, err)
		assert.Equal(t, want, worse, level)
	}
	earlier := *r
	earlier.Findings = r.Findings[:1]
	e, err := json.Marshal(earlier)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(in("earlier.json"), e, 0o666))
	_, err = (&auditCommand{JSON: in("r.json"), SARIF: in("r.sarif"), Draft: in("d.json"), Since: in("earlier.json")}).tell(string(b), io.Discard)
	require.NoError(t, err)
	for name, part := range map[string]string{"r.json": `"new": 1`, "r.sarif": `"2.1.0"`, "d.json": `"site": 1`} {
		text, err := os.ReadFile(in(name))
		require.NoError(t, err)
		assert.Contains(t, string(text), part)
	}
	_, err = (&auditCommand{Since: in("none.json")}).tell(string(b), io.Discard)
	assert.ErrorContains(t, err, "--since")
	_, err = (&auditCommand{}).tell(`{"site": "https://shop.example"}`, io.Discard)
	assert.EqualError(t, err, "no page could be read")
}
