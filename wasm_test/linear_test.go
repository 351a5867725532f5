package wasmtest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// worst are what scanners go back and forth in, over and over: each is repeated. By what
// the doors take.
var worst = map[string][]string{
	"markup":  {"<a", "<a ", "<a>", "</", "</a", "<!", "<!--", "-->", "<![CDATA[", "<img ", "<img src=", `<img src="`, "<img src='a' ", `<p title="`, "<p title='", "<script", "<script>", "<style", "<style>", "<svg>", "<math>", "<noscript>", "<template shadowrootmode=open>", "<iframe srcdoc=", "url(", "&amp;", "&#", `"`, "="},
	"css":     {"url(", "url( ", `url("`, "@import ", `@import "`, "@import url(", "image-set(", `image-set("`, `"`, "'", "\\", "/*", "*/", "(", "{", "}", ";", "var(", " "},
	"address": {"a,", ", ", " ", "http://a ", "%", "/", "\\", "#", "@", "?", "../"},
	"write":   {"a=b;", "a=b; expires=", "a=b; max-age=1; ", ";", " ", "=", "%", ","},
	"script":  {"import ", `import "`, "import(", `import("`, `"`, "'", "`", "`${", "/*", "*/", "//", "/", "\\", "\n", "(", "{"},
}

// linear measures, in milliseconds, how long a door takes for 8, 32 and 128 KB of each
// of the worst, the best of three; it goes no further where the less takes long already.
var linear = script("linear")

// Of whatever a page hands over, twice as much takes twice as long: what is scanned is scanned
// once. As many of the worst are tried as there is time for.
func TestNoScanGoesBackAndForth(t *testing.T) {
	only(t, "what is scanned, and how often, is the same code in each", "chromium")
	s := newSite(t)
	s.keeper("/linear", s.measures(), "<script>"+linear+"</script>")
	s.raw("/linear/bare", "text/html; charset=utf-8", func() string { return "<!doctype html><body><script>" + linear + "</script>" })
	_, ours := visit(t, s, "")
	_, bare := visit(t, s, "")
	ours.open("/linear").truth(`octroi.refuseAll()`)
	bare.open("/linear/bare")
	var doors map[string][]string
	bare.eval("linearDoors()", &doors)
	// Of what takes longer than a step may, nothing is told.
	measure := func(p *tab, kind, door, unit string) (took []float64) {
		list, _ := json.Marshal([]string{unit})
		text, err := p.pane.evaluate(`linear("` + kind + `", "` + door + `", ` + string(list) + `).then(([took]) => JSON.stringify(took))`)
		if err != nil || json.Unmarshal([]byte(text), &took) != nil {
			return nil
		}
		return took
	}
	most, which := 0.0, ""
	start, tried := time.Now(), 0
	try := func(kind, door, unit string) {
		took := measure(ours, kind, door, unit)
		if took == nil {
			ours.abandon()
			_, ours = visit(t, s, "")
			ours.open("/linear").truth(`octroi.refuseAll()`)
		} else if last := took[len(took)-1]; last > most {
			most, which = last, fmt.Sprintf("%s of %q", door, unit)
		}
		if !steep(took) {
			return
		}
		// The browser's own work may be worse than linear.
		without := measure(bare, kind, door, unit)
		if without == nil {
			bare.abandon()
			_, bare = visit(t, s, "")
			bare.open("/linear/bare")
			return
		}
		worse := func() bool {
			return steep(took) && (len(took) < 3 || took[2] > 40+4*without[len(without)-1])
		}
		// The least of several is nearest to what it takes on a machine of its own.
		for again := 0; again < 4 && len(took) == 3 && worse(); again++ {
			for i, least := range measure(ours, kind, door, unit) {
				took[min(i, 2)] = min(took[min(i, 2)], least)
			}
		}
		if worse() {
			t.Errorf("%s of %q: %.0f ms for 8, 32 and 128 KB; without Octroi %.0f", door, unit, took, without)
		}
	}
	seed, whole := sampleSeed()
	all, firsts := handed(doors, seed)
	for i, one := range all {
		if !whole && i >= firsts && time.Since(start) > 7*time.Second {
			break
		}
		tried++
		try(one.kind, one.door, one.unit)
	}
	t.Logf("%d of %d texts by their doors in %.0f s; the longest took %.0f ms, %s", tried, len(all), time.Since(start).Seconds(), most, which)
}

