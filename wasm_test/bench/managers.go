package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/octroi-consent/octroi/internal/bundle"
)

// A manager is one column's page: what its documentation says to put there, for three
// categories of which one is essential.
type manager struct {
	name   string
	gates  bool   // keeps tags shut
	csp    string // that the page is served with
	head   string
	tag    func(category string, n int) string // one gated tag; nil where tags is all of them
	tags   func(count int) string
	inline bool   // its script stands in each page
	banner string // what is seen while it asks
	accept string // the button that accepts everything
}

const declaration = `{
	"site": {"name": "Shop", "controller": "Shop SAS", "contact": "mailto:privacy@shop.example"},
	"policy": {"url": "/cookies", "revision": "1"},
	"categories": [
		{"id": "essential", "label": "Essential", "text": "Needed for the site to work.", "required": true},
		{"id": "analytics", "label": "Audience", "text": "Statistics about the pages that are read."},
		{"id": "ads", "label": "Advertising", "text": "Advertising that fits you."}
	],
	"services": [
		{"id": "basket", "category": "essential", "name": "Basket", "provider": "Shop SAS", "purpose": "Keeps the basket.", "cookies": [{"name": "basket", "life": "session"}]},
		{"id": "stats", "category": "analytics", "name": "Stats", "provider": "Stats Ltd", "purpose": "Counts visits.", "policy": "https://stats.example/privacy", "urls": ["stats.example"], "cookies": [{"name": "_st*", "life": "13 months"}]},
		{"id": "pixel", "category": "ads", "name": "Pixel", "provider": "Pixel Inc", "purpose": "Measures advertising.", "policy": "https://pixel.example/privacy", "urls": ["pixel.example"], "cookies": [{"name": "_px", "life": "90 days"}]}
	]
}`

func octroi(name, csp, script string) manager {
	return manager{
		name: name, gates: true, csp: csp,
		head: `<script type="application/json" id="octroi-config">` + declaration + `</script><script src="` + script + `"></script>`,
		tag: func(category string, n int) string {
			return fmt.Sprintf(`<script type="text/plain" data-octroi="%s" src="/tag.js?%d"></script>`, category, n)
		},
		banner: "dialog.octroi-ask", accept: `[data-octroi-act="accept"]`,
	}
}

// built is what octroi build makes: its declaration stands in its files.
func built() manager {
	m := octroi("Octroi", "", "")
	m.head = `<script src="/bundle/octroi.js"></script>`
	return m
}

// itselfName is what the form is called that has octroi.js in each page.
const itselfName = "Octroi, in the page"

// itself is the same where octroi.js stands in the page.
func itself() manager {
	m := octroi(itselfName, "", "")
	m.head, m.inline = bundle.InlineFile, true
	return m
}

// floor is no manager: a file of as many bytes as octroi.js was to have, which a page waits for
// and which draws one line with a button.
func floor() manager {
	m := octroi("any blocking file of 12.0 KB", "", "")
	m.gates, m.head = false, `<script src="/bundle/floor.js"></script>`
	return m
}

