package wasmtest

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/examples/shop"
	"github.com/octroi-consent/octroi/internal/apps"
	"github.com/octroi-consent/octroi/internal/audit/headless"
)

// The whole apps of examples/apps, as their frameworks build them, each before and after a
// choice; docs/frameworks.md has what comes of it.
func TestApps(t *testing.T) {
	only(t, "a browser's part in it is what other tests try in each", "chromium")
	folder := os.Getenv("OCTROI_APPS")
	if folder == "" {
		t.Skip("./build.sh apps builds the apps of examples/apps and drives them")
	}
	all, err := apps.All("../examples/apps")
	require.NoError(t, err)
	third := newParties()
	port := strings.TrimPrefix(listens(t, third), "http://localhost:")
	var rules []string
	for _, host := range []string{"stats", "film", "mark"} {
		rules = append(rules, "MAP "+host+".example:80 127.0.0.1:"+port)
	}
	ctx, err := headless.Launch("", chromedp.Flag("host-resolver-rules", strings.Join(rules, ", ")))
	require.NoError(t, err)
	t.Cleanup(func() { chromedp.Cancel(ctx) })
	for _, app := range all {
		t.Run(app.ID, func(t *testing.T) {
			built := filepath.Join(folder, app.ID)
			if _, err := os.Stat(filepath.Join(built, "package.json")); err != nil {
				t.Skip("it is not built: ./build.sh apps " + app.ID)
			}
			driveApp(t, chromium{ctx}, third, app, built)
		})
	}
}

// appVisit is a visitor of an app.
type appVisit struct {
	*tab
	third *parties
	mu    sync.Mutex
	warns []string
	marks int
}

// warnings are what the console was told of hydration, without being an error.
func (v *appVisit) warnings() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.warns)
}

// visitApp is a visitor whom an app has never seen; what its pages throw fails the test.
func visitApp(t testing.TB, b chromium, third *parties, url string) *appVisit {
	t.Helper()
	// What is built may have to come after a press.
	// A router that leaves one view transition for the next leaves a promise of the browser's rejected.
	v := newVisitor(t, &site{URL: url, Shop: &shop.Shop{Log: shop.NewLog()}, busy: true}, []string{"AbortError: Transition was skipped"})
	l := &life{t: t, met: v.met}
	p, err := b.visitor(l)
	t.Cleanup(l.end)
	require.NoError(t, err)
	visit := &appVisit{tab: v.listen(p), third: third}
	chromedp.Listen(p.(*chromiumPane).ctx, func(ev any) {
		called, ok := ev.(*runtime.EventConsoleAPICalled)
		if !ok || called.Type != runtime.ConsoleAPICalledTypeWarning {
			return
		}
		var line strings.Builder
		for _, a := range called.Args {
			line.Write(a.Value)
		}
		if text := strings.ToLower(line.String()); strings.Contains(text, "hydrat") || strings.Contains(text, "mismatch") || strings.Contains(text, "did not match") {
			visit.mu.Lock()
			visit.warns = append(visit.warns, line.String())
			visit.mu.Unlock()
		}
	})
	visit.before(`window.broke = []; document.addEventListener('securitypolicyviolation', (e) => broke.push(e.effectiveDirective + ' ' + e.blockedURI + ' ' + e.sourceFile + ':' + e.lineNumber + ' ' + e.sample));`)
	third.clear()
	return visit
}

// shows waits for what a page has while statistics are granted, or are not.
func (v *appVisit) shows(path string, granted bool) {
	v.t.Helper()
	says := map[bool]string{true: "yes", false: "no"}[granted]
	v.until(`location.pathname.replace(/(.)\/$/, '$1') === '` + path + `' && document.querySelector('#stats')?.textContent.trim() === '` + says + `' && ` + map[bool]string{
		true:  `(location.pathname !== '/' || document.querySelector('#only'))`,
		false: `!document.querySelector('#only')`,
	}[granted])
}

