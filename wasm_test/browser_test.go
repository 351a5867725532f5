package wasmtest

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/web/demo/shop"
)

// stepTimeout ends a wait for something that does not come.
const stepTimeout = 20 * time.Second

// launch starts a Chromium; a profile's folder outlives it, without one its profile
// is fresh.
func launch(profile string, flags ...chromedp.ExecAllocatorOption) (context.Context, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-background-networking", true),
	)
	if path := os.Getenv("CHROME"); path != "" {
		options = append(options, chromedp.ExecPath(path))
	}
	if profile != "" {
		options = append(options, chromedp.UserDataDir(profile))
	}
	options = append(options, flags...)
	allocator, _ := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ := chromedp.NewContext(allocator)
	return ctx, chromedp.Do(ctx)
}

// chrome is one Chromium for all tests; each visit has a profile of its own in it.
var chrome = sync.OnceValue(func() context.Context {
	ctx, err := launch("")
	if err != nil {
		panic(fmt.Errorf("no browser: %w", err))
	}
	closeChrome = func() { chromedp.Cancel(ctx) }
	return ctx
})

// closeChrome is set once there is a browser to close.
var closeChrome = func() {}

func TestMain(m *testing.M) {
	code := m.Run()
	closeChrome()
	os.Exit(code)
}

// site is the demo's two origins on free ports, with room for pages of a test's own.
type site struct {
	*shop.Shop
	URL   string
	pages *http.ServeMux
}

func newSite(t testing.TB) *site {
	t.Helper()
	s := &site{Shop: &shop.Shop{Dist: Dist, Log: shop.NewLog()}, pages: http.NewServeMux()}
	serve := func(host string, h http.Handler) string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		server := &http.Server{Handler: h}
		go server.Serve(l)
		t.Cleanup(func() { server.Close() })
		return fmt.Sprintf("http://%s:%d", host, l.Addr().(*net.TCPAddr).Port)
	}
	s.Third = serve("127.0.0.1", s.ThirdParties())
	s.pages.Handle("/", s.Handler())
	s.URL = serve("localhost", s.pages)
	return s
}

