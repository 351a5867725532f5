package site_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/config"
)

// Each colour of code can be read on the ground that the style sheet gives it, in both schemes.
func TestColorsOfCode(t *testing.T) {
	s := built(t)
	ground := regexp.MustCompile(`--tint: light-dark\((#\w{3,6}), (#\w{3,6})\)`).FindSubmatch(s.Files["site.css"])
	require.NotNil(t, ground)
	light, dark, found := strings.Cut(string(s.Files["code.css"]), "@media (prefers-color-scheme: dark)")
	require.True(t, found)
	for i, css := range []string{light, dark} {
		colors := regexp.MustCompile(`\.chroma (\.\w+) \{.*?color: (#\w+)`).FindAllStringSubmatch(css, -1)
		assert.Greater(t, len(colors), 40)
		for _, c := range colors {
			assert.GreaterOrEqual(t, config.Ratio(c[2], string(ground[i+1])), 4.5, "%s %s on %s", c[1], c[2], ground[i+1])
		}
		assert.NotContains(t, css, "background", "a ground of its own, which nobody has judged")
	}
}

// Each column says what it has, and what is scrolled on its own takes the focus.
func TestTablesAndCodeOfPages(t *testing.T) {
	s := built(t)
	for _, p := range s.Pages {
		html := string(s.Files[p.Path+".html"])
		assert.NotRegexp(t, `<th[^>]*>\s*</th>`, html, "%s: a column without a heading", p.Path)
		for _, element := range regexp.MustCompile(`<(?:pre class="chroma"|div class="scrolled")[^>]*>`).FindAllString(html, -1) {
			assert.Regexp(t, `role="group" aria-label="\w+" tabindex="0"`, element, p.Path)
		}
	}
}
