package wasmtest

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/catalog/signals"
	"github.com/octroi-consent/octroi/internal/bundle"
)

// signalling is a shop that tells Google, and a pixel whose function its own snippet makes.
func signalling() string {
	return strings.Replace(keeping(""), `"categories"`, `"signals": [
		{"vendor": "google", "types": {"analytics_storage": "pixel", "ad_storage": "pixel"},
			"default": [["arguments", "dataLayer", "consent", "default", {"analytics_storage": "denied", "ad_storage": "denied"}], ["arguments", "second", "consent", "default", {"analytics_storage": "denied"}]],
			"update": [["arguments", "dataLayer", "consent", "update", {"analytics_storage": "$analytics_storage", "ad_storage": "$ad_storage"}], ["flat", "dataLayer", {"event": "octroi_consent"}]]},
		{"vendor": "pixel", "types": {"consent": "pixel"}, "default": [["call", "px", "revoke"]], "granted": [["call", "px", "grant"]], "denied": [["call", "px", "revoke"]]},
		{"vendor": "each", "types": {"consent": "pixel"}, "default": [["flat", "each.flat", 1, 2], ["array", "each.array", 1, 2], ["stub", "window.each.stub", 1], ["set", "each.set", {"a": "b"}]]},
		{"vendor": "throws", "types": {"consent": "pixel"}, "granted": [["call", "breaks", 1]], "denied": [["set", "a.deep.flag", "off"], ["array", "list", "out"], ["stub", "queue", "out"], ["event", "told", "out"]]}
	], "categories"`, 1)
}

// vendorPage is a page with a vendor's snippet, which is gated, and that notes in what order
// it was told.
const vendorPage = `<script>
		window.early = window.dataLayer?.length === 1 && second.length === 1 &&
			JSON.stringify([each.flat, each.array, [...each.stub.q[0]], each.set]) === '[[1,2],[[1,2]],[1],{"a":"b"}]';
		window.said = () => JSON.stringify(dataLayer.map((one) => Object.prototype.toString.call(one) === '[object Arguments]' ? [...one] : [one]));
		window.breaks = () => { throw new Error('broken') };
		addEventListener('told', () => { window.heard = true; }, true);
	</script>
	<script type="text/plain" data-octroi="pixel">window.seen = said(); (window.px = (...args) => px.calls.push(args.join())).calls = [];</script>`

const (
	allDenied = `["consent","default",{"analytics_storage":"denied","ad_storage":"denied"}]`
	updateYes = `["consent","update",{"analytics_storage":"granted","ad_storage":"granted"}],[{"event":"octroi_consent"}]`
	updateNo  = `["consent","update",{"analytics_storage":"denied","ad_storage":"denied"}],[{"event":"octroi_consent"}]`
)

// google asserts what Google's data layer holds.
func (t *tab) google(want ...string) {
	t.t.Helper()
	var got string
	t.eval(`said()`, &got)
	assert.Equal(t.t, "["+strings.Join(want, ",")+"]", got)
}

// Vendors are told that all is denied before a tag, and of a choice before what it grants.
func TestVendorsAreTold(t *testing.T) { // R3.01, R3.02, R3.06, R3.07
	paired(t, "webkit")
	s := newSite(t)
	s.keeper("/told", signalling(), vendorPage)
	v, tab := visit(t, s, "octroi: throws was not told")
	tab.open("/told").until(`document.querySelector('dialog.octroi-ask[open]')`)
	assert.True(t, tab.truth(`early`), "before the page's first script")
	tab.google(allDenied)
	assert.True(t, tab.truth(`octroi.signals().find((one) => one.vendor === 'pixel').state === 'owed'`))

	tab.press("accept")
	tab.until(`window.px?.calls.length`)
	assert.True(t, tab.truth(`px.calls.join() === 'grant'`), "what it was owed from before is out of date")
	tab.google(allDenied, updateYes)
	assert.True(t, tab.truth(`seen === said()`), "the vendor's script finds it")
	assert.True(t, tab.truth(`octroi.signals().find((one) => one.vendor === 'throws').state === 'failed'`))

	tab.truth(`(octroi.refuseAll(), true)`)
	tab.until(`px.calls.length === 2`)
	assert.True(t, tab.truth(`px.calls[1] === 'revoke' && a.deep.flag === 'off' && list[0][0] === 'out' && queue.q[0][0] === 'out' && heard`))
	tab.google(allDenied, updateYes, updateNo)
	tab.truth(`(octroi.acceptAll(), true)`)
	tab.until(`px.calls.length === 3`)
	tab.google(allDenied, updateYes, updateNo, updateYes)

	tab.open("/told").until(`window.px?.calls.length`)
	tab.google(allDenied, updateYes)
	assert.True(t, tab.truth(`seen === said() && px.calls.join() === 'grant'`))
	tab.truth(`(octroi.refuseAll(), true)`)
	tab.open("/told").until(`octroi.state()?.decided`)
	tab.google(allDenied, updateNo)

	// A choice in another tab is told here, too.
	other := v.tab()
	other.open("/told").until(`octroi.state()?.decided`)
	tab.truth(`(octroi.acceptAll(), true)`)
	other.until(`window.px?.calls.length`)
	other.google(allDenied, updateNo, updateYes)
	assert.True(t, other.truth(`seen === said()`))
}