// searches counts the elements that the document's searches go through.
const searches = `(() => {
	window.searched = 0;
	for (const { prototype } of [Document, DocumentFragment, Element]) {
		const { querySelectorAll, querySelector } = prototype;
		prototype.querySelectorAll = function () {
			searched += this.nodeType === 9 ? this.getElementsByTagName('*').length : 1;
			return querySelectorAll.apply(this, arguments);
		};
		prototype.querySelector = function () {
			searched += this.nodeType === 9 ? this.getElementsByTagName('*').length : 1;
			return querySelector.apply(this, arguments);
		};
	}
})()`

// noOpener takes the keeper's own link away: the page is then given the tab.
const noOpener = `<script>document.querySelector('#tab').remove()</script>`

// The parser brings each script by itself, and a page may insert much in many turns: what has
// come is searched, and not all of the document each time.
func TestEachChangeCostsWhatHasCome(t *testing.T) {
	sampled(t, "what is read is the same code in each")
	s := newSite(t)
	declaration := s.gated()
	pages := map[string]int{"/some": 150, "/many": 600}
	for path, count := range pages {
		s.keeper(path, declaration, noOpener+strings.Repeat(`<script type="text/plain" data-octroi="pixel">1</script><img data-octroi="pixel" data-src="/none" alt="">`, count))
	}
	_, tab := visit(t, s)
	tab.before(searches)
	for _, visitor := range []string{"who has not decided", "who has refused"} {
		searched := map[string]float64{}
		for path, count := range pages {
			tab.open(path)
			if visitor == "who has not decided" {
				tab.until(`document.querySelector('dialog.octroi-ask[open]')`)
			} else {
				tab.until(`document.querySelector('.octroi-tab')`)
			}
			n := 0.0
			tab.eval(fmt.Sprintf(`(async () => {
				for (let i = 0; i < %d; i++) {
					document.body.append(document.createElement('p'));
					await 0;
				}
				return searched;
			})()`, count), &n)
			searched[path] = n
		}
		t.Logf("a visitor %s: %v elements", visitor, searched)
		assert.Less(t, searched["/many"], 6*searched["/some"], visitor)
		if visitor == "who has not decided" {
			tab.press("refuse")
		}
	}
}

// lengths counts how often the windows of frames are counted.
const lengths = `(() => {
	window.counted = 0;
	const length = Object.getOwnPropertyDescriptor(window, 'length');
	Object.defineProperty(window, 'length', { ...length, get() { counted++; return length.get.call(this); } });
})()`

// A page may make frame after frame: each gets its policies, and the others are not gone through.
func TestEachFrameCostsItself(t *testing.T) {
	only(t, "what is counted is our own calls, the same code in each", "chromium")
	s := newSite(t)
	s.raw("/empty", "text/html", func() string { return "" })
	s.keeper("/frames", s.listing(`"enforce": "always",`), "")
	_, tab := visit(t, s)
	tab.before(lengths)
	counted := map[int]float64{}
	for _, frames := range []int{15, 60} {
		tab.open("/frames").until(`document.querySelector('head > meta[http-equiv="Content-Security-Policy"]')`)
		var got struct{ Counted, Without float64 }
		tab.eval(fmt.Sprintf(`(async () => {
			const before = counted;
			for (let i = 0; i < %d; i++) await new Promise((done) => document.body.appendChild(Object.assign(document.createElement('iframe'), { src: '/empty', onload: done })));
			const after = counted - before;
			return { Counted: after, Without: [...document.querySelectorAll('iframe')].filter((frame) => !frame.contentDocument.querySelector('meta[http-equiv]')).length };
		})()`, frames), &got)
		assert.Zero(t, got.Without)
		counted[frames] = got.Counted
	}
	t.Logf("windows counted: %v", counted)
	assert.Less(t, counted[60], 6*counted[15]+60)
	assert.NotZero(t, counted[15])
}

// handover is one of the worst, as it is handed to one door.
type handover struct{ kind, door, unit string }

// handed are all texts by their doors, by chance: each door once, then the others; and how
// many the first are.
func handed(doors map[string][]string, seed uint64) (list []handover, firsts int) {
	var all []handover
	for kind, list := range doors {
		for _, door := range list {
			for _, unit := range worst[kind] {
				all = append(all, handover{kind, door, unit})
			}
		}
	}
	slices.SortFunc(all, func(a, b handover) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.door, b.door), cmp.Compare(a.unit, b.unit))
	})
	rand.New(rand.NewPCG(seed, seed)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	seen := map[string]bool{}
	var others []handover
	for _, one := range all {
		if seen[one.door] {
			others = append(others, one)
		} else {
			list = append(list, one)
		}
		seen[one.door] = true
	}
	return append(list, others...), len(list)
}

// steep tells whether four times as much took far more than four times as long.
func steep(took []float64) bool {
	if len(took) < 3 {
		return true
	}
	return took[2] > 40 && took[2] > 9*max(took[1], 1)
}
