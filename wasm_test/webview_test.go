package wasmtest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/bundle"
)

// webview is a real embedded view; its native side is this test.
type webview struct {
	t        *testing.T
	in       io.Writer
	out      chan map[string]any
	folder   string    // that app://shop/ stands for
	messages []message // what the page has sent
	served   []string  // the files under app://shop/ that it has asked for
}

type message struct {
	Octroi   int
	Type     string
	Time     int64
	Revision string
	Complete bool
	Reason   string
	Choices  map[string]struct {
		Granted   bool
		At, Until int64
	}
	Keys map[string]int
	text string
}

// newWebview starts one on a display of its own.
func newWebview(t *testing.T) *webview {
	t.Helper()
	const python = "/usr/bin/python3"
	if err := exec.Command(python, "-c", `import gi; gi.require_version("WebKit2", "4.1")`).Run(); err != nil {
		t.Skip("there is no WebKitGTK to embed: gir1.2-webkit2-4.1, python3-gi")
	}
	display, stop, err := virtualDisplay()
	require.NoError(t, err)
	t.Cleanup(stop)
	b := &webkit{folder: t.TempDir(), display: display}
	cmd := exec.Command(python, "testdata/webview.py")
	cmd.Env = append(os.Environ(), b.environment()...)
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	v := &webview{t: t, in: in, out: make(chan map[string]any, 99)}
	go func() {
		lines := bufio.NewScanner(out)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var line map[string]any
			if json.Unmarshal(lines.Bytes(), &line) == nil {
				v.out <- line
			}
		}
	}()
	t.Cleanup(func() {
		in.Close()
		cmd.Process.Kill()
		cmd.Wait()
	})
	return v
}

// hear takes lines from the view until one has a key; messages are kept.
func (v *webview) hear(key string) string {
	v.t.Helper()
	for {
		select {
		case line := <-v.out:
			if text, ok := line["message"].(string); ok {
				m := message{text: text}
				require.NoError(v.t, json.Unmarshal([]byte(text), &m))
				v.t.Logf("page → app: %s", text)
				v.messages = append(v.messages, m)
				if key == "message" {
					return text
				}
			}
			require.NotContains(v.t, line, "error")
			if path, ok := line["served"].(string); ok {
				v.served = append(v.served, path)
			}
			if text, ok := line[key]; ok {
				return fmt.Sprint(text)
			}
		case <-time.After(stepTimeout):
			v.t.Fatalf("the view does not say %q", key)
		}
	}
}

func (v *webview) tell(command map[string]string) {
	v.t.Helper()
	line, err := json.Marshal(command)
	require.NoError(v.t, err)
	_, err = v.in.Write(append(line, '\n'))
	require.NoError(v.t, err)
}

// start opens the app's page; stored is what its native side has kept.
func (v *webview) start(uri, stored string) {
	v.t.Helper()
	inject := ""
	if stored != "" {
		inject = "window.octroiNative = " + stored
		v.t.Logf("app → page, before its first script: %s", stored)
	}
	v.messages, v.served = nil, nil
	v.tell(map[string]string{"load": uri, "inject": inject, "folder": v.folder})
	v.hear("loaded")
}

func (v *webview) eval(js string) string {
	v.t.Helper()
	v.tell(map[string]string{"eval": js})
	return v.hear("result")
}

func (v *webview) until(js string) {
	v.t.Helper()
	await(v.t, js, func() bool { return v.eval(js) == "true" })
}

// last waits for a message that the page has sent after so many.
func (v *webview) last(after int) message {
	v.t.Helper()
	for len(v.messages) <= after {
		v.hear("message")
	}
	return v.messages[len(v.messages)-1]
}

func (v *webview) picture(name string) {
	v.t.Helper()
	folder, err := filepath.Abs("../shots")
	require.NoError(v.t, err)
	require.NoError(v.t, os.MkdirAll(folder, 0o777))
	v.eval(`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))), ''`)
	time.Sleep(300 * time.Millisecond) // until it is drawn, of which nothing tells
	v.tell(map[string]string{"picture": filepath.Join(folder, name+".png")})
	v.hear("picture")
}

// sampleForms are the forms of Octroi that an app may bring: what octroi build makes, and the
// drop-in, with the declaration in the page.
var sampleForms = []string{"built", "drop-in"}

// sample puts the sample app into a folder, with addresses that this site serves.
func (s *site) sample(t *testing.T, form string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	read := func(name string) string {
		b, err := os.ReadFile("../examples/webview/sample/" + name)
		require.NoError(t, err)
		return strings.ReplaceAll(string(b), "https://stats.example/", s.Third+"/stats/")
	}
	page, declaration := read("index.html"), read("octroi.json")
	write := func(name string, content []byte) {
		file := filepath.Join(folder, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o777))
		require.NoError(t, os.WriteFile(file, content, 0o666))
	}
	if form == "built" {
		made, err := bundle.Build([]byte(declaration))
		require.NoError(t, err)
		for name, content := range made.Files {
			write("octroi/"+name, content)
		}
	} else {
		require.NoError(t, os.CopyFS(filepath.Join(folder, "octroi"), os.DirFS(Dist)))
		const first = "<script src="
		require.Contains(t, page, first)
		page = strings.Replace(page, first, `<script type="application/json" id="octroi-config">`+declaration+"</script>\n"+first, 1)
	}
	write("index.html", []byte(page))
	return folder
}

