package wasmtest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ownSeeds are markups that once became something else, and what sanitizers let pass.
var ownSeeds = []string{
	`<b title="<img src=AT alt=' onmouseover=XSS() x='>">t</b>`,
	`<b title="<img src=AT alt=' autofocus tabindex=0 onfocus=XSS() x='>">t</b>`,
	`<!-- <img src=AT alt="--><img onerror=XSS() src=x>"> -->`,
	`<textarea><img src="AT" alt='</textarea><img onerror=XSS() src=x>'></textarea>`,
	`<style>a{}</style><p style="background:url(AT)">t</p>`,
	`<style>a{}</style><p title="url(AT' onmouseover=XSS() x=')">t</p>`,
	`<script>var s = "<img src='AT'>"</script>`,
	`<script>document.title = '<script src="AT"><\/script>'</script>`,
	`<p title='<iframe src="AT">'>t</p><p title="<iframe src='AT'>">u</p>`,
	`<div><template shadowrootmode="open"><img src=AT><script src=AT></script></template></div>`,
	`<svg><style><img src=AT></style></svg>`, `<math><mtext><style><img src=AT></style></mtext></math>`,
	`<svg><use href=AT><template shadowrootmode="open"><noscript>`, `<table><frames<script src="AT"></script>et><noscript>`,
	`<noscript><b title='</noembed><img src=AT>'></b></noscript>`,
	`<noscript><img src=AT></noscript>`, `<xmp><img src=AT></xmp>`, `<plaintext><img src=AT>`,
	`<a href=AT ping=AT>l</a><area ping="AT AT">`, `<img src=AT srcset="AT 1x,AT 2x" sizes=9px>`,
	`<table><tr background=AT><td background='AT'><img src=AT></table>`,
	`<select><option><img src=AT></select>`, `<iframe srcdoc="<img src='AT' onerror='XSS()'>"></iframe>`,
}

// seedMarkups are the cases of html5lib's parser tests and of two sanitizers' tests, from
// the packages that $OCTROI_SEEDS has, and our own.
func seedMarkups(t *testing.T) []string {
	t.Helper()
	list := slices.Clone(ownSeeds)
	root := os.Getenv("OCTROI_SEEDS")
	if root == "" {
		t.Log("OCTROI_SEEDS names no folder of packages: only the test's own markups are seeds")
		return list
	}
	trees, _ := filepath.Glob(filepath.Join(root, "html5/test/data/tree-construction/*.dat"))
	for _, path := range trees {
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, part := range strings.Split("\n"+string(b), "\n#data\n")[1:] {
			text, _, _ := strings.Cut(part, "\n#errors")
			list = append(list, text)
		}
	}
	b, err := os.ReadFile(filepath.Join(root, "html5/test/data/sanitizer/tests1.dat"))
	require.NoError(t, err)
	var cases []struct{ Input string }
	require.NoError(t, json.Unmarshal(b, &cases))
	for _, c := range cases {
		list = append(list, c.Input)
	}
	b, err = os.ReadFile(filepath.Join(root, "dompurify/test/fixtures/expect.js"))
	require.NoError(t, err)
	for _, match := range regexp.MustCompile(`"payload": ("(?:[^"\\]|\\.)*")`).FindAllSubmatch(b, -1) {
		var text string
		if json.Unmarshal(match[1], &text) == nil {
			list = append(list, text)
		}
	}
	// None goes elsewhere, and none runs for ever.
	wild := regexp.MustCompile(`(?i)location|window\.open|while|for ?\(|document\.(write|open|close)|http-equiv|debugger|<base`)
	address := regexp.MustCompile(`(?:https?:)?//[\w.-]+\.\w+(?::\d+)?[\w./-]*`)
	kept := []string{}
	for _, text := range list {
		if len(text) < 2000 && !wild.MatchString(text) {
			kept = append(kept, address.ReplaceAllString(text, "AT"))
		}
	}
	return kept
}

// differing tells of a markup what came of it with Octroi and without.
type differing struct{ HTML, Door, Tree string }

