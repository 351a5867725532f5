package wasmtest

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// gatedAds is a declaration with a service at the third party's folder and in inline scripts.
func gatedAds(s *site) string {
	return measuring("", `"urls": ["`+s.Third+`/ads/"], "inline": ["__pxInline"],`)
}

// What passes for harmless must not become script by Octroi (issue of the markup pattern).
func TestHarmlessMarkupStaysHarmless(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	s.keeper("/safe", gatedAds(s), "")
	_, tab := visit(t, s, "octroi: ")
	for _, choice := range []string{"refuse", "accept"} {
		tab.open("/safe")
		tab.whole().truth(`octroi.` + choice + `All()`)
		tab.open("/safe")
		assert.True(t, tab.truth(call(t, "harmless_markup", s.Third)), choice)
	}
}

// Whatever size a text has, and whenever an element is gated, it is asked about.
func TestElementsAreAskedAboutWhenTheyWouldLoad(t *testing.T) {
	s := newSite(t)
	s.raw("/empty", "text/html", func() string { return "<p>own" })
	s.keeper("/elements", gatedAds(s), "")
	_, tab := visit(t, s)
	tab.open("/elements")
	tab.press("refuse")
	assert.True(t, tab.truth(call(t, "elements", s.Third)))
	assert.Empty(t, tab.requests())
	s.Log.Clear()
	tab.truth(`octroi.acceptAll()`)
	if tab.truth(`Element.prototype.setHTMLUnsafe && Document.parseHTMLUnsafe`) {
		s.reached("/ads/open.gif", "/ads/closed.gif", "/ads/nested.gif", "/ads/parsed.gif")
		assert.Subset(t, s.paths(), []string{"/ads/open.gif", "/ads/closed.gif", "/ads/nested.gif", "/ads/parsed.gif"}, "and open where they stand")
	}
	tab.until(`INL`)
}

// XML documents read markup as XML; the page's own errors stay its own.
func TestMarkupInXHTML(t *testing.T) {
	s := newSite(t)
	s.raw("/xhtml", "application/xhtml+xml", func() string {
		return `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml" lang="en"><head><title>x</title><script type="application/json" id="octroi-config"><![CDATA[` + gatedAds(s) + `]]></script>` + dropIn + `</head><body><p id="p">x</p><svg xmlns="http://www.w3.org/2000/svg"><g id="g"/></svg></body></html>`
	})
	_, tab := visit(t, s)
	tab.open("/xhtml")
	assert.True(t, tab.truth(`(() => {
		const AT = '`+s.Third+`/ads/', p = document.getElementById('p'), g = document.getElementById('g');
		p.innerHTML = '<b>x</b><img src="' + AT + 'a.gif"/>';
		p.insertAdjacentHTML('beforeend', '<img src="' + AT + 'b.gif"/>');
		g.innerHTML = '<image href="' + AT + 'c.gif"/>';
		try { p.innerHTML = '<img src="' + AT + 'd.gif">'; } catch (error) { return error.name === 'SyntaxError' && document.querySelectorAll('[data-octroi]').length >= 1; }
	})()`))
	assert.Empty(t, tab.requests())
}