// follows goes on by a link of the app, which must not load another document. A link is like any
// other until the framework has taken the page over: until then it leads nowhere here.
func (v *appVisit) follows(link, path string, granted bool) {
	v.t.Helper()
	v.until(`document.querySelector('` + link + `')`)
	v.until(`(() => {
		window.same = true;
		let taken = false;
		addEventListener('click', (event) => {
			taken = event.defaultPrevented;
			event.preventDefault();
		}, { once: true });
		document.querySelector('` + link + `').click();
		return taken;
	})()`)
	v.shows(path, granted)
	assert.True(v.t, v.truth(`window.same === true`), "%s is the same document", path)
}

// got expects that the third parties get just these, in any order.
func (v *appVisit) got(want ...string) {
	v.t.Helper()
	slices.Sort(want)
	for deadline := time.After(stepTimeout); ; {
		got, changed := v.third.log()
		if len(got) >= len(want) {
			break
		}
		select {
		case <-changed:
			continue
		case <-deadline:
		}
		slices.Sort(got)
		require.Equal(v.t, want, got, "the third parties wait in vain")
	}
	// A request that the page makes last comes last.
	v.marks++
	mark := fmt.Sprintf("%d-%d", time.Now().UnixNano(), v.marks)
	v.truth(`new Promise((done) => setTimeout(() => setTimeout(() => { const i = new Image(); i.onload = i.onerror = done; i.src = 'http://mark.example/` + mark + `'; }, 50)))`)
	require.True(v.t, v.third.marked(mark), "the page can ask others")
	got, _ := v.third.log()
	slices.Sort(got)
	require.Equal(v.t, append([]string{}, want...), append([]string{}, got...))
}

const (
	homeTag = "stats.example/tag.js?page=home"
	filmTag = "stats.example/tag.js?page=film"
	film    = "film.example/film.html"
)

// asks waits for the first layer.
func (v *appVisit) asks() { v.until(`document.querySelector('dialog.octroi-ask[open]')`) }

// stands waits for the stand-in of the film.
func (v *appVisit) stands() {
	v.until(`document.querySelector('.octroi-embed') && !document.querySelector('iframe')?.getAttribute('src')`)
}

// driveApp is what every app must do.
func driveApp(t *testing.T, b chromium, third *parties, app apps.App, folder string) {
	script := ""
	if app.Static == "" {
		script = "start"
	}
	front, url := serveApp(t, app, folder, script)
	t.Run("built", func(t *testing.T) {
		for _, file := range app.Prerendered {
			assert.FileExists(t, filepath.Join(folder, file), "a static page stays static")
		}
	})
	t.Run("choice", func(t *testing.T) { chooses(t, visitApp(t, b, third, url)) })
	t.Run("blocked", func(t *testing.T) {
		for name, answer := range map[string]func(http.ResponseWriter){
			"missing": func(w http.ResponseWriter) { w.WriteHeader(http.StatusNotFound) },
			"cut":     func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
		} {
			t.Run(name, func(t *testing.T) {
				front.blocks(answer)
				t.Cleanup(func() { front.blocks(nil) })
				blocked(t, visitApp(t, b, third, url))
			})
		}
	})
	if app.Policy != "" {
		t.Run("policy", func(t *testing.T) {
			front.isStrict(true)
			t.Cleanup(func() { front.isStrict(false) })
			strict(t, visitApp(t, b, third, url))
		})
	}
	if app.Dev != "" {
		t.Run("dev", func(t *testing.T) {
			_, url := serveApp(t, app, folder, app.Dev)
			compiles(t, url, "/", "/film")
			develops(t, visitApp(t, b, third, url))
		})
	}
	if !t.Failed() && complete() {
		require.NoError(t, tell(app))
	}
}

// complete reports whether whole apps are driven, and not parts of them.
func complete() bool {
	for _, argument := range os.Args {
		if strings.HasPrefix(argument, "-test.run=") {
			return strings.Count(argument, "/") < 2
		}
	}
	return true
}