// A site's own files tell the same without an engine, and take it back when it ends.
func TestVendorsAreToldWithoutAnEngine(t *testing.T) { // R8.20
	sampled(t, "the fallback is the same JavaScript in each")
	s := newSite(t)
	own := s.built(t, signalling())
	s.compiledPage("/late", vendorPage)
	_, tab := visit(t, s, "octroi: throws was not told")
	tab.open("/late").until(`document.querySelector('dialog.octroi-ask[open]')`)
	assert.True(t, tab.truth(`early`), "the engine is withheld")
	tab.google(allDenied)
	close(own.withheld)
	tab.press("accept")
	tab.until(`window.px?.calls.length`)
	tab.google(allDenied, updateYes)
	assert.True(t, tab.truth(`seen === said()`))
}

// What could not be told ahead of the engine is not said to be sent.
func TestAFrozenQueueIsNotTold(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	close(s.built(t, signalling()).withheld)
	s.raw("/frozen", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title><script>window.dataLayer = Object.freeze([])</script><script src="/own/octroi.js"></script></head><body></body></html>`
	})
	_, tab := visit(t, s, "was not told")
	tab.open("/frozen").until(`octroi.signals().length`)
	assert.True(t, tab.truth(`octroi.signals().every(({ call, state }) => (state === 'failed') === (call === 'dataLayer'))`))
	assert.True(t, tab.truth(`octroi.signals().some(({ state }) => state === 'failed')`))
}

// A vendor that was told of a grant is told that all is denied when the engine is gone for good.
func TestVendorsAreToldThatTheEngineIsGone(t *testing.T) { // R8.20
	paired(t, "webkit")
	s := newSite(t)
	s.raw("/gone", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title>` + traps + `<script type="application/json" id="octroi-config">` + signalling() + `</script>` + dropIn + `</head><body>` + vendorPage + `</body></html>`
	})
	_, tab := visit(t, s, "octroi: ")
	tab.open("/gone").press("accept")
	tab.until(`window.px?.calls.length`)
	tab.truth(`(window.trap = 1, octroi.state(), true)`)
	tab.until(`octroi.state()?.decided`)
	tab.google(allDenied, updateYes, updateYes)
	tab.truth(`(window.trap = 2, octroi.state(), octroi.state(), true)`)
	tab.until(`px.calls.at(-1) === 'revoke'`)
	tab.google(allDenied, updateYes, updateYes, updateNo)
}

