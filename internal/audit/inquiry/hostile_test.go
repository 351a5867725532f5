package inquiry

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/audit/markup"
	"github.com/octroi-consent/octroi/internal/audit/report"
)

// Whatever a page says is text, bounded, and never the end.
func TestHostilePages(t *testing.T) {
	hostile := `"><script>alert(1)</script>` + "\x00\u202e"
	body := `<img src="https://nobody.example/` + hostile + `"><script type="text/plain" data-octroi='` + hostile + `'>1</script><script>document.cookie</script><title>` + hostile + `</title>`
	var many strings.Builder
	for i := range 4000 {
		fmt.Fprintf(&many, `<img src="https://h%d.example/">`, i)
	}
	r := audit(t, world{pages: map[string]string{"/": page(declared, body+many.String())}, observed: observed(func(s map[report.State]*Observation) {
		for i := range 5000 {
			cookies(s[report.Granted], fmt.Sprint("n", i, hostile), 0)
		}
	})}, Options{})
	levels := []int{}
	for _, f := range r.Findings {
		levels = append(levels, -f.Level.Weight())
	}
	assert.True(t, slices.IsSorted(levels), "the gravest first")
	assert.LessOrEqual(t, len(r.Findings), maxFindings)
	assert.NotEmpty(t, r.Ended)
	assert.LessOrEqual(t, len(r.Kept), maxListed)
	assert.LessOrEqual(t, len(r.Calls), maxListed)
	for _, f := range r.Findings {
		assert.LessOrEqual(t, len(f.Places), report.MaxPlaces)
	}
	b, err := json.Marshal(r)
	require.NoError(t, err)
	assert.NotContains(t, string(b), "<script>alert", "encoding/json escapes what could end a script")
	_, err = r.SARIF()
	require.NoError(t, err)
}

// Behind a proxy, what is told is the site's.
func TestTheProxyIsNotTold(t *testing.T) {
	r := audit(t, world{pages: map[string]string{"/": page(declared, `<a href="/gone"></a><script async src="https://count.example/c.js"></script><noscript><img src="`+origin+`/x"></noscript>`)}}, Options{Site: "https://www.shop.test"})
	b, err := json.Marshal(r)
	require.NoError(t, err)
	assert.NotContains(t, string(b), origin)
	assert.Equal(t, "https://www.shop.test/", r.Pages[0].URL)
	assert.Equal(t, "https://www.shop.test/gone", r.Failed[0].URL)
}

func FuzzAudit(f *testing.F) {
	f.Add(page(declared, `<script src="https://count.example/c.js"></script>`), "script-src 'self'; trusted-types")
	f.Add(page("{", "<base href=x><template data-octroi=a>"), "sandbox,,;")
	f.Add(`<script src=octroi.js data-config=?></script><meta http-equiv=content-security-policy content="script-src a b:* *.c/d">`, "")
	f.Fuzz(func(t *testing.T, text, policy string) {
		r := audit(t, world{pages: map[string]string{"/": text}, headers: map[string]http.Header{"/": {"Content-Security-Policy": {policy}}}}, Options{})
		if _, err := json.Marshal(r); err != nil {
			t.Fatal(err)
		}
	})
}

// What the audit tells to write instead holds every attribute by which the element loads.
func TestWhatIsToldToWriteAsksForNothing(t *testing.T) {
	for page, want := range map[string]string{
		`<script async src="https://x.example/a.js"></script>`:     `<script type="text/plain" data-octroi="x" async data-src="https://x.example/a.js">`,
		`<th background="https://x.example/b">`:                    `<th data-octroi="x" data-background="https://x.example/b">`,
		`<svg><image xlink:href="https://x.example/i"/></svg>`:     `<image data-octroi="x" data-xlink-href="https://x.example/i"/>`,
		`<iframe srcdoc="<img src=https://x.example/i>"></iframe>`: `<iframe data-octroi="x" data-srcdoc="<img src=https://x.example/i>">`,
	} {
		things := markup.Read(page).Things
		require.Len(t, things, 1, page)
		assert.Equal(t, want, gatedTag(&things[0], "x"))
		if strings.HasPrefix(page, "<svg>") {
			want = "<svg>" + want
		}
		gated := markup.Read(want).Things
		require.Len(t, gated, 1, want)
		assert.True(t, gated[0].Gated, want)
		assert.Equal(t, "https://x.example/", gated[0].Address[:len("https://x.example/")], want)
	}
}
