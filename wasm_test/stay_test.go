package wasmtest

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// The server's session cookie of this very page is not what the last visit left.
func TestWhatTheServerGivesStays(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	var given atomic.Int64
	s.keeper("/page", keeping(""), "")
	s.pages.HandleFunc("GET /given", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "basket", Value: fmt.Sprint(given.Add(1)), Path: "/"})
		r.URL.Path = "/page"
		s.pages.ServeHTTP(w, r)
	})
	v, tab := visit(t, s)
	tab.open("/given")
	tab.truth(`(localStorage.step = 1, true)`)
	tab.away("about:blank")
	two := v.tab()
	two.open("/given")
	assert.True(t, two.truth(`document.cookie === 'basket=2'`))
	assert.Equal(t, []string{"cookie basket", "local step"}, two.kept(), "the first tab has the shop in its history")
	two.away("about:blank")
	three := v.tab()
	three.at(time.Now().Add(25 * time.Hour))
	three.open("/given")
	three.until(`!localStorage.step`)
	assert.Equal(t, []string{"cookie basket"}, three.kept())
	assert.True(t, three.truth(`document.cookie === 'basket=3'`))
}

func TestThreePlacesOfASwitch(t *testing.T) {
	sampled(t, "the engine in Go decides")
	s := newSite(t)
	s.keeper("/keep", keeping(""), "")
	_, tab := visit(t, s)
	tab.open("/keep").press("preferences")
	stands := func(ads, pixel string) {
		t.Helper()
		tab.until(`(document.querySelector('[data-octroi-switch="ads"]:checked')?.value ?? 'part') === '` + ads + `' && '' + document.querySelector('[data-octroi-switch="pixel"]').checked === '` + pixel + `'`)
	}
	tab.click(placeOf("ads", "visit"))
	stands("visit", "true")
	tab.flip("pixel")
	stands("", "false")
	tab.flip("pixel")
	stands("on", "true")
	tab.flip("ads")
	stands("", "false")
	tab.key(arrowRight)
	stands("visit", "true")
	tab.press("save")
	tab.until(`octroi.allows('pixel') && octroi.state().categories.ads.visit`)
}
