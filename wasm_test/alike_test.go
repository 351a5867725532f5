package wasmtest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// alike tells how each built-in looks, from the prototypes up, and how those that are hooked
// behave across realms and in realms that are gone.
var alike = expression("alike")

func TestTheHooksAreLikeTheBuiltIns(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	s.keeper("/with", keeping(""), "")
	s.raw("/without", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title></head><body><a href="#octroi">Cookies</a></body></html>`
	})
	seen := map[string]map[string]string{}
	for _, path := range []string{"/without", "/with"} {
		_, tab := visit(t, s)
		tab.open(path)
		if path == "/with" {
			tab.press("accept")
			tab.until(`octroi.allows('pixel')`)
		}
		var got map[string]string
		tab.eval(alike, &got)
		seen[path] = got
	}
	for name, want := range seen["/without"] {
		// Where properties of CSS are each style's own, the hooks for them stand on the prototype.
		if !strings.HasSuffix(name, "CSSStyleDeclaration.prototype") {
			assert.Equal(t, want, seen["/with"][name], name)
		}
	}
}
