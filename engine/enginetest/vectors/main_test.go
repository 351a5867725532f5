package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/octroi-consent/octroi/engine/enginetest"
	"github.com/octroi-consent/octroi/internal/generated/generatedtest"
)

func TestVectorsAreTheEngines(t *testing.T) { generatedtest.Fresh(t, files(), from, again) }

// Readers that always answer the same would otherwise pass.
func TestVectorsTellReadersApart(t *testing.T) {
	asked, decided, granted := map[string]bool{}, map[bool]bool{}, map[bool]bool{}
	names := map[string]bool{}
	for _, v := range all() {
		decided[v.Want.Decided] = true
		assert.True(t, v.Want.Categories["essential"].Granted, v.Name)
		for id, c := range v.Want.Categories {
			asked[c.Ask] = true
			if id == "audience" {
				granted[c.Granted] = true
			}
			if c.Granted && id == "audience" {
				assert.NotZero(t, c.Until, v.Name)
			}
		}
		names[v.Declaration] = true
	}
	for _, reason := range enginetest.Reasons {
		assert.Equal(t, reason != "ended", asked[reason], "what has ended is known to the page alone: %q", reason)
	}
	assert.Len(t, decided, 2)
	assert.Len(t, granted, 2)
	for _, name := range []string{"shop", "revised", "french", "domain", "renamed", "objects"} {
		assert.True(t, names[name], name)
	}
}