// Vendors that need code get the latest state once they are there.
func TestVendorsThatNeedCode(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	declaration := strings.Replace(keeping(""), `"categories"`, `"signals": [
		{"vendor": "shopify", "types": {"marketing": "pixel"}, "words": [false, true], "code": true, "repeat": "change", "update": [["call", "octroiVendors.shopify", {"marketing": "$marketing"}]]},
		{"vendor": "segment", "types": {"Advertising": "pixel"}, "words": [false, true], "code": true, "update": [["call", "octroiVendors.segment", {"Advertising": "$Advertising"}]]}
	], "categories"`, 1)
	s.raw("/shopify.js", "text/javascript", func() string {
		return `window.Shopify = { told: [], loadFeatures([{ name }], then) { this.feature = name; this.customerPrivacy = { setTrackingConsent: (consent, then) => { Shopify.told.push(consent.marketing); then(); } }; then(); } }`
	})
	s.raw("/segment.js", "text/javascript", func() string {
		return `window.analytics = { sent: [], stamps: [], addSourceMiddleware(stamp) { this.stamps.push(stamp); }, track(event) {
			const payload = { obj: { event, context: { consent: { other: 1 } } } };
			for (const stamp of this.stamps) stamp({ payload, next: (one) => this.sent.push(JSON.stringify(one.obj)) });
		} }`
	})
	s.keeper("/code", declaration, `<script type="text/plain" data-octroi="pixel" src="/segment.js"></script>`)
	_, tab := visit(t, s)
	tab.open("/code").until(`window.octroiVendors`)
	tab.press("refuse")
	tab.until(`octroi.signals().every(({ state }) => state === 'sent') && octroi.signals().length === 2`)
	tab.truth(`(document.body.append(Object.assign(document.createElement('script'), { src: '/shopify.js' })), true)`)
	tab.until(`window.Shopify?.told.length`)
	assert.True(t, tab.truth(`Shopify.told.join() === 'false' && Shopify.feature === 'consent-tracking-api' && !window.analytics`))
	tab.truth(`(octroi.acceptAll(), true)`)
	tab.until(`Shopify.told.length === 2 && window.analytics?.stamps.length`)
	assert.True(t, tab.truth(`Shopify.told.join() === 'false,true'`))
	assert.True(t, tab.truth(`(analytics.track('Bought'), analytics.sent.join() === '{"event":"Bought","context":{"consent":{"other":1,"categoryPreferences":{"Advertising":true}}}}')`))
	tab.truth(`(octroi.refuseAll(), true)`)
	tab.until(`analytics.sent.length === 2`)
	assert.True(t, tab.truth(`analytics.sent[1] === '{"event":"Segment Consent Preference Updated","context":{"consent":{"other":1,"categoryPreferences":{"Advertising":false}}}}'`))
	tab.open("/code").until(`octroi.state()?.decided`)
	assert.True(t, tab.truth(`octroi.signals().map(({ vendor }) => vendor).join() === 'segment'`), "Shopify counts repeats")
}

// understanding is a shop that tells vendors by name, and whose page has their scripts gated.
func (s *site) understanding(t *testing.T, path string) {
	t.Helper()
	vendors := []string{"google", "uet", "clarity", "meta", "tiktok", "pinterest", "matomo", "hubspot", "posthog", "mixpanel"}
	told := map[string]any{"microsoft": "pixel"}
	body := ""
	for _, vendor := range vendors {
		body += `<script type="text/plain" data-octroi="pixel">` + standin(vendor) + `</script>`
		if vendor != "uet" && vendor != "clarity" {
			told[vendor] = "pixel"
		}
	}
	expanded, err := signals.Expand(told, nil)
	require.NoError(t, err)
	require.Empty(t, expanded.Faults)
	list, err := json.Marshal(expanded.List)
	require.NoError(t, err)
	s.keeper(path, strings.Replace(keeping(""), `"categories"`, `"signals": `+string(list)+`, "categories"`, 1),
		`<script>window.log = (vendor) => (window.__signals?.[vendor] || []); window.hits = (vendor) => log(vendor).filter(([what]) => what === 'hit');</script>
		<script type="text/plain" data-octroi="pixel">window.gtag = function () { (window.dataLayer ||= []).push(arguments); }; gtag('js', new Date()); gtag('config', 'G-1');</script>`+body)
}

