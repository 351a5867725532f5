package wasmtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/wordpress"
)

// wordpressSite is a WordPress with the plugin, and with what other plugins do to a page.
type wordpressSite struct {
	*site
	core, content string
	environment   []string
}

// wordpressAnswers are what its third parties answer beside those of the shop.
var wordpressAnswers = map[string]string{
	"/order.js":  `window.order.push('main');`,
	"/module.js": `new Image().src = new URL('/stats/module', import.meta.url);`,
	"/head.js":   `new Image().src = new URL('/stats/head', document.currentScript.src);`,
}

// newWordpress installs a WordPress of a version that build.sh has brought.
func newWordpress(t *testing.T, version string) *wordpressSite {
	t.Helper()
	only(t, "the plugin's markup is what other tests try in each", "chromium")
	all := os.Getenv("OCTROI_WORDPRESS")
	if all == "" {
		t.Skip("there is no WordPress: ./build.sh apps wordpress brings it")
	}
	w := &wordpressSite{site: newSite(t), core: filepath.Join(all, version, "core"), content: t.TempDir()}
	third := w.ThirdParties()
	listener := listenAnew(t)
	server := &http.Server{Handler: http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		answer, ours := wordpressAnswers[r.URL.Path]
		if !ours {
			third.ServeHTTP(out, r)
			return
		}
		third.ServeHTTP(&nobody{http.Header{}}, r) // writes it down
		out.Header().Set("Content-Type", "text/javascript")
		out.Header().Set("Access-Control-Allow-Origin", "*")
		out.Header().Set("Cache-Control", "no-store")
		io.WriteString(out, answer)
	})}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	w.Third = fmt.Sprintf("http://127.0.0.1:%d", listener.Addr().(*net.TCPAddr).Port)

	files, err := wordpress.Files("..", "0.0.0-test")
	require.NoError(t, err)
	for name, b := range files {
		w.put(t, "plugins/"+name, b)
	}
	for _, name := range []string{"third.php", "counter.js", "harmless.js", "consent-api.php", "consent-api.js"} {
		w.put(t, "plugins/third/"+name, read(t, "testdata/wordpress/"+name))
	}
	sqlite := filepath.Join(all, "sqlite-database-integration")
	w.put(t, "db.php", read(t, filepath.Join(sqlite, "db.copy")))
	require.NoError(t, os.Symlink(sqlite, filepath.Join(w.content, "plugins/sqlite-database-integration")))
	require.NoError(t, os.Symlink(filepath.Join(w.core, "wp-content/themes"), filepath.Join(w.content, "themes")))
	require.NoError(t, os.WriteFile(filepath.Join(w.core, "../wp-config.php"), read(t, "testdata/wordpress/wp-config.php"), 0o600))

	place := listenAnew(t)
	port := place.Addr().(*net.TCPAddr).Port
	place.Close()
	w.URL = fmt.Sprintf("http://localhost:%d", port)
	theme := "twentytwentyfour"
	if version == "6.1" {
		theme = "twentytwentythree"
	}
	w.environment = append(os.Environ(), "OCTROI_WP_CORE="+w.core, "OCTROI_WP_CONTENT="+w.content, "OCTROI_WP_URL="+w.URL, "OCTROI_WP_THEME="+theme, "OCTROI_THIRD="+w.Third, "PHP_CLI_SERVER_WORKERS=4")
	t.Logf("WordPress %s", w.php(t, "testdata/wordpress/install.php"))

	router, err := filepath.Abs("testdata/wordpress/router.php")
	require.NoError(t, err)
	serves := exec.Command("php", "-d", "opcache.enable_cli=1", "-S", fmt.Sprintf("localhost:%d", port), "-t", w.core, router)
	serves.Env, serves.SysProcAttr = w.environment, &syscall.SysProcAttr{Setpgid: true}
	require.NoError(t, serves.Start())
	t.Cleanup(func() {
		syscall.Kill(-serves.Process.Pid, syscall.SIGTERM)
		serves.Wait()
	})
	await(t, "WordPress", func() bool {
		answer, err := http.Get(w.URL + "/")
		if err == nil {
			answer.Body.Close()
		}
		return err == nil
	})
	t.Cleanup(func() {
		said, _ := os.ReadFile(filepath.Join(w.content, "debug.log"))
		for line := range strings.Lines(string(said)) {
			assert.NotContains(t, line, "plugins/octroi/", "PHP complains")
		}
	})
	w.Log.Clear()
	return w
}

