package wasmtest

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What throws since the stack is full lets nothing through, and leaves an engine behind.
func TestAFullStackLetsNothingThrough(t *testing.T) {
	sampled(t, "what is asked of the page is the same code in each")
	s := newSite(t)
	source, err := os.ReadFile("testdata/full.js")
	require.NoError(t, err)
	declaration := measuring("", `"urls": ["`+s.Third+`/ads/"], "inline": ["__pxInline"],`)
	s.keeper("/full", declaration, "")
	s.raw("/full/bare", "text/html; charset=utf-8", func() string { return "<!doctype html><body>" })
	s.raw("/full.js", "text/javascript; charset=utf-8", func() string { return string(source) })
	_, bare := visit(t, s, "")
	_, ours := visit(t, s, "")
	bare.open("/full/bare")
	ours.open("/full").truth(`octroi.refuseAll()`)
	load := `new Promise((done) => { const s = document.createElement('script'); s.onload = () => done(true); s.src = '/full.js'; document.head.append(s) })`
	var doors []string
	bare.truth(load)
	bare.eval(`full.doors`, &doors)
	ours.truth(load)
	for _, door := range doors {
		assert.True(t, bare.truth(`full.once('`+door+`', '`+s.Third+`/ads/bare/')`), door)
		assert.True(t, ours.truth(`full.deep('`+door+`', '`+s.Third+`/ads/ours/')`), "%s never returned, or always", door)
	}
	// A realm that was not hooked in time would be had by its number.
	ours.truth(`full.frames('` + s.Third + `/ads/ours/') > 0`)
	ours.requests()
	bare.requests()
	asked := map[string]bool{}
	for _, path := range s.paths() {
		if name, found := strings.CutPrefix(path, "/ads/bare/"); found {
			name, _, _ = strings.Cut(name, "?")
			asked[name] = true
		}
		assert.False(t, strings.HasPrefix(path, "/ads/ours/"), path)
	}
	for _, door := range doors {
		if !strings.HasPrefix(door, "kept") {
			assert.True(t, asked[door], "%s asks for nothing without Octroi", door)
		}
	}
	assert.Empty(t, ours.kept(), "what a full stack kept")
	ours.until(`octroi.state()`) // another is built in a task of its own
	assert.True(t, ours.truth(`!window.__pxInline`), "an inline script ran")
	assert.True(t, ours.truth(`octroi.state().decided`), "the choice is lost")
	assert.True(t, ours.truth(`!octroi.allows("pixel")`))
}
