// Package headless drives a Chromium that nobody sees.
package headless

import (
	"context"
	"errors"
	"os"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/css"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/chromedp"
)

// unseen are features that take time and show nothing here: the suggestions below the
// address, for which each window has a process with two pages. The others are chromedp's own.
const unseen = "Translate,BlinkGenPropertyTrees,WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup"

// Launch starts a Chromium; a profile's folder outlives it, without one its profile
// is fresh.
func Launch(profile string, flags ...chromedp.ExecAllocatorOption) (context.Context, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-features", unseen),
	)
	if path := os.Getenv("CHROME"); path != "" {
		options = append(options, chromedp.ExecPath(path))
	}
	if profile != "" {
		options = append(options, chromedp.UserDataDir(profile))
	}
	options = append(options, flags...)
	allocator, _ := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _, err := Tab(allocator)
	return ctx, err
}

// Tab opens a tab which tells nothing of the document's nodes. chromedp asks for the root of
// each new document and takes no answer while 4,096 events of a tab wait for that one: a page
// that is busy as it comes, and changes itself as often meanwhile, stopped both for ever.
func Tab(parent context.Context, options ...chromedp.ContextOption) (context.Context, context.CancelFunc, error) {
	ctx, cancel := chromedp.NewContext(parent, options...)
	err := chromedp.Do(ctx)
	if err == nil {
		_, sheets := chromedp.Call(ctx, css.Disable, cdp.Empty{}) // they need the nodes
		_, nodes := chromedp.Call(ctx, dom.Disable, cdp.Empty{})
		err = errors.Join(sheets, nodes)
	}
	return ctx, cancel, err
}
