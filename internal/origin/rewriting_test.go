package origin

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/enginetest"
)

const page = `<!doctype html><html lang="en"><head><title>Shop</title></head><body><script src="https://stats.example/tag.js"></script></body></html>`

// pages is a site's server with one page, which it says is of these types.
func pages(t *testing.T, change func(w http.ResponseWriter), types ...string) *url.URL {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Content-Type"] = types
		if change != nil {
			change(w)
		}
		if w.Header().Get("Content-Encoding") == "gzip" {
			z := gzip.NewWriter(w)
			io.WriteString(z, page)
			z.Close()
			return
		}
		io.WriteString(w, page)
	}))
	t.Cleanup(server.Close)
	u, err := url.Parse(server.URL)
	require.NoError(t, err)
	return u
}

// A compressed page is gated, and goes out compressed; its octroi.js may be kept for ever.
func TestCompressedPagesAreGated(t *testing.T) {
	s := start(t, plain, func(o *Options) {
		o.Upstream, o.Rewrite = pages(t, func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Header().Set("Etag", `"a"`)
			w.Header().Set("Cache-Control", "public, max-age=60")
		}, "text/html"), RewriteCacheable
	})
	got := ask(t, "GET", s.site, "Accept-Encoding", "gzip, br")
	require.Equal(t, "gzip", got.Header.Get("Content-Encoding"))
	assert.NotEqual(t, `"a"`, got.Header.Get("Etag"), "it is another document")
	assert.Equal(t, "public, max-age=60", got.Header.Get("Cache-Control"), "and the same for everybody")
	assert.Empty(t, got.Header.Get("Vary"))
	z, err := gzip.NewReader(strings.NewReader(got.Body))
	require.NoError(t, err)
	text, err := io.ReadAll(z)
	require.NoError(t, err)
	assert.NotContains(t, string(text), `<script src="https://stats.example`)
	first := regexp.MustCompile(`<script src="(/octroi/octroi\.js\?v=[0-9a-f]{16})">`).FindStringSubmatch(string(text))
	require.NotNil(t, first)
	assert.Equal(t, "public, max-age=31536000, immutable", ask(t, "GET", s.site+first[1]).Header.Get("Cache-Control"))
	assert.Equal(t, "no-cache", ask(t, "GET", s.site+"/octroi/octroi.js?v=0123456789abcdef").Header.Get("Cache-Control"), "of a page that a cache kept")
	second := ask(t, "GET", s.site+strings.Replace(first[1], "octroi.js", "octroi.hold.js", 1))
	assert.Equal(t, []string{"public, max-age=31536000, immutable", "text/javascript; charset=utf-8"}, []string{second.Header.Get("Cache-Control"), second.Header.Get("Content-Type")})
}

// For a visitor who has granted something, the page has it as it was, and no cache keeps it for
// others; also of a folder.
func TestPagesAreOneVisitors(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "index.html"), []byte(page), 0o600))
	for name, site := range map[string]func(*Options){
		"a server": func(o *Options) {
			o.Upstream = pages(t, func(w http.ResponseWriter) { w.Header().Set("Cache-Control", "public, s-maxage=60, max-age=5") }, "text/html")
		},
		"a folder": func(o *Options) { o.Site = folder },
	} {
		s := start(t, plain, site, func(o *Options) { o.Rewrite = RewriteVisitor })
		got := ask(t, "GET", s.site)
		assert.NotContains(t, got.Body, `<script src="https://stats.example`, name)
		assert.Contains(t, got.Body, `<script data-base="/octroi/">`, "%s: who has yet to answer is asked without a request", name)
		assert.NotContains(t, got.Body, `/octroi/octroi.js?v=`, name)
		assert.Contains(t, strings.Join(got.Header["Vary"], ", "), "Cookie", name)
		assert.Contains(t, got.Header.Get("Cache-Control"), "private", name)
		assert.NotContains(t, got.Header.Get("Cache-Control"), "public", name)
		assert.NotContains(t, got.Header.Get("Cache-Control"), "s-maxage", name)

		got = ask(t, "GET", s.site, "Cookie", accepted())
		assert.Contains(t, got.Body, `<script src="https://stats.example/tag.js"></script>`, name)
		assert.NotContains(t, got.Body, `data-base`, name)
		assert.Contains(t, got.Body, `<script src="/octroi/octroi.js?v=`, name)
	}
}

// accepted is the cookie of a visitor who has granted everything that the declaration plain has.
func accepted() string {
	b := enginetest.NewBrowser(time.Now().Add(-time.Hour).UTC())
	b.Open(new(engine.Engine), enginetest.Page{Config: plain, Languages: "en"}).Act("accept")
	return b.Header()
}
