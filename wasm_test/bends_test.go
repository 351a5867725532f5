package wasmtest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The bends by which verdicts were once reached are always tried, then what is near them.
var (
	bentOnce = regexp.MustCompile(`^(?:(?:Element\.prototype\.(?:localName get|getAttribute|hasAttributes?|removeAttribute)|Attr\.prototype\.(?:name|value) get|CharacterData\.prototype\.data [gs]et|EventTarget\.prototype\.addEventListener|TextDecoder\.prototype\.decode|URL\.prototype\.href get|HTMLTemplateElement\.prototype\.content get|String\.prototype\.(?:replace|toLowerCase)|RegExp\.prototype\.(?:flags get|global get|test|exec|\[Symbol\.replace\])|Math\.floor|Array\.prototype\.\[Symbol\.iterator\]|Element\.\[Symbol\.hasInstance\] added|Request\.prototype\.url get|Function\.prototype\.(?:call|apply|bind)) \w+|(?:URL|Element|Request|Map|Proxy|Promise) =\w+)$`)
	bentNear = regexp.MustCompile(`^(?:Object|Function|Array|String|Number|Boolean|Symbol|Math|JSON|Reflect|Proxy|Date|RegExp|Promise|Map|Set|WeakMap|WeakSet|WeakRef|BigInt|Error|TypeError|URL|URLSearchParams|TextEncoder|TextDecoder|DataView|ArrayBuffer|\w*Array|WebAssembly|%\w+%|Node|Element|HTML\w*Element|SVG\w*Element|Document|DocumentFragment|ShadowRoot|HTMLDocument|Attr|NamedNodeMap|NodeList|HTMLCollection|CharacterData|Text|EventTarget|Event|MutationObserver|MutationRecord|Range|Storage|CookieStore|IDB\w+|Cache\w*|Request|Response|Headers|XMLHttpRequest|WebSocket|Navigator|History|Location|Window|CSS\w*|StyleSheet\w*|Trusted\w+|Performance|Crypto)\b`)
)

// straight bends nothing: what it lets through is no bend's fault.
const straight = "nothing bent"

// bendable are all bends in the order in which they are tried: those that were once enough,
// then by chance, those near the engine's work as often as all others together; and how many the first are.
func bendable(names []string, seed uint64) (list []string, whole int) {
	once := []string{straight}
	var near, far []string
	for _, name := range names {
		switch {
		case bentOnce.MatchString(name):
			once = append(once, name)
		case bentNear.MatchString(name):
			near = append(near, name)
		default:
			far = append(far, name)
		}
	}
	whole = len(once)
	if only := os.Getenv("OCTROI_BENDS"); only != "" { // some to look into, with ";" between them
		return append(once[:1], strings.Split(only, ";")...), whole
	}
	chance := rand.New(rand.NewPCG(seed, seed))
	for _, list := range [][]string{near, far} {
		chance.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	}
	for i := range max(len(near), len(far)) {
		if i < len(near) {
			once = append(once, near[i])
		}
		if i < len(far) {
			once = append(once, far[i])
		}
	}
	return once, whole
}

// sampleSeed is the same each time, unless $OCTROI_SEED says which; $OCTROI_WHOLE tries all
// that there is.
func sampleSeed() (seed uint64, all bool) {
	seed, err := strconv.ParseUint(os.Getenv("OCTROI_SEED"), 10, 64)
	if err != nil {
		seed = 20782
	}
	return seed, os.Getenv("OCTROI_WHOLE") != ""
}

// bendingSite is a site whose pages' language is bent.
type bendingSite struct {
	*site
	hung chan int // which bend has hung the page
}

// bending serves pages whose language is bent.
func bending(t *testing.T) *bendingSite {
	t.Helper()
	s := &bendingSite{newSite(t), make(chan int, 100)}
	s.pages.HandleFunc("/hangs", func(w http.ResponseWriter, r *http.Request) {
		if n, err := strconv.Atoi(r.URL.RawQuery); err == nil {
			s.hung <- n
		}
	})
	source, err := os.ReadFile("testdata/bends.js")
	require.NoError(t, err)
	s.raw("/bends.js", "text/javascript; charset=utf-8", func() string { return string(source) })
	s.raw("/empty", "text/plain", func() string { return "" })
	for path, kind := range map[string]string{"/own.gif": ".gif", "/own.js": ".js"} {
		s.pages.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "max-age=3600")
			w.Header().Set("Content-Type", files[kind][0])
			fmt.Fprint(w, files[kind][1])
		})
	}
	return s
}

