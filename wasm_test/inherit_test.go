package wasmtest

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

const inheriting = `"inherit": [
	{"from": "vanilla-cookieconsent", "ids": {"analytics": "ads", "marketing/Pixel": "pixel"}},
	{"from": "klaro", "ids": {"matomo": "ads"}, "life": "30 days"},
	{"from": "orejime", "ids": {"video": "pixel"}},
	{"from": "cookiebot", "ids": {"statistics": "ads", "marketing": "pixel"}},
	{"from": "onetrust", "ids": {"C0002": "ads", "C0004": "pixel"}},
	{"from": "tarteaucitron", "ids": {"own": "pixel", "undefined": "pixel"}}],`

// Tags as they were gated for others: nothing of them moves before a yes, all of it
// after.
func TestMarkupOfOtherManagers(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	declaration := keeping(inheriting)
	body := strings.ReplaceAll(`
<script type="text/plain" data-category="analytics">ran.push('vcc')</script>
<script type="text/plain" data-category="marketing" data-service="Pixel" data-src="/run.js?vcc-service"></script>
<script type="text/plain" data-category="other">ran.push('unmapped')</script>
<script type="text/plain" data-category="!analytics">ran.push('on refusal')</script>
<script type="text/plain" data-type="application/javascript" data-name="matomo">ran.push('klaro')</script>
<iframe data-name="matomo" data-src="THIRD/frame/klaro"></iframe>
<p data-name="matomo">no tag</p>
<template data-purpose="video"><iframe src="THIRD/frame/orejime"></iframe><script>ran.push('orejime')</script></template>
<script type="text/plain" data-cookieconsent="statistics, marketing">ran.push('cookiebot')</script>
<iframe data-cookieblock-src="THIRD/frame/cookiebot" data-cookieconsent="marketing"></iframe>
<script type="text/plain" class="optanon-category-C0002-C0004" src="/run.js?onetrust"></script>
<iframe class="a optanon-category-C0004 b" data-src="THIRD/frame/onetrust"></iframe>
<script>(tarteaucitron.job = tarteaucitron.job || []).push('own'); tarteaucitron.services.own = { key: 'own', js() { ran.push('tarteaucitron'); tarteaucitron.addScript('/run.js?added', '', () => ran.push('callback')); } };</script>
<script>setTimeout(() => { tarteaucitron.job.push('undefined', 'own'); document.body.insertAdjacentHTML('beforeend', '<iframe data-name="matomo" data-src="THIRD/frame/late"></iframe>'); })</script>`, "THIRD", s.Third)
	s.raw("/run.js", "text/javascript", func() string { return `ran.push(new URL(document.currentScript.src).search.slice(1))` })
	s.keeper("/theirs", declaration, "")
	s.raw("/others", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title><script type="application/json" id="octroi-config">` + declaration + `</script>` + order + dropIn +
			`<script src="/octroi/octroi.inherit.js"></script></head><body>` + body
	})
	s.raw("/alone", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title><script type="application/json" id="octroi-config">` + declaration + `</script>` + order + dropIn +
			`</head><body><script type="text/plain" data-category="analytics">ran.push('vcc')</script>`
	})
	v, tab := visit(t, s, "no category or service has this id", "tarteaucitron.services.undefined is not defined")
	tab.open("/others")
	tab.until(`document.querySelectorAll('[data-octroi]').length === 12`)
	assert.Empty(t, tab.requests(), "undecided")
	assert.True(t, tab.truth(`ran.length === 0`))
	tab.truth(`octroi.refuseAll()`)
	assert.Empty(t, tab.requests(), "refused")
	assert.True(t, tab.truth(`ran.length === 0`))
	tab.truth(`octroi.acceptAll()`)
	tab.until(`ran.length === 9`)
	var ran []string
	tab.eval(`ran.toSorted()`, &ran)
	assert.Equal(t, []string{"added", "callback", "cookiebot", "klaro", "onetrust", "orejime", "tarteaucitron", "vcc", "vcc-service"}, ran)
	tab.arrived("/frame/klaro", "/frame/orejime", "/frame/cookiebot", "/frame/onetrust", "/frame/late")
	said := strings.Join(v.console(3), "\n")
	assert.Contains(t, said, `data-octroi="other"`, "a name without a mapping is told")
	assert.Contains(t, said, `services.undefined is not defined`)

	tab.open("/alone")
	tab.until(`ran.length === 1`) // what reads them comes by itself
}

// What a visitor chose with them is not asked again.
func TestConsentsOfOtherManagers(t *testing.T) {
	s := newSite(t)
	s.keeper("/theirs", keeping(inheriting), `<iframe data-octroi="ads" data-src="`+s.Third+`/frame"></iframe>`)
	s.raw("/empty", "text/html", func() string { return "" })
	_, tab := visit(t, s)
	tab.open("/empty").truth(`document.cookie = 'klaro=' + encodeURIComponent(JSON.stringify({ matomo: true })) + ';path=/;max-age=999999'`)
	tab.open("/theirs")
	tab.arrived("/frame")
	assert.True(t, tab.truth(`!document.querySelector('dialog') && octroi.state().decided && octroi.allows('pixel')`))
	assert.Contains(t, tab.cookies(), "octroi")
	tab.truth(`octroi.refuseAll()`)
	s.Log.Clear()
	tab.open("/theirs")
	assert.Empty(t, tab.requests(), "a choice made here goes before")
}

// The real definitions of tarteaucitron's services run their jobs, where they can be
// had: npm pack tarteaucitronjs, and TARTEAUCITRON is its tarteaucitron.services.js.
func TestRealJobsOfTarteaucitron(t *testing.T) {
	path := os.Getenv("TARTEAUCITRON")
	if path == "" {
		t.Skip("TARTEAUCITRON names no file")
	}
	b, err := os.ReadFile(path)
	assert.NoError(t, err)
	s := newSite(t)
	s.raw("/services.js", "text/javascript", func() string { return string(b) })
	declaration := strings.Replace(keeping(strings.ReplaceAll(inheriting, `"own": "pixel"`, `"matomo": "pixel", "youtube": "pixel"`)), `"purpose": "Measures.",`, `"purpose": "Measures.", "urls": ["`+s.Third+`/m/"],`, 1)
	s.raw("/real", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title><script type="application/json" id="octroi-config">` + declaration + `</script>` + dropIn +
			`<script src="/octroi/octroi.inherit.js"></script><script src="/services.js"></script></head><body>
<script>tarteaucitron.user.matomoId = 1; tarteaucitron.user.matomoHost = '` + s.Third + `/m/'; (tarteaucitron.job = tarteaucitron.job || []).push('matomo');</script>`
	})
	_, tab := visit(t, s)
	tab.open("/real")
	assert.Empty(t, tab.requests())
	tab.truth(`octroi.acceptAll()`)
	tab.arrived("/m/piwik.js")
}
