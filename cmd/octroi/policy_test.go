package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPolicy(t *testing.T) {
	t.Chdir("../..")
	declaration, err := os.ReadFile("examples/shop/octroi.json")
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "site.json")
	require.NoError(t, os.WriteFile(file, []byte(strings.ReplaceAll(string(declaration), `"Maison Lysandre SAS"`, `"Lysandre & <b>Cie</b>"`)), 0o600))
	var en, de strings.Builder
	require.NoError(t, policy([]string{file}, &en))
	require.NoError(t, policy([]string{file, "de"}, &de))
	for _, part := range []string{"<h2>What a cookie is</h2>", "Audience statistics", "_ga", "13 months", "Lysandre &amp; &lt;b&gt;Cie&lt;/b&gt;", "https://www.cnil.fr/", "data-octroi-open"} {
		assert.Contains(t, en.String(), part)
	}
	assert.Contains(t, de.String(), "Was ein Cookie ist")
	assert.Contains(t, de.String(), "13 Monate")
	for name, args := range map[string][]string{"usage": nil, "no such file": {"nothing.json"}, "there is no language": {file, "xx"}} {
		assert.ErrorContains(t, policy(args, &en), name)
	}
	require.NoError(t, os.WriteFile(file, []byte(`{}`), 0o600))
	assert.ErrorContains(t, policy([]string{file}, &en), "$.site", "with every fault")
}