// managers are what is compared, Octroi first. Each is set up in English, with a button
// that refuses where it has one.
func managers() []manager {
	return []manager{
		{name: "no manager", tags: func(int) string { return "" }},
		built(),
		itself(),
		octroi("Octroi, drop-in", "", "/dist/octroi.js"),
		octroi("Octroi, wasm as a file", "", "/dist/octroi.split.js"),
		octroi("Octroi, no WebAssembly", "script-src 'self' 'unsafe-inline'", "/dist/octroi.js"),
		{
			name: "vanilla-cookieconsent 3.1.0", gates: true,
			head: `<link rel="stylesheet" href="/npm/vanilla-cookieconsent/dist/cookieconsent.css"><script defer src="/npm/vanilla-cookieconsent/dist/cookieconsent.umd.js"></script>
<script type="module">CookieConsent.run({hideFromBots: false, guiOptions: {consentModal: {layout: 'box', position: 'bottom left'}},
categories: {necessary: {enabled: true, readOnly: true}, analytics: {autoClear: {cookies: [{name: /^_st/}]}}, ads: {autoClear: {cookies: [{name: '_px'}]}}},
language: {default: 'en', translations: {en: {
consentModal: {title: 'We use cookies', description: 'Shop would like to store and read information on this device for the purposes below.', acceptAllBtn: 'Accept all', acceptNecessaryBtn: 'Reject all', showPreferencesBtn: 'Manage preferences'},
preferencesModal: {title: 'Manage cookie preferences', acceptAllBtn: 'Accept all', acceptNecessaryBtn: 'Reject all', savePreferencesBtn: 'Save', closeIconLabel: 'Close', sections: [
{title: 'Essential', description: 'Needed for the site to work.', linkedCategory: 'necessary'}, {title: 'Audience', description: 'Statistics.', linkedCategory: 'analytics'}, {title: 'Advertising', description: 'Advertising that fits you.', linkedCategory: 'ads'}]}}}}})</script>`,
			tag: func(category string, n int) string {
				return fmt.Sprintf(`<script type="text/plain" data-category="%s" data-src="/tag.js?%d"></script>`, category, n)
			},
			banner: "#cc-main .cm", accept: `#cc-main .cm [data-role="all"]`,
		},
		{
			name: "klaro 0.7.22", gates: true,
			head: `<script>var klaroConfig = {version: 1, elementID: 'klaro', storageMethod: 'cookie', lang: 'en', acceptAll: true, hideDeclineAll: false,
translations: {en: {privacyPolicyUrl: '/cookies'}}, services: [
{name: 'essential', title: 'Essential', purposes: ['functional'], required: true},
{name: 'analytics', title: 'Stats', purposes: ['analytics'], cookies: [/^_st/]}, {name: 'ads', title: 'Pixel', purposes: ['advertising'], cookies: ['_px']}]}</script>
<script defer src="/npm/klaro/dist/klaro.js" data-config="klaroConfig"></script>`,
			tag: func(category string, n int) string {
				return fmt.Sprintf(`<script type="text/plain" data-type="application/javascript" data-name="%s" data-src="/tag.js?%d"></script>`, category, n)
			},
			banner: "#klaro .cookie-notice", accept: "#klaro .cookie-notice .cm-btn-success",
		},
		{
			name: "tarteaucitronjs 1.34.0", gates: true,
			head: `<script src="/npm/tarteaucitronjs/tarteaucitron.min.js"></script>
<script>var tarteaucitronForceLanguage = 'en'; tarteaucitron.init({privacyUrl: '/cookies', bodyPosition: 'bottom', hashtag: '#tarteaucitron', cookieName: 'tarteaucitron', orientation: 'middle', groupServices: false, showAlertSmall: false, cookieslist: false, closePopup: false, showIcon: true, adblocker: false, DenyAllCta: true, AcceptAllCta: true, highPrivacy: true, handleBrowserDNTRequest: false, removeCredit: true, moreInfoLink: true, useExternalCss: false, useExternalJs: false, mandatory: true})</script>`,
			tags: func(count int) string {
				var s strings.Builder
				s.WriteString("<script>")
				for n := range count {
					fmt.Fprintf(&s, "tarteaucitron.services.s%d = {key: 's%d', type: '%s', name: 'S%d', uri: '/', needConsent: true, cookies: [], js() { tarteaucitron.addScript('/tag.js?%d') }}; (tarteaucitron.job = tarteaucitron.job || []).push('s%d');\n",
						n, n, []string{"analytic", "ads"}[n%2], n, n, n)
				}
				return s.String() + "</script>"
			},
			banner: "#tarteaucitronAlertBig", accept: "#tarteaucitronPersonalize2",
		},
		{
			name: "cookieconsent 3.1.1",
			head: `<link rel="stylesheet" href="/npm/cookieconsent/build/cookieconsent.min.css"><script src="/npm/cookieconsent/build/cookieconsent.min.js"></script>
<script>addEventListener('load', () => cookieconsent.initialise({type: 'opt-in', palette: {popup: {background: '#000'}, button: {background: '#f1d600'}}}))</script>`,
			tags:   func(int) string { return "" },
			banner: ".cc-window", accept: ".cc-window .cc-allow",
		},
		{
			name: "orejime 3.2.1", gates: true,
			head: `<link rel="stylesheet" href="/npm/orejime/dist/orejime-standard.css"><script>window.orejimeConfig = {privacyPolicyUrl: '/cookies', purposes: [
{id: 'essential', title: 'Essential', isMandatory: true, cookies: []}, {id: 'analytics', title: 'Audience', cookies: ['_st']}, {id: 'ads', title: 'Advertising', cookies: ['_px']}]}</script>
<script defer src="/npm/orejime/dist/orejime-standard-en.js"></script>`,
			tag: func(category string, n int) string {
				return fmt.Sprintf(`<template data-purpose="%s"><script src="/tag.js?%d"></script></template>`, category, n)
			},
			banner: ".orejime-Banner", accept: ".orejime-Banner-saveButton, .orejime-Banner-acceptButton, .orejime-Button--save",
		},
		{
			name: "c15t, @c15t/react 2.2.1", gates: true,
			head: `<link rel="stylesheet" href="/bundle/c15t.css"><script defer src="/bundle/c15t.js"></script>`,
			tags: func(count int) string {
				return fmt.Sprintf(`<div id="root"></div><script>window.tags = %d</script>`, count)
			},
			banner: `[data-testid="consent-banner-card"]`, accept: `[data-testid="consent-banner-accept-button"]`,
		},
		floor(),
	}
}

