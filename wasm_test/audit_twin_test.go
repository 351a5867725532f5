package wasmtest

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/internal/audit/report"
)

// twinFindings are what the audit finds on the twin: THIRD is another party, HOST its host.
var twinFindings = []string{
	"connect-before-consent THIRD",
	"csp-forbids-wasm script-src 'wasm-unsafe-eval'",
	"csp-stops-engine script-src",
	"declaration-hint $.services[5].urls[0]",
	"declarations-differ declaration",
	"engine-does-not-start octroi.js", // for want of octroi.nowasm.js
	"engine-late async",
	"engine-late scripts before it",
	"engine-missing octroi.js",
	"essential-not-exempt heatmap",
	"essential-third-party choices HOST",
	"essential-third-party heatmap partner",
	"file-missing octroi.nowasm.js",
	"kept-after-refusal _fbp",
	"kept-after-withdrawal _hjSessionUser_1",
	"kept-before-consent _gid",
	"kept-before-consent _pk_id.7.1fff",
	"kept-before-consent _pk_ses.7.1fff",
	"kept-before-consent visitor",
	"life-over-13-months visitor",
	"life-over-declared lang",
	"never-seen ghost",
	"never-seen heatmap",
	"never-seen names of counter",
	"no-way-back #octroi",
	"refuse-less-prominent aside",
	"refuse-less-prominent dialog.octroi.octroi-ask",
	"request-after-refusal THIRD/ads/tr",
	"request-after-withdrawal THIRD/ads/pixel.gif",
	"request-before-consent THIRD/ads/noscript.gif",
	"request-before-consent THIRD/gtag/collect",
	"request-before-consent THIRD/gtag/js",
	"request-before-consent inline script of google-tag-manager",
	"request-before-consent inline script of meta-pixel",
	"second-interface aside",
	"signals-conflict dataLayer (config) stands ahead of what Octroi has said",
	"signals-conflict dataLayer (gtm.start) stands ahead of what Octroi has said",
	"signals-conflict dataLayer (js) stands ahead of what Octroi has said",
	"signals-conflict dataLayer is a consent default of somebody else",
	"signals-conflict dataLayer is a list",
	"signals-grant google",
	"signals-grant google, never told",
	"signals-grant google, requests",
	"signals-grant microsoft",
	"signals-late google",
	"signals-missing google, update",
	"signals-missing microsoft",
	"text-missing declaration eu",
	"text-missing declaration fr",
	"text-missing interface eu",
	"text-missing locales/fr.json",
	"undeclared-cookie _fbp",
	"undeclared-cookie _gid",
	"undeclared-cookie _hjSessionUser_1",
	"undeclared-cookie _pk_id.7.1fff",
	"undeclared-cookie _pk_ses.7.1fff",
	"undeclared-cookie device_id",
	"undeclared-cookie zz_mystery",
	"undeclared-key key zz_granted",
	"undeclared-key key zz_key",
	"undeclared-service google-tag-manager",
	"undeclared-service meta-pixel",
	"unknown-host HOST",
	"unknown-id klaro: matomo",
	"unknown-id nobody",
}

// Its bad twin: each kind of finding, and no other.
func TestAuditOfTheTwin(t *testing.T) {
	only(t, "the ends of cookies, which some findings are about, only Chromium tells", "chromium")
	s := newSite(t)
	twin := httptest.NewServer(s.Twin())
	t.Cleanup(twin.Close)
	_, tab := visit(t, s, "Refused to", "violates the following Content Security Policy", "octroi.nowasm.js", "locales/fr.json", "404", "$.", "data-octroi=")
	tab.size(1280, 900, false)
	r := tab.audit(audited(t, twin.URL+"/"), "live=20")
	host := strings.TrimPrefix(s.Third, "http://")
	assert.Equal(t, twinFindings, func() (list []string) {
		for _, one := range told(r) {
			list = append(list, strings.ReplaceAll(strings.ReplaceAll(one, s.Third, "THIRD"), host, "HOST"))
		}
		slices.Sort(list)
		return list
	}())
	assert.Equal(t, []report.Failure{{URL: twin.URL + "/gone", Why: "answers 404"}}, r.Failed)
	assert.Equal(t, []report.Failure{{URL: twin.URL + "/hidden", Why: "robots.txt does not want it read; a group for OctroiAudit there can allow it", Count: 1}}, r.Passed)

	// The third parties say the same.
	var asked []string
	for _, e := range s.Log.Requests() {
		asked = append(asked, e.URL)
	}
	for _, address := range []string{"/gtag/js?id=G-TWIN", "/ads/tr?refused", "/ads/pixel.gif?withdrawn"} {
		assert.Contains(t, asked, address)
	}
	assert.NotContains(t, asked, "/ads/noscript.gif")

	b, err := json.Marshal(r.Draft)
	require.NoError(t, err)
	draft, faults := config.Parse(string(b))
	assert.Empty(t, faults)
	assert.GreaterOrEqual(t, draft.Find("meta-pixel"), 0)

	tab.auditCauses(r)
	tab.auditShots()
	tab.auditFilters(r)

	var found []string
	if os.Getenv("OCTROI_NPM") != "" {
		tab.eval(`(async () => { `+npm(t, "axe-core/axe.min.js")+`; const r = await axe.run({ resultTypes: ['violations'] }); return r.violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.target + ' ' + n.failureSummary)); })()`, &found)
		assert.Empty(t, found, "axe-core on the audit's own page")
	}
}

