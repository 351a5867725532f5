package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// written puts declarations into files of their own.
func written(t *testing.T, texts ...string) (files []string) {
	t.Helper()
	dir := t.TempDir()
	for i, text := range texts {
		file := filepath.Join(dir, string(rune('a'+i))+".json")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		files = append(files, file)
	}
	return files
}

// Whoever changes the language is not asked again where purposeId could have kept the consent.
func TestDeclarationsOfOneSite(t *testing.T) {
	replaced := func(pairs ...string) string {
		for i := 0; i < len(pairs); i += 2 {
			require.Contains(t, base, pairs[i])
		}
		return strings.NewReplacer(pairs...).Replace(base)
	}
	const p = `"purpose": "P"`
	for name, c := range map[string]struct{ one, other, want string }{
		"the same":                {base, base, ""},
		"other labels":            {base, replaced(`"label": "A"`, `"label": "B"`), ""},
		"other words":             {base, replaced(p, `"purpose": "Q"`), `:5:`},
		"what to write":           {base, replaced(p, `"purpose": "Q"`), `$.services[0].purpose: hotjar: not the purpose that `},
		"how to mend it":          {base, replaced(p, `"purpose": "Q"`), `; write "purposeId": "hotjar" in both`},
		"one id":                  {replaced(p, p+`, "purposeId": "x"`), replaced(p, `"purpose": "Q", "purposeId": "x"`), ""},
		"an id in one alone":      {replaced(p, p+`, "purposeId": "x"`), replaced(p, `"purpose": "Q"`), `$.services[0].purpose: hotjar: not the purpose that `},
		"an id in the other":      {base, replaced(p, `"purpose": "Q", "purposeId": "x"`), `$.services[0].purposeId: hotjar: not the purpose that `},
		"their id":                {base, replaced(p, `"purpose": "Q", "purposeId": "x"`), `; write "purposeId": "x" in both`},
		"two ids":                 {replaced(p, p+`, "purposeId": "x"`), replaced(p, p+`, "purposeId": "y"`), `$.services[0].purposeId: hotjar`},
		"another provider":        {base, replaced(`"provider": "P"`, `"provider": "P GmbH"`), `$.services[0].provider: hotjar: not the provider that `},
		"languages in one":        {replaced(p, `"purpose": {"en": "P", "fr": "Q"}`), replaced(p, `"purpose": {"en": "P", "fr": "R"}`), ""},
		"what only one file uses": {base, replaced(`"youtube": "audience", `, ""), ""},
	} {
		files := written(t, c.one, c.other)
		out, _, code := octroi("check", files[0], files[1])
		assert.Zero(t, code, name)
		if c.want == "" {
			assert.NotContains(t, out, "a hint", name)
		} else {
			assert.Contains(t, out, files[1]+":5:", name)
			assert.Contains(t, out, c.want, name)
			assert.Contains(t, out, "asked again", name)
		}
		assert.Contains(t, out, files[0]+": no fault; ", name)
		assert.Contains(t, out, files[1]+": no fault; ", name)
	}
}

func TestAFaultInOneFileIsTheEnd(t *testing.T) {
	files := written(t, strings.Replace(base, `"revision": "1"`, `"revision": 1`, 1), base)
	out, _, code := octroi("check", files[0], files[1])
	assert.Equal(t, 1, code)
	assert.Contains(t, out, files[0]+":3:")
	assert.Contains(t, out, files[1]+": no fault")
	out, _, code = octroi("check", "--format", "sarif", files[1], files[0])
	assert.Equal(t, 1, code)
	var log struct {
		Runs []struct{ Results []json.RawMessage }
	}
	require.NoError(t, json.Unmarshal([]byte(out), &log), "one document for all files")
	require.Len(t, log.Runs, 1)
	require.Len(t, log.Runs[0].Results, 1)
	assert.Contains(t, string(log.Runs[0].Results[0]), "a.json")
}
