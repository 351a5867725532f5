package wasmtest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// With the keyboard alone the visitor opens the list of what lies on the device and deletes each
// item: the browser's own stores are empty then, in all variants of a cookie, and the focus is
// never lost (R6.05, R7.21, R7.26, R7.27).
func TestTheVisitorDeletesWhatLiesOnTheDevice(t *testing.T) {
	sampled(t, "what erases is tried in each by withdrawals")
	s := newSite(t)
	long := "/device/" + strings.Repeat("x", 300) // an erasure tries paths of up to 256
	s.keeper("/device/{page}", keeping(""), "")
	s.raw("/px-worker.js", "text/javascript", func() string { return `self.onfetch = () => {}` })
	_, tab := visit(t, s)
	tab.open(long).truth(`octroi.acceptAll(), true`)
	tab.truth(`(async () => {
		for (const more of ['path=/', 'path=/device', 'path=/device/', 'path=/;domain=' + location.hostname]) document.cookie = 'px1=1;' + more;
		document.cookie = 'basket=1;path=/';
		document.cookie = 'strange=1;path=/;max-age=99999';
		document.cookie = 'fast=1;path=' + location.pathname;
		localStorage.setItem('px2', '1');
		sessionStorage.setItem('px2', '1');
		await new Promise((done) => { indexedDB.open('px-base', 1).onsuccess = ({ target }) => done((window.base = target.result)); });
		await caches.open('px-cache');
		await navigator.serviceWorker.register('/px-worker.js');
	})().then(() => true)`)
	held := tab.kept()
	require.Contains(t, held, "database px-base")
	require.Contains(t, held, "cache px-cache")
	require.Contains(t, held, "worker /px-worker.js")
	const rows, at = `[...document.querySelectorAll('.octroi-device tbody tr')]`, `document.activeElement`
	names := func() (list []string) {
		tab.eval(rows+`.map((row) => row.cells[1].innerText + ' ' + row.cells[0].innerText)`, &list)
		return list
	}
	tab.click("#tab")
	tab.until(`document.querySelector('.octroi-preferences[open]')`)
	assert.Empty(t, names(), "nobody has opened the list")
	tab.truth(`document.querySelector('.octroi-device summary').focus()`)
	tab.key("\r")
	tab.until(rows + `.length === 10`) // what takes time, too
	assert.ElementsMatch(t, []string{"Cookie octroi", "Cookie px1", "Cookie basket", "Cookie strange", "Cookie fast", "Web Storage octroi", "Web Storage px2", "IndexedDB px-base", "Cache Storage px-cache", "Service Worker /px-worker.js"}, names())
	assert.True(t, tab.truth(`document.querySelector('.octroi-device summary').innerText.includes('(10)')`))
	whose := func(name string) (text string) {
		tab.eval(rows+`.find((row) => row.cells[0].innerText === '`+name+`').cells[2].innerText`, &text)
		return text
	}
	assert.Equal(t, "Pixel\nAds Ltd\nMeasures.", whose("px1"))
	assert.Equal(t, "Shop\nShop SAS\nWorks.\nThe site needs it.", whose("basket"))
	assert.Equal(t, "This site does not say whose it is.", whose("strange"))
	assert.Equal(t, "Shop\nShop SAS\nKeeps your choices about cookies.", whose("octroi"))

	// Each press deletes an item, and leads to the next.
	tab.key("\t")
	for _, item := range []string{"fast (Cookie)", "px1 (Cookie)", "basket (Cookie)", "strange (Cookie)", "px2 (Web Storage)", "px-base (IndexedDB)", "px-cache (Cache Storage)", "/px-worker.js (Service Worker)"} {
		name, _, _ := strings.Cut(item, " (")
		tab.truth(`[...document.querySelectorAll('.octroi-device tbody button')].find((one) => one.getAttribute('aria-label') === 'Delete: ` + item + `').focus()`)
		tab.key("\r")
		said := "Deleted: " + name + "."
		if name == "fast" {
			said = "We could not delete: fast."
		}
		tab.until(`document.querySelector('.octroi-device [role=status]').textContent === '` + said + `' && ` + at + `.matches('.octroi-device tbody button')`)
	}
	assert.ElementsMatch(t, []string{"Cookie octroi", "Web Storage octroi", "Cookie fast"}, names())
	assert.Equal(t, []string{"cookie fast"}, tab.kept())
	for _, c := range tab.crumbs() {
		assert.Contains(t, []string{"octroi", "fast"}, c.Name, "%v", c)
	}
	assert.True(t, tab.truth(`octroi.state().decided && octroi.allows('pixel') && Boolean(document.querySelector('.octroi-preferences[open]'))`), "no choice has changed")
	tab.until(rows + `.find((row) => row.contains(` + at + `)).innerText.includes('We could not delete: fast.')`)

	// The list stays true while it is open, and what has the focus keeps it.
	tab.truth(`(window.row = ` + at + `.closest('tr'), document.cookie = 'px3=1;path=/', caches.open('px-late').then(() => true))`)
	tab.until(rows + `.length === 5 && ` + rows + `.includes(row) && row.contains(` + at + `)`)
	tab.truth(`(document.cookie = 'fast=;max-age=0;path=' + location.pathname, caches.delete('px-late'))`)
	tab.until(`!row.isConnected && ` + rows + `.length === 3`)
	assert.True(t, tab.truth(at+`.getAttribute('aria-label') === 'Delete: px3 (Cookie)'`), "the focus goes on to the next")
	tab.key("\r")
	tab.until(rows + `.length === 2`)
	assert.True(t, tab.truth(at+`.matches('.octroi-device summary')`), "and at last to what opens the list")
	tab.key("\r")
	tab.until(`!document.querySelector('.octroi-device').open`)
}
