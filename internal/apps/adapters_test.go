package apps

import (
	"bytes"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/evanw/esbuild/pkg/api"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What an app's visitors load of the package is below 1 KB on the wire: an adapter with all that
// it stands on, without its framework.
func TestAdaptersAreSmall(t *testing.T) {
	for _, name := range []string{"embed", "react", "solid", "svelte", "vue"} {
		result := api.Build(api.BuildOptions{
			EntryPoints: []string{"../../npm/octroi/lib/" + name + ".js"}, Bundle: true, Format: api.FormatESModule, Packages: api.PackagesExternal,
			MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true,
		})
		require.Empty(t, result.Errors, name)
		var packed bytes.Buffer
		w := brotli.NewWriterLevel(&packed, brotli.BestCompression)
		_, _ = w.Write(result.OutputFiles[0].Contents)
		_ = w.Close()
		t.Logf("%s: %d bytes", name, packed.Len())
		assert.Less(t, packed.Len(), 1024, name)
	}
}