// nobody takes an answer that nobody gets.
type nobody struct{ header http.Header }

func (n *nobody) Header() http.Header         { return n.header }
func (n *nobody) Write(b []byte) (int, error) { return len(b), nil }
func (n *nobody) WriteHeader(int)             {}

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	return b
}

// put writes a file into the content folder.
func (w *wordpressSite) put(t *testing.T, name string, b []byte) {
	t.Helper()
	name = filepath.Join(w.content, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o700))
	require.NoError(t, os.WriteFile(name, b, 0o600))
}

// php runs a program beside the site.
func (w *wordpressSite) php(t *testing.T, arguments ...string) string {
	t.Helper()
	command := exec.Command("php", arguments...)
	command.Env = w.environment
	out, err := command.Output()
	if err != nil {
		said, _ := os.ReadFile(filepath.Join(w.content, "debug.log"))
		if exit, _ := err.(*exec.ExitError); exit != nil {
			said = append(said, exit.Stderr...)
		}
		_, page, _ := strings.Cut(string(out), "</style>")
		require.NoError(t, err, page+string(said))
	}
	return string(out)
}

// set sets an option, past the settings.
func (w *wordpressSite) set(t *testing.T, option string, value any) {
	t.Helper()
	b, err := json.Marshal(value)
	require.NoError(t, err)
	w.php(t, "-r", `$_SERVER['HTTP_HOST'] = 'localhost'; require getenv( 'OCTROI_WP_CORE' ) . '/wp-load.php'; update_option( $argv[1], json_decode( $argv[2], true ) );`, "--", option, string(b))
}

// html is a page as a visitor without a browser gets it.
func (w *wordpressSite) html(t *testing.T, path string) string {
	t.Helper()
	answer, err := http.Get(w.URL + path)
	require.NoError(t, err)
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return string(b)
}

// declaration is the site's.
func (w *wordpressSite) declaration() string {
	host := strings.TrimPrefix(w.Third, "http://")
	return strings.NewReplacer("THIRD", host).Replace(`{
  "site": { "name": "Shop & Co </script>", "controller": "Shop Ltd", "contact": "mailto:owner@shop.example" },
  "policy": { "url": "/cookies/", "revision": "1" },
  "categories": [
    { "id": "essential", "required": true, "label": "Essential", "text": "Keeps your choices." },
    { "id": "statistics", "label": { "en": "Statistics", "fr": "Statistiques" }, "text": { "en": "Counts visits.", "fr": "Compte les visites." } },
    { "id": "media", "label": "Videos", "text": "Shows videos." }
  ],
  "services": [
    { "id": "wp", "category": "essential", "name": "WordPress", "provider": "Shop Ltd", "purpose": "Keeps you signed in.", "cookies": [{ "name": "wp*", "life": "12 months" }] },
    { "id": "stats", "category": "statistics", "name": "Stats", "provider": "Stats Ltd", "purpose": "Counts visits.", "policy": "https://stats.example/privacy",
      "urls": ["THIRD/order.js", "THIRD/module.js", "THIRD/head.js", "THIRD/stats/", "THIRD/pixel.gif", "THIRD/noscript.gif"], "inline": ["_stats("] },
    { "id": "own", "category": "statistics", "name": "Own counter", "provider": "Counter Ltd", "purpose": "Counts clicks.", "policy": "https://counter.example/privacy", "urls": ["THIRD/own/"] },
    { "id": "film", "category": "media", "name": "Film", "provider": "Film Ltd", "purpose": "Shows films.", "policy": "https://film.example/privacy", "urls": ["THIRD/social/"] }
  ]
}`)
}

// signIn has the owner sign in.
func (w *wordpressSite) signIn(t *testing.T, tab *tab) {
	t.Helper()
	tab.open("/wp-login.php")
	tab.truth(`(document.querySelector('#user_login').value = 'owner', document.querySelector('#user_pass').value = 'secret', setTimeout(() => document.querySelector('#loginform').submit()), true)`)
	tab.comes(`location.pathname === '/wp-admin/' && document.readyState === 'complete'`)
}

// What the third parties get of a page once all of it is granted. What was preloaded is not asked for again.
var wordpressAll = []string{"/order.js", "/stats/hit", "/own/hit", "/module.js", "/stats/module", "/head.js", "/stats/head", "/stats/inline", "/pixel.gif"}

