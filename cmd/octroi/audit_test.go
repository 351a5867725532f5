package main

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/audit/report"
)

func TestArguments(t *testing.T) {
	a, err := parse([]string{"--headless", "www.shop.example", "-live", "3", "--fail-on=warning", "-json", "r.json"})
	require.NoError(t, err)
	assert.Equal(t, "https://www.shop.example/", a.target.String())
	assert.Equal(t, "live=3", a.options.Encode())
	assert.True(t, a.headless)
	assert.Equal(t, report.Warning, a.failOn)

	a, err = parse([]string{"http://localhost:8420/shop?x=1"})
	require.NoError(t, err)
	assert.Equal(t, "http://localhost:8420/shop?x=1", a.target.String())

	for want, args := range map[string][]string{
		"which site? write its address":       {},
		"one site at a time":                  {"a.example", "b.example"},
		`"ftp://a/" is no address`:            {"ftp://a/"},
		`"http://" is no address`:             {"http://"},
		"-fail-on fatal: write error":         {"a.example", "-fail-on", "fatal"},
		"-json, -sarif, -draft and -since go": {"a.example", "-sarif", "x"},
	} {
		_, err := parse(args)
		assert.ErrorContains(t, err, want)
	}
	_, err = parse([]string{"a.example", "-pages", "many"})
	assert.Equal(t, errUsage, err)
	_, err = parse([]string{"--help"})
	assert.Equal(t, flag.ErrHelp, err)
}

func TestFilesAndExitCodes(t *testing.T) {
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	r := &report.Report{Site: "https://shop.example", Pages: []report.Page{{URL: "https://shop.example/"}}, Draft: map[string]any{"site": 1},
		Findings: []report.Finding{{Rule: "never-seen", Level: report.Note, Subject: "a"}, {Rule: "unknown-host", Level: report.Warning, Subject: "b"}}}
	b, err := json.Marshal(r)
	require.NoError(t, err)
	for level, want := range map[report.Level]int{report.Note: 1, report.Warning: 1, report.Error: 0, "never": 0} {
		code, err := (&arguments{failOn: level}).tell(string(b))
		require.NoError(t, err)
		assert.Equal(t, want, code, level)
	}
	earlier := *r
	earlier.Findings = r.Findings[:1]
	e, err := json.Marshal(earlier)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(in("earlier.json"), e, 0o666))
	_, err = (&arguments{json: in("r.json"), sarif: in("r.sarif"), draft: in("d.json"), since: in("earlier.json")}).tell(string(b))
	require.NoError(t, err)
	for name, part := range map[string]string{"r.json": `"new": 1`, "r.sarif": `"2.1.0"`, "d.json": `"site": 1`} {
		text, err := os.ReadFile(in(name))
		require.NoError(t, err)
		assert.Contains(t, string(text), part)
	}
	_, err = (&arguments{since: in("none.json")}).tell(string(b))
	assert.ErrorContains(t, err, "-since")
	_, err = (&arguments{}).tell(`{"site": "https://shop.example"}`)
	assert.EqualError(t, err, "no page could be read")
}
