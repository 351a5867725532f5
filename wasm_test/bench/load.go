package main

import (
	"context"
	"errors"
	"fmt"
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
	quiet    = 400 * time.Millisecond
	patience = 40 * time.Second
)

// figures are what one load of a page came to; times in ms.
type figures struct {
	bytes, requests      float64 // until it is quiet
	ahead                float64 // bytes that came before the banner was seen
	chosen               float64 // bytes that the choice has fetched
	banner, script, main float64
	longTasks, blocked   float64 // and how much longer than 50 ms they took
	heap, wasm           float64 // KB
	closed               float64 // from the click on "accept all" until it is gone
	ran                  float64 // tags, in the end
}

// probe runs before anything of a page: it looks in each frame whether the banner is
// there to be seen, and notes what only the page can tell.
const probe = `(() => {
	const p = (window.probe = { banner: 0, clicked: 0, closed: 0, tasks: 0, blocked: 0, memory: null });
	const seen = () => {
		const e = document.querySelector(%q);
		if (!e || !e.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
		const at = e.getBoundingClientRect();
		return at.width > 0 && at.height > 0 && at.top < innerHeight && at.bottom > 0;
	};
	new PerformanceObserver((list) => {
		for (const { duration } of list.getEntries()) {
			p.tasks++;
			p.blocked += duration - 50;
		}
	}).observe({ type: 'longtask', buffered: true });
	addEventListener('click', ({ timeStamp }) => (p.clicked ||= timeStamp), true);
	WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
		construct(target, args, as) {
			const instance = Reflect.construct(target, args, as);
			p.memory = instance.exports.memory;
			return instance;
		},
	});
	const frame = () => {
		if (!p.banner) {
			if (seen()) p.banner = performance.now();
		} else if (p.clicked && !p.closed && !seen()) p.closed = performance.now();
		if (!p.closed) requestAnimationFrame(frame);
	};
	if (%q) requestAnimationFrame(frame);
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
	address := fmt.Sprintf("%s/page/%d/%d", s.URL, n, tags)
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
	_, e3 := chromedp.Call(ctx, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: slowdown})
	_, e4 := chromedp.Call(ctx, performance.Enable, performance.EnableParams{})
	_, e5 := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: fmt.Sprintf(probe, or(m.banner, "none"), m.banner)})
	before, e6 := metrics(ctx)
	if err = errors.Join(e1, e2, e3, e4, e5, e6); err != nil {
		return f, err
	}
	s.reset()
	if err = chromedp.Do(ctx, chromedp.Navigate(address)); err != nil {
		return f, err
	}
	if accept && m.banner != "" {
		if err = until(ctx, "probe.banner > 0"); err != nil {
			return f, fmt.Errorf("%s: no banner: %w", m.name, err)
		}
	}
	if err = calm.wait(ctx); err != nil {
		return f, err
	}
	bytes, requests := s.reset()
	f.bytes, f.requests = float64(bytes), float64(requests)
	if err = f.gauge(ctx, before); err != nil || !accept || m.banner == "" {
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
	if f.closed, err = chromedp.Run(ctx, chromedp.Evaluate[float64]("probe.closed - probe.clicked")); err != nil {
		return f, err
	}
	if err = calm.wait(ctx); err != nil {
		return f, err
	}
	bytes, _ = s.reset()
	f.chosen = float64(bytes)
	f.ran, err = chromedp.Run(ctx, chromedp.Evaluate[float64]("window.ran || 0"))
	return f, err
}

// gauge takes what browser and page tell of a load.
func (f *figures) gauge(ctx context.Context, before map[string]float64) error {
	after, err := metrics(ctx)
	if err != nil {
		return err
	}
	f.script = (after["ScriptDuration"] - before["ScriptDuration"]) * 1000
	f.main = (after["TaskDuration"] - before["TaskDuration"]) * 1000
	told, err := chromedp.Run(ctx, chromedp.Evaluate[[]float64]("[probe.banner, probe.tasks, probe.blocked, (probe.memory?.buffer.byteLength || 0) / 1024, window.ran || 0, performance.getEntriesByType('resource').reduce((sum, e) => sum + (e.responseEnd <= probe.banner && !e.name.includes('/tag.js') ? e.encodedBodySize : 0), 0)]"))
	if err != nil {
		return err
	}
	f.banner, f.longTasks, f.blocked, f.wasm, f.ran, f.ahead = told[0], told[1], told[2], told[3], told[4], told[5]
	if _, err = chromedp.Call(ctx, heapprofiler.CollectGarbage, struct{}{}); err != nil {
		return err
	}
	after, err = metrics(ctx)
	f.heap = after["JSHeapUsedSize"] / 1024
	return err
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

// calm tells when a page has asked for nothing for a while.
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
			timer.Reset(quiet)
		case <-timer.C:
			c.mutex.Lock()
			none := len(c.flying) == 0
			c.mutex.Unlock()
			if none {
				return nil
			}
			timer.Reset(quiet)
		}
	}
}