// The owner declares, is told of faults, and assigns a handle; visitors are asked, and nothing is loaded
// before they agree, all of it in its order afterwards; the owner deletes the plugin, and nothing is left.
func TestWordpress(t *testing.T) {
	for _, version := range []string{"6.1", "6.4", "6.7"} {
		t.Run(version, func(t *testing.T) {
			w := newWordpress(t, version)
			assert.NotContains(t, w.html(t, "/"), "octroi.js", "without a declaration nothing is asked")

			_, owner := visit(t, w.site, "octroi: $") // the engine tells of faults in the console as well
			owner.size(1200, 1000, false)
			w.signIn(t, owner)
			if !t.Run("settings", func(t *testing.T) { owner.within(t); w.settings(t, owner) }) {
				return
			}
			t.Run("visitor", func(t *testing.T) { w.visited(t) })
			t.Run("parts", func(t *testing.T) { w.inParts(t) })
			t.Run("policy", func(t *testing.T) { w.policy(t) })
			t.Run("consent API", func(t *testing.T) { w.consentAPI(t) })
			t.Run("editor", func(t *testing.T) { owner.within(t); w.editor(t, owner) })

			var left [2][]string
			require.NoError(t, json.Unmarshal([]byte(w.php(t, "testdata/wordpress/uninstall.php")), &left))
			assert.Contains(t, left[0], "octroi_declaration")
			assert.Contains(t, left[0], "octroi_seen")
			assert.Empty(t, left[1], "what is left in the database")
		})
	}
}

// settings has the owner write the declaration, with a fault first.
func (w *wordpressSite) settings(t *testing.T, tab *tab) {
	const page = "/wp-admin/options-general.php?page=octroi"
	write := func(text string) {
		b, err := json.Marshal(text)
		require.NoError(t, err)
		tab.truth(`((text) => { const editor = document.querySelector('#octroi-declaration'); editor.value = text; editor.dispatchEvent(new Event('input')); return true; })(` + string(b) + `)`)
	}
	state := func(want string) {
		tab.until(`document.querySelector('#octroi-verdict').dataset.state === '` + want + `'`)
	}
	tab.open(page)
	tab.truth(`(document.querySelector('#octroi-begin').click(), true)`)
	state("fine")
	tab.shot("wordpress-settings-example")

	write(strings.Replace(w.declaration(), `"policy": "https://film.example/privacy"`, `"polcy": "https://film.example/privacy"`, 1))
	state("faulty")
	var told string
	tab.eval(`document.querySelector('#octroi-faults').innerText`, &told)
	assert.Contains(t, told, "polcy")
	assert.Contains(t, told, "Line 14")
	assert.Contains(t, told, `+ "policy": "https://film.example/privacy"`)
	tab.truth(`(document.querySelector('#octroi-faults button').click(), true)`)
	assert.True(t, tab.truth(`(({ value, selectionStart, selectionEnd }) => value.slice(selectionStart, selectionEnd).includes('"polcy"'))(document.querySelector('#octroi-declaration'))`), "the button selects the line")
	tab.shot("wordpress-settings-fault")
	write(`{ "site": { "name" "S" } }`)
	tab.until(`document.querySelector('#octroi-faults pre')`)
	tab.eval(`document.querySelector('#octroi-faults').innerText`, &told)
	assert.Contains(t, told, "line 1, column 20")
	tab.truth(`(document.querySelector('#octroi-form').requestSubmit(document.querySelector('#submit')), true)`)
	state("faulty")
	assert.True(t, tab.truth(`location.search === '?page=octroi'`), "what is faulty is not saved")

	write(w.declaration())
	tab.truth(`(document.querySelector('#octroi-form').requestSubmit(document.querySelector('#submit')), true)`)
	tab.comes(`document.querySelector('#setting-error-settings_updated') && document.readyState === 'complete'`)
	assert.True(t, tab.truth(`document.querySelector('#octroi-declaration').value.includes('"id": "film"')`))

	tab.truth(`(document.querySelector('#octroi-look').click(), true)`)
	tab.comes(`document.querySelector('select[name="octroi_handles[own-counter]"]')`)
	tab.until(`document.readyState === 'complete'`)
	assert.True(t, tab.truth(`/social\/video.html/.test(document.querySelector('.octroi-seen').textContent) && /film/.test(document.querySelector('.octroi-seen').textContent)`))
	assert.False(t, tab.truth(`document.cookie.includes('_pk') || !!localStorage.getItem('octroi')`), "the check in the frame keeps nothing here")
	tab.truth(`(document.querySelector('select[name="octroi_handles[own-counter]"]').value = 'own', document.querySelector('#octroi-form').requestSubmit(document.querySelector('#submit')), true)`)
	tab.comes(`document.querySelector('#setting-error-settings_updated') && document.readyState === 'complete' && document.querySelector('select[name="octroi_handles[own-counter]"]')?.value === 'own'`)
	tab.shot("wordpress-settings")
	tab.truth(`(document.querySelector('.octroi-seen').scrollIntoView(), true)`)
	tab.shot("wordpress-settings-seen")

	// A service of the catalogue.
	tab.truth(`(async () => { const service = document.querySelector('#octroi-service'); service.value = 'Matomo Cloud'; service.dispatchEvent(new Event('input')); await 0; document.querySelector('#octroi-add').click(); return true; })()`)
	tab.until(`/"id": "matomo-cloud"/.test(document.querySelector('#octroi-declaration').value)`)
	state("fine")

	// What the catalogue is to write out.
	write(strings.Replace(w.declaration(), `"services":`, `"use": { "youtube": "media" }, "services":`, 1))
	state("faulty")
	tab.truth(`([...document.querySelectorAll('#octroi-faults button')].at(-1).click(), true)`)
	tab.until(`/"id": "youtube"/.test(document.querySelector('#octroi-declaration').value) && !/"use"/.test(document.querySelector('#octroi-declaration').value)`)
	state("fine")
}

