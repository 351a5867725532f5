package wasmtest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// browser is one of the three engines; the same tests run in each.
type browser interface {
	// visitor is a fresh profile with one tab.
	visitor(l *life) (pane, error)
	close()
}

// pane is a tab.
type pane interface {
	navigate(url string) error
	// evaluate returns the text that a JavaScript expression comes to, once awaited.
	evaluate(js string) (string, error)
	// tap clicks at a place in the viewport, in CSS pixels.
	tap(x, y float64) error
	// keys presses each character's key; Tab is "\t", Enter "\r", Escape "\x1b"; [arrowRight].
	keys(text string) error
	// before has JavaScript run in every page from now on, before anything of its own.
	before(js string) error
	// jar is the browser's own store of the profile.
	jar() ([]crumb, error)
	size(width, height int64, phone bool) error
	picture() (png []byte, err error)
	// another is a new tab of the same profile.
	another() (pane, error)
	// alone reports whether the profile has no other tab.
	alone() bool
	// life is the tab's.
	life() *life
}

// errGone is that a page went before it answered.
var errGone = errors.New("the page that was asked is gone")

// errCrashed is that a browser's own process ended. cmd/dev/matrix looks for its words.
var errCrashed = errors.New("the browser crashed")

// life is how long a tab is there, and for whom. A browser's tab may outlast its test.
type life struct {
	mu  sync.Mutex
	t   testing.TB
	met func(string) // hears what a page throws, and says in the console of errors; nil between two tests
	odd bool         // what was done with it cannot be undone
	at  *site        // where it was last: its caches know that
	end func()       // ends its profile, too
}

// tells says what a page has met.
func (l *life) tells(line string) {
	l.mu.Lock()
	met := l.met
	l.mu.Unlock()
	if met != nil {
		met(line)
	}
}

// begin gives a tab to a test.
func (l *life) begin(t testing.TB, met func(string)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.t, l.met = t, met
}

// spare is a visitor whose test is over, and whom no site knows any more: a new one takes a
// second in WebKit, and a third of one in the others.
var spare pane

// leave has a visitor forget a site, and tells whether that was done. The page before may write
// as late as it is hidden, which may be after the next one has come: so two come.
func leave(p pane, s *site) bool {
	left := make(chan bool, 1)
	go func() { left <- p.navigate(s.URL+"/left") == nil && p.navigate(s.URL+"/forgets") == nil }()
	select {
	case done := <-left:
		return done
	case <-time.After(stepTimeout / 4): // a page may be busy for ever
		return false
	}
}

// newcomer is a visitor whom no site knows, until the test ends.
func newcomer(t testing.TB, s *site, met func(string)) (pane, error) {
	p := spare
	spare = nil
	if p != nil && p.life().at == s {
		p.life().end()
		p = nil
	}
	if p == nil {
		l := &life{t: t, end: func() {}}
		var err error
		if p, err = theBrowser().visitor(l); err != nil {
			l.end()
			return nil, err
		}
	}
	p.life().begin(t, met)
	p.life().at = s
	t.Cleanup(func() {
		p.life().begin(nil, nil)
		if spare == nil && !t.Failed() && !p.life().odd && p.alone() && leave(p, s) {
			spare = p
		} else {
			p.life().end()
		}
	})
	return p, nil
}

// crumb is a cookie in the browser's own store.
type crumb struct {
	Name, Value, Domain, Path string
	Expires                   float64 // Unix seconds
	Session, HTTPOnly         bool
}

// running is the one that these tests run in: "chromium" unless OCTROI_ENGINE says
// "firefox" or "webkit".
var running = func() string {
	if name := os.Getenv("OCTROI_ENGINE"); name != "" {
		return strings.ToLower(name)
	}
	return "chromium"
}()

// engines are all that the tests run in; what is the same code in each, and too much for one,
// they share out by their places in it.
var engines = []string{"chromium", "firefox", "webkit"}

// theBrowser is one for all tests.
var theBrowser = sync.OnceValue(func() browser {
	start := map[string]func() (browser, error){"chromium": startChromium, "firefox": startFirefox, "webkit": startWebKit}[running]
	if start == nil {
		panic("OCTROI_ENGINE is none of chromium, firefox, webkit")
	}
	b, err := start()
	if err != nil {
		panic(fmt.Errorf("no %s: %w", running, err))
	}
	closeBrowser = b.close
	return b
})

