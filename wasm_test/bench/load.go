package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"

	"github.com/octroi-consent/octroi/internal/audit/headless"
)

// The slow phone and its network that every page is loaded with.
const (
	slowdown = 4
	latency  = 150         // ms, from request to response
	down     = 1.6e6 / 8.0 // bytes a second
	noticed  = 16          // ms from which on a browser tells of an interaction
	quiet    = 400 * time.Millisecond
	patience = 40 * time.Second
)

// figures are what one load of a page came to; times in ms.
type figures struct {
	bytes, requests      float64 // until it is quiet
	ahead                float64 // bytes that came before the banner was seen
	chosen               float64 // bytes that the choice has fetched
	banner, script, main float64
	share                float64 // of a phone's screen that the banner covers, in percent
	slow                 float64 // until the banner, in a load of its own with TCP's slow start
	early                float64 // script until the banner
	longTasks, blocked   float64 // and how much longer than 50 ms they took
	hurried              float64 // long tasks that began before the banner
	painted              float64 // the largest paint before the click
	heap, wasm           float64 // KB
	closed               float64 // from the click on "accept all" until it is gone
	answered             float64 // from that click to the paint after it, as INP has it
	ran, released        float64 // tags, in the end, and when the last one did
}

// probe runs before anything of a page: it looks in each frame whether the banner is
// there to be seen, and notes what only the page can tell.
const probe = `(() => {
	const p = (window.probe = { banner: 0, clicked: 0, closed: 0, tasks: [], painted: 0, answered: 0, memory: null });
	let shown;
	p.shown = new Promise((done) => (shown = done));
	const seen = () => {
		const e = document.querySelector(%[1]q);
		if (!e || !e.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
		const at = e.getBoundingClientRect();
		return at.width > 0 && at.height > 0 && at.top < innerHeight && at.bottom > 0;
	};
	const observe = (type, note, more) => new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true, ...more });
	observe('longtask', (e) => p.tasks.push(e));
	observe('largest-contentful-paint', (e) => (p.painted = e.startTime));
	observe('event', (e) => e.interactionId && (p.answered = Math.max(p.answered, e.duration)), { durationThreshold: %[3]d });
	addEventListener('click', ({ timeStamp }) => (p.clicked ||= timeStamp), true);
	WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
		construct(target, args, as) {
			const instance = Reflect.construct(target, args, as);
			p.memory ??= instance.exports.memory;
			return instance;
		},
	});
	const frame = () => {
		if (!p.banner) {
			if (seen()) shown((p.banner = performance.now()));
		} else if (p.clicked && !p.closed && !seen()) p.closed = performance.now();
		if (!p.closed) requestAnimationFrame(frame);
	};
	if (%[2]q) requestAnimationFrame(frame);
})()`

// visit is one visitor of one manager's page: the first time and, where it can be
// accepted, again.
func visit(browser context.Context, s *site, n, tags int) (first, again figures, err error) {
	ctx, cancel, err := headless.Tab(browser, chromedp.WithNewBrowserContext())
	defer cancel()
	if err != nil {
		return first, again, err
	}
	m := &s.pages[n]
	address := pageOf(s.URL, n, tags)
	if first, err = load(ctx, s, m, address, true); err != nil || m.banner == "" || tags != few {
		return first, again, err
	}
	tab, done, err := headless.Tab(ctx)
	defer done()
	if err != nil {
		return first, again, err
	}
	again, err = load(tab, s, m, address, false)
	return first, again, err
}

func pageOf(server string, n, tags int) string {
	return fmt.Sprintf("%s/page/%d/%d", server, n, tags)
}

// stranger has something measured in a tab of another visitor, which a page is about to be opened
// in; 0 where nothing asks.
func stranger(browser context.Context, m *manager, measure func(context.Context) (float64, error)) (float64, error) {
	if m.banner == "" {
		return 0, nil
	}
	tab, done, err := headless.Tab(browser, chromedp.WithNewBrowserContext())
	defer done()
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(tab, patience)
	defer cancel()
	if err = prepare(ctx, m); err != nil {
		return 0, err
	}
	return measure(ctx)
}

// slowStart is when another visitor sees the banner, the first time, over a connection that
// starts slowly.
func slowStart(browser context.Context, s *site, n int) (float64, error) {
	m := &s.pages[n]
	return stranger(browser, m, func(ctx context.Context) (float64, error) {
		s.wire.connect()
		if err := navigate(ctx, pageOf(s.slow.URL, n, few)); err != nil {
			return 0, err
		}
		return banner(ctx, m)
	})
}

