package wasmtest

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/migrate"
)

// configured is a page as klaro had it, with its configuration in it.
const configured = `<script>var klaroConfig = { elementID: 'klaro', cookieName: 'their-consent', translations: { en: { purposes: { analytics: 'Analytics', videos: 'Videos' } } }, services: [
	{ name: 'counter', title: 'Counter', purposes: ['analytics'], cookies: [/^cnt_/] },
	{ name: 'films', title: 'Films', purposes: ['videos'] },
	{ name: 'basket', title: 'Basket', purposes: ['shop'], required: true, cookies: ['basket'] }] };</script>
<script type="text/plain" data-type="application/javascript" data-name="counter" data-src="THIRD/m/count.js"></script>
<iframe data-name="films" data-src="THIRD/frame/film" width="300" height="200"></iframe>`

// With the declaration that is made of it, klaro's page moves nothing before a yes, and each
// service's own once that is granted; what visitors said to klaro still counts.
func TestMigratedPages(t *testing.T) {
	only(t, "what reads klaro's markup is tried in each by TestMarkupOfOtherManagers", "chromium")
	s := newSite(t)
	markup := strings.ReplaceAll(configured, "THIRD", s.Third)
	made, err := migrate.Read([]migrate.File{{Name: "index.html", Text: []byte(markup)}})
	require.NoError(t, err)
	declaration, err := json.Marshal(made.Declaration)
	require.NoError(t, err)
	s.raw("/empty", "text/html", func() string { return "" })
	s.raw("/migrated", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title><script type="application/json" id="octroi-config">` + string(declaration) + `</script>` + dropIn +
			`</head><body>` + markup
	})
	_, tab := visit(t, s)
	tab.open("/migrated")
	tab.until(`document.querySelectorAll('[data-octroi]').length === 2`)
	assert.Empty(t, tab.requests(), "undecided")
	assert.True(t, tab.truth(`(document.cookie = 'cnt_1=1; max-age=999', document.cookie = 'basket=1; max-age=999', !document.cookie.includes('cnt_1') && document.cookie.includes('basket=1'))`))
	tab.truth(`octroi.refuseAll()`)
	assert.Empty(t, tab.requests(), "refused")
	tab.truth(`octroi.save({ counter: true, films: false })`)
	tab.arrived("/m/count.js")
	assert.True(t, tab.truth(`(document.cookie = 'cnt_1=1; max-age=999', document.cookie.includes('cnt_1'))`), "granted")
	tab.truth(`octroi.acceptAll()`)
	tab.arrived("/frame/film", "/m/count.js")

	s.Log.Clear()
	_, tab = visit(t, s)
	tab.open("/empty").truth(`document.cookie = 'their-consent=' + encodeURIComponent(JSON.stringify({ counter: true, films: false, basket: true })) + ';path=/;max-age=999999'`)
	tab.open("/migrated")
	tab.arrived("/m/count.js")
	assert.True(t, tab.truth(`octroi.state().decided && octroi.allows('counter') && !octroi.allows('films')`))
}
