package wasmtest

import (
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/audit/headless"
)

// What the home page's third parties get, service by service.
var (
	ofGtag   = []string{"/gtag/js", "/gtag/collect"}
	ofMatomo = []string{"/matomo/matomo.js", "/matomo/matomo.php"}
	ofDevice = []string{"/display/device.css"}
	ofPixel  = []string{"/ads/events.js", "/ads/tr", "/ads/pixel.gif"}
	ofMail   = []string{"/mail/crm.js", "/mail/profile"}
	ofShare  = []string{"/social/video.html"}
)

func all(lists ...[]string) (paths []string) {
	for _, l := range lists {
		paths = append(paths, l...)
	}
	return paths
}

var (
	onHome  = all(ofGtag, ofMatomo, ofDevice, ofPixel, ofMail, ofShare)
	onPiece = all(ofGtag, ofMatomo, ofDevice, ofPixel, ofMail, []string{"/social/button.gif"})
)

func TestNothingBeforeAChoice(t *testing.T) { // R1.01
	inBothForms(t, func(t *testing.T, s *site) {
		_, tab := visit(t, s)
		for _, path := range []string{"/", "/piece/coat", "/basket", "/account", "/cookies"} {
			tab.open(path)
			assert.True(t, tab.truth(`document.querySelector('dialog.octroi-ask[open]')`), path)
			assert.Empty(t, tab.requests(), path)
		}
		assert.Empty(t, tab.cookies(), "not even a record (R2.13)")
		assert.True(t, tab.truth(`localStorage.length === 0 && sessionStorage.length === 0`))
	})
}

func TestTheThreeButtonsAreEqual(t *testing.T) { // R1.11, R1.12
	paired(t, "firefox")
	s := newSite(t)
	_, tab := visit(t, s)
	for _, viewport := range [][2]int64{{320, 256}, {320, 480}, {390, 844}, {844, 390}, {1280, 800}, {1920, 1080}, {3840, 2160}} {
		tab.size(viewport[0], viewport[1], viewport[0] < 1000)
		tab.open("/")
		var buttons []map[string]any
		tab.eval(`['accept', 'refuse', 'preferences'].map((act) => {
			const b = document.querySelector('.octroi-button[data-octroi-act="' + act + '"]'), s = getComputedStyle(b), r = b.getBoundingClientRect();
			// Of the third the same colours, exchanged, are asked for: it reads as well as the others.
			const sum = [s.color, s.backgroundColor].sort().join();
			return { tag: b.localName, colours: sum, width: Math.round(r.width), height: Math.round(r.height), seen: r.top >= 0 && r.bottom <= innerHeight && r.left >= 0 && r.right <= innerWidth,
				class: b.className, font: s.font, color: s.color, background: s.backgroundColor, border: s.borderWidth + s.borderStyle, edge: s.borderColor, radius: s.borderRadius, padding: s.padding, opacity: s.opacity };
		})`, &buttons)
		assert.Equal(t, buttons[0], buttons[1], viewport)
		assert.NotEqual(t, buttons[0]["class"], buttons[2]["class"], "what leads to a selection is no answer")
		// The third stands below the two where there is no room beside them.
		for _, of := range []string{"width", "class", "color", "background", "edge"} {
			delete(buttons[0], of)
			delete(buttons[2], of)
		}
		assert.Equal(t, buttons[0], buttons[2], viewport)
		assert.Equal(t, true, buttons[0]["seen"], "%v: on the screen without scrolling", viewport)
		assert.GreaterOrEqual(t, buttons[0]["height"], 44.0)
	}
}

func TestRefuseAll(t *testing.T) { // R1.30, R1.32
	inBothForms(t, func(t *testing.T, s *site) {
		_, tab := visit(t, s)
		tab.open("/").press("refuse")
		tab.until(`!document.querySelector('dialog')`)
		assert.Empty(t, tab.requests())
		for _, path := range []string{"/", "/piece/coat", "/basket"} {
			tab.open(path)
			assert.True(t, tab.truth(`!document.querySelector('dialog')`), "not asked again")
			assert.Empty(t, tab.requests(), path)
		}
		assert.Equal(t, []string{"octroi"}, tab.cookies())
		assert.True(t, tab.truth(`Object.keys(localStorage).join() === 'octroi'`))
	})
}

func TestAcceptAll(t *testing.T) {
	inBothForms(t, func(t *testing.T, s *site) {
		_, tab := visit(t, s)
		tab.open("/").press("accept")
		tab.arrived(onHome...)
		assert.Equal(t, []string{"_fbp", "_ga", "_ga_DEMO123", "_pk_id.7.1fff", "_pk_ses.7.1fff", "crm_uid", "display", "octroi"}, tab.cookies())
		s.Log.Clear()
		tab.open("/")
		tab.arrived(onHome...)
		assert.True(t, tab.truth(`!document.querySelector('dialog')`))
	})
}