// Vendors' scripts, as far as it is known what they do, take what they are told for what the
// visitor has chosen: nothing before a choice, what was granted, and what was withdrawn.
func TestVendorsUnderstand(t *testing.T) { // R3.06, R3.30
	paired(t, "webkit")
	s := newSite(t)
	s.understanding(t, "/vendors")
	_, tab := visit(t, s)
	tab.open("/vendors").until(`document.querySelector('dialog.octroi-ask[open]')`)
	assert.True(t, tab.truth(`window.__signals === undefined`), "nothing has run")

	granted := func() {
		t.Helper()
		tab.until(`window.mixpanel && octroi.signals().every(({ state }) => state === 'sent')`)
		for what, js := range map[string]string{
			"google":               `hits('google').at(-1).at(-1) === 'G111' && google_tag_data.ics.usedDefault && google_tag_data.ics.usedUpdate && !google_tag_data.ics.wasSetLate`,
			"google, all four":     `['ad_storage', 'ad_user_data', 'ad_personalization', 'analytics_storage'].every((type) => google_tag_data.ics.entries[type].default === false && google_tag_data.ics.entries[type].update === true)`,
			"google, commands":     `!log('google').some(([what]) => what === 'no command')`,
			"uet":                  `uetq.uetConfig.consent.adStorageAllowed && uetq.uetConfig.consent.enabled`,
			"clarity":              `JSON.stringify(log('clarity').at(-1)).includes('"ad_Storage":"granted","analytics_Storage":"granted"')`,
			"meta":                 `!log('meta').some(([what]) => what === 'not loaded') && log('meta').some(([what, how]) => what === 'consent' && how === 'grant')`,
			"tiktok":               `hits('tiktok').length === 1`,
			"pinterest":            `localStorage._pin === '1'`,
			"matomo":               `hits('matomo').at(-1).at(-1) === 'with cookies'`,
			"hubspot":              `hits('hubspot').at(-1)[1].analytics === true`,
			"posthog, no repeats":  `!hits('posthog').some(([, event]) => event === '$opt_in')`,
			"mixpanel, no repeats": `!hits('mixpanel').some(([, event]) => event === '$opt_in')`,
		} {
			assert.True(t, tab.truth(js), what)
		}
	}
	tab.press("accept")
	granted()
	tab.open("/vendors")
	granted()

	tab.truth(`(octroi.refuseAll(), true)`)
	tab.until(`log('meta').some(([what, how]) => what === 'consent' && how === 'revoke')`)
	for what, js := range map[string]string{
		"google":    `google_tag_data.ics.entries.ad_storage.update === false && google_tag_data.ics.entries.analytics_storage.update === false`,
		"uet":       `!uetq.uetConfig.consent.adStorageAllowed`,
		"clarity":   `JSON.stringify(log('clarity').at(-1)).includes('"ad_Storage":"denied","analytics_Storage":"denied"')`,
		"tiktok":    `log('tiktok').at(-1)[0] === 'revokeConsent'`,
		"pinterest": `localStorage._pin === undefined`,
		"mixpanel":  `!log('mixpanel').some(([what]) => what === 'deleted')`,
	} {
		assert.True(t, tab.truth(js), what)
	}
	tab.open("/vendors").until(`octroi.state()?.decided`)
	assert.True(t, tab.truth(`window.__signals === undefined`), "nothing has run")
}

