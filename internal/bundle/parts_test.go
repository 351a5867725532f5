package bundle

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/wasm/prebuilt"
)

// Without a build the repository has every part.
func TestPartsWithoutABuild(t *testing.T) {
	for _, name := range []string{
		"engine.wasm", "rest.wasm", "whole.wasm", "texts.json", "octroi.js", "octroi.hold.js", "octroi.rest.js", "octroi.nowasm.js",
		"octroi.app.js", "octroi.inherit.js", "octroi.vendors.js", "octroi.receipts.js", "octroi.debug.js",
	} {
		content, err := prebuilt.Site(name)
		require.NoError(t, err)
		assert.NotEmpty(t, content)
		content, err = part(name)
		require.NoError(t, err)
		assert.NotEmpty(t, content)
	}
	_, err := part("octroi.else.js")
	assert.Error(t, err)
}