// untilHangs evaluates what bends one thing after the other, until it is done or one of
// them hangs the page.
func (s *bendingSite) untilHangs(tab *tab, js string) (text string, hung int) {
	done := make(chan string, 1)
	go func() {
		text, err := tab.pane.evaluate(js)
		if err != nil {
			text = err.Error()
		}
		done <- text
	}()
	select {
	case text := <-done:
		return text, -1
	case hung := <-s.hung:
		return "", hung
	}
}

// abandon closes a tab that no longer answers.
func (t *tab) abandon() {
	switch p := t.pane.(type) {
	case *chromiumPane:
		go chromedp.Cancel(p.ctx)
	case *firefoxPane:
		go p.call("browsingContext.close", map[string]any{}, nil)
	case *webkitPane:
		go p.session.call("DELETE", "", nil, nil)
	}
}

// bent is a page with what bends it, at first or later.
func (s *bendingSite) bent(first, drop, last string) string {
	declaration := strings.Replace(keeping(""), `"purpose": "Measures.",`, `"purpose": "Measures.", "urls": ["`+s.Third+`/ads/"], "inline": ["__pxInline"],`, 1)
	return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title><script type="application/json" id="octroi-config">` + declaration + `</script>
<script src="/bends.js"></script><script>window.THIRD = '` + s.Third + `';` + first + `</script>` + drop + `</head><body><a href="#octroi">Cookies</a><script>` + last + `</script></body></html>`
}

// A page that bends anything after the drop-in has come gets nothing through by it, and what
// is its own goes on as it does without Octroi (R1.01).
func TestWhateverIsBentLetsNothingThrough(t *testing.T) {
	s := bending(t)
	s.raw("/bends/octroi", "text/html; charset=utf-8", func() string { return s.bent("", dropIn, "bends.ready()") })
	s.raw("/bends/bare", "text/html; charset=utf-8", func() string { return s.bent("", "", "bends.ready()") })
	_, plain := visit(t, s.site, "")
	_, tab := visit(t, s.site, "")
	plain.open("/bends/bare")
	tab.open("/bends/octroi").truth(`octroi.refuseAll()`)
	var names []string
	plain.eval(`bends.list()`, &names)
	var owning []string
	plain.eval(`bends.owning`, &owning)
	seed, all := sampleSeed()
	list, whole := bendable(names, seed)
	budget := 15 * time.Second
	if all {
		budget = 4 * time.Hour
	}

	type said struct {
		Done int
		Bad  [][2]any
		Owns []int
		Dead string
	}
	bad := map[string][]string{} // what a bend did
	broken := map[string][]string{}
	dead := 0
	start, at, size := time.Now(), 0, 400
	most := max(whole, 1000)
	if all {
		most = len(list)
	}
	for at < min(most, len(list)) && (time.Since(start) < budget || at < whole && time.Since(start) < 3*budget) {
		chunk, err := json.Marshal(list[at:min(at+size, len(list))])
		require.NoError(t, err)
		tab.open("/bends/octroi")
		var there, bare said
		text, hung := s.untilHangs(tab, fmt.Sprintf(`bends.run(%s, %d, 4000, false, %d).then((said) => JSON.stringify(said))`, chunk, at, whole))
		lost := json.Unmarshal([]byte(text), &there) != nil || there.Done == 0
		if lost && hung < 0 && size > 1 {
			size = max(1, size/20) // which of them it is comes out by and by
		} else if lost {
			if text != "" && !strings.Contains(text, "timeout") && !strings.Contains(text, "deadline") && !strings.Contains(text, "no answer") {
				t.Logf("%s takes the driver with it: %s", list[at], text)
			} else {
				t.Errorf("%s hangs the page: %s", list[max(hung, at)], text)
			}
			at = max(hung, at) + 1
		}
		if lost {
			tab.abandon()
			_, tab = visit(t, s.site, "")
			tab.open("/bends/octroi").truth(`octroi.refuseAll()`)
			continue
		}
		size = min(400, 4*size)
		chunk, _ = json.Marshal(list[at : at+there.Done])
		plain.open("/bends/bare")
		plain.eval(fmt.Sprintf(`bends.run(%s, %d, 15000, true, 0)`, chunk, at), &bare)
		for _, one := range there.Bad {
			name := list[int(one[0].(float64))]
			bad[name] = append(bad[name], fmt.Sprint(one[1]))
		}
		for i := range min(there.Done, bare.Done) {
			if lost := bare.Owns[i] &^ there.Owns[i]; bare.Owns[i] > 0 && there.Owns[i] >= 0 && lost > 0 {
				name := list[at+i]
				for bit, own := range owning {
					if lost>>bit&1 > 0 {
						broken[name] = append(broken[name], own)
					}
				}
			}
		}
		if there.Dead != "" {
			dead++
		}
		at += there.Done
	}
	tab.requests()
	for _, e := range s.Log.Requests() {
		if strings.HasPrefix(e.URL, "/mark") {
			continue
		}
		what, number, _ := strings.Cut(strings.TrimPrefix(e.URL, "/ads/"), "?")
		n, err := strconv.Atoi(number)
		if err != nil || n >= len(list) {
			t.Errorf("%s, by nobody knows what", e.URL)
			continue
		}
		bad[list[n]] = append(bad[list[n]], what)
	}
	tellBends(t, "lets through", bad)
	tellBends(t, "breaks of the page's own", broken)
	t.Logf("%d of %d bends in %.0f s, seed %d: %d let something through, %d broke what is the page's own, %d ended the engine", at, len(list), time.Since(start).Seconds(), seed, len(bad), len(broken), dead)
	tab.open("/bends/octroi")
	assert.True(t, tab.truth(`octroi.state().decided && !octroi.allows('pixel')`))
}

// tellBends fails for each bend that did something, the first hundred by name.
func tellBends(t *testing.T, verb string, by map[string][]string) {
	t.Helper()
	shown := 0
	if what := slices.Clone(by[straight]); len(what) > 0 {
		t.Errorf("with nothing bent %s: %s", verb, strings.Join(what, ", "))
		for name := range by {
			by[name] = slices.DeleteFunc(by[name], func(one string) bool { return slices.Contains(what, one) })
			if len(by[name]) == 0 {
				delete(by, name)
			}
		}
	}
	for name, what := range by {
		if shown++; shown > 100 {
			t.Errorf("and %d more", len(by)-100)
			return
		}
		slices.Sort(what)
		t.Errorf("%s %s: %s", name, verb, strings.Join(slices.Compact(what), ", "))
	}
}

// A page that has bent something before the drop-in comes gets nothing through by it
// either: what the drop-in needs is not there, or is what it was.
func TestWhateverWasBentBeforeLetsNothingThrough(t *testing.T) {
	s := bending(t)
	s.raw("/bends/bare", "text/html; charset=utf-8", func() string { return s.bent("", "", "") })
	var mu sync.Mutex
	bad := map[string][]string{}
	_, plain := visit(t, s.site, "")
	plain.open("/bends/bare")
	var names []string
	plain.eval(`bends.list()`, &names)
	seed, all := sampleSeed()
	list, _ := bendable(names, seed)
	budget := 15 * time.Second
	if all {
		budget = 4 * time.Hour
	}
	hear := func(number, what string) {
		mu.Lock()
		defer mu.Unlock()
		if n, err := strconv.Atoi(number); err == nil && n < len(list) {
			bad[list[n]] = append(bad[list[n]], what)
		}
	}
	s.pages.HandleFunc("/bends/before", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.RawQuery)
		name, _ := json.Marshal(list[n])
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, s.bent("bends.bendForGood("+string(name)+")", dropIn, fmt.Sprintf("bends.ready(); bends.once(%d)", n)))
	})
	s.pages.HandleFunc("/bad", func(w http.ResponseWriter, r *http.Request) {
		text, _ := url.QueryUnescape(r.URL.RawQuery)
		number, what, _ := strings.Cut(text, " ")
		hear(number, what)
	})
	_, tab := visit(t, s.site, "")
	start, at := time.Now(), 0
	for ; at < len(list) && (all || at < 40) && time.Since(start) < budget; at++ {
		if err := tab.pane.navigate(fmt.Sprintf("%s/bends/before?%d", s.URL, at)); err != nil {
			t.Logf("%s: %v", list[at], err)
			_, tab = visit(t, s.site, "")
		}
	}
	plain.requests()
	for _, e := range s.Log.Requests() {
		if what, number, found := strings.Cut(strings.TrimPrefix(e.URL, "/ads/"), "?"); found && !strings.HasPrefix(what, "/mark") {
			hear(number, what)
		}
	}
	tellBends(t, "before the drop-in lets through", bad)
	t.Logf("%d of %d bends before the drop-in in %.0f s, seed %d: %d let something through", at, len(list), time.Since(start).Seconds(), seed, len(bad))
}