// visited has a visitor come.
func (w *wordpressSite) visited(t *testing.T) {
	w.Log.Clear()
	_, tab := visit(t, w.site)
	tab.open("/")
	tab.until(`document.querySelector('dialog.octroi-ask[open]')`)
	assert.True(t, tab.truth(`window.harmless`))
	assert.Empty(t, tab.requests(), "nothing before a choice")
	tab.whole()
	assert.True(t, tab.truth(`/[?]ver=[0-9a-f]{16}$/.test(document.querySelector('script#octroi-js').src) && octroi.report().ungated.length === 0 && octroi.report().faults.length === 0`), "nothing is left to the hooks")
	assert.Empty(t, w.misplaced(tab))
	tab.press("refuse")
	tab.open("/")
	assert.Empty(t, tab.requests(), "refused")
	tab.truth(`octroi.save({ statistics: true })`)
	tab.arrived(wordpressAll...)
	for _, e := range w.Log.Requests() {
		path, query, _ := strings.Cut(e.URL, "?")
		switch path {
		case "/stats/hit":
			assert.Equal(t, "before%20%3C/p%3E%20main%20after", query, "before, main, after")
		case "/own/hit":
			assert.Equal(t, "before%20main", query, "what stands after has not run yet")
		}
	}
	assert.True(t, tab.truth(`own.join() === 'before,main,after' && statsData.a === '</script><b>'`))
	tab.open("/")
	tab.truth(`octroi.withdraw('statistics')`)
	w.Log.Clear()
	tab.open("/")
	assert.Empty(t, tab.requests(), "withdrawn")

	tab.open("/film/")
	assert.Empty(t, tab.requests(), "embeds wait")
	tab.until(`document.querySelectorAll('.octroi-embed').length === 2`)
	tab.shot("wordpress-film")
	tab.truth(`octroi.save({ media: true })`)
	tab.arrived("/social/video.html", "/social/video.html")
}

// misplaced tells how the tag of octroi.js comes too late.
func (w *wordpressSite) misplaced(tab *tab) (how string) {
	tab.whole().eval(`octroi.report().misplaced`, &how)
	return how
}

// inParts looks at pages that are gated by core's filters alone.
func (w *wordpressSite) inParts(t *testing.T) {
	whole := w.html(t, "/")
	w.set(t, "octroi_whole", "0")
	defer w.set(t, "octroi_whole", "1")
	parts := w.html(t, "/")
	for _, id := range []string{"stats-js-before", "stats-js", "stats-js-after", "own-counter-js", "own-counter-js-after", "stats-module-js", "printed"} {
		for name, page := range map[string]string{"whole": whole, "in parts": parts} {
			tag := tagOf(t, page, id)
			assert.Contains(t, tag, `type="text/plain"`, "%s: %s", name, id)
			assert.Contains(t, tag, "data-octroi=", "%s: %s", name, id)
			assert.NotContains(t, tag, " src=", "%s: %s", name, id)
		}
	}
	assert.Contains(t, tagOf(t, parts, "stats-module-js"), `data-type="module"`)
	assert.NotContains(t, tagOf(t, parts, "harmless-js"), "data-octroi")
	assert.NotContains(t, w.html(t, "/film/"), `<iframe title="Film 1" width="320" height="180" src=`, "an embed")
	assert.NotContains(t, w.html(t, "/film/"), `<iframe title="A film" src=`, "a block")
	assert.Contains(t, parts, `<script async src='`+w.Third+`/head.js'`, "what a plugin prints by itself")
	assert.NotContains(t, whole, `<script async src='`)
}

