package wasmtest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Whatever bytes an address has, it is decided, and the page meets what it would meet
// without Octroi.
func TestOddAddresses(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	declaration := measuring("", `"urls": ["ads.example", "xn--bcher-kva.example", "[::1]:8123"],`)
	s.keeper("/report", declaration, "")
	s.keeper("/block", strings.Replace(declaration, `"site"`, `"unknown": "block", "site"`, 1), "")
	s.raw("/bare", "text/html", func() string { return `<!doctype html><html lang="en"><body></body>` })
	tries := expression("odd")
	seen := map[string]map[string][]string{}
	for _, path := range []string{"/bare", "/report", "/block"} {
		_, tab := visit(t, s)
		tab.open(path)
		var got map[string][]string
		tab.eval(tries, &got)
		seen[path] = got
	}
	assert.Len(t, seen["/bare"], 42)
	for name, bare := range seen["/bare"] {
		kind, _, _ := strings.Cut(name, " ")
		for _, path := range []string{"/report", "/block"} {
			want := "let"
			if kind == "service" || kind == "unknown" && path == "/block" {
				want = "held"
			}
			assert.Equal(t, want, seen[path][name][0], "%s %s", path, name)
			if path == "/report" {
				assert.Equal(t, bare[1:], seen[path][name][1:], "what is thrown: %s", name)
			}
		}
	}
}
