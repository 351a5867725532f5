package wasmtest

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/audit/headless"
)

// Thirteen months of weekly visits, each of which sets the cookie anew. When a life ends is
// reckoned by the engine's Go: what a browser makes of an end shows every fourth week as well.
func TestThirteenMonthsOfWeeklyVisits(t *testing.T) { // R1.53
	only(t, "the engine in Go counts; TestNoBrowserKeepsACookieBeyondItsEnd asks the stores of each", "chromium")
	s := newSite(t)
	s.keeper("/keep", keeping(""), "")
	start := time.Now()
	_, tab := visit(t, s)
	tab.before(`(() => { const real = Date.now, ahead = Number(location.search.slice(1)); Date.now = () => real() + ahead; })()`)
	open := func(now time.Time) { tab.open(fmt.Sprint("/keep?", now.Sub(start).Milliseconds())) }
	tab.open("/keep")
	tab.truth(`octroi.acceptAll(), true`)
	weeks := 1
	if running != "chromium" {
		weeks = 4
	}
	first := start.Truncate(time.Minute)
	end := first.AddDate(0, 13, 0)
	week := 0
	for now := start; now.Before(end.Add(-time.Hour)); now = now.AddDate(0, 0, 7*weeks) {
		open(now)
		tab.truth(`(document.cookie = 'px=1;path=/;expires=' + new Date(Date.now() + 730 * 864e5).toUTCString(), localStorage.setItem('px', 1), true)`)
		// The page's clock is moved, the browser's is not: lives count from the latter.
		left := time.Until(time.UnixMilli(int64(tab.jar()["px"].Expires * 1000)))
		assert.WithinDuration(t, end, now.Add(left), time.Minute+stepTimeout, "week %d", week)
		week += weeks
	}
	assert.GreaterOrEqual(t, week, 57)
	open(end.Add(time.Minute))
	tab.until(`document.querySelector('dialog.octroi-ask[open]')`)
	assert.Empty(t, tab.kept(), "at the end it is erased")
	tab.truth(`(document.cookie = 'px=2;path=/', localStorage.setItem('px', 2), true)`)
	assert.Empty(t, tab.kept(), "and does not come back without an answer")
}

func TestWhatLastsForTheVisitEndsWithIt(t *testing.T) {
	s := newSite(t)
	declaration := strings.Replace(keeping(""), `{"name": "__Host-px"}`, `{"name": "visited", "life": "session"}`, 1)
	s.keeper("/keep", declaration, `<a id="out" href="about:blank" target="_blank">out</a>`)
	only(t, "only Chromium is started with a profile that is kept", "chromium")
	profile := t.TempDir()
	start := func(restore bool) *tab {
		// The headless mode that is the whole browser: it has tabs that can be hidden.
		browser, err := headless.Launch(profile, chromedp.ExecPath(wholeChromium), chromedp.Flag("headless", "new"), chromedp.Flag("restore-last-session", restore))
		require.NoError(t, err)
		_, tab := visitIn(t, s, browser)
		return tab
	}
	tab := start(false)
	tab.open("/keep")
	tab.truth(`octroi.acceptAll(), true`)
	tab.truth(`(document.cookie = 'basket=1;max-age=99999', document.cookie = 'lang=fr;max-age=99999', document.cookie = 'visited=1', localStorage.step = sessionStorage.step = 1, true)`)
	all := []string{"cookie basket", "cookie lang", "cookie visited", "local step", "session step"}
	tab.open("/keep") // a link
	assert.Equal(t, all, tab.kept())
	tab.reload()
	assert.Equal(t, all, tab.kept())
	tab.open("/cookies") // elsewhere and back
	tab.back("/keep")
	assert.Equal(t, all, tab.kept())
	assert.True(t, tab.jar()["basket"].Session)
	// Behind another tab it is told that it is hidden, and as the browser is closed sometimes that
	// it is left. A browser that is closed within the page's first second tells it nothing: that
	// looks like a crash.
	tab.truth(`document.querySelector('#out').click()`)
	tab.until(`document.hidden`)
	// Chromium writes storage to the disk seconds later, and not always all of it as it is closed.
	await(t, "the state and the mark are on the disk", func() bool {
		var state, mark string
		tab.eval(`localStorage.octroi`, &state)
		tab.eval(`Object.entries(sessionStorage).find(([key]) => key.startsWith('octroi'))[1]`, &mark)
		return onDisk(t, filepath.Join(profile, "Default/Local Storage/leveldb"), state) && onDisk(t, filepath.Join(profile, "Default/Session Storage"), mark)
	})
	require.NoError(t, chromedp.Cancel(tab.devtools("")))

	tab = start(true)
	t.Cleanup(func() { chromedp.Cancel(tab.devtools("")) }) // ahead of its profile's end
	restored := tab.restored("/keep")
	restored.until(`!document.cookie.includes('visited')`)
	left := []string{"cookie lang"}
	if restored.truth(`document.cookie.includes('basket')`) {
		// It was told that it is left. It may then be in a tab's history, and what is essential stays.
		left = []string{"cookie basket", "cookie lang", "local step", "session step"}
	}
	assert.Equal(t, left, restored.kept(), "though the browser brought all of it back")
}