func TestEachSelectionOpensJustItself(t *testing.T) {
	sampled(t, "the engine in Go decides")
	s := newSite(t)
	_, tab := visit(t, s)
	for id, want := range map[string][]string{
		"gtag": ofGtag, "matomo": ofMatomo, "audience": all(ofGtag, ofMatomo), "display": ofDevice,
		"pixel": ofPixel, "marketing": all(ofPixel, ofMail), "social": ofShare, "memory": {}, "fraud": {},
	} {
		t.Run(id, func(t *testing.T) {
			// Between them, four have each service's ways.
			if running != "chromium" && !slices.Contains([]string{"audience", "display", "marketing", "social"}, id) {
				t.Skip("in chromium only: what a selection comes to the engine in Go says")
			}
			tab.within(t)
			tab.anew().open("/").press("preferences")
			assert.True(t, tab.truth(`[...document.querySelectorAll('.octroi-preferences input')].every((b) => b.checked === (b.disabled || b.value === ''))`), "all off but the locked")
			tab.flip(id)
			assert.Empty(t, tab.requests(), "a switch is not yet a choice")
			tab.press("save")
			tab.arrived(want...)
			s.Log.Clear()
			tab.open("/")
			tab.arrived(want...)
		})
	}
}

func TestTheRecordSurvivesARestart(t *testing.T) {
	only(t, "only Chromium is started with a profile that is kept", "chromium")
	s := newSite(t)
	profile := t.TempDir()
	for i, first := range []bool{true, false, false} {
		browser, err := headless.Launch(profile)
		require.NoError(t, err)
		_, tab := visitIn(t, s, browser)
		tab.open("/")
		if first {
			tab.press("preferences")
			tab.flip("gtag")
			tab.press("save")
		} else {
			assert.True(t, tab.truth(`!document.querySelector('dialog') && octroi.allows('gtag') && !octroi.allows('matomo')`), "start %d", i+1)
		}
		tab.arrived(ofGtag...)
		assert.Contains(t, tab.cookies(), "octroi")
		s.Log.Clear()
		require.NoError(t, chromedp.Cancel(browser)) // closes as a person would
	}
}

func TestOtherPagesOfTheShop(t *testing.T) {
	sampled(t, "what is asked of the page is the same code in each")
	inBothForms(t, func(t *testing.T, s *site) {
		_, tab := visit(t, s)
		tab.open("/piece/coat").press("accept")
		tab.arrived(onPiece...)
		assert.True(t, tab.truth(`document.querySelector('.share a')`), "the template's content stands in the page")
		tab.click("#wish")
		assert.True(t, tab.truth(`localStorage.wishlist === '["coat"]'`))
		s.Log.Clear()
		tab.open("/basket")
		tab.arrived(all(ofGtag, ofMatomo, ofDevice, ofPixel, ofMail, []string{"/fraud/device.js", "/fraud/device"})...)
	})
}

func TestEscapeAndTimeGrantNothing(t *testing.T) { // R1.03
	sampled(t, "the engine in Go decides")
	s := newSite(t)
	_, tab := visit(t, s)
	tab.open("/")
	escape := `document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true })), scrollTo(0, 9999), true`
	tab.truth(escape)
	assert.True(t, tab.truth(`document.querySelector('dialog.octroi-ask[open]')`))
	tab.press("preferences")
	tab.flip("marketing")
	tab.key("\x1b")
	tab.until(`document.querySelector('dialog.octroi-ask[open]')`)
	tab.open("/")
	assert.True(t, tab.truth(`document.querySelector('dialog.octroi-ask[open]')`))
	assert.Empty(t, tab.requests())
	assert.Empty(t, tab.cookies())
}

func TestTheTabReopensAndWithdraws(t *testing.T) { // R1.40 to R1.44
	paired(t, "firefox")
	inBothForms(t, func(t *testing.T, s *site) {
		_, tab := visit(t, s)
		tab.open("/").press("accept")
		tab.arrived(onHome...)
		tab.click(".foot .tab")
		tab.until(`document.querySelector('dialog.octroi-preferences[open]')`)
		assert.True(t, tab.truth(`[...document.querySelectorAll('.octroi-preferences input')].every((b) => b.checked === (b.value === 'on'))`), "the stored state (R1.42)")
		assert.True(t, tab.truth(`document.activeElement.matches('.octroi-title')`), "focus goes in, not on accept (R6.17)")
		s.Log.Clear()
		tab.press("refuse")
		tab.until(`document.querySelector('dialog [data-octroi-act="reload"]')`)
		assert.True(t, tab.truth(`document.querySelector('dialog').innerText.includes('All refused')`))
		tab.press("close")
		tab.until(`!document.querySelector('dialog')`)
		assert.Equal(t, []string{"octroi"}, tab.cookies())
		assert.True(t, tab.truth(`Object.keys(localStorage).join() === 'octroi'`))
		assert.True(t, tab.truth(`document.activeElement.matches('.foot .tab')`), "focus returns")
		assert.True(t, tab.truth(`!document.querySelector('iframe').hasAttribute('src') && !document.querySelector('img[data-octroi]').hasAttribute('src')`), "frames and pictures are shut again")
		assert.Empty(t, tab.requests())
		tab.open("/")
		assert.Empty(t, tab.requests())
		tab.click(".foot .tab")
		tab.press("accept")
		tab.arrived(onHome...)
	})
}

