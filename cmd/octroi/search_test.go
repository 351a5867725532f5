package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/catalog"
)

func TestSearch(t *testing.T) {
	for words, want := range map[string]string{
		"youtube": "youtube", "YouTube video": "youtube", "_fbp": "meta-pixel", "hotjar.com": "hotjar", "googletagmanager.com tag": "google-tag-manager",
	} {
		out, errs, code := octroi(append([]string{"search"}, strings.Fields(words)...)...)
		assert.Zero(t, code, words)
		assert.Empty(t, errs, words)
		assert.Regexp(t, `(?m)^`+want+` `, out, words)
	}
	out, errs, code := octroi("search", "youtbe")
	assert.Equal(t, 1, code)
	assert.Empty(t, out)
	assert.Equal(t, "octroi search: no known service has youtbe (did you mean youtube?); declare it yourself, under \"services\"\n", errs)
}

func TestSearchAsJSON(t *testing.T) {
	out, _, code := octroi("search", "--json")
	require.Zero(t, code)
	var all []knownService
	require.NoError(t, json.Unmarshal([]byte(out), &all))
	known, err := catalog.Load()
	require.NoError(t, err)
	assert.Len(t, all, len(known))
	assert.NotContains(t, out, "null")
	out, errs, code := octroi("search", "--json", "nothing-of-the-kind")
	assert.Equal(t, "[]\n", out)
	assert.Empty(t, errs)
	assert.Equal(t, 1, code)
}