// closeBrowser is set once there is a browser to close.
var closeBrowser = func() {}

// whole is set where each engine also runs what one of them shows, in its whole browser:
// ./build.sh everywhere.
var whole = os.Getenv("OCTROI_WHOLE") != ""

// wholeChromium is the browser with its windows, where most tests take less.
var wholeChromium = cmp.Or(os.Getenv("CHROME"), "chromium")

func TestMain(m *testing.M) {
	// Chromium's engine without the browser around it takes half of the processor's time. What
	// needs the whole browser starts it; so do ./build.sh everywhere and what runs on built files.
	if shell, err := exec.LookPath("chromium-headless-shell"); err == nil && form == "" && !whole {
		os.Setenv("CHROME", shell)
	}
	code := m.Run()
	if spare != nil {
		spare.life().end()
	}
	closeBrowser()
	os.Exit(code)
}

// only skips a test where the running is none of those named.
func only(t testing.TB, why string, engines ...string) {
	t.Helper()
	for _, name := range engines {
		if name == running {
			return
		}
	}
	t.Skipf("not in %s: %s", running, why)
}

// sampled skips, in all but one of the engines, what the same code of ours decides in each, but
// where all is run.
func sampled(t testing.TB, why string) {
	t.Helper()
	if !whole {
		only(t, why, "chromium")
	}
}

// paired skips, in one of Firefox and WebKit, what the same code of ours does in each, but where
// all is run: one engine beside Chromium shows that it does not hang on Chromium's ways.
func paired(t testing.TB, engine string) {
	t.Helper()
	if !whole && running != "chromium" {
		only(t, "what the same code does is tried in Chromium and in one of the other two", engine)
	}
}

// whims are what an engine asks for if it likes. Firefox gives a prefetch up when a frame of its
// page begins in the same moment: 19 of 50 pages with both and without Octroi, and none of 50
// where the frame came 10 ms later.
var whims = map[string]string{"firefox": "prefetch"}

// sure are the names without the whims of the engine at work.
func sure(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == whims[running] })
}

// once skips what needs no browser in all but one of the engines.
func once(t testing.TB) {
	t.Helper()
	only(t, "it needs no browser", "chromium")
}

// center finds an element as a person would: it waits until it is there, stands still and
// is not covered, and returns the place to click at.
func center(p pane, selector string) (x, y float64, err error) {
	quoted, _ := json.Marshal(selector)
	deadline := time.Now().Add(stepTimeout)
	last := ""
	for time.Now().Before(deadline) {
		text, err := p.evaluate(`(() => {
			const element = document.querySelector(` + string(quoted) + `);
			if (!element) return 'none';
			let box = element.getBoundingClientRect();
			if (box.top < 0 || box.left < 0 || box.bottom > innerHeight || box.right > innerWidth) element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
			box = [...element.getClientRects()].find((r) => r.width && r.height);
			if (!box) return 'hidden';
			const x = box.x + box.width / 2, y = box.y + box.height / 2;
			const hit = document.elementFromPoint(x, y);
			if (!hit || !(element.contains(hit) || [...(element.labels ?? [])].some((l) => l.contains(hit)))) return element.scrollIntoView({ block: 'center', behavior: 'instant' }), 'covered by ' + (hit?.outerHTML.slice(0, 80) ?? 'nothing');
			return x + ' ' + y;
		})()`)
		if err == nil && text == last {
			if n, _ := fmt.Sscan(text, &x, &y); n == 2 {
				return x, y, nil
			}
		}
		if err == nil {
			last = text
		}
		time.Sleep(5 * time.Millisecond)
	}
	return 0, 0, fmt.Errorf("%s cannot be clicked: %s", selector, last)
}

// await runs a check until it holds; js is what it looks at.
func await(t testing.TB, js string, check func() bool) {
	t.Helper()
	deadline := time.Now().Add(stepTimeout)
	for pause := 5 * time.Millisecond; !check(); pause = min(2*pause, 40*time.Millisecond) {
		require.True(t, time.Now().Before(deadline), "does not come: %s", js)
		time.Sleep(pause) // asking is work, too
	}
}

// arrowRight is the arrow's key, as chromedp writes it.
const arrowRight = "\u0303"