func TestTwoTabsAgreeWithoutAReload(t *testing.T) {
	s := newSite(t)
	v, one := visit(t, s)
	one.open("/")
	two := v.tab().open("/piece/coat")
	assert.Empty(t, two.requests())
	one.press("accept")
	two.until(`window._paq && !document.querySelector('dialog')`)
	two.arrived(all(onHome, onPiece)...)
	two.truth(`octroi.refuseAll(), true`)
	one.until(`!octroi.allows('pixel') && !document.cookie.includes('_fbp')`)
	assert.Equal(t, []string{"octroi"}, one.cookies())
}

func TestRenewal(t *testing.T) { // R1.50 to R1.52
	sampled(t, "the engine in Go decides")
	s := newSite(t)
	_, tab := visit(t, s)
	start := time.Now()
	ofFraud := []string{"/fraud/device.js", "/fraud/device"}
	tab.open("/basket").press("accept")
	tab.arrived(all(ofGtag, ofMatomo, ofDevice, ofPixel, ofMail, ofFraud)...)

	tab.at(start.AddDate(0, 3, 1)) // fraud prevention is asked for after three months
	s.Log.Clear()
	tab.open("/basket")
	tab.until(`document.querySelector('dialog.octroi-ask[open]')`)
	tab.arrived(all(ofGtag, ofMatomo, ofDevice, ofPixel, ofMail)...)
	assert.True(t, tab.truth(`document.querySelectorAll('.octroi-purposes li').length === 1`), "only what is due")
	assert.True(t, tab.truth(`/Fraud prevention.*allowed/s.test(document.querySelector('.octroi-purposes').textContent)`), "with the earlier choice and the reason")
	tab.shot("renewal")
	tab.press("refuse")
	tab.until(`!document.querySelector('dialog')`)

	tab.at(start.AddDate(0, 6, 1))
	s.Log.Clear()
	tab.open("/")
	tab.until(`document.querySelector('dialog.octroi-ask[open]')`)
	tab.arrived(ofDevice...)
	assert.True(t, tab.truth(`octroi.state().categories.memory.granted && octroi.state().categories.marketing.ask === 'expired'`))
	tab.press("same")
	tab.until(`!document.querySelector('dialog')`)
	tab.arrived(onHome...)
	assert.True(t, tab.truth(`octroi.allows('pixel') && !octroi.allows('fraud')`), "granted before, and refused before")
}

func TestRenewalOnAPageLeftOpen(t *testing.T) {
	sampled(t, "the engine in Go decides")
	s := newSite(t)
	_, tab := visit(t, s)
	tab.before(`(() => { const real = Date.now; window.ahead = 0; Date.now = () => real() + ahead; })()`)
	tab.open("/basket").press("accept")
	tab.until(`octroi.allows('fingerprint')`)
	assert.True(t, tab.truth(`(ahead = 95 * 864e5, !octroi.allows('fingerprint'))`), "the verdict needs no timer")
	tab.truth(`document.dispatchEvent(new Event('visibilitychange')), true`)
	tab.until(`document.querySelector('dialog.octroi-ask[open]')`)
}

func TestLanguages(t *testing.T) { // R1.21
	sampled(t, "the texts and what follows the page's language are the same in each")
	inBothForms(t, func(t *testing.T, s *site) {
		_, tab := visit(t, s)
		tab.open("/?lang=fr")
		tab.until(`document.querySelector('dialog')?.lang === 'fr'`)
		assert.True(t, tab.truth(`document.querySelector('[data-octroi-act="refuse"]').textContent === 'Tout refuser'`))
		tab.press("preferences")
		tab.shot("preferences-fr")
	})
}

func TestPictures(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	for name, v := range map[string][2]int64{"desktop": {1280, 800}, "phone": {390, 844}} {
		_, tab := visit(t, s)
		tab.size(v[0], v[1], name == "phone")
		tab.open("/").shot("ask-" + name)
		tab.press("preferences")
		tab.flip("gtag")
		tab.truth(`document.querySelector('.octroi-body').scrollTop = 0`)
		tab.shot("preferences-" + name)
		tab.press("save")
		tab.until(`document.querySelector('.octroi-status')?.textContent`)
		tab.shot("saved-" + name)
	}
}
