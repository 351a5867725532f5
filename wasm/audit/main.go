//go:build js

// Command audit is the site owner's: it finds out what a site really does, in a page of
// the site's own origin, by the rules that the visitor's engine decides by. web/audit
// loads it; it is never sent to visitors.
//
// It sets globalThis.octroiAudit:
//
//	run(options, look, progress) → Promise<string>   the report as JSON
//	pause(), resume(), stop()
//	sarif(report) → string
//	compare(report, earlier) → string                 the report as JSON, with what has changed
//	erasures(name, host, path) → string[]             what to assign to document.cookie
//
// options are JSON, see [options]; look(address) → Promise<string> loads a page in each
// state and gives its [inquiry.Observation]s as JSON; progress(doing, what, done, of) is told.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"syscall/js"
	"time"

	"github.com/syumai/tinyutil/httputil"

	"github.com/octroi-consent/octroi/engine/cookie"
	"github.com/octroi-consent/octroi/internal/audit/crawl"
	"github.com/octroi-consent/octroi/internal/audit/inquiry"
	"github.com/octroi-consent/octroi/internal/audit/report"
)

// options are what the page asks for; a field that is 0 or missing means its default.
type options struct {
	Start       string  // address of the first page
	Site        string  // origin to tell of
	Pages       int     // read at most
	Depth       int     // links away from the start
	Live        int     // pages loaded as a visitor; below 0 none
	Minutes     float64 // for reading
	Seconds     float64 // for reading one page
	Megabytes   float64 // read in all
	Languages   string
	Declaration string
}

// control pauses and stops.
type control struct {
	mu     sync.Mutex
	paused chan struct{} // closed to go on; nil while it runs
	stop   context.CancelFunc
}

func (c *control) wait(ctx context.Context) {
	c.mu.Lock()
	paused := c.paused
	c.mu.Unlock()
	if paused == nil {
		return
	}
	select {
	case <-paused:
	case <-ctx.Done():
	}
}

func (c *control) pause() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.paused == nil {
		c.paused = make(chan struct{})
	}
}

func (c *control) resume() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.paused != nil {
		close(c.paused)
		c.paused = nil
	}
}

func main() {
	c := new(control)
	js.Global().Set("octroiAudit", map[string]any{
		"run": js.FuncOf(func(_ js.Value, args []js.Value) any {
			text, look, progress := args[0].String(), args[1], args[2]
			return promise(func() (string, error) { return run(c, text, look, progress) })
		}),
		"pause":  call(func([]js.Value) any { c.pause(); return nil }),
		"resume": call(func([]js.Value) any { c.resume(); return nil }),
		"stop": call(func([]js.Value) any {
			c.mu.Lock()
			stop := c.stop
			c.mu.Unlock()
			if stop != nil {
				stop()
			}
			return nil
		}),
		"sarif": call(func(args []js.Value) any {
			r := reported(args[0])
			if r == nil {
				return ""
			}
			b, _ := r.SARIF()
			return string(b)
		}),
		"compare": call(func(args []js.Value) any {
			now, earlier := reported(args[0]), reported(args[1])
			if now == nil || earlier == nil {
				return ""
			}
			now.Compare(earlier)
			b, _ := json.Marshal(now)
			return string(b)
		}),
		"erasures": call(func(args []js.Value) any {
			list := []any{}
			for _, one := range cookie.Erasures(args[0].String(), args[1].String(), args[2].String()) {
				list = append(list, one)
			}
			return list
		}),
	})
	select {}
}

func call(fn func([]js.Value) any) js.Func {
	return js.FuncOf(func(_ js.Value, args []js.Value) any { return fn(args) })
}

// reported reads a report, nil where it is none.
func reported(text js.Value) *report.Report {
	r := new(report.Report)
	if json.Unmarshal([]byte(text.String()), r) != nil {
		return nil
	}
	return r
}

func run(c *control, text string, look, progress js.Value) (string, error) {
	var o options
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return "", err
	}
	start, err := url.Parse(o.Start)
	if err != nil || start.Scheme != "http" && start.Scheme != "https" {
		return "", errors.New("the start is not an address of the web: " + o.Start)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c.mu.Lock()
	c.stop = cancel
	c.mu.Unlock()
	r, err := inquiry.Run(ctx, start, inquiry.Options{
		Crawl: crawl.Options{Pages: o.Pages, Depth: o.Depth, Bytes: int64(o.Megabytes * (1 << 20)),
			Time: time.Duration(o.Minutes * float64(time.Minute)), PageTime: time.Duration(o.Seconds * float64(time.Second))},
		Live: o.Live, Site: o.Site, Languages: o.Languages, Declaration: o.Declaration,
	}, inquiry.Site{
		Fetch: fetch,
		Load: func(ctx context.Context, address string) ([]inquiry.Observation, error) {
			text, err := await(ctx, look.Invoke(address))
			if err != nil {
				return nil, err
			}
			var observed []inquiry.Observation
			return observed, json.Unmarshal([]byte(text), &observed)
		},
		Progress: func(p inquiry.Progress) { progress.Invoke(p.Doing, p.What, p.Done, p.Of) },
		Wait:     c.wait,
		Now:      time.Now,
	})
	if err != nil {
		return "", err
	}
	b, err := json.Marshal(r)
	return string(b), err
}

// fetch asks within the origin: a redirect that leaves it fails. Nothing comes from a
// cache, since the site is to be seen as it is.
func fetch(ctx context.Context, address string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	r.Header["js.fetch:mode"] = []string{"same-origin"}
	answer, err := httputil.DefaultClient.Do(r)
	if err != nil && ctx.Err() == nil {
		// A browser does not say why; broken lines the proxy tells.
		err = fmt.Errorf("the browser gives it up, as it does redirects without end or to another site (%w)", err)
	}
	return answer, err
}

// promise runs fn beside the page.
func promise(fn func() (string, error)) js.Value {
	var executor js.Func
	executor = js.FuncOf(func(_ js.Value, args []js.Value) any {
		resolve, reject := args[0], args[1]
		go func() {
			defer executor.Release()
			text, err := fn()
			if err != nil {
				reject.Invoke(js.Global().Get("Error").New(err.Error()))
				return
			}
			resolve.Invoke(text)
		}()
		return nil
	})
	return js.Global().Get("Promise").New(executor)
}

// await waits for a promise of a text.
func await(ctx context.Context, p js.Value) (string, error) {
	type settled struct {
		text string
		err  error
	}
	done := make(chan settled, 1)
	good := js.FuncOf(func(_ js.Value, args []js.Value) any { done <- settled{text: args[0].String()}; return nil })
	bad := js.FuncOf(func(_ js.Value, args []js.Value) any {
		done <- settled{err: errors.New(js.Global().Call("String", args[0]).String())}
		return nil
	})
	p.Call("then", good, bad)
	select {
	case s := <-done:
		good.Release()
		bad.Release()
		return s.text, s.err
	case <-ctx.Done():
		return "", ctx.Err() // the two may be called yet, so they stay
	}
}
