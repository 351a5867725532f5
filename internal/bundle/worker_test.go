package bundle

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const declared = `{"site": {"name": "Shop", "controller": "Shop SAS", "contact": "mailto:a@shop.example"}, "policy": {"url": "/cookies", "revision": "1"},
	"categories": [{"id": "essential", "label": "Essential", "text": "T", "required": true}, {"id": "ads", "label": "Ads", "text": "T"}], "services": []}`

// A declared worker has the site's engine in its file, always the same, and pages get what
// registers it; without one the file takes an earlier one away.
func TestTheWorkersFile(t *testing.T) {
	with := strings.Replace(declared, `{"site"`, `{"worker": {"file": "/octroi.worker.js"}, "site"`, 1)
	app := strings.Replace(with, `"site"`, `"app": {"hash": true}, "site"`, 1)
	made := func(declaration string) (worker string, registered bool) {
		s, err := Build([]byte(declaration))
		require.NoError(t, err)
		s.Unmeasured = true
		manifest, err := s.Describe("/octroi/")
		require.NoError(t, err)
		assert.Equal(t, Integrity(s.Files["octroi.worker.js"]), manifest.Files["octroi.worker.js"].Integrity)
		return string(s.Files["octroi.worker.js"]), s.Files["octroi.register.js"] != nil
	}
	worker, registered := made(with)
	assert.True(t, registered)
	assert.NotContains(t, worker, "__OCTROI_")
	assert.Greater(t, len(worker), 80_000, "the engine is in it")
	again, _ := made(with)
	assert.Equal(t, worker, again)
	more, _ := made(app)
	assert.Greater(t, len(more), len(worker)+20_000, "with an app, the rest of the engine is needed")
	off, registered := made(declared)
	assert.False(t, registered)
	assert.Contains(t, off, "unregister()")
	assert.Less(t, len(off), 1000)
}