// Who else speaks to vendors is told to the developer, with what would be right.
func TestConflictsOverSignalsAreTold(t *testing.T) {
	only(t, "what reads the queues is the same code in each", "chromium")
	s := newSite(t)
	told := strings.Replace(keeping(""), `"categories"`, `"signals": [
		{"vendor": "google", "types": {"ad_storage": "pixel"}, "default": [["arguments", "dataLayer", "consent", "default", {"ad_storage": "denied"}]], "update": [["arguments", "dataLayer", "consent", "update", {"ad_storage": "$ad_storage"}], ["flat", "dataLayer", {"event": "octroi_consent"}]]},
		{"vendor": "uet", "types": {"ad_storage": "pixel"}, "default": [["flat", "uetq", "consent", "default", {"ad_storage": "denied"}]], "update": [["flat", "uetq", "consent", "update", {"ad_storage": "$ad_storage"}]]}
	], "categories"`, 1)
	const gtag = `function gtag() { (window.dataLayer ||= []).push(arguments); }`
	_, tab := visit(t, s, "octroi: ")
	for name, row := range map[string]struct{ before, after, want string }{
		"none":            {"", gtag + `gtag('js', new Date()); gtag('config', 'G-1'); dataLayer.push({ event: 'own' }); uetq.push('pageLoad')`, ""},
		"another default": {"", gtag + `gtag('consent', 'default', { ad_storage: 'granted' })`, `dataLayer[1] is a consent default of somebody else`},
		"another update":  {"", gtag + `gtag('consent', 'update', { ad_storage: 'granted' })`, `dataLayer[1] is a consent update of somebody else`},
		"a list":          {"", `dataLayer.push(['consent', 'update', { ad_storage: 'granted' }])`, `dataLayer[1] is a list, which Google takes for no command`},
		"gtag ahead":      {gtag + `gtag('js', new Date())`, "", `dataLayer[0] (js) stands ahead of what Octroi has said`},
		"GTM ahead":       {`window.dataLayer = [{ 'gtm.start': 1, event: 'gtm.js' }]`, "", `dataLayer[0] (gtm.start) stands ahead of what Octroi has said`},
		"TCF, too":        {"", `window.__tcfapi = () => {}; window.gtag_enable_tcf_support = true`, `reads the TCF as well`},
		"UET's own":       {"", `uetq.push('consent', 'default', { ad_storage: 'granted' })`, `uetq[3] is a consent default of somebody else`},
		"an odd queue":    {"", `Object.freeze(uetq); dataLayer.push(null, undefined, new Proxy({}, { get() { throw 1; } }))`, ""},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			path := "/conflict" + strings.ReplaceAll(name, " ", "")
			s.raw(path, "text/html; charset=utf-8", func() string {
				return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title><script>{ const warn = console.warn; window.warned = []; console.warn = (...all) => { warned.push(all.join(' ')); warn(...all); }; }</script><script>` + row.before + `</script><script type="application/json" id="octroi-config">` + told + `</script>` + dropIn + `<script>` + row.after + `</script></head><body></body></html>`
			})
			tab.within(t)
			tab.open(path).whole()
			if row.want == "" {
				assert.True(t, tab.truth(`octroi.report().conflicts.length === 0 && !warned.length`))
				return
			}
			assert.True(t, tab.truth(`octroi.report().conflicts.length === 1 && octroi.report().conflicts[0].includes(`+"`"+row.want+"`"+`)`))
			tab.until(`warned.length === 1`)
		})
	}
}

// The audit finds what vendors take for granted, and who else tells them; the page that does it
// right has no such finding.
func TestAuditOfSignals(t *testing.T) {
	only(t, "TestAuditOfTheShop runs the audit in each; what it finds is judged in Go", "chromium")
	s := newSite(t)
	expanded, err := signals.Expand(map[string]any{"google": map[string]any{"analytics_storage": "pixel", "ad_storage": "pixel", "ad_user_data": "pixel", "ad_personalization": "pixel", "security_storage": true}}, nil)
	require.NoError(t, err)
	list, err := json.Marshal(expanded.List)
	require.NoError(t, err)
	declaration := strings.Replace(keeping(""), `"categories"`, `"signals": `+string(list)+`, "categories"`, 1)
	const gtag = `window.gtag = function () { (window.dataLayer ||= []).push(arguments); };`
	vendor := gtag + `gtag('config', 'G-1');` + standin("google")
	s.keeper("/right", declaration, `<script type="text/plain" data-octroi="pixel">`+vendor+`</script>`)
	s.keeper("/wrong", declaration, `<script>`+gtag+`gtag('consent', 'default', { ad_storage: 'granted' });`+vendor+`</script>`)
	s.keeper("/untold", keeping(""), `<script>`+vendor+`</script>`)
	_, tab := visit(t, s, "octroi: ")
	about := func(path string) (rules []string) {
		t.Helper()
		for _, one := range told(tab.audit(audited(t, s.URL+path), "pages=1&live=1")) {
			if strings.HasPrefix(one, "signals-") {
				rules = append(rules, one)
			}
		}
		return rules
	}
	s.keeper("/advanced", declaration, `<script>`+vendor+`</script>`)
	assert.Empty(t, about("/right"))
	assert.Empty(t, about("/advanced"))
	assert.Equal(t, []string{"signals-conflict dataLayer is a consent default of somebody else", "signals-grant google"}, about("/wrong"))
	assert.Equal(t, []string{"signals-missing google"}, about("/untold"))
}

// The shop, once it tells Google and Microsoft, pays some 0.6 KB for it, in all that a visitor
// loads ahead of a choice and for it.
func TestWhatSignalsCost(t *testing.T) {
	once(t)
	types := map[string]any{"analytics_storage": "audience", "ad_storage": "marketing", "ad_user_data": "marketing", "ad_personalization": "marketing"}
	expanded, err := signals.Expand(map[string]any{"google": types, "microsoft": "marketing"}, nil)
	require.NoError(t, err)
	list, err := json.Marshal(expanded.List)
	require.NoError(t, err)
	without := newSite(t).Declaration()
	with := strings.Replace(without, `"categories"`, `"signals": `+string(list)+`, "categories"`, 1)
	paid := func(declaration string) (sum int) {
		made, err := bundle.Build([]byte(declaration))
		require.NoError(t, err)
		manifest, err := made.Describe("/octroi/")
		require.NoError(t, err)
		for name, file := range manifest.Files {
			if strings.HasPrefix(name, "engine.") || name == "octroi.js" || name == "octroi.hold.js" {
				sum += file.Brotli
			}
		}
		return sum
	}
	more := paid(with) - paid(without)
	t.Logf("%d bytes", more)
	// The names of files and how brotli cuts them move it by some 100 bytes either way.
	assert.Less(t, more, 614+150)
	assert.Positive(t, more)
}
