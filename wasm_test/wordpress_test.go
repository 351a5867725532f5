package wasmtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The recipe gates a plugin's own tag, and what is added inline beside it, and no other.
func TestTheWordPressRecipe(t *testing.T) {
	php, err := exec.LookPath("php")
	if err != nil {
		t.Skip("there is no php (Debian has it in php-cli)")
	}
	recipe, err := os.ReadFile("../examples/shop/recipes/wordpress.php")
	require.NoError(t, err)
	const built = "add_action('wp_head', $built,"
	require.Contains(t, string(recipe), built)
	dropIn := strings.Replace(string(recipe), built, "add_action('wp_head', $drop_in,", 1)
	for _, c := range []struct{ name, recipe, file, text, first string }{
		{"built", string(recipe), "wp-content/octroi/manifest.json", `{"build": "0123456789abcdef"}`,
			`<script src="/wp-content/octroi/octroi.js?v=0123456789abcdef"></script>`},
		{"damaged", string(recipe), "wp-content/octroi/manifest.json", `{"files": {`, `<script src="/wp-content/octroi/octroi.js?v="></script>`},
		{"drop-in", dropIn, "octroi.json", `{"site": {"name": "</script><script>alert(1)"}}`,
			`<script type="application/json" id="octroi-config">{"site":{"name":"\u003C\/script\u003E\u003Cscript\u003Ealert(1)"}}</script><script src="/wp-content/octroi/octroi.js"></script>`},
	} {
		folder := t.TempDir()
		own, file := filepath.Join(folder, "wordpress.php"), filepath.Join(folder, c.file)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
		require.NoError(t, os.WriteFile(own, []byte(c.recipe), 0o600))
		require.NoError(t, os.WriteFile(file, []byte(c.text), 0o600))
		out, err := exec.Command(php, "testdata/wordpress.php", own).CombinedOutput()
		require.NoError(t, err, string(out))
		assert.Equal(t, c.first+strings.TrimSpace(`
<script type="text/plain" data-octroi="matomo" id="matomo-js-before">before()</script>
<script type="text/plain" data-octroi="matomo" data-src="https://x.example/matomo.js?a=1&amp;b=2" id="matomo-js" defer></script>
<script type="text/plain" data-octroi="matomo" id="matomo-js-after">after()</script>
<script id="jquery-js-before">before()</script>
<script src="https://x.example/jquery.js?a=1&amp;b=2" id="jquery-js" defer></script>
<script id="jquery-js-after">after()</script>`), strings.TrimSpace(string(out)), c.name)
	}
}