// tagOf finds the tag with an id.
func tagOf(t *testing.T, page, id string) string {
	t.Helper()
	for _, quote := range []string{`"`, `'`} {
		if at := strings.Index(page, "id="+quote+id+quote); at >= 0 {
			from := strings.LastIndex(page[:at], "<")
			return page[from : at+strings.Index(page[at:], ">")+1]
		}
	}
	require.Fail(t, "no such tag", id)
	return ""
}

// policy looks at the cookie policy, with and without JavaScript.
func (w *wordpressSite) policy(t *testing.T) {
	for _, page := range []string{"/cookies/", "/short/"} {
		plain := w.html(t, page)
		assert.Contains(t, plain, "Film Ltd", "%s without JavaScript", page)
		assert.Contains(t, plain, "Shop &amp; Co &lt;/script&gt;", "%s: a name is text", page)
	}
	_, tab := visit(t, w.site)
	tab.open("/cookies/")
	tab.until(`document.querySelectorAll('[data-octroi-declaration] > .octroi-policy').length === 1 && /Film Ltd/.test(document.querySelector('.octroi-policy').textContent)`)
	tab.press("refuse")
	tab.shot("wordpress-policy")
}

// consentAPI asks the WP Consent API, in PHP and in the page.
func (w *wordpressSite) consentAPI(t *testing.T) {
	w.set(t, "third_consent_api", "1")
	defer w.set(t, "third_consent_api", "")
	_, tab := visit(t, w.site)
	says := func(want string) {
		t.Helper()
		tab.open("/")
		var got string
		tab.eval(`document.querySelector('#php-says').textContent`, &got)
		assert.Equal(t, want, got)
	}
	page := func(js string) { t.Helper(); assert.True(t, tab.truth(js), js) }
	says("functional=yes preferences=no statistics=no marketing=no")
	tab.until(`heard.includes('functional=allow')`)
	page(`wp_consent_type === 'optin' && !wp_has_consent('statistics') && wp_has_consent('functional')`)
	tab.truth(`octroi.save({ statistics: true })`)
	tab.until(`wp_has_consent('statistics')`)
	page(`!wp_has_consent('marketing') && !wp_has_consent('preferences') && wp_has_consent('statistics-anonymous')`)
	says("functional=yes preferences=no statistics=yes marketing=no")
	tab.truth(`(wp_set_consent('marketing', 'allow'), true)`)
	page(`!wp_has_consent('marketing')`)
	tab.truth(`(wp_set_consent('statistics', 'deny'), true)`)
	tab.until(`!octroi.allows('statistics')`)
	says("functional=yes preferences=no statistics=no marketing=no")
	tab.truth(`(wp_set_consent('statistics', 'allow'), true)`)
	page(`!octroi.allows('statistics') && !wp_has_consent('statistics')`)
	// Without a record nothing is granted, whatever these cookies say.
	request, err := http.NewRequest("GET", w.URL+"/", nil)
	require.NoError(t, err)
	request.Header.Set("Cookie", "wp_consent_statistics=allow")
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	assert.Contains(t, string(b), "functional=yes preferences=no statistics=no marketing=no")
}

// editor shows the block in the editor.
func (w *wordpressSite) editor(t *testing.T, tab *tab) {
	var id int
	tab.open("/cookies/")
	tab.eval(`+document.body.className.match(/page-id-(\d+)/)[1]`, &id)
	tab.open(fmt.Sprintf("/wp-admin/post.php?post=%d&action=edit", id))
	tab.until(`(() => { const page = document.querySelector('iframe[name="editor-canvas"]')?.contentDocument || document; return /Film Ltd/.test(page.querySelector('[data-type="octroi/policy"]')?.textContent); })()`)
	tab.truth(`(wp.data.dispatch('core/preferences')?.set('core/edit-post', 'welcomeGuide', false), true)`)
	tab.shot("wordpress-editor")
}