// page serves a page of a test's own: the drop-in with the shop's declaration, and
// the given markup.
func (s *site) page(path, head, body string) {
	s.raw(path, "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title>
<script type="application/json" id="octroi-config">` + s.Declaration() + `</script>` + head +
			`</head><body><a href="#octroi" id="tab">Cookies</a>` + strings.ReplaceAll(body, "THIRD", s.Third) + `</body></html>`
	})
}

const dropIn = `<script src="/octroi/octroi.js"></script>`

func (s *site) raw(path, kind string, content func() string) {
	s.pages.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", kind)
		fmt.Fprint(w, content())
	})
}

// visitor is a browser profile; it can have several tabs.
type visitor struct {
	t    testing.TB
	site *site
	ctx  context.Context
	// Thrown are exceptions and console errors that the pages met.
	mu     sync.Mutex
	thrown []string
	// may is what the console may say in this test.
	may []string
}

// tab is one page of a visitor's.
type tab struct {
	*visitor
	ctx context.Context
}

// visit opens a fresh profile on the site. Chromium keeps no cookies of third
// parties in it.
func visit(t testing.TB, s *site, mayLog ...string) (*visitor, *tab) {
	t.Helper()
	ctx, cancel := chromedp.NewContext(chrome(), chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	return visitIn(t, s, ctx, mayLog...)
}

// visitIn makes a visitor of a browser's context.
func visitIn(t testing.TB, s *site, ctx context.Context, mayLog ...string) (*visitor, *tab) {
	t.Helper()
	v := &visitor{t: t, site: s, ctx: ctx, may: mayLog}
	t.Cleanup(func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		for _, line := range v.thrown {
			if !slices.ContainsFunc(v.may, func(may string) bool { return strings.Contains(line, may) }) {
				t.Errorf("the page met: %s", line)
			}
		}
	})
	return v, v.listen(ctx)
}

// tab opens another tab of the same profile.
func (v *visitor) tab() *tab {
	ctx, cancel := chromedp.NewContext(v.ctx)
	v.t.Cleanup(cancel)
	return v.listen(ctx)
}

// restored takes over the tab that the browser has restored with a page of the site.
func (t *tab) restored(path string) *tab {
	t.t.Helper()
	deadline := time.Now().Add(stepTimeout)
	for {
		targets, err := chromedp.CallBrowser(t.ctx, target.GetTargets, target.GetTargetsParams{})
		require.NoError(t.t, err)
		for _, info := range targets.TargetInfos {
			if info.Type == "page" && info.URL == t.site.URL+path {
				ctx, cancel := chromedp.NewContext(t.ctx, chromedp.WithTargetID(info.TargetID))
				t.t.Cleanup(cancel)
				return t.listen(ctx)
			}
		}
		require.True(t.t, time.Now().Before(deadline), "nothing was restored")
	}
}

func (v *visitor) listen(ctx context.Context) *tab {
	v.t.Helper()
	require.NoError(v.t, chromedp.Listen(ctx, func(ev any) {
		line := ""
		switch ev := ev.(type) {
		case *runtime.EventExceptionThrown:
			line = ev.ExceptionDetails.Text
			if e := ev.ExceptionDetails.Exception; e != nil {
				line += " " + e.Description
			}
		case *runtime.EventConsoleAPICalled:
			if ev.Type == runtime.ConsoleAPICalledTypeError {
				for _, a := range ev.Args {
					line += string(a.Value)
				}
			}
		}
		if line != "" {
			v.mu.Lock()
			v.thrown = append(v.thrown, line)
			v.mu.Unlock()
		}
	}))
	return &tab{v, ctx}
}

type step = chromedp.Action[chromedp.Void]

func (t *tab) run(steps ...step) {
	t.t.Helper()
	require.NoError(t.t, t.try(steps...))
}

func (t *tab) try(steps ...step) error {
	ctx, cancel := context.WithTimeout(t.ctx, stepTimeout)
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

// before has JavaScript run in every page before anything else.
func (t *tab) before(script string) {
	t.t.Helper()
	_, err := chromedp.Call(t.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	require.NoError(t.t, err)
}

// at moves the clock of the pages loaded from now on.
func (t *tab) at(now time.Time) {
	t.t.Helper()
	t.before(fmt.Sprintf(`(() => { const real = Date.now, from = real(); Date.now = () => %d + real() - from; })()`, now.UnixMilli()))
}

// open loads a page and waits for its load event.
func (t *tab) open(path string) *tab {
	t.t.Helper()
	t.run(chromedp.Navigate(t.site.URL + path))
	return t
}

// back goes back in the tab's history, until the page at a path is there.
func (t *tab) back(path string) {
	t.t.Helper()
	_, err := chromedp.Run(t.ctx, chromedp.Evaluate[chromedp.Void](`history.back()`))
	require.NoError(t.t, err)
	t.comes(`document.readyState + location.pathname === 'complete` + path + `'`)
}

// eval evaluates JavaScript; a promise is awaited.
func (t *tab) eval(js string, result any) {
	t.t.Helper()
	ctx, cancel := context.WithTimeout(t.ctx, stepTimeout)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`(async () => JSON.stringify(await (`+js+`)) ?? 'null')()`, chromedp.EvalAwaitPromise))
	require.NoError(t.t, err, js)
	require.NoError(t.t, json.Unmarshal([]byte(text), result), js)
}

// comes waits for a condition to hold in the page that comes next.
func (t *tab) comes(js string) {
	t.t.Helper()
	require.Eventually(t.t, func() bool {
		// Between two pages there is none to ask.
		is, err := chromedp.Run(t.ctx, chromedp.Evaluate[bool]("Boolean("+js+")"))
		return err == nil && is
	}, stepTimeout, 10*time.Millisecond, js)
}

func (t *tab) truth(js string) bool {
	t.t.Helper()
	var b bool
	t.eval("Boolean(await ("+js+"))", &b)
	return b
}

// until waits for a condition to hold in the page, looking at each frame.
func (t *tab) until(js string) {
	t.t.Helper()
	require.NoError(t.t, t.try(chromedp.Poll[chromedp.Void](js, chromedp.WithPollingTimeout(stepTimeout))), js)
}

// awaits waits for a condition in a page that is not in front, which draws no frames.
func (t *tab) awaits(js string) {
	t.t.Helper()
	t.truth(`new Promise((done) => { const look = () => (` + js + `) ? done() : setTimeout(look, 20); look(); })`)
}

// press clicks one of the interface's buttons, as a person would, with the mouse.
func (t *tab) press(action string) {
	t.t.Helper()
	t.click(`[data-octroi-act="` + action + `"]`)
}

// click clicks something of the page's.
func (t *tab) click(selector string) {
	t.t.Helper()
	t.run(chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// key presses a key, as a person would.
func (t *tab) key(keys string) {
	t.t.Helper()
	t.run(chromedp.KeyEvent(keys))
}

// flip clicks a switch of the second layer.
func (t *tab) flip(id string) {
	t.t.Helper()
	t.truth(`document.querySelectorAll('.octroi-preferences details').forEach((d) => (d.open = true))`)
	t.click(`[data-octroi-switch="` + id + `"]`)
}

// requests returns what the third parties got, once all that the page had asked
// for so far has come: a last request of the test's own marks the end.
func (t *tab) requests() []string {
	t.t.Helper()
	paths := []string{}
	mark := fmt.Sprintf("/mark?%d", time.Now().UnixNano())
	t.truth(`new Promise((done) => { const i = new Image(); i.onerror = done; requestAnimationFrame(() => setTimeout(() => (i.src = '` + t.site.Third + mark + `'))); })`)
	for _, e := range t.site.Log.Requests() {
		if !strings.HasPrefix(e.URL, "/mark?") {
			path, _, _ := strings.Cut(e.URL, "?")
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// arrived waits until the third parties got just these, in any order, and nothing
// else.
func (t *tab) arrived(want ...string) {
	t.t.Helper()
	slices.Sort(want)
	deadline := time.After(stepTimeout)
	for {
		changed := t.site.Log.Changed()
		got := []string{}
		for _, e := range t.site.Log.Requests() {
			if path, _, _ := strings.Cut(e.URL, "?"); path != "/mark" {
				got = append(got, path)
			}
		}
		slices.Sort(got)
		if len(got) >= len(want) {
			require.Equal(t.t, want, got)
			break
		}
		select {
		case <-changed:
		case <-deadline:
			require.Equal(t.t, want, got, "the third parties wait in vain")
		}
	}
	require.Equal(t.t, want, t.requests(), "and nothing comes after")
}

// cookies returns the names in the browser's own store, of all sites.
func (t *tab) cookies() (names []string) {
	t.t.Helper()
	t.truth(`(document.cookie, true)`) // waits for what the page has set before
	result, err := chromedp.CallBrowser(t.ctx, storage.GetCookies, storage.GetCookiesParams{BrowserContextID: chromedp.FromContext(t.ctx).BrowserContextID})
	require.NoError(t.t, err)
	for _, c := range result.Cookies {
		names = append(names, c.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (t *tab) size(width, height int64, phone bool) {
	t.t.Helper()
	options := []chromedp.EmulateViewportOption{chromedp.EmulateScale(2)}
	if phone {
		options = append(options, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	t.run(chromedp.EmulateViewport(width, height, options...))
}

// shot writes a picture into the ignored folder shots/.
func (t *tab) shot(name string) {
	t.t.Helper()
	png, err := chromedp.Run(t.ctx, chromedp.CaptureScreenshot())
	require.NoError(t.t, err)
	require.NoError(t.t, os.MkdirAll("../shots", 0o777))
	require.NoError(t.t, os.WriteFile(filepath.Join("../shots", name+".png"), png, 0o666))
}
