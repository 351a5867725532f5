package wasmtest

import (
	"embed"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// standins are written by us, from what is known of the vendors' own loaders.
//
//go:embed testdata/signals/*.js
var standins embed.FS

// standin is the script that stands for a vendor's loader.
func standin(name string) string {
	text, err := standins.ReadFile("testdata/signals/" + name + ".js")
	if err != nil {
		panic(err)
	}
	return string(text)
}

const gtag = `window.gtag = function () { (window.dataLayer ??= []).push(arguments); };`

// The stand-ins do what is known of the vendors: other tests judge by them.
func TestStandIns(t *testing.T) {
	only(t, "our own stand-ins do the same in each; TestVendorsUnderstand runs them there", "chromium")
	s := newSite(t)
	s.raw("/bare", "text/html", func() string { return "<!doctype html><title>bare</title>" })
	_, tab := visit(t, s)
	for name, c := range map[string]struct{ vendor, before, after, read, want string }{
		"google, never set": {"google", gtag + `gtag('config', 'G-1')`, ``, `hits()`, `["G1--"]`},
		"google, default then update": {"google", gtag + `gtag('consent', 'default', {ad_storage: 'denied', analytics_storage: 'denied'}); gtag('consent', 'update', {analytics_storage: 'granted'}); gtag('config', 'G-1')`,
			`dataLayer.push({event: 'octroi_consent'})`, `[hits(), log('google').at(-1), google_tag_data.ics.usedDefault, google_tag_data.ics.usedUpdate, google_tag_data.ics.wasSetLate]`, `[["G101"],["gtm","octroi_consent","G101"],true,true,false]`},
		"google, a list is no command": {"google", `window.dataLayer = [['consent', 'default', {ad_storage: 'denied'}]]`, ``, `[log('google')[0][0], google_tag_data.ics.usedDefault]`, `["no command",false]`},
		"google, late":                 {"google", gtag + `gtag('config', 'G-1')`, `gtag('consent', 'default', {ad_storage: 'denied'})`, `google_tag_data.ics.wasSetLate`, `true`},
		"google, waits": {"google", gtag + `gtag('consent', 'default', {ad_storage: 'denied', analytics_storage: 'denied', wait_for_update: 60000}); gtag('config', 'G-1')`,
			`window.first = hits(); gtag('consent', 'update', {ad_storage: 'granted'}); window.second = hits(); gtag('consent', 'update', {analytics_storage: 'denied'})`, `[first, second, hits()]`, `[[],[],["G110"]]`},
		"google, a region": {"google", gtag + `window.__place = 'US-CA'; gtag('consent', 'default', {ad_storage: 'denied', region: ['US-CA']}); gtag('consent', 'default', {ad_storage: 'granted', region: ['US']}); gtag('consent', 'default', {analytics_storage: 'denied', region: ['FR']}); gtag('config', 'G-1')`, ``, `hits()`, `["G10-"]`},
		"uet": {"uet", `window.uetq = []; uetq.push('consent', 'default', {ad_storage: 'denied'}); uetq.push(['consent', 'update', {ad_storage: 'granted'}])`,
			`uetq.push('consent', 'update', {ad_storage: 'granted'}); uetq.push('consent', 'default', {ad_storage: 'denied'}); uetq.push('event', 'x', {})`, `[log('uet').map((l) => l[0]), log('uet')[2], log('uet').at(-1), uetq.uetConfig.consent]`,
			`[["consent","no command","hit","consent","consent","hit"],["hit","pageLoad","D"],["hit","x","G"],{"enabled":true,"adStorageAllowed":true,"enforced":false}]`},
		"clarity": {"clarity", `window.clarity = function () { (clarity.q = clarity.q || []).push(arguments); }; clarity('consentv2', {ad_Storage: 'denied', analytics_Storage: 'granted'})`,
			`window.kept = document.cookie; clarity('consentv2', {ad_storage: 'granted', analytics_Storage: 'denied'})`, `[kept.includes('_clck'), document.cookie.includes('_clck'), log('clarity').at(-1)[2]]`, `[true,false,{"ad_Storage":"denied","analytics_Storage":"denied"}]`},
		"meta":                      {"meta", ``, `fbq('consent', 'revoke'); fbq('track', 'A'); window.n = log('meta').length; fbq('consent', 'grant')`, `[n, log('meta').slice(-2)]`, `[3,[["consent","grant"],["hit","A"]]]`},
		"meta, predefined":          {"meta", `window.fbq = () => {}`, ``, `log('meta')`, `[["not loaded"]]`},
		"tiktok, granted":           {"tiktok", `window.ttq = []; ttq.push(['holdConsent'])`, `ttq.grantConsent()`, `log('tiktok')`, `[["holdConsent"],["grantConsent"],["hit","page"]]`},
		"tiktok, revoked":           {"tiktok", `window.ttq = []; ttq.push(['holdConsent'])`, `ttq.revokeConsent(); ttq.track('A'); ttq.grantConsent()`, `log('tiktok')`, `[["holdConsent"],["revokeConsent"],["grantConsent"]]`},
		"pinterest":                 {"pinterest", ``, `window.kept = localStorage.getItem('_pin'); pintrk('setconsent', false); pintrk('track', 'a')`, `[kept, localStorage.getItem('_pin'), log('pinterest').at(-1)]`, `["1",null,["stopped","track","a"]]`},
		"matomo":                    {"matomo", `window._paq = [['requireConsent']]`, `window.n = log('matomo').length; _paq.push(['setConsentGiven'])`, `[n, log('matomo').at(-1)]`, `[1,["hit","trackPageView","with cookies"]]`},
		"matomo, cookies":           {"matomo", `window._paq = [['requireCookieConsent']]`, ``, `log('matomo').at(-1)`, `["hit","trackPageView","without cookies"]`},
		"hubspot":                   {"hubspot", `window.disableHubSpotCookieBanner = true; window._hsp = [['setHubSpotConsent', {analytics: true}]]`, ``, `log('hubspot').at(-1)`, `["hit",{"analytics":true,"advertisement":false,"functionality":false}]`},
		"hubspot, untold":           {"hubspot", ``, ``, `log('hubspot').map((l) => l[0])`, `["banner","stopped"]`},
		"posthog":                   {"posthog", ``, `posthog.opt_in_capturing({captureEventName: false}); posthog.opt_in_capturing(); posthog.opt_out_capturing(); posthog.capture('x')`, `log('posthog').filter((l) => l[0] === 'hit')`, `[["hit","$pageview"],["hit","$opt_in"]]`},
		"mixpanel":                  {"mixpanel", ``, `mixpanel.opt_in_tracking({track: null}); mixpanel.opt_out_tracking({delete_user: false}); mixpanel.opt_in_tracking(); mixpanel.opt_out_tracking()`, `log('mixpanel').filter((l) => l.length < 2 || l[0] === 'hit')`, `[["hit","$opt_in"],["deleted"]]`},
		"any other, asked for more": {"recorder", `history.replaceState(null, '', '?call=pa.consent.setMode&queue=_uxa'); window._uxa = [['optout']]`, `pa.consent.setMode('opt-in'); _uxa.push(['optin'])`, `log('recorder')`, `[["_uxa","optout"],["pa.consent.setMode","opt-in"],["_uxa","optin"]]`},
	} {
		t.Run(name, func(t *testing.T) {
			tab.open("/bare")
			text, err := json.Marshal(standin(c.vendor))
			require.NoError(t, err)
			var got string
			tab.eval(`(() => {
				globalThis.log = (vendor) => window.__signals[vendor];
				globalThis.hits = () => log('google').filter((l) => l[0] === 'hit').map((l) => l.at(-1));
				`+c.before+`;
				document.head.append(Object.assign(document.createElement('script'), {text: `+string(text)+`}));
				`+c.after+`;
				return JSON.stringify(`+c.read+`);
			})()`, &got)
			assert.JSONEq(t, c.want, got)
		})
	}
}
