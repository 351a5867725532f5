// Package headless drives a Chromium that nobody sees.
package headless

import (
	"context"
	"os"

	"github.com/chromedp/chromedp"
)

// Launch starts a Chromium; a profile's folder outlives it, without one its profile
// is fresh.
func Launch(profile string, flags ...chromedp.ExecAllocatorOption) (context.Context, error) {
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
