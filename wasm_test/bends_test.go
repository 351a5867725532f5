package wasmtest

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
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

// The bends by which verdicts were once reached are always tried, each in one of the engines,
// as the language that they bend is the same in all; then what is near them.
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
			if here(name) {
				once = append(once, name)
			}
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

// here tells whether this is the engine of the three in which a bend is always tried.
func here(name string) bool {
	_, all := sampleSeed()
	return all || crc32.ChecksumIEEE([]byte(name))%uint32(len(engines)) == uint32(slices.Index(engines, running))
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
	source := joined(t, "bends")
	s.raw("/bends.js", "text/javascript; charset=utf-8", func() string { return source })
	s.raw("/empty", "text/plain", func() string { return "" })
	for path, kind := range map[string]string{"/own.gif": ".gif", "/own.js": ".js"} {
		s.pages.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "max-age=3600")
			w.Header().Set("Content-Type", files[kind].contentType)
			fmt.Fprint(w, files[kind].body)
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

// bentPage is a page and what runs in it.
type bentPage struct {
	before string // a script before the drop-in
	dropIn string
	after  string // a script in the body
}

// bent is the markup of a page that can be bent.
func (s *bendingSite) bent(page bentPage) string {
	declaration := measuring("", `"urls": ["`+s.Third+`/ads/"], "inline": ["__pxInline"],`)
	return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title><script type="application/json" id="octroi-config">` + declaration + `</script>
<script src="/bends.js"></script><script>window.THIRD = '` + s.Third + `';` + page.before + `</script>` + page.dropIn + `</head><body><a href="#octroi">Cookies</a><script>` + page.after + `</script></body></html>`
}

// bendTrial tries bends in two pages, with the drop-in and without.
type bendTrial struct {
	*bendingSite
	t      *testing.T
	gated  *tab // with the drop-in; refused
	bare   *tab
	list   []string // of bends, in the order in which they are tried
	whole  int      // how many of them are always tried
	owning []string // what the page does of its own
	at     int      // which bend comes next
	size   int      // how many are tried in one page

	letThrough map[string][]string // what a bend let through
	broke      map[string][]string // what it broke of the page's own
	dead       int                 // how many ended the engine
}

// bendResult is what trying some bends came to.
type bendResult struct {
	Done int
	Bad  [][2]any // the number of a bend, and what it let through
	Owns []int    // for each bend the bits of what the page did of its own
	Dead string   // the bend that ended the engine
}

const bendBatch = 400

func newBendTrial(t *testing.T) *bendTrial {
	t.Helper()
	b := &bendTrial{bendingSite: bending(t), t: t, size: bendBatch, letThrough: map[string][]string{}, broke: map[string][]string{}}
	b.raw("/bends/octroi", "text/html; charset=utf-8", func() string { return b.bent(bentPage{dropIn: dropIn, after: "bends.ready()"}) })
	b.raw("/bends/bare", "text/html; charset=utf-8", func() string { return b.bent(bentPage{after: "bends.ready()"}) })
	_, b.bare = visit(t, b.site, "")
	b.refuse()
	b.bare.open("/bends/bare")
	var names []string
	b.bare.eval(`bends.list()`, &names)
	b.bare.eval(`bends.owning`, &b.owning)
	seed, _ := sampleSeed()
	b.list, b.whole = bendable(names, seed)
	return b
}

// refuse opens the page with the drop-in as a new visitor, who refuses.
func (b *bendTrial) refuse() {
	_, b.gated = visit(b.t, b.site, "")
	b.gated.open("/bends/octroi").truth(`octroi.refuseAll()`)
}

// batch tries the next bends, as many as four seconds or the engine last.
func (b *bendTrial) batch() {
	b.t.Helper()
	chunk, err := json.Marshal(b.list[b.at:min(b.at+b.size, len(b.list))])
	require.NoError(b.t, err)
	b.gated.open("/bends/octroi")
	var gated, bare bendResult
	text, hung := b.untilHangs(b.gated, fmt.Sprintf(`bends.run(%s, %d, 4000, false, %d).then((said) => JSON.stringify(said))`, chunk, b.at, b.whole))
	if json.Unmarshal([]byte(text), &gated) != nil || gated.Done == 0 {
		b.lost(text, hung)
		return
	}
	b.size = min(bendBatch, 4*b.size)
	chunk, _ = json.Marshal(b.list[b.at : b.at+gated.Done])
	b.bare.open("/bends/bare")
	b.bare.eval(fmt.Sprintf(`bends.run(%s, %d, 15000, true, 0)`, chunk, b.at), &bare)
	b.note(gated, bare)
	b.at += gated.Done
}

// lost goes on with a new page where one no longer answers: with fewer bends, until it is
// known which bend it was; then with the next.
func (b *bendTrial) lost(text string, hung int) {
	b.t.Helper()
	if hung < 0 && b.size > 1 {
		b.size = max(1, b.size/20)
	} else {
		if text != "" && !strings.Contains(text, "timeout") && !strings.Contains(text, "deadline") && !strings.Contains(text, "no answer") {
			b.t.Logf("%s takes the driver with it: %s", b.list[b.at], text)
		} else {
			b.t.Errorf("%s hangs the page: %s", b.list[max(hung, b.at)], text)
		}
		b.at = max(hung, b.at) + 1
	}
	b.gated.abandon()
	b.refuse()
}

// note enters what bends let through, and what of the page's own they broke that the bare
// page did.
func (b *bendTrial) note(gated, bare bendResult) {
	for _, one := range gated.Bad {
		name := b.list[int(one[0].(float64))]
		b.letThrough[name] = append(b.letThrough[name], fmt.Sprint(one[1]))
	}
	for i := range min(gated.Done, bare.Done) {
		lost := bare.Owns[i] &^ gated.Owns[i]
		for bit, own := range b.owning {
			if lost>>bit&1 > 0 {
				b.broke[b.list[b.at+i]] = append(b.broke[b.list[b.at+i]], own)
			}
		}
	}
	if gated.Dead != "" {
		b.dead++
	}
}

// noteRequests enters what the third parties were asked for, by the number in the address.
func (b *bendTrial) noteRequests() {
	b.t.Helper()
	b.gated.requests()
	for _, e := range b.Log.Requests() {
		if strings.HasPrefix(e.URL, "/mark") {
			continue
		}
		what, number, _ := strings.Cut(strings.TrimPrefix(e.URL, "/ads/"), "?")
		n, err := strconv.Atoi(number)
		if err != nil || n >= len(b.list) {
			b.t.Errorf("%s, by nobody knows what", e.URL)
			continue
		}
		b.letThrough[b.list[n]] = append(b.letThrough[b.list[n]], what)
	}
}

// bendsFor is how long a sample takes: what is bent is the page's JavaScript, much the same in each.
func bendsFor() time.Duration {
	if running == "chromium" {
		return 8 * time.Second
	}
	return 4 * time.Second
}

// A page that bends anything after the drop-in has come gets nothing through by it, and what
// is its own goes on as it does without Octroi (R1.01).
func TestWhateverIsBentLetsNothingThrough(t *testing.T) {
	paired(t, "firefox")
	b := newBendTrial(t)
	budget, most := bendsFor(), min(max(b.whole, 1000), len(b.list))
	seed, all := sampleSeed()
	if all {
		budget, most = 4*time.Hour, len(b.list)
	}
	start := time.Now()
	for b.at < most && (time.Since(start) < budget || b.at < b.whole && time.Since(start) < 3*budget) {
		b.batch()
	}
	b.noteRequests()
	tellBends(t, "lets through", b.letThrough)
	tellBends(t, "breaks of the page's own", b.broke)
	t.Logf("%d of %d bends in %.0f s, seed %d: %d let something through, %d broke what is the page's own, %d ended the engine", b.at, len(b.list), time.Since(start).Seconds(), seed, len(b.letThrough), len(b.broke), b.dead)
	b.gated.open("/bends/octroi")
	assert.True(t, b.gated.truth(`octroi.state().decided && !octroi.allows('pixel')`))
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
	paired(t, "firefox")
	s := bending(t)
	s.raw("/bends/bare", "text/html; charset=utf-8", func() string { return s.bent(bentPage{}) })
	var mu sync.Mutex
	bad := map[string][]string{}
	_, plain := visit(t, s.site, "")
	plain.open("/bends/bare")
	var names []string
	plain.eval(`bends.list()`, &names)
	seed, all := sampleSeed()
	list, _ := bendable(names, seed)
	budget := bendsFor()
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
		fmt.Fprint(w, s.bent(bentPage{before: "bends.bendForGood(" + string(name) + ")", dropIn: dropIn, after: fmt.Sprintf("bends.ready(); bends.once(%d)", n)}))
	})
	s.pages.HandleFunc("/bad", func(w http.ResponseWriter, r *http.Request) {
		text, _ := url.QueryUnescape(r.URL.RawQuery)
		number, what, _ := strings.Cut(text, " ")
		hear(number, what)
	})
	_, tab := visit(t, s.site, "")
	start, at := time.Now(), 0
	for ; at < len(list) && (all || at < 18) && time.Since(start) < budget; at++ {
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
