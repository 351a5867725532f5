package headless

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

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

// Patience is how long the audit's page may give no sign. It tells something once a second,
// unless a page of the site that stands in its frame keeps both busy.
var Patience = time.Minute

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
		soon, cancel := context.WithTimeout(ctx, Patience)
		text, err := chromedp.Run(soon, chromedp.Evaluate[string](next, chromedp.EvalAwaitPromise))
		late := soon.Err() != nil && ctx.Err() == nil
		cancel()
		if late {
			return "", fmt.Errorf("nothing moves any more at: %s. A page that keeps its browser busy does that; --live 0 reads pages without loading them", said)
		}
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

// next tells how the page stands, once that has changed, a page is to be loaded, or a second
// has passed.
const next = `new Promise((done) => {
	const text = (id) => document.getElementById(id)?.textContent || '';
	const tell = () => done(JSON.stringify({
		State: document.documentElement.dataset.state || '',
		Doing: text('doing'),
		Failure: text('failure'),
	}));
	if (/done|failed/.test(document.documentElement.dataset.state)) return tell();
	new MutationObserver(tell).observe(document.documentElement, { attributes: true, attributeFilter: ['data-state'] });
	const doing = document.getElementById('doing');
	if (doing) new MutationObserver(() => / loading /.test(text('doing')) && tell()).observe(doing, { childList: true });
	setTimeout(tell, 1000);
})`
