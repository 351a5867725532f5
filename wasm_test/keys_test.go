package wasmtest

import (
	"github.com/chromedp/chromedp"
)

// key presses a key, as a person would.
func (t *tab) key(keys string) {
	t.t.Helper()
	t.run(chromedp.KeyEvent(keys))
}
