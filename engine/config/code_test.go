package config

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAFaultIsOfItsKind(t *testing.T) {
	_, faults := Parse(`{"site": {"name": "s", "controller": "c", "contact": "/"}, "policy": {"url": "/", "revision": "1"},
		"lifetimes": {"max": "14 months"},
		"categories": [{"id": "e", "required": true, "label": "E", "text": "e"}],
		"services": [{"id": "s", "category": "e", "name": "S", "provider": "P", "purpose": "p", "policy": "/", "urls": ["https://other.example/"]}]}`)
	require.NotEmpty(t, faults)
	met := map[Code]bool{}
	for _, f := range faults {
		for _, code := range []Code{EssentialThirdParty, OverLaw} {
			met[code] = met[code] || f.Is(code)
		}
		assert.False(t, f.Is(EssentialThirdParty) && f.Is(OverLaw))
	}
	assert.Equal(t, map[Code]bool{EssentialThirdParty: true, OverLaw: true}, met, "%v", faults)
}