// shareOf is how much of a phone's screen the banner covers, in percent.
func shareOf(browser context.Context, s *site, n int) (float64, error) {
	m := &s.pages[n]
	return stranger(browser, m, func(ctx context.Context) (float64, error) {
		phone := emulation.SetDeviceMetricsOverrideParams{Width: 390, Height: 844, DeviceScaleFactor: 1, Mobile: true}
		_, err := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, phone)
		if err = errors.Join(err, navigate(ctx, pageOf(s.URL, n, few))); err != nil {
			return 0, err
		}
		if _, err = banner(ctx, m); err != nil {
			return 0, err
		}
		// Some move into place: where it stands still is asked for.
		return chromedp.Run(ctx, chromedp.Evaluate[float64](fmt.Sprintf(`(async () => {
			const frame = () => new Promise(requestAnimationFrame);
			let before = -1, share = 0;
			for (let still = 0; still < 30; await frame()) {
				const r = document.querySelector(%q).getBoundingClientRect();
				share = Math.max(0, Math.min(r.right, innerWidth) - Math.max(r.left, 0)) * Math.max(0, Math.min(r.bottom, innerHeight) - Math.max(r.top, 0)) / innerWidth / innerHeight * 100;
				still = share === before && share ? still + 1 : 0;
				before = share;
			}
			return share;
		})()`, m.banner), chromedp.EvalAwaitPromise))
	})
}

// prepare slows the processor down and has the probe run.
func prepare(ctx context.Context, m *manager) error {
	_, e1 := chromedp.Call(ctx, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: slowdown})
	_, e2 := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: fmt.Sprintf(probe, or(m.banner, "none"), m.banner, noticed)})
	return errors.Join(e1, e2)
}

// navigate returns once the page's first bytes are there: what follows may be before its load.
func navigate(ctx context.Context, address string) error {
	went, err := chromedp.Call(ctx, page.Navigate, page.NavigateParams{URL: address})
	if err == nil && went.ErrorText != "" {
		err = errors.New(went.ErrorText)
	}
	return err
}

// banner waits until it is seen, and is when that was.
func banner(ctx context.Context, m *manager) (float64, error) {
	at, err := chromedp.Run(ctx, chromedp.Evaluate[float64]("probe.shown", chromedp.EvalAwaitPromise))
	if err != nil {
		return 0, fmt.Errorf("%s: no banner: %w", m.name, err)
	}
	return at, nil
}

// load opens a page in a fresh tab, waits until it is quiet, and, if it is to be, accepts.
func load(parent context.Context, s *site, m *manager, address string, accept bool) (f figures, err error) {
	ctx, cancel := context.WithTimeout(parent, patience)
	defer cancel()
	calm := newCalm()
	if err = chromedp.Listen(parent, calm.hear); err != nil {
		return f, err
	}
	_, e1 := chromedp.Call(ctx, network.Enable, network.EnableParams{})
	_, e2 := chromedp.Call(ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{Latency: latency, DownloadThroughput: down, UploadThroughput: down}}})
	_, e3 := chromedp.Call(ctx, performance.Enable, performance.EnableParams{})
	e4 := prepare(ctx, m)
	before, e5 := metrics(ctx)
	if err = errors.Join(e1, e2, e3, e4, e5); err != nil {
		return f, err
	}
	s.reset()
	if err = navigate(ctx, address); err != nil {
		return f, err
	}
	if accept && m.banner != "" {
		if f.banner, err = banner(ctx, m); err != nil {
			return f, err
		}
		then, err := metrics(ctx)
		if err != nil {
			return f, err
		}
		f.early = (then["ScriptDuration"] - before["ScriptDuration"]) * 1000
	}
	if err = until(ctx, "document.readyState === 'complete'"); err != nil {
		return f, err
	}
	if err = calm.wait(ctx); err != nil {
		return f, err
	}
	bytes, requests := s.reset()
	f.bytes, f.requests = float64(bytes)+s.weight(m), float64(requests)
	err = f.gauge(ctx, before)
	f.ahead += s.weight(m)
	if err != nil || !accept || m.banner == "" {
		return f, err
	}
	// A button that is drawn may not listen yet; a visitor would press again.
	for range 4 {
		if err = click(ctx, m.accept); err != nil {
			return f, fmt.Errorf("%s: %w", m.name, err)
		}
		short, stop := context.WithTimeout(ctx, patience/8)
		err = until(short, "probe.closed > 0")
		stop()
		if err == nil {
			break
		}
		if _, e := chromedp.Run(ctx, chromedp.Evaluate[float64]("probe.clicked = 0")); e != nil {
			return f, e
		}
	}
	if err != nil {
		return f, fmt.Errorf("%s: it does not close: %w", m.name, err)
	}
	if err = calm.wait(ctx); err != nil {
		return f, err
	}
	bytes, _ = s.reset()
	f.chosen = float64(bytes)
	told, err := ask(ctx, "probe.closed - probe.clicked", fmt.Sprintf("Math.max(probe.answered, %d)", noticed), "window.ran || 0")
	if err != nil {
		return f, err
	}
	f.closed, f.answered, f.ran = told[0], told[1], told[2]
	return f, nil
}