// onDisk reports whether a text stands in one of a folder's files, as Latin-1 or as UTF-16.
func onDisk(t testing.TB, folder, text string) bool {
	t.Helper()
	wide := make([]byte, 0, 2*len(text))
	for _, char := range []byte(text) {
		wide = append(wide, char, 0)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	require.NoError(t, err)
	return slices.ContainsFunc(files, func(name string) bool {
		content, _ := os.ReadFile(name)
		return bytes.Contains(content, []byte(text)) || bytes.Contains(content, wide)
	})
}

func TestTwoTabsAreOneVisit(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	s.keeper("/keep", keeping(""), "")
	v, one := visit(t, s)
	one.open("/keep")
	one.truth(`(document.cookie = 'basket=1', true)`)
	two := v.tab().open("/keep")
	one.away("about:blank")
	two.open("/keep")
	three := v.tab().open("/keep")
	assert.Equal(t, []string{"cookie basket"}, three.kept())
	for _, tab := range []*tab{two, three} {
		tab.away("about:blank")
	}
	four := v.tab().open("/keep")
	assert.Equal(t, []string{"cookie basket"}, four.kept(), "the tabs have the shop in their history")
}

func TestInactivityEndsAVisit(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	s.keeper("/keep", keeping(`"sessionIdle": "30 minutes",`), "")
	_, tab := visit(t, s)
	tab.before(`(() => { const real = Date.now; window.ahead = 0; Date.now = () => real() + ahead; })()`)
	tab.open("/keep").truth(`!!octroi.state()`) // the engine is there
	tab.truth(`(document.cookie = 'basket=1', localStorage.step = 1, true)`)
	tab.truth(`(ahead = 29 * 6e4, dispatchEvent(new Event('pointerdown')), true)`)
	tab.truth(`(ahead = 58 * 6e4, dispatchEvent(new Event('keydown')), true)`)
	assert.Equal(t, []string{"cookie basket", "local step"}, tab.kept())
	tab.truth(`(ahead = 89 * 6e4, dispatchEvent(new Event('pointerdown')), true)`)
	assert.Empty(t, tab.kept())
}

func TestAGrantForThisVisitOnly(t *testing.T) {
	sampled(t, "the engine in Go decides")
	s := newSite(t)
	s.keeper("/keep", keeping(""), "")
	v, tab := visit(t, s)
	tab.open("/keep").press("preferences")
	tab.click(placeOf("ads", "visit"))
	tab.shot("preferences-visit")
	tab.press("save")
	tab.until(`octroi.allows('pixel') && octroi.state().categories.ads.visit`)
	tab.truth(`(document.cookie = 'px=1;max-age=99999', true)`)
	tab.open("/keep")
	assert.True(t, tab.truth(`octroi.allows('pixel')`))
	tab.away("about:blank")
	tab = v.tab().open("/keep")
	assert.True(t, tab.truth(`!octroi.allows('pixel') && document.querySelector('dialog.octroi-ask[open]')`))
	assert.Empty(t, tab.kept())
}

func TestTheVisitorSeesHowLong(t *testing.T) { // R1.57
	sampled(t, "the engine in Go decides")
	s := newSite(t)
	_, tab := visit(t, s)
	tab.open("/").press("accept")
	tab.arrived(onHome...)
	tab.open("/cookies")
	today := time.Now().UTC()
	date := func(at time.Time) string { return at.Format("2 January 2006") }
	tab.truth(`document.documentElement.lang = 'en-GB'`)
	tab.until(`/_fbp/.test(document.querySelector('[data-octroi-table] .octroi-policy')?.textContent)`)
	var rows map[string]string
	tab.eval(`Object.fromEntries([...document.querySelectorAll('.octroi-policy tbody tr')].map((row) => [row.cells[0].textContent, [...row.cells].slice(1).map((cell) => cell.innerText.replaceAll('\n', '; ')).join(' | ')]))`, &rows)
	assert.Contains(t, rows["_fbp"], "Ads Example Ltd")
	assert.Contains(t, rows["_fbp"], "persistent: 90 days; here since ")
	assert.Contains(t, rows["session"], "session: this visit")
	var days []string
	tab.eval(`[...[...document.querySelectorAll('.octroi-policy tbody tr')].find((row) => row.cells[0].textContent === '_fbp').querySelectorAll('time')].map((time) => time.dateTime)`, &days)
	assert.Equal(t, []string{today.Format(time.DateOnly), today.AddDate(0, 0, 90).Format(time.DateOnly)}, days, "%s", date(today))
	tab.truth(`document.querySelector('[data-octroi-table]').scrollIntoView()`)
	tab.shot("policy")
	tab.click(".foot .tab")
	tab.truth(`document.querySelectorAll('.octroi-preferences details').forEach((d) => (d.open = true))`)
	tab.truth(`document.querySelector('[data-octroi-switch="gtag"]').scrollIntoView()`)
	tab.shot("preferences-lives")
	assert.True(t, tab.truth(`/_ga_\*\s*Cookie\s*persistent: 13 months\s*here since .*\s*ends /.test(document.querySelector('.octroi-preferences').innerText)`))
}

// Names in the wild that are kept for longer than 13 months, with their retention.
func longLived(t *testing.T) map[string]time.Duration {
	file, err := os.Open("../../shared/oracles/cookie-db/open-cookie-database.csv")
	if err != nil {
		t.Skip("no cookie database beside the repository:", err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	names := map[string]time.Duration{}
	for _, row := range rows[1:] {
		name, retention, wildcard := row[3], row[6], row[9] == "1"
		var n int
		var unit string
		if _, err := fmt.Sscanf(retention, "%d %s", &n, &unit); err != nil || strings.ContainsAny(name, " ;=,") {
			continue
		}
		days := map[string]int{"year": 365, "month": 30, "day": 1}[strings.TrimSuffix(strings.ToLower(unit), "s")]
		life := time.Duration(n*days) * 24 * time.Hour
		if wildcard {
			name += "x"
		}
		if life > 397*24*time.Hour {
			names[name] = life
		}
	}
	return names
}

func TestRealNamesAreCutTo13Months(t *testing.T) {
	sampled(t, "the engine in Go decides")
	names := longLived(t)
	assert.Greater(t, len(names), 22)
	t.Logf("%d names", len(names))
	s := newSite(t)
	var cookies []string
	for name := range names {
		cookies = append(cookies, fmt.Sprintf(`{"name": %q}`, name))
	}
	s.keeper("/real", strings.Replace(keeping(""), `{"name": "px*", "life": "13 months"}`, strings.Join(cookies, ","), 1), "")
	_, tab := visit(t, s)
	tab.open("/real")
	tab.truth(`octroi.acceptAll(), true`)
	most := time.Now().AddDate(0, 13, 0).Add(stepTimeout)
	for name, life := range names {
		if running == "webkit" && strings.HasPrefix(name, "__") {
			continue // it takes no secure cookie over HTTP, not even on localhost
		}
		tab.truth(fmt.Sprintf(`(document.cookie = '%s=1;path=/' + (%q === 'webkit' ? '' : ';secure') + ';max-age=%d', true)`, name, running, int(life.Seconds())))
		c, set := tab.jar()[name]
		if assert.True(t, set, name) {
			assert.WithinDuration(t, most, time.UnixMilli(int64(c.Expires*1000)), 2*stepTimeout, "%s: asked for %s", name, life)
		}
		tab.truth(fmt.Sprintf(`(document.cookie = '%s=;path=/;max-age=0', document.cookie = '%[1]s=;path=/;secure;max-age=0', true)`, name))
	}
}
