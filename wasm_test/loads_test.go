package wasmtest

import (
	_ "embed"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/octroi-consent/octroi/internal/loads"
)

// everyLoad puts every element with every attribute into a page.
//
//go:embed testdata/loads.js
var everyLoad string

// In a page that nothing guards, a browser asks for nothing by an attribute that is not in
// the table: what is not there is neither held nor seen by the audit.
func TestNothingLoadsThatTheTableLacks(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	s.raw("/loads", "text/html", func() string {
		return `<!doctype html><title>loads</title><script src="/loads.js"></script><body><image src="` + s.Third + `/loads/html.image.src"></image>`
	})
	s.raw("/loads.js", "text/javascript", func() string { return everyLoad })
	_, tab := visit(t, s, "")
	tab.away(s.URL + "/loads")
	tab.truth(`everyLoad('` + s.Third + `/loads/')`)
	s.reached("/loads/html.image.src", "/loads/html.th.background", "/loads/html.frame.src", "/loads/svg.image.xlink-href", "/loads/svg.rect.mask", "/loads/html.link.href.preload", "/loads/html.object.data")
	tab.truth(`new Promise((done) => setTimeout(done, 1000))`) // there is no event for what does not come
	for _, path := range s.paths() {
		part := strings.Split(strings.TrimPrefix(path, "/loads/"), ".")
		if !assert.GreaterOrEqual(t, len(part), 3, path) {
			continue
		}
		space, attr := loads.HTML, strings.ReplaceAll(part[2], "xlink-", "xlink:")
		if part[0] == "svg" {
			space = loads.SVG
		}
		known := attr == "style" || space == loads.SVG && slices.Contains(loads.Painted, attr) ||
			part[0] != "math" && slices.ContainsFunc(loads.Of(space, strings.ToLower(part[1])), func(row loads.Row) bool { return row.Attr == attr })
		assert.True(t, known, "%s loads %s", running, path)
	}
}

// Each of these loads in one browser or another, and no table had it.
func TestWhatNoTableHadIsHeld(t *testing.T) {
	s := newSite(t)
	s.keeper("/lacked", gatedAds(s), "")
	_, tab := visit(t, s)
	tab.open("/lacked")
	tab.truth(`(() => {
		const AT = '` + s.Third + `/ads/', add = (html) => (document.body.appendChild(document.createElement('div')).innerHTML = html);
		add('<table><colgroup background="' + AT + 'colgroup.gif"><col background="' + AT + 'col.gif"></colgroup><tr><td background="' + AT + 'td.gif">x</table>');
		add('<svg><font-face font-family="w"><font-face-src><font-face-uri href="' + AT + 'font.svg"/></font-face-src></font-face><text font-family="w" y="9">x</text></svg>');
		const { contentDocument } = document.body.appendChild(document.createElement('iframe'));
		contentDocument.write('<image src="' + AT + 'image.gif">');
		contentDocument.close();
		return true;
	})()`)
	tab.truth(`new Promise((done) => setTimeout(done, 300))`)
	assert.Empty(t, tab.requests())
	tab.press("accept")
	s.reached("/ads/td.gif")
	assert.Contains(t, s.paths(), "/ads/td.gif")
}