// counted waits until the third parties have got a request.
func (s *site) counted() {
	for len(s.paths()) == 0 {
		<-s.Log.Changed()
	}
}

// asks waits until the view shows the banner.
func (v *webview) asks() {
	v.t.Helper()
	v.until(`Boolean(document.querySelector('dialog.octroi-ask[open]'))`)
}

// asksNobody checks that the view shows no dialog.
func (v *webview) asksNobody() {
	v.t.Helper()
	assert.Equal(v.t, "null", v.eval(`document.querySelector('dialog')`))
}

const accept = `document.querySelector('[data-octroi-act="accept"]').click()`

// grants accepts; the app keeps what it is told, as it is.
func (v *webview) grants() message {
	v.t.Helper()
	before, start := len(v.messages), time.Now()
	v.eval(accept)
	granted := v.last(before)
	assert.Less(v.t, time.Since(start), time.Second)
	assert.True(v.t, granted.Complete && granted.Choices["statistics"].Granted)
	return granted
}

// withdraws has the native side take back all that was granted.
func (v *webview) withdraws() message {
	v.t.Helper()
	before, start := len(v.messages), time.Now()
	v.eval(`octroi.native({ octroi: 1, type: 'withdraw' })`)
	v.until(`!octroi.allows('statistics') && !document.querySelector('img').hasAttribute('src')`)
	assert.Less(v.t, time.Since(start), time.Second)
	withdrawn := v.last(before)
	assert.True(v.t, withdrawn.Complete && !withdrawn.Choices["statistics"].Granted)
	assert.Equal(v.t, 0, withdrawn.Keys["firebase_analytics_collection_enabled"])
	return withdrawn
}

// The sample app in a real embedded view, from a file, that keeps nothing itself: ask,
// grant, restart, withdraw from the native side, expire.
func TestTheSampleAppInARealWebview(t *testing.T) {
	only(t, "the view is WebKitGTK's, embedded", "webkit")
	for _, form := range sampleForms {
		t.Run(form, func(t *testing.T) { theSampleAppInARealWebview(t, form) })
	}
}

func theSampleAppInARealWebview(t *testing.T, form string) {
	v := newWebview(t)
	s := newSite(t)
	folder := s.sample(t, form)
	uri := "file://" + folder + "/index.html"

	// Asks, and tells the app that it does.
	v.start(uri, "")
	v.asks()
	hello := v.last(0)
	assert.Equal(t, "hello", hello.Type)
	assert.False(t, hello.Complete)
	assert.Empty(t, s.paths(), "nothing before a choice")
	v.picture("webview-ask")
	granted := v.grants()
	s.counted()
	assert.Equal(t, []string{"/stats/count"}, s.paths())

	// Starts again: the view has kept nothing, the app hands it over.
	s.Log.Clear()
	v.start(uri, granted.text)
	v.until(`octroi.allows('statistics')`)
	v.asksNobody()
	assert.Equal(t, granted.Choices["statistics"].Until, v.last(0).Choices["statistics"].Until, "with the end that it had")
	s.counted()
	v.picture("webview-granted")

	// The native side wants its own keys, shows the choices, and withdraws.
	before := len(v.messages)
	v.eval(`octroi.native({ octroi: 1, type: 'hello', keys: true })`)
	assert.Equal(t, map[string]int{"firebase_analytics_collection_enabled": 1}, v.last(before).Keys)
	v.eval(`octroi.native({ octroi: 1, type: 'show' })`)
	v.until(`Boolean(document.querySelector('dialog.octroi-preferences[open]'))`)
	v.picture("webview-choices")
	s.Log.Clear()
	withdrawn := v.withdraws()

	// Starts again: refused it stays, and nobody asks.
	v.start(uri, withdrawn.text)
	v.until(`octroi.state()?.decided && !octroi.allows('statistics')`)
	v.asksNobody()

	// What was granted seven months ago holds no more: it is asked for again.
	old := time.Now().AddDate(0, -7, 0).UnixMilli()
	v.start(uri, strings.ReplaceAll(granted.text, fmt.Sprint(granted.Choices["statistics"].At), fmt.Sprint(old)))
	v.asks()
	assert.Equal(t, "expired", v.messages[0].Reason)
	assert.Equal(t, "false", v.eval(`octroi.allows('statistics')`))
	assert.Empty(t, s.paths())

	v.servesItself(s, folder, granted.text)
	if form == "built" {
		served := strings.Join(v.served, " ")
		assert.Contains(t, served, "octroi/engine.", "a scheme of the app's own brings the engine as WebAssembly")
		assert.NotContains(t, served, "nowasm")
	}
}