// c15t is a React application's entry, as its quickstart has it, without a backend.
const c15t = `import { ConsentManagerProvider, ConsentBanner, ConsentDialog, policyPackPresets } from '@c15t/react';
import '@c15t/react/styles.css';
import { createRoot } from 'react-dom/client';
import { createElement as h } from 'react';
const scripts = Array.from({ length: window.tags }, (_, n) => ({ id: 's' + n, src: '/tag.js?' + n, category: n % 2 ? 'marketing' : 'measurement' }));
createRoot(document.getElementById('root')).render(h(ConsentManagerProvider, {
  options: { mode: 'offline', scripts, consentCategories: ['necessary', 'measurement', 'marketing'],
    offlinePolicy: { policyPacks: [policyPackPresets.europeOptIn()] }, overrides: { country: 'FR', language: 'en' } },
}, h(ConsentBanner), h(ConsentDialog)));`

// bundles builds what its users' bundlers would.
func bundles(modules string) (map[string][]byte, error) {
	result := api.Build(api.BuildOptions{
		Stdin:  &api.StdinOptions{Contents: c15t, ResolveDir: filepath.Dir(modules), Loader: api.LoaderJS},
		Bundle: true, Outfile: "c15t.js", Format: api.FormatIIFE, Target: api.ES2022,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true, LegalComments: api.LegalCommentsNone,
		Define: map[string]string{"process.env.NODE_ENV": `"production"`},
	})
	if len(result.Errors) > 0 {
		return nil, fmt.Errorf("c15t: %s", result.Errors[0].Text)
	}
	files := map[string][]byte{}
	for _, f := range result.OutputFiles {
		files[filepath.Base(f.Path)] = f.Contents
	}
	own, err := bundle.Build([]byte(declaration))
	if err != nil {
		return nil, err
	}
	own.Inline("/bundle/")
	maps.Copy(files, own.Files)
	files["floor.js"] = floorScript()
	return files, nil
}

// floorScript draws its line, and is 12.0 KB with brotli.
func floorScript() []byte {
	const draws = `addEventListener('DOMContentLoaded', () => {
	const dialog = Object.assign(document.createElement('dialog'), { className: 'octroi-ask', innerHTML: '<button data-octroi-act="accept">Accept all</button>' });
	dialog.style.cssText = 'position: fixed; inset: auto 0 0';
	dialog.onclick = () => dialog.remove();
	document.body.append(dialog);
	dialog.show();
});
//`
	script := []byte(draws)
	for noise := rand.New(rand.NewPCG(1, 2)); len(squeeze(script)) < 12_000; {
		for range 20 {
			script = strconv.AppendUint(script, uint64(noise.Uint32()), 36)
		}
	}
	return script
}

// page is a manager's, with so many gated tags.
func (s *site) page(m *manager, count int) string {
	var tags strings.Builder
	if m.tags != nil {
		tags.WriteString(m.tags(count))
	} else {
		for n := range count {
			tags.WriteString(m.tag([]string{"analytics", "ads"}[n%2], n) + "\n")
		}
	}
	head := m.head
	if m.inline {
		head = string(s.built[m.head])
	}
	return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">` +
		head + `</head><body><h1>Shop</h1>` + strings.Repeat("<p>Linen shirts, cut and sewn in Brittany. They soften with every wash and last for years.</p>\n", 20) +
		tags.String() + `</body></html>`
}
