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
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/config"
)

// documentation serves the documentation's site, which ./build.sh site has made, below /docs/.
func documentation(t *testing.T, s *site) {
	t.Helper()
	folder := os.Getenv("OCTROI_SITE")
	if folder == "" {
		t.Skip("OCTROI_SITE names no folder: ./build.sh site --test makes one and runs this")
	}
	files := http.StripPrefix("/docs/", http.FileServer(http.Dir(folder)))
	s.pages.HandleFunc("/docs/", func(w http.ResponseWriter, r *http.Request) {
		// What somebody enters stays in the browser: an address has its fragment there.
		assert.Equal(t, "GET", r.Method, r.URL)
		assert.Less(t, len(r.URL.RawQuery), 100, r.URL)
		files.ServeHTTP(w, r)
	})
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

// turnsTo has the configurator show a state, by keyboard; the focus stays there.
func (t *tab) turnsTo(state string) {
	t.t.Helper()
	if !t.truth(`document.querySelector('[name=state][value=` + state + `]').checked`) {
		t.truth(`(document.getElementById('configurator').dataset.state = 'asked', document.querySelector('[name=state][value=` + state + `]').focus(), true)`)
		t.key(" ")
		t.until(settled)
	}
	assert.True(t.t, t.truth(`!frames[0].document.hasFocus() && !frames[1].document.hasFocus()`), "the focus stays with the form: %s", state)
}

// chooses sets what the frames are shown by: their page's language, or its visitor's system.
func (t *tab) chooses(name, value string) {
	t.t.Helper()
	t.truth(fmt.Sprintf(`(() => {
		const form = document.getElementById('configurator');
		form.dataset.state = 'asked';
		form.elements[%q].value = %q;
		form.querySelector('[name=' + %[1]q + ']').dispatchEvent(new Event('change', { bubbles: true }));
		return true;
	})()`, name, value))
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

// both tells whether something holds in each frame, of whose document and window it is.
func (t *tab) both(holds string) bool {
	t.t.Helper()
	return t.truth(`[...document.querySelectorAll('iframe')].length === 2 && [...document.querySelectorAll('iframe')].every(({ contentDocument: document, contentWindow: window }) => {
		const seen = (selector) => [...document.querySelectorAll(selector)].some((element) => element.getClientRects().length);
		return ` + holds + `;
	})`)
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
		"gpc":     `window.navigator.globalPrivacyControl && window.octroi.state().gpc !== false && seen('dialog.octroi-ask[open]')`,
		"reload":  `seen('[data-octroi-act=reload]') && Object.values(window.octroi.report().withdrawn).includes('asked')`,
	} {
		tab.turnsTo(state)
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
	tab.truth(`(document.getElementById('integrity').click(), true)`)
	assert.Equal(t, "npx octroi build octroi.json -o public/octroi --integrity", tab.tells("npx"))
	tab.presses("zip")
	tab.until(`document.querySelector('#built pre')`)
	tab.eval(`document.querySelector('#built pre').textContent.split('\n')[0]`, &line)
	assert.Regexp(t, `src="/octroi/octroi\.[^"]*\.js" integrity="sha384-`, line)
	tab.truth(`(fetch('/take', { method: 'POST', body: window.made }).then(({ ok }) => (window.taken = ok)), true)`)
	tab.until(`window.taken`)

	var kept string
	tab.eval(`location.hash`, &kept)
	tab.open("/docs/configurator/index.html" + kept).until(settled)
	assert.True(t, tab.truth(`document.getElementById('field-$.services[0].id').value === 'counter'`), "the address has the declaration")

	tab.presses("fresh")
	tab.until(`location.hash !== "` + kept + `"`)
	tab.truth(`(document.getElementById('configurator').dataset.state = 'asked', location.hash = "` + kept + `", true)`)
	tab.until(settled)
	assert.True(t, tab.truth(`document.getElementById('field-$.services[0].id').value === 'counter'`), "a link that is opened in this tab, too")
	tab.presses("baseline")
	assert.Contains(t, tab.tells("asked"), "statistics: nobody is asked again")

	s.Log.Clear()
	tab.open("/made").until(`document.querySelector('dialog.octroi-ask[open]')`)
	assert.Empty(t, tab.requests())
	tab.press("accept")
	tab.arrived("/ours-ads/tag.js")
}

// What is chosen of the look reaches the form, the JSON and both frames; the figures are the engine's.
func TestTheConfiguratorsLook(t *testing.T) {
	sampled(t, "the interface in the frames is tried elsewhere")
	s := newSite(t)
	documentation(t, s)
	_, tab := visit(t, s, "octroi: $", "$.theme", "$.layout")
	tab.size(1440, 1000, false)
	tab.open("/docs/configurator/index.html").until(settled)
	tab.truth(`(() => { const find = document.getElementById('find'); find.value = 'youtube.com'; find.dispatchEvent(new Event('input', { bubbles: true })); return true; })()`)
	tab.until(`document.querySelector('[data-do=add][data-id=youtube]')`)
	tab.presses("add")
	assert.True(t, tab.truth(`document.getElementById('field-$.services[0].cookies').value.includes('VISITOR_INFO1_LIVE, 179 days') && JSON.parse(document.getElementById('json').value).categories.at(-1).id === 'video'`), "a service of the catalogue comes with its category")
	tab.writes("field-$.services[0].cookies", "GPS, 2 days\nYSC, session")
	assert.True(t, tab.truth(`JSON.stringify(JSON.parse(document.getElementById('json').value).services[0].cookies.map(({ name, life }) => name + life)) === '["GPS2 days","YSCsession"]'`))

	// Each choice that the engine knows is there, and each language that ships.
	languages, err := filepath.Glob(filepath.Join(Dist, "locales", "*.json"))
	require.NoError(t, err)
	choices := map[string][]string{}
	tab.eval(`Object.fromEntries(['layout', 'theme.name', 'theme.scheme'].map((path) => [path, [...document.getElementById('field-$.' + path).options].slice(1).map((o) => o.value)]))`, &choices)
	assert.Equal(t, map[string][]string{"layout": strings.Fields(config.Layouts), "theme.name": strings.Fields(config.Themes), "theme.scheme": strings.Fields(config.Schemes)}, choices)
	assert.True(t, tab.truth(fmt.Sprintf(`document.getElementById('lang').options.length === %d`, len(languages))))
	scheme := "auto"
	if running == "webkit" { // whose frames do not take over a scheme
		scheme = "page"
	}
	for id, value := range map[string]string{"layout": "dialog", "theme.name": "editorial", "theme.scheme": scheme, "theme.dark.accent": "#ffe0aa", "theme.$style.radius": "21", "theme.$style.font": "Georgia, serif"} {
		tab.writes("field-$."+id, value)
	}
	tab.chooses("shade", "dark")
	if running == "webkit" {
		dark := `matchMedia('(prefers-color-scheme: dark)').matches`
		assert.True(t, tab.both(`window.`+dark+` === window.top.`+dark), "the page says of Safari that its frames go by the real system")
	}
	tab.chooses("lang", "ar")
	look := `(({ borderTopLeftRadius, fontFamily, backgroundColor }) => [borderTopLeftRadius, fontFamily, backgroundColor].join())(window.getComputedStyle(document.querySelector('dialog.octroi')))`
	assert.True(t, tab.both(`document.querySelector('dialog.octroi-modal[open]')?.lang === 'ar' && `+look+` === '21px,Georgia, serif,rgb(32, 26, 24)' && window.getComputedStyle(document.querySelector('[data-octroi-act=accept]')).backgroundColor === 'rgb(255, 224, 170)'`))
	assert.Equal(t, ":root {\n  --octroi-radius: 21px;\n  --octroi-font: Georgia, serif;\n  --octroi-title-font: Georgia, serif;\n}", tab.tells("style"))
	tab.shot("configurator-dark")

	// The figures.
	var text string
	tab.eval(`document.getElementById('json').value`, &text)
	c, faults := config.Parse(text)
	assert.Empty(t, faults)
	var figures []string
	tab.eval(`[...document.querySelectorAll('#contrasts tr')].map((row) => [...row.cells].slice(1).map((cell) => cell.innerText.match(/[\d.]+:1/)[0]).join(' '))`, &figures)
	day, night := config.Contrasts(&c.Theme.Light), config.Contrasts(&c.Theme.Dark)
	require.Len(t, figures, len(day))
	for i := range day {
		var light, dark float64
		_, err := fmt.Sscanf(strings.ReplaceAll(figures[i], ":1", ""), "%f %f", &light, &dark)
		require.NoError(t, err, figures[i])
		assert.InDelta(t, day[i].Ratio, light, .01)
		assert.InDelta(t, night[i].Ratio, dark, .01)
		assert.LessOrEqual(t, light, day[i].Ratio, "never better than it is")
	}

	// What nobody can read, or is no font, is told at its field; the theme's own comes back, and by keyboard what was.
	tab.writes("field-$.theme.$style.font", "x;}</style>")
	assert.Equal(t, "Write names of fonts, divided by commas.", tab.tells("fault-$.theme.$style.font"))
	tab.presses("own")
	assert.True(t, tab.truth(`!JSON.parse(document.getElementById('json').value).theme.dark`))
	for range 2 {
		tab.truth(`(document.getElementById('configurator').dispatchEvent(new KeyboardEvent('keydown', { key: 'z', ctrlKey: true })), true)`)
	}
	tab.until(settled)
	assert.True(t, tab.truth(`(({ dark, $style }) => dark.accent === '#ffe0aa' && $style.font === 'Georgia, serif')(JSON.parse(document.getElementById('json').value).theme)`))
	tab.writes("field-$.theme.name", "plain")
	assert.Contains(t, tab.tells("contrasts"), "the page’s")

	// The JSON is a field as well: what is no JSON is told, what is goes into the form.
	tab.writes("json", strings.Replace(text, "{", "", 1))
	assert.Contains(t, tab.tells("faults"), "This is not JSON")
	tab.writes("json", strings.Replace(text, "My Shop Ltd", "Another Ltd", 1))
	assert.True(t, tab.truth(`document.getElementById('field-$.site.controller').value === 'Another Ltd'`))

	// Where the clipboard is closed, what it has not taken is selected.
	tab.truth(`(Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { if (window.refuses) throw new Error('closed'); window.copied = text; } } }), document.querySelector('[data-copy=style]').click(), true)`)
	tab.until(`window.copied?.startsWith(':root')`)
	tab.truth(`(window.refuses = true, document.querySelector('[data-copy=style]').click(), true)`)
	tab.until(`String(getSelection()).startsWith(':root')`)

	// On a phone it is a page that scrolls down alone.
	tab.size(390, 844, false)
	tab.until(`document.documentElement.scrollWidth <= innerWidth`)
	tab.shot("configurator-phone")
}

// The configurator takes what each other manager was configured by, and what an audit has found;
// it says what only its user knows.
func TestTheConfiguratorTakesOverAnotherManager(t *testing.T) {
	sampled(t, "the command that reads it is the same in each")
	s := newSite(t)
	documentation(t, s)
	_, tab := visit(t, s, "octroi: $", "$.", "another-cmp")
	tab.open("/docs/configurator/index.html").until(settled)
	brings := func(text, until string) {
		t.Helper()
		tab.truth(fmt.Sprintf(`(document.getElementById('imported').textContent = '', document.getElementById('pasted').value = %q, document.querySelector('[data-do=import]').click(), true)`, text))
		tab.until(until)
	}
	for manager, from := range map[string]string{"vanilla": "vanilla3.html", "klaro": "klaro.html", "tarteaucitron": "tarteaucitron.html", "orejime": "orejime3.html", "cookiebot": "cookiebot.html", "onetrust": "onetrust.html"} {
		page, err := os.ReadFile("../internal/migrate/testdata/" + from)
		require.NoError(t, err)
		brings(string(page), `document.getElementById('imported').textContent.includes('this is the declaration now')`)
		assert.Contains(t, tab.tells("imported"), "From "+manager)
		assert.Contains(t, tab.tells("imported"), "What only you can answer")
		assert.True(t, tab.truth(`JSON.parse(document.getElementById('json').value).categories.length > 1`), manager)
	}
	brings(`window.klaroConfig = { services: [{ name: 'matomo', title: 'Matomo', purposes: ['analytics'], cookies: [/^_pk_/] }] }`, `document.querySelector('#imported li')`)
	assert.Contains(t, tab.tells("imported"), "What is the site called?")
	assert.True(t, tab.truth(`JSON.parse(document.getElementById('json').value).inherit[0].from === 'klaro'`))

	draft := `{"site": {"name": "Audited", "controller": "TO DO: who answers for the site", "contact": "/"}, "policy": {"url": "/cookies", "revision": "1"},
		"categories": [{"id": "essential", "required": true, "label": "Essential", "text": "Needed."}], "services": []}`
	for _, text := range []string{draft, `{"findings": [], "draft": ` + draft + `}`} {
		tab.presses("fresh")
		brings(text, `document.querySelector('#imported li')`)
		assert.Contains(t, tab.tells("imported"), "$.site.controller TO DO: who answers for the site")
		assert.True(t, tab.truth(`document.getElementById('field-$.site.name').value === 'Audited'`))
	}
	brings("const a = 1", `document.getElementById('imported').textContent.includes('nothing of vanilla-cookieconsent')`)
}
