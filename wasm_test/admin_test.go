package wasmtest

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/digest"
	"github.com/octroi-consent/octroi/server/admin"
	"github.com/octroi-consent/octroi/server/receipts"
	"github.com/octroi-consent/octroi/server/receipts/storetest"
)

// ownersPage is the page of a site that has had visitors for eleven weeks, more of them each week,
// who grant more of it. One receipt was changed in the store.
func ownersPage(t *testing.T) (address string, id string) {
	t.Helper()
	store := storetest.NewMemory()
	n := 0
	for week := range 11 {
		at := storetest.Noon.AddDate(0, 0, 7*(week-10))
		var items []receipts.Item
		for visitor := range 20 + 12*week {
			body := string(storetest.Body(n, at))
			body = strings.Replace(body, `"statistics":true`, fmt.Sprintf(`"statistics":%v`, visitor%10 < 3+week/2), 1)
			switch visitor % 5 {
			case 0:
				body = strings.Replace(body, `["film"]`, "true", 1)
			case 1, 2:
				body = strings.Replace(body, `["film"]`, "false", 1)
			}
			items = append(items, receipts.Item{ID: storetest.ID(n), At: receipts.MinuteOf(at), Body: []byte(body)})
			n++
		}
		for _, writer := range []string{"web-1", "web-2"} {
			half := len(items) / 2
			_, err := store.Append(t.Context(), writer, at, items[:half])
			require.NoError(t, err)
			items = items[half:]
		}
	}
	require.NoError(t, store.Archive(t.Context(), digest.Declaration(storetest.Declaration), []byte(storetest.Declaration)))
	_, err := receipts.SignHeads(t.Context(), store, storetest.Key, storetest.Noon)
	require.NoError(t, err)
	hostile := `<img src=x onerror="document.title='run'"><script>document.title='run'</script>`
	_, err = store.Append(t.Context(), "web-1", storetest.Noon, []receipts.Item{{ID: storetest.ID(n), At: receipts.MinuteOf(storetest.Noon), Body: []byte(hostile)}})
	require.NoError(t, err)
	page := http.StripPrefix("/behind", admin.Handler(admin.Options{Store: store, Now: func() time.Time { return storetest.Noon }, Log: slog.New(slog.DiscardHandler)}))
	server := httptest.NewServer(page)
	t.Cleanup(server.Close)
	return server.URL + "/behind/", storetest.ID(n)
}

// ownersPages are the pages as their owner comes to them, by what each shows.
func ownersPages(address, hostile string, visit func(name, address string)) {
	visit("overview", address)
	visit("receipt", address+"receipt?id="+storetest.ID(200))
	visit("unreadable", address+"receipt?id="+hostile)
	visit("nothing", address+"receipt?id=7")
	visit("declaration", address+"declaration?hash="+digest.Hex(digest.Declaration(storetest.Declaration)))
}

// The owner's page of receipts: three checkers find no fault in any light and width, it needs no
// script, and lets none that a receipt brings run; its search and its button work.
func TestTheOwnersPageOfReceipts(t *testing.T) {
	only(t, "media features are emulated over DevTools", "chromium")
	checkers := []string{npm(t, "axe-core/axe.min.js"), npm(t, "html_codesniffer/build/HTMLCS.js"), npm(t, "accessibility-checker-engine/ace.js")}
	s := newSite(t)
	_, tab := visit(t, s, "Content Security Policy") // what a checker loads is blocked
	address, hostile := ownersPage(t)

	tab.away(address)
	tab.click("#id")
	tab.key(storetest.ID(200) + "\r")
	tab.comes(`location.search === '?id=` + storetest.ID(200) + `' && document.querySelector('h1').textContent === 'Receipt'`)
	tab.click("header a")
	tab.comes(`document.querySelector('h1').textContent === 'Receipts of consent'`)
	tab.truth(`scrollTo(0, document.querySelector('form[action=verify]').getBoundingClientRect().top), true`)
	tab.click("form[action=verify] button")
	tab.comes(`location.hash === '#chains' && document.querySelector('.wrong li')`)
	var told string
	tab.eval(`document.querySelector('ul.wrong').textContent`, &told)
	assert.Contains(t, told, "web-1", "what is no receipt is found")

	for _, code := range checkers {
		tab.before(code)
	}
	for width, light := range map[int64]string{320: "light", 1280: "dark"} {
		tab.size(width, 800, width < 1000)
		tab.media("prefers-color-scheme", light)
		ownersPages(address, hostile, func(name, address string) {
			tab.away(address)
			var wide, scripts int
			tab.eval(`document.documentElement.scrollWidth`, &wide)
			assert.LessOrEqual(t, wide, int(width), "%s is as wide as the screen", name)
			tab.eval(`document.scripts.length`, &scripts)
			assert.Zero(t, scripts, name)
			assert.False(t, tab.truth(`document.title === 'run'`), name)
			var found []string
			tab.eval(checked+`('', `+fmt.Sprint(light == "light")+`)`, &found) // of the dark colours, only whether they can be read
			// Of a text over what is drawn axe cannot tell; its colours are those of the words beside.
			found = slices.DeleteFunc(found, func(line string) bool {
				return strings.Contains(line, "svg[viewBox") && strings.Contains(line, "axe color-contrast: ") && (strings.Contains(line, "could not be determined") || strings.Contains(line, "too short"))
			})
			assert.Empty(t, found, "%s %s %d", name, light, width)
		})
	}
	tab.media("", "")
}

// Pictures of the owner's page, for somebody to look at: ./build.sh shots.
func TestShotsOfTheOwnersPage(t *testing.T) {
	if os.Getenv("OCTROI_SHOTS") == "" {
		t.Skip("pictures are drawn by ./build.sh shots")
	}
	only(t, "media features are emulated over DevTools", "chromium")
	require.NoError(t, os.MkdirAll("../shots", 0o777))
	s := newSite(t)
	_, tab := visit(t, s)
	address, hostile := ownersPage(t)
	var rows [][]image.Image
	ownersPages(address, hostile, func(name, address string) {
		var row []image.Image
		for _, light := range []string{"light", "dark"} {
			tab.media("prefers-color-scheme", light)
			for _, size := range [][2]int64{{390, 1400}, {1280, 1100}} {
				tab.size(size[0], size[1], size[0] < 1000)
				tab.away(address)
				shot, err := tab.pane.picture()
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(fmt.Sprintf("../shots/admin-%s-%dx%d-%s.png", name, size[0], size[1], light), shot, 0o666))
				picture, err := png.Decode(bytes.NewReader(shot))
				require.NoError(t, err)
				row = append(row, quarter(picture))
			}
		}
		rows = append(rows, row)
	})
	tab.media("", "")
	writeSheet(t, "../shots/sheet-admin.png", rows)
}