// servesItself has the app serve the page from a scheme of its own.
func (v *webview) servesItself(s *site, folder, stored string) {
	v.t.Helper()
	v.folder = folder
	v.start("app://shop/index.html", "")
	v.asks()
	assert.Empty(v.t, s.paths())
	v.eval(accept)
	v.until(`octroi.allows('statistics') && document.querySelector('img').hasAttribute('src')`)
	v.t.Logf("app://: cookies %q, kept %s", v.eval(`document.cookie`), v.eval(`octroi.report().kept`))
	v.start("app://shop/index.html", stored)
	v.until(`octroi.allows('statistics')`)
	v.asksNobody()
}

// The sample opened from its file, in a browser where no app keeps anything: the first layer is
// seen, nothing is asked of anybody before a choice, and the choice is kept and read again.
func TestTheSampleAppFromItsFile(t *testing.T) {
	for _, form := range sampleForms {
		t.Run(form, func(t *testing.T) {
			s := newSite(t)
			uri := "file://" + s.sample(t, form) + "/index.html"
			_, tab := visit(t, s)
			tab.away(uri).until(`document.querySelector('dialog.octroi-ask[open]')`)
			tab.until(`document.readyState === 'complete' && window.octroi?.state()`)
			assert.Empty(t, s.paths(), "nothing before a choice")
			tab.press("refuse")
			tab.until(`octroi.state().decided`)
			tab.away(uri).until(`window.octroi?.state()?.decided`)
			assert.True(t, tab.truth(`!octroi.allows('statistics') && !document.querySelector('dialog[open]')`), "refused, and kept")
			assert.Empty(t, s.paths())
			tab.truth(`octroi.acceptAll()`)
			s.counted()
			s.Log.Clear()
			tab.away(uri).until(`window.octroi?.state()?.decided`)
			assert.True(t, tab.truth(`octroi.allows('statistics') && !document.querySelector('dialog[open]')`), "granted, and kept")
			s.counted()
			assert.Equal(t, []string{"/stats/count"}, s.paths())
		})
	}
}

// The sample for Capacitor starts Octroi by scripts that it inserts, while the page is parsed or
// behind that: the app has the choice, and hands it over at the next start.
func TestTheSampleForCapacitor(t *testing.T) {
	only(t, "Capacitor has the views of Android and iOS", "chromium", "webkit")
	source, err := os.ReadFile("../examples/webview/capacitor.ts")
	require.NoError(t, err)
	const native = `const Preferences = {
		get: async ({ key }) => ({ value: sessionStorage.getItem('native:' + key) }),
		set: async ({ key, value }) => sessionStorage.setItem('native:' + key, value),
	};
	window.Capacitor = { Plugins: {} };`
	const imported = "import { Preferences } from '@capacitor/preferences';"
	require.Contains(t, string(source), imported)
	made := api.Transform(strings.Replace(string(source), imported, native, 1)+"\nstartOctroi().then(() => (window.started = true)).finally(() => fetch('/started'));", api.TransformOptions{Loader: api.LoaderTS, Format: api.FormatIIFE})
	require.Empty(t, made.Errors)
	for _, form := range sampleForms {
		for when, tag := range map[string]string{"parsing": "<script>", "parsed": `<script type="module">`} {
			t.Run(form+" "+when, func(t *testing.T) {
				s := newSite(t)
				folder := s.sample(t, form)
				file := filepath.Join(folder, "index.html")
				page, err := os.ReadFile(file)
				require.NoError(t, err)
				tags := regexp.MustCompile(`(?s)<script src=.*</script>`)
				page = tags.ReplaceAllLiteral(page, []byte(tag+string(made.Code)+"</script>"))
				s.raw("/app", "text/html; charset=utf-8", func() string { return string(page) })
				s.pages.Handle("GET /octroi/", http.FileServer(http.Dir(folder)))
				if when == "parsing" {
					// The parser goes on when Octroi has started.
					page = []byte(strings.Replace(string(page), "</body>", `<script src="/slow.js"></script></body>`, 1))
				}
				started := make(chan struct{}, 9)
				s.pages.HandleFunc("GET /started", func(http.ResponseWriter, *http.Request) { started <- struct{}{} })
				s.pages.HandleFunc("GET /slow.js", func(_ http.ResponseWriter, r *http.Request) {
					select {
					case <-started:
					case <-r.Context().Done():
					}
				})
				_, tab := visit(t, s)
				tab.open("/app").until(`window.started && document.querySelector('dialog.octroi-ask[open]')`)
				assert.Empty(t, s.paths(), "nothing before a choice")
				tab.press("accept")
				s.counted()
				tab.until(`JSON.parse(sessionStorage.getItem('native:octroi'))?.choices.statistics.granted && sessionStorage.getItem('native:firebase_analytics_collection_enabled') === '1'`)
				tab.truth(`(localStorage.clear(), document.cookie.split('; ').forEach((c) => (document.cookie = c.split('=')[0] + '=; max-age=0')), true)`)
				tab.open("/app").until(`window.started && window.octroi?.state()?.decided`)
				assert.True(t, tab.truth(`octroi.allows('statistics') && !document.querySelector('dialog[open]')`), "handed over")
			})
		}
	}
}