// auditCauses looks whether a report begins with what to mend first, and leads to its findings.
func (t *tab) auditCauses(r *report.Report) {
	t.t.Helper()
	beneath := 0
	for _, c := range r.Causes {
		beneath += len(c.Findings)
	}
	assert.Equal(t.t, len(r.Findings), beneath)
	assert.Less(t.t, len(r.Causes)*2, len(r.Findings), "a cause has what it brings beneath")
	var shown struct {
		Title  string
		Mend   []string
		Causes int
		Opened string
	}
	t.eval(`(() => {
		const first = document.querySelector('#result').firstElementChild;
		first.querySelectorAll('a')[1].click();
		return { Title: first.querySelector('h2').innerText, Mend: [...first.querySelectorAll('.mend')].map((line) => line.innerText), Causes: document.querySelectorAll('.cause').length, Opened: document.activeElement.closest('.cause[open]').querySelector('.title').innerText };
	})()`, &shown)
	assert.Equal(t.t, "Mend these three first", shown.Title)
	assert.Equal(t.t, []string{r.Causes[0].Mend, r.Causes[1].Mend, r.Causes[2].Mend}, shown.Mend)
	assert.Len(t.t, r.Causes, shown.Causes)
	assert.Equal(t.t, r.Causes[1].Title, shown.Opened)
	t.truth(`document.querySelectorAll('.cause').forEach((cause) => (cause.open = false)) || scrollTo(0, 0) || true`)
}

// auditShots are pictures of a report, as it opens, on a phone and in print.
func (t *tab) auditShots() {
	t.t.Helper()
	t.click("summary")
	t.shot("audit-1-closed")
	t.click("summary")
	t.truth(`scrollTo(0, document.querySelector('.first').offsetTop - 24) || true`)
	t.shot("audit-2-first")
	t.truth(`document.querySelector('.cause').open = document.querySelector('.finding').open = true`)
	t.truth(`document.querySelector('.cause').scrollIntoView() || true`)
	t.shot("audit-2-causes")
	t.truth(`scrollTo(0, document.querySelector('.picture').getBoundingClientRect().top + scrollY - 60) || true`)
	t.shot("audit-3-picture")
	t.truth(`[...document.querySelectorAll('.section, .page')].forEach((one) => (one.open = one.className === 'page' || !/Findings|Who/.test(one.innerText))) || scrollTo(0, 300) || true`)
	t.shot("audit-4-tables")
	t.media("prefers-color-scheme", "dark")
	t.size(390, 844, true)
	t.truth(`[...document.querySelectorAll('.section')].forEach((one, i) => (one.open = i === 0)) || scrollTo(0, document.querySelector('.first').offsetTop) || true`)
	t.shot("audit-5-phone-dark")
	t.truth(`document.querySelector('.cause').scrollIntoView() || true`)
	t.shot("audit-5-phone-causes")
	t.media("", "")
	t.size(800, 1100, false)
	_, err := chromedp.Call(t.devtools("media are emulated over DevTools"), emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	require.NoError(t.t, err)
	t.truth(`scrollTo(0, 0) || true`)
	t.shot("audit-6-print")
	t.media("", "")
}

// auditFilters tries the filters of a report's findings.
func (t *tab) auditFilters(r *report.Report) {
	t.t.Helper()
	count := func(selector string) (n int) {
		t.eval(`document.querySelectorAll('`+selector+`').length`, &n)
		return n
	}
	assert.Equal(t.t, len(r.Findings), count(".finding"))
	t.truth(`document.querySelectorAll('.filters select')[0].value = 'note', document.querySelectorAll('.filters select')[0].onchange() || true`)
	assert.Equal(t.t, r.Count(report.Note)-r.Count(report.Warning), count(".finding"))
	t.truth(`document.querySelectorAll('.filters select')[0].value = '', document.querySelector('.filters input').value = '/piece', document.querySelector('.filters input').oninput() || true`)
	of := 0
	for _, f := range r.Findings {
		if slices.ContainsFunc(f.Places, func(p report.Place) bool { return strings.HasSuffix(p.Page, "/piece") }) {
			of++
		}
	}
	assert.Equal(t.t, of, count(".finding"), "those of one page")
}
