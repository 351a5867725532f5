package headless

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"

	"github.com/chromedp/chromedp"
)

// Audit opens the audit's page in a Chromium of its own, has it run, and returns its report
// as JSON. What it is doing is told as it goes.
func Audit(page string, options url.Values, tell func(string)) (string, error) {
	browser, err := Launch("")
	if err != nil {
		return "", errors.Join(errors.New("no Chromium could be started; $CHROME names one"), err)
	}
	defer chromedp.Cancel(browser)
	return AuditIn(browser, page, options, tell)
}

// AuditIn is Audit in a tab of a Chromium that runs already.
func AuditIn(ctx context.Context, page string, options url.Values, tell func(string)) (string, error) {
	asked := url.Values{"auto": {"1"}}
	for name, values := range options {
		asked[name] = values
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(page+"?"+asked.Encode())); err != nil {
		return "", err
	}
	said := ""
	for {
		text, err := chromedp.Run(ctx, chromedp.Evaluate[string](next, chromedp.EvalAwaitPromise))
		if err != nil {
			return "", err
		}
		var now struct{ State, Doing, Failure string }
		if err := json.Unmarshal([]byte(text), &now); err != nil {
			return "", err
		}
		switch now.State {
		case "done":
			return chromedp.Run(ctx, chromedp.Evaluate[string]("octroiReport"))
		case "failed":
			return "", errors.New(now.Failure)
		}
		if now.Doing != said {
			said = now.Doing
			tell(said)
		}
	}
}

// next tells, once anything has changed in the page or a second has passed, how it stands.
const next = `new Promise((done) => {
	const tell = () => done(JSON.stringify({
		State: document.documentElement.dataset.state || '',
		Doing: document.getElementById('doing')?.textContent || '',
		Failure: document.getElementById('failure')?.textContent || '',
	}));
	if (/done|failed/.test(document.documentElement.dataset.state)) return tell();
	new MutationObserver(tell).observe(document.documentElement, { attributes: true, attributeFilter: ['data-state'] });
	setTimeout(tell, 1000);
})`
