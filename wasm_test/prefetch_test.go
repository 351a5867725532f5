package wasmtest

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Gated scripts run one after the other, and those behind are fetched meanwhile: each once, as it
// is fetched when it is its turn, and none that is not granted.
func TestScriptsThatWaitAreFetchedMeanwhile(t *testing.T) {
	s := newSite(t)
	const several = 9
	var mu sync.Mutex
	asked := map[string]int{}
	first := make(chan struct{})
	s.pages.HandleFunc("GET /queue/{name}", func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("name")
		mu.Lock()
		asked[name]++
		mu.Unlock()
		if name == "0" {
			<-first
		}
		w.Header().Set("Content-Type", "text/javascript")
		w.Header().Set("Cache-Control", "no-store")
		fmt.Fprintf(w, "ran.push('%s')", name)
	})
	var tags strings.Builder
	for n := range several {
		more := []string{"", ` crossorigin`, ` data-type="module"`, ` referrerpolicy="no-referrer"`, ` crossorigin="use-credentials"`}[n%5]
		fmt.Fprintf(&tags, `<script type="text/plain" data-octroi="pixel"%s src="/queue/%d"></script>`, more, n)
	}
	s.keeper("/queued", measuring("", `"urls": ["/queue/"],`), order+tags.String()+
		`<script type="text/plain" data-octroi="pixel">ran.push('inline')</script><script type="text/plain" data-octroi="other" src="/queue/other"></script>`)
	_, tab := visit(t, s, "other")
	tab.open("/queued")
	tab.press("accept")
	await(t, "those behind the first are asked for", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(asked) == 7
	})
	assert.True(t, tab.truth(`ran.length === 0`), "and none runs ahead of the first")
	close(first)
	tab.until(fmt.Sprintf(`ran.length === %d`, several+1))
	assert.True(t, tab.truth(`ran.join() === '0,1,2,3,4,5,6,7,8,inline'`), "in the page's order")
	tab.until(`!document.querySelector('link[rel*=preload]')`)
	for n := range several {
		assert.Equal(t, 1, asked[fmt.Sprint(n)], "%d: fetched once", n)
	}
	assert.Zero(t, asked["other"], "nobody has declared it")
}
