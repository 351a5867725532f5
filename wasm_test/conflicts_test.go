package wasmtest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// conflictPage is a page that tells Google and UET, with a script before Octroi and one after it.
// What the console warns of is in window.warned.
func conflictPage(before, after string) string {
	declaration := strings.Replace(keeping(""), `"categories"`, `"signals": [
		{"vendor": "google", "types": {"ad_storage": "pixel"}, "default": [["arguments", "dataLayer", "consent", "default", {"ad_storage": "denied"}]], "update": [["arguments", "dataLayer", "consent", "update", {"ad_storage": "$ad_storage"}], ["flat", "dataLayer", {"event": "octroi_consent"}]]},
		{"vendor": "uet", "types": {"ad_storage": "pixel"}, "default": [["flat", "uetq", "consent", "default", {"ad_storage": "denied"}]], "update": [["flat", "uetq", "consent", "update", {"ad_storage": "$ad_storage"}]]}
	], "categories"`, 1)
	return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title><script>
		{ const warn = console.warn; window.warned = []; console.warn = (...all) => { warned.push(all.join(' ')); warn(...all); }; }
		function gtag() { (window.dataLayer ||= []).push(arguments); }
		` + before + `</script><script type="application/json" id="octroi-config">` + declaration + `</script>` + dropIn + `<script>` + after + `</script></head><body></body></html>`
}

// The mistakes that a page may make are each found, whatever else stands in the queues, and what
// is none is not.
func TestConflictsAmidOddEntries(t *testing.T) { // R3.07
	only(t, "what reads the queues is the same code in each", "chromium")
	s := newSite(t)
	const other = ` is a consent update of somebody else`
	const odd = `
		const thrower = { get() { throw 1; }, ownKeys() { throw 1; }, getPrototypeOf() { throw 1; } };
		const gone = Proxy.revocable([], {});
		gone.revoke();
		const odd = [null, undefined, 1, new Proxy({}, thrower), new Proxy([], thrower), gone.proxy, { get event() { throw 1; }, get 'gtm.start'() { throw 1; } }];`
	_, tab := visit(t, s, "octroi: ")
	for i, row := range []struct {
		name, before, after, act string
		want                     []string
	}{
		{"beside odd entries", "", odd + `dataLayer.push(...odd); gtag('consent', 'update', { ad_storage: 'granted' });`, "", []string{`dataLayer[8]` + other}},
		{"beside odd entries ahead", odd + `dataLayer = odd; gtag('config', 'G-1');`, "", "", []string{`dataLayer[7] (config) stands ahead`}},
		{"in one queue, the other one is odd", odd, `dataLayer.push(...odd); uetq.push(...odd, 'consent', 'update', { ad_storage: 'granted' });`, "", []string{`uetq[10]` + other}},
		{"settings ahead", `gtag('set', 'ads_data_redaction', true);`, "", "", nil},
		{"ahead of an update alone", "", `gtag('js', new Date()); gtag('config', 'G-1');`, `(octroi.acceptAll(), dataLayer.shift(), (window.done = true))`, nil},
		{"a list put in its place", "", `dataLayer = [{ page: 'home' }];`, "", []string{`dataLayer has lost what Octroi has said`}},
		{"an empty list put in its place", "", `dataLayer = [];`, "", []string{`dataLayer has lost what Octroi has said`}},
		{"another vendor's queue put in its place", "", `uetq = ['pageLoad'];`, "", []string{`uetq has lost what Octroi has said`}},
		{"a vendor has taken its queue over", "", `uetq = { push() {} };`, "", nil},
		{"Google keeps the last 300", "", `for (let i = 0; i < 400; i++) { dataLayer.push({ i }); if (dataLayer.length > 300) dataLayer.shift(); }`, "", nil},
		{"a listener to the change", "", `document.addEventListener('octroi:change', () => (gtag('consent', 'update', { ad_storage: 'granted', ad_user_data: 'granted' }), (window.done = true)));`, `(octroi.acceptAll(), true)`, []string{`dataLayer[3]` + other}},
		{"a frozen queue", `dataLayer = Object.freeze([['consent', 'default', {}]]);`, "", "", []string{`dataLayer is frozen`, `dataLayer[0] is a list`}},
		{"what Octroi has said, once more", "", `gtag('consent', 'default', { ad_storage: 'denied' });`, "", nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			path := fmt.Sprint("/odd", i)
			s.raw(path, "text/html; charset=utf-8", func() string { return conflictPage(row.before, row.after) })
			tab.within(t)
			tab.anew().open(path).whole()
			if row.act != "" {
				tab.truth(row.act)
				tab.until(`window.done`)
			}
			var found []string
			tab.eval(`octroi.report().conflicts`, &found)
			require.Len(t, found, len(row.want))
			for k := range found {
				assert.Contains(t, found[k], row.want[k])
			}
			// The console has them by itself, once.
			tab.until(fmt.Sprint(`document.readyState === 'complete' && warned.length >= `, len(row.want)))
			assert.True(t, tab.truth(`warned.join() === octroi.report().conflicts.map((one) => 'octroi: ' + one).join()`))
		})
	}
}

// The overlay shows what vendors were told, and who else speaks to them.
func TestTheOverlayShowsSignals(t *testing.T) { // R3.07
	paired(t, "firefox")
	s := newSite(t)
	s.raw("/overlay", "text/html; charset=utf-8", func() string {
		return conflictPage("", `gtag('consent', 'default', { ad_storage: 'granted' });`)
	})
	s.raw("/overlay/right", "text/html; charset=utf-8", func() string { return conflictPage("", "") })
	_, tab := visit(t, s, "octroi: ")
	tab.size(1100, 900, false)
	tab.open("/overlay").press("accept")
	tab.whole().truth(`(octroi.debug(), true)`)
	const rows = `[...(document.querySelector('octroi-debug')?.shadowRoot.querySelectorAll('tr') || [])].map((row) => [...row.cells].map((cell) => cell.innerText))`
	const heads = `[...(document.querySelector('octroi-debug')?.shadowRoot.querySelectorAll('h2') || [])].map((head) => head.innerText)`
	tab.until(heads + `.includes('Signals (5)')`)
	assert.True(t, tab.truth(heads+`.includes('Conflicts over signals (1)')`))
	var cells [][]string
	tab.eval(rows, &cells)
	var told []string
	for _, row := range cells {
		if len(row) == 4 && (row[0] == "google" || row[0] == "uet") {
			assert.NotEmpty(t, row[2], "when")
			told = append(told, row[0]+" "+row[1]+" "+row[3])
		}
	}
	assert.Equal(t, []string{
		`google dataLayer("consent","default",{"ad_storage":"denied"}) sent`,
		`uet uetq("consent","default",{"ad_storage":"denied"}) sent`,
		`google dataLayer("consent","update",{"ad_storage":"granted"}) sent`,
		`google dataLayer({"event":"octroi_consent"}) sent`,
		`uet uetq("consent","update",{"ad_storage":"granted"}) sent`,
	}, told)
	tab.shot("debug-signals")
	tab.open("/overlay/right?octroi=debug").until(heads + `.some((head) => head.startsWith('Signals'))`)
	assert.False(t, tab.truth(heads+`.some((head) => head.startsWith('Conflicts'))`))
}
