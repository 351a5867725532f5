package wasmtest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"path"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// documentation serves the documentation's site, which ./build.sh site has made, below /docs/.
func documentation(t *testing.T, s *site) {
	t.Helper()
	folder := os.Getenv("OCTROI_SITE")
	if folder == "" {
		t.Skip("OCTROI_SITE names no folder: ./build.sh site --test makes one and runs this")
	}
	s.pages.Handle("/docs/", http.StripPrefix("/docs/", http.FileServer(http.Dir(folder))))
}

const settled = `/shown|faulty|missing/.test(document.getElementById('configurator')?.dataset.state)`

// writes writes into a field of the configurator, as its user does, and waits for what comes of it.
func (t *tab) writes(id, value string) {
	t.t.Helper()
	t.truth(fmt.Sprintf(`(() => {
		const field = document.getElementById(%q);
		field.closest('details')?.setAttribute('open', '');
		field.value = %q;
		field.dispatchEvent(new Event('input', { bubbles: true }));
		return true;
	})()`, id, value))
	t.until(settled)
}

// presses presses a button of the configurator, and waits.
func (t *tab) presses(name string) {
	t.t.Helper()
	t.truth(fmt.Sprintf(`(document.querySelector('[data-do=%s]').click(), true)`, name))
	t.until(settled)
}

// tells is a text of the configurator's.
func (t *tab) tells(id string) (text string) {
	t.t.Helper()
	t.eval(fmt.Sprintf(`document.getElementById(%q).textContent`, id), &text)
	return text
}

// From an empty page to a zip whose files work on a page: faults stand at their fields, both frames
// show each state, an edit says whom it asks again, and the address has the declaration.
func TestTheConfigurator(t *testing.T) {
	s := newSite(t)
	documentation(t, s)
	var mu sync.Mutex
	made := map[string][]byte{}
	s.pages.HandleFunc("POST /take", func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		if !assert.NoError(t, err) {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		for _, file := range z.File {
			content, err := file.Open()
			assert.NoError(t, err)
			made[file.Name], err = io.ReadAll(content)
			assert.NoError(t, err, file.Name)
		}
	})
	s.pages.HandleFunc("GET /octroi/", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(r.URL.Path)))
		w.Write(made[strings.TrimPrefix(r.URL.Path, "/")])
	})
	var line string
	s.raw("/made", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8">` + line + `<title>made</title></head><body><h1>Made</h1>
<script type="text/plain" data-octroi="counter" data-src="` + s.Third + `/ours-ads/tag.js"></script></body></html>`
	})

	_, tab := visit(t, s, "octroi: $")
	tab.size(1440, 1000, false)
	tab.open("/docs/configurator/index.html").until(settled)
	assert.Equal(t, "The engine finds no fault.", tab.tells("faults"))

	tab.presses("service")
	tab.writes("field-$.services[0].id", "counter")
	for name, value := range map[string]string{"name": "Counter", "provider": "Counter Ltd", "purpose": "Counts visits.", "policy": "https://counter.example/privacy", "urls": s.Third + "/"} {
		tab.writes("field-$.services[0]."+name, value)
	}
	assert.Equal(t, "The engine finds no fault.", tab.tells("faults"))
	assert.Contains(t, tab.tells("asked"), "statistics: those who granted anything of it are asked again", "who has agreed has not agreed to this service")
	for state, holds := range map[string]string{
		"first":   `seen('dialog.octroi-ask[open]')`,
		"second":  `seen('dialog.octroi-preferences[open]')`,
		"standin": `seen('.octroi-embed')`,
		"message": `seen('.octroi-status')`,
		"again":   `seen('dialog.octroi-ask[open]') && window.octroi.state().categories.statistics.ask === 'expired'`,
		"policy":  `seen('.octroi-policy')`,
	} {
		tab.truth(`(() => { const radio = document.querySelector('[name=state][value=` + state + `]'); document.getElementById('configurator').dataset.state = 'asked'; radio.checked = true; radio.dispatchEvent(new Event('change', { bubbles: true })); return true; })()`)
		tab.until(settled)
		assert.True(t, tab.both(holds), "%s: %s", state, tab.tells("status"))
	}

	tab.writes("field-$.site.contact", "nobody")
	assert.Contains(t, tab.tells("fault-$.site.contact"), "not a link")
	assert.True(t, tab.truth(`document.getElementById('field-$.site.contact').getAttribute('aria-invalid') === 'true'`))
	tab.presses("undo")
	assert.Equal(t, "", tab.tells("fault-$.site.contact"))
	tab.writes("field-$.theme.light.ink", "#eeeeee")
	assert.Contains(t, tab.tells("contrasts"), "too pale")
	tab.presses("undo")

	tab.truth(`(() => {
		const make = URL.createObjectURL;
		URL.createObjectURL = (blob) => (window.made = blob, make.call(URL, blob));
		return true;
	})()`)
	tab.presses("zip")
	tab.until(`document.querySelector('#built pre')`)
	tab.eval(`document.querySelector('#built pre').textContent.split('\n')[0]`, &line)
	require.Contains(t, line, "/octroi/octroi.js")
	tab.truth(`(fetch('/take', { method: 'POST', body: window.made }).then(({ ok }) => (window.taken = ok)), true)`)
	tab.until(`window.taken`)

	var kept string
	tab.eval(`location.hash`, &kept)
	tab.open("/docs/configurator/index.html" + kept).until(settled)
	assert.True(t, tab.truth(`document.getElementById('field-$.services[0].id').value === 'counter'`), "the address has the declaration")

	s.Log.Clear()
	tab.open("/made").until(`document.querySelector('dialog.octroi-ask[open]')`)
	assert.Empty(t, tab.requests())
	tab.press("accept")
	tab.arrived("/ours-ads/tag.js")
}

// The configurator takes what another manager was configured by, and says what only its user knows.
func TestTheConfiguratorTakesOverAnotherManager(t *testing.T) {
	sampled(t, "the command that reads it is the same in each")
	s := newSite(t)
	documentation(t, s)
	_, tab := visit(t, s, "octroi: $")
	tab.open("/docs/configurator/index.html").until(settled)
	tab.writes("pasted", `window.klaroConfig = { services: [{ name: 'matomo', title: 'Matomo', purposes: ['analytics'], cookies: [/^_pk_/] }] }`)
	tab.presses("import")
	tab.until(`document.querySelector('#imported li')`)
	assert.Contains(t, tab.tells("imported"), "What is the site called?")
	assert.True(t, tab.truth(`JSON.parse(document.getElementById('json').value).inherit[0].from === 'klaro'`))
}