// chooses is a visitor who grants, comes back, and withdraws.
func chooses(t *testing.T, v *appVisit) {
	v.open("/")
	v.asks()
	v.shows("/", false)
	v.got()
	v.follows("#to-film", "/film", false)
	v.stands()
	v.follows("#to-home", "/", false)
	v.got()

	v.press("accept")
	v.shows("/", true)
	v.got(homeTag)
	assert.True(t, v.truth(`String(ran) === 'home'`))
	v.follows("#to-film", "/film", true)
	v.got(homeTag, filmTag, film)
	v.follows("#to-home", "/", true)
	v.follows("#to-film", "/film", true)
	v.got(homeTag, filmTag, film, film)
	assert.True(t, v.truth(`String(ran) === 'home,film'`), "each once in a page")

	// The page comes with all of it granted.
	third := v.third
	third.clear()
	v.open("/film")
	v.shows("/film", true)
	v.got(filmTag, film)
	v.open("/")
	v.shows("/", true)
	v.got(filmTag, film, homeTag)
	v.follows("#to-film", "/film", true)
	v.got(filmTag, film, homeTag, filmTag, film)

	third.clear()
	v.click("#cookies")
	v.press("refuse")
	v.shows("/film", false)
	v.stands()
	v.got()
	v.until(`document.querySelector('[data-octroi-act="reload"]')`) // a script of it has run
	v.follows("#to-home", "/", false)
	v.follows("#to-film", "/film", false)
	v.got()

	for _, path := range []string{"/", "/film"} {
		v.open(path)
		v.shows(path, false)
		v.got()
	}
	v.stands()
	assert.Empty(t, v.warnings())
}

// blocked is a visitor for whom octroi.js never comes.
func blocked(t *testing.T, v *appVisit) {
	for _, path := range []string{"/", "/film"} {
		v.open(path)
		v.shows(path, false)
	}
	v.follows("#to-home", "/", false)
	v.follows("#to-film", "/film", false)
	assert.True(t, v.truth(`!window.octroi`), "it is blocked")
	v.truth(`(document.querySelector('#cookies').click(), true)`)
	v.got()
	assert.Empty(t, v.warnings())
}

// strict is a visitor of the app with a strict policy.
func strict(t *testing.T, v *appVisit) {
	t.Cleanup(func() {
		if t.Failed() {
			broke, _ := v.pane.evaluate(`broke.join('\n')`)
			t.Log("what the policy has stopped: " + broke)
		}
	})
	kept := func() {
		t.Helper()
		var broke []string
		v.eval(`broke`, &broke)
		assert.Empty(t, broke, "what the policy has stopped")
	}
	v.open("/")
	v.asks()
	v.shows("/", false)
	v.follows("#to-film", "/film", false)
	v.got()
	v.press("accept")
	v.shows("/film", true)
	v.got(filmTag, film)
	v.follows("#to-home", "/", true)
	v.got(filmTag, film, homeTag)
	assert.True(t, v.truth(`String(ran) === 'film,home'`))
	kept()
	v.third.clear()
	v.open("/film")
	v.shows("/film", true)
	v.got(filmTag, film)
	assert.True(t, v.truth(`String(ran) === 'film'`))
	kept()
	assert.Empty(t, v.warnings())
}

// compiles has a developer's server make these pages, which takes it longer than a browser waits.
func compiles(t *testing.T, url string, paths ...string) {
	t.Helper()
	client := http.Client{Timeout: 5 * time.Minute}
	for _, path := range paths {
		answer, err := client.Get(url + path)
		require.NoError(t, err)
		answer.Body.Close()
	}
}

// develops is a developer who looks at the app before a choice, and with all granted: what
// frameworks say of hydration is said to developers alone.
func develops(t *testing.T, v *appVisit) {
	for range 2 { // what is compiled at first may load the page again
		v.open("/film")
		v.shows("/film", false)
		v.open("/")
		v.shows("/", false)
	}
	v.asks()
	v.got()
	v.press("accept")
	v.shows("/", true)
	for range 2 {
		for _, path := range []string{"/film", "/"} {
			v.open(path)
			v.shows(path, true)
			v.until(`window.ran?.length`)
		}
	}
	v.truth(`new Promise((done) => requestIdleCallback(done))`)
	assert.Empty(t, v.warnings())
}
