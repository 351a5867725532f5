package wasmtest

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/audit/headless"
)

// chromium is driven over DevTools; each visitor is a browser context of its own. It keeps
// no cookies of third parties there.
type chromium struct{ ctx context.Context }

func startChromium() (browser, error) {
	ctx, err := headless.Launch("")
	return chromium{ctx}, err
}

func (b chromium) close() { chromedp.Cancel(b.ctx) }

func (b chromium) visitor(l *life) (pane, error) {
	ctx, cancel, err := headless.Tab(b.ctx, chromedp.WithNewBrowserContext())
	l.end = cancel
	if err != nil {
		return nil, err
	}
	return newChromiumPane(l, ctx)
}

type chromiumPane struct {
	of  *life
	ctx context.Context
}

func (p *chromiumPane) life() *life { return p.of }

func newChromiumPane(l *life, ctx context.Context) (pane, error) {
	return &chromiumPane{l, ctx}, chromedp.Listen(ctx, func(ev any) {
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
					text := string(a.Value)
					json.Unmarshal(a.Value, &text)
					line += text
				}
			}
		}
		if line != "" {
			l.tells(line)
		}
	})
}

func (p *chromiumPane) do(steps ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(p.ctx, stepTimeout)
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

func (p *chromiumPane) navigate(url string) error { return p.do(chromedp.Navigate(url)) }

func (p *chromiumPane) evaluate(js string) (string, error) {
	ctx, cancel := context.WithTimeout(p.ctx, stepTimeout)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[string](js, chromedp.EvalAwaitPromise))
}

func (p *chromiumPane) tap(x, y float64) error {
	for _, kind := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased} {
		_, err := chromedp.Call(p.ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: x, Y: y, Button: input.MouseButtonLeft, ClickCount: 1})
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *chromiumPane) keys(text string) error { return p.do(chromedp.KeyEvent(text)) }

func (p *chromiumPane) before(js string) error {
	_, err := chromedp.Call(p.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: js})
	return err
}

func (p *chromiumPane) jar() (list []crumb, err error) {
	result, err := chromedp.CallBrowser(p.ctx, storage.GetCookies, storage.GetCookiesParams{BrowserContextID: chromedp.FromContext(p.ctx).BrowserContextID})
	if err != nil {
		return nil, err
	}
	for _, c := range result.Cookies {
		list = append(list, crumb{c.Name, c.Value, c.Domain, c.Path, c.Expires, c.Session, c.HTTPOnly})
	}
	return list, nil
}

func (p *chromiumPane) size(width, height int64, phone bool) error {
	options := []chromedp.EmulateViewportOption{chromedp.EmulateScale(2)}
	if phone {
		options = append(options, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	return p.do(chromedp.EmulateViewport(width, height, options...))
}

func (p *chromiumPane) picture() ([]byte, error) {
	return chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
}

func (p *chromiumPane) another() (pane, error) {
	ctx, cancel, err := headless.Tab(p.ctx)
	p.of.t.Cleanup(cancel)
	if err != nil {
		return nil, err
	}
	return newChromiumPane(&life{t: p.of.t, met: p.of.met}, ctx)
}

func (p *chromiumPane) alone() bool {
	result, err := chromedp.CallBrowser(p.ctx, target.GetTargets, target.GetTargetsParams{})
	if err != nil {
		return false
	}
	tabs := 0
	for _, one := range result.TargetInfos {
		if one.Type == "page" && one.BrowserContextID == chromedp.FromContext(p.ctx).BrowserContextID {
			tabs++
		}
	}
	return tabs == 1
}

// devtools is what only Chromium can do; where the engine is another, the test is skipped.
func (t *tab) devtools(why string) context.Context {
	t.t.Helper()
	only(t.t, why, "chromium")
	t.first.life().odd = true
	return t.pane.(*chromiumPane).ctx
}

// visitIn makes a visitor of a Chromium's context.
func visitIn(t testing.TB, s *site, ctx context.Context, mayLog ...string) (*visitor, *tab) {
	t.Helper()
	v := newVisitor(t, s, mayLog)
	p, err := newChromiumPane(&life{t: t, met: v.met}, ctx)
	require.NoError(t, err)
	return v, v.listen(p)
}

// restored takes over the tab that the browser has restored with a page of the site.
func (t *tab) restored(path string) *tab {
	t.t.Helper()
	ctx := t.devtools("")
	deadline := time.Now().Add(stepTimeout)
	for {
		targets, err := chromedp.CallBrowser(ctx, target.GetTargets, target.GetTargetsParams{})
		require.NoError(t.t, err)
		for _, info := range targets.TargetInfos {
			if info.Type == "page" && info.URL == t.site.URL+path {
				ctx, cancel, err := headless.Tab(ctx, chromedp.WithTargetID(info.TargetID))
				t.t.Cleanup(cancel)
				require.NoError(t.t, err)
				p, err := newChromiumPane(&life{t: t.t, met: t.met}, ctx)
				require.NoError(t.t, err)
				restored := t.listen(p)
				// A target has its address ahead of its document.
				restored.until(`location.href === '` + t.site.URL + path + `'`)
				return restored
			}
		}
		require.True(t.t, time.Now().Before(deadline), "nothing was restored")
	}
}