// gauge takes what browser and page tell of a load.
func (f *figures) gauge(ctx context.Context, before map[string]float64) error {
	after, err := metrics(ctx)
	if err != nil {
		return err
	}
	f.script = (after["ScriptDuration"] - before["ScriptDuration"]) * 1000
	f.main = (after["TaskDuration"] - before["TaskDuration"]) * 1000
	told, err := ask(ctx,
		"probe.tasks.length", "probe.tasks.reduce((sum, e) => sum + e.duration - 50, 0)",
		"probe.tasks.filter((e) => e.startTime < probe.banner).length", "probe.painted",
		"(probe.memory?.buffer.byteLength || 0) / 1024", "window.ran || 0", "window.released || 0",
		"performance.getEntriesByType('resource').reduce((sum, e) => sum + (e.responseEnd <= probe.banner && !e.name.includes('/tag.js') ? e.encodedBodySize : 0), 0)")
	if err != nil {
		return err
	}
	f.longTasks, f.blocked, f.hurried, f.painted = told[0], told[1], told[2], told[3]
	f.wasm, f.ran, f.released, f.ahead = told[4], told[5], told[6], told[7]
	if _, err = chromedp.Call(ctx, heapprofiler.CollectGarbage, struct{}{}); err != nil {
		return err
	}
	after, err = metrics(ctx)
	f.heap = after["JSHeapUsedSize"] / 1024
	return err
}

// ask is what each of some expressions comes to in the page.
func ask(ctx context.Context, what ...string) ([]float64, error) {
	return chromedp.Run(ctx, chromedp.Evaluate[[]float64]("["+strings.Join(what, ", ")+"]"))
}

func metrics(ctx context.Context) (map[string]float64, error) {
	result, err := chromedp.Call(ctx, performance.GetMetrics, struct{}{})
	if err != nil {
		return nil, err
	}
	all := map[string]float64{}
	for _, m := range result.Metrics {
		all[m.Name] = m.Value
	}
	return all, nil
}

// until waits for a condition of the page, looked at in each frame.
func until(ctx context.Context, condition string) error {
	_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](
		"new Promise((done) => { const look = () => ("+condition+") ? done(true) : requestAnimationFrame(look); look(); })", chromedp.EvalAwaitPromise))
	return err
}

// click presses the mouse on the middle of an element, as a visitor does.
func click(ctx context.Context, selector string) error {
	at, err := chromedp.Run(ctx, chromedp.Evaluate[[]float64](fmt.Sprintf(
		`(() => { const e = document.querySelector(%q); if (!e) return []; const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()`, selector)))
	if err != nil {
		return err
	}
	if len(at) != 2 {
		return fmt.Errorf("there is no %s", selector)
	}
	for _, kind := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased} {
		if _, err = chromedp.Call(ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: at[0], Y: at[1], Button: input.MouseButtonLeft, ClickCount: 1}); err != nil {
			return err
		}
	}
	return nil
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// calm tells when a page has asked for nothing for a while, and has nothing left to do.
type calm struct {
	mutex  sync.Mutex
	flying map[network.RequestID]bool
	stir   chan struct{}
}

func newCalm() *calm {
	return &calm{flying: map[network.RequestID]bool{}, stir: make(chan struct{}, 1)}
}

func (c *calm) hear(ev any) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		c.flying[ev.RequestID] = true
	case *network.EventLoadingFinished:
		delete(c.flying, ev.RequestID)
	case *network.EventLoadingFailed:
		delete(c.flying, ev.RequestID)
	default:
		return
	}
	select {
	case c.stir <- struct{}{}:
	default:
	}
}

func (c *calm) wait(ctx context.Context) error {
	timer := time.NewTimer(quiet)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-c.stir:
		case <-timer.C:
			c.mutex.Lock()
			none := len(c.flying) == 0
			c.mutex.Unlock()
			if !none {
				break
			}
			asked := time.Now()
			if err := idle(ctx); err != nil {
				return err
			}
			// Who was busy may be about to ask for something.
			if time.Since(asked) < quiet/4 && len(c.stir) == 0 {
				return nil
			}
		}
		timer.Reset(quiet)
	}
}

// idle waits until the page's main thread has nothing to do.
func idle(ctx context.Context) error {
	_, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("new Promise((done) => requestIdleCallback(() => done(true)))", chromedp.EvalAwaitPromise))
	return err
}
