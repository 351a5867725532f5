package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPolicy(t *testing.T) {
	declaration, err := os.ReadFile("../../examples/shop/octroi.json")
	require.NoError(t, err)
	text := []byte(strings.ReplaceAll(string(declaration), `"Maison Lysandre SAS"`, `"Lysandre & <b>Cie</b>"`))
	var en, de strings.Builder
	require.NoError(t, policy(text, "", &en))
	require.NoError(t, policy(text, "de", &de))
	for _, part := range []string{"<h2>What a cookie is</h2>", "Audience statistics", "_ga", "13 months", "Lysandre &amp; &lt;b&gt;Cie&lt;/b&gt;", "https://www.cnil.fr/", "data-octroi-open"} {
		assert.Contains(t, en.String(), part)
	}
	assert.Contains(t, de.String(), "Was ein Cookie ist")
	assert.Contains(t, de.String(), "13 Monate")
	assert.ErrorContains(t, policy(text, "xx", &en), "there is no language")
	assert.ErrorContains(t, policy([]byte(`{}`), "", &en), "$.site", "with every fault")
}