// Markup with Octroi becomes the tree that it becomes without, but for what is held, and
// nothing runs that would not have run.
func TestMarkupBecomesWhatItBecomesWithout(t *testing.T) {
	seeds := seedMarkups(t)
	total := 10_000
	if n, err := strconv.Atoi(os.Getenv("OCTROI_MARKUPS")); err == nil {
		total = n
	}
	s := newSite(t)
	source, err := os.ReadFile("testdata/differ.js")
	require.NoError(t, err)
	s.raw("/differ.js", "text/javascript; charset=utf-8", func() string { return string(source) })
	s.raw("/differ/seeds", "application/json", func() string {
		b, _ := json.Marshal(seeds)
		return string(b)
	})
	declaration := strings.Replace(keeping(""), `"purpose": "Measures.",`, `"purpose": "Measures.", "urls": ["ads.localhost"],`, 1)
	page := func(drop string) func() string {
		return func() string {
			return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title>
<script type="application/json" id="octroi-config">` + declaration + `</script><script src="/differ.js"></script>` + drop + `</head><body><a href="#octroi">Cookies</a></body></html>`
		}
	}
	s.raw("/differ/bare", "text/html; charset=utf-8", page(""))
	s.raw("/differ/octroi", "text/html; charset=utf-8", page(dropIn))
	_, bare := visit(t, s, "")
	_, tab := visit(t, s, "")
	tab.open("/differ/octroi").truth(`octroi.refuseAll()`)
	tabs := []*differer{{bare, "/differ/bare"}, {tab, "/differ/octroi"}}

	// OCTROI_SEED and OCTROI_MARKUPS try others, and more.
	first := len(seeds) + 20782
	if n, err := strconv.Atoi(os.Getenv("OCTROI_SEED")); err == nil {
		first = n
	}
	budget := 15 * time.Second
	if total > 100_000 {
		budget = time.Hour
	}
	start := time.Now()
	done, trees, runs := 0, map[string]int{}, 0
	var shown []string
	const batch = 4000
	for done < total && time.Since(start) < budget {
		from := first + done
		if done < len(seeds) {
			from = done
		}
		count := min(batch, total-done)
		if from < len(seeds) {
			count = min(count, len(seeds)-from)
		}
		told := both(tabs, fmt.Sprintf(`differ(%d, %d, 50)`, from, count))
		count = min(len(told[0].Hashes), len(told[1].Hashes))
		require.NotZero(t, count)
		for i := range count {
			if told[0].Hashes[i] != told[1].Hashes[i] {
				n := from + i
				a, b := tabs[0].one(n), tabs[1].one(n)
				if b.Tree == "throws held" && strings.Contains(a.HTML, "ads.localhost") {
					continue // the whole frame is
				}
				// A sheet that is on its way stops the bare frame's parser.
				if strings.HasPrefix(b.Door, "frame") && strings.HasPrefix(b.Tree, strings.TrimRight(a.Tree, "</>")) {
					continue
				}
				trees[b.Door]++
				if len(shown) < 40 && a.Tree != b.Tree {
					shown = append(shown, fmt.Sprintf("%d by %s: %q\n  bare   %s\n  octroi %s", n, b.Door, b.HTML, around(a.Tree, b.Tree), around(b.Tree, a.Tree)))
				}
			}
		}
		for _, n := range told[1].Ran {
			if n >= from+count || slices.Contains(told[0].Ran, n) {
				continue
			}
			// A slow browser may not have run it yet.
			again := both(tabs, fmt.Sprintf(`differ(%d, 1, 1500)`, n))
			if len(again[0].Ran) < len(again[1].Ran) {
				one := tabs[1].one(n)
				// Which frame gets the focus by itself is the browser's whim.
				if one.Door == "srcdoc" && strings.Contains(strings.ToLower(one.HTML), "autofocus") {
					continue
				}
				runs++
				t.Errorf("%d runs, by %s: %q", n, one.Door, one.HTML)
			}
		}
		done += count
	}
	for _, line := range shown {
		t.Error(line)
	}
	t.Logf("%d markups from %d seeds and %d on, in %.0f s: %d became other trees %v, %d ran something", done, len(seeds), first, time.Since(start).Seconds(), sum(trees), trees, runs)
	assert.Zero(t, sum(trees))
}

type differer struct {
	*tab
	path string
}

type compared struct {
	Hashes []string
	Ran    []int
}

// fresh loads the page anew: what one batch leaves behind must not matter to the next.
func (p *differer) fresh() { p.open(p.path).truth(`differSeeds()`) }

func (p *differer) one(n int) (d differing) {
	p.eval(fmt.Sprintf(`differOne(%d)`, n), &d)
	return d
}

// both asks both pages the same, at the same time.
func both(tabs []*differer, js string) (out [2]compared) {
	var wait sync.WaitGroup
	for i, p := range tabs {
		wait.Go(func() {
			p.fresh()
			p.eval(js, &out[i])
		})
	}
	wait.Wait()
	return out
}

// around is the part of a text at which another begins to differ.
func around(text, other string) string {
	at := 0
	for at < len(text) && at < len(other) && text[at] == other[at] {
		at++
	}
	from := max(0, at-60)
	return fmt.Sprintf("…%q…", text[from:min(len(text), at+160)])
}

func sum(counts map[string]int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}
