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
	`<noembed></noembed><noframes></noframes><xmp></xmp><noscript><b title='</noembed><img src=AT>'></b></noscript>`,
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

// differing is what a markup came to in a page.
type differing struct{ HTML, Door, Tree string }

// differer is a page that brings markups in.
type differer struct {
	*tab
	path string
}

// fresh loads the page anew: what one batch leaves behind must not matter to the next.
func (p *differer) fresh() { p.open(p.path).truth(`differSeeds()`) }

// one brings in the markup of a number alone.
func (p *differer) one(n int) (d differing) {
	p.eval(fmt.Sprintf(`differOne(%d)`, n), &d)
	return d
}

// compared is what a batch of markups came to in a page.
type compared struct {
	Hashes []string // of the trees
	Ran    []int    // which markups ran something
}

// differTrial compares two pages, without the drop-in and with it.
type differTrial struct {
	t     *testing.T
	pages [2]*differer // bare, gated
	trees map[string]int
	shown []string // the first trees that differ
	runs  int      // how many ran something only in the gated page
}

func newDifferTrial(t *testing.T, seeds []string) *differTrial {
	t.Helper()
	s := newSite(t)
	source := joined(t, "differ")
	s.raw("/differ.js", "text/javascript; charset=utf-8", func() string { return source })
	s.raw("/differ/seeds", "application/json", func() string {
		b, _ := json.Marshal(seeds)
		return string(b)
	})
	declaration := measuring("", `"urls": ["ads.localhost"],`)
	page := func(drop string) func() string {
		return func() string {
			return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title>
<script type="application/json" id="octroi-config">` + declaration + `</script><script src="/differ.js"></script>` + drop + `</head><body><a href="#octroi">Cookies</a></body></html>`
		}
	}
	s.raw("/differ/bare", "text/html; charset=utf-8", page(""))
	s.raw("/differ/octroi", "text/html; charset=utf-8", page(dropIn))
	_, bare := visit(t, s, "")
	_, gated := visit(t, s, "")
	gated.open("/differ/octroi").truth(`octroi.refuseAll()`)
	return &differTrial{t: t, pages: [2]*differer{{bare, "/differ/bare"}, {gated, "/differ/octroi"}}, trees: map[string]int{}}
}

// batch brings markups into both pages; how many of them both had the time for.
func (d *differTrial) batch(from, count int) int {
	d.t.Helper()
	told := both(d.pages, fmt.Sprintf(`differ(%d, %d, 50)`, from, count))
	count = min(len(told[0].Hashes), len(told[1].Hashes))
	require.NotZero(d.t, count)
	for i := range count {
		if told[0].Hashes[i] != told[1].Hashes[i] {
			d.noteTree(from + i)
		}
	}
	for _, n := range told[1].Ran {
		if n < from+count && !slices.Contains(told[0].Ran, n) {
			d.noteRun(n)
		}
	}
	return count
}

// twinned finds a page's own data-src, or the like, in a tag.
var twinned = regexp.MustCompile(`(?i)<[^>]*ads\.localhost[^>]*\sdata-[a-z]+=`)

// noteTree enters a markup that has become another tree, unless that is as it should be.
func (d *differTrial) noteTree(n int) {
	bare, gated := d.pages[0].one(n), d.pages[1].one(n)
	if gated.Tree == "throws held" && strings.Contains(bare.HTML, "ads.localhost") {
		return // the whole frame is
	}
	// A sheet that is on its way stops the bare frame's parser.
	if strings.HasPrefix(gated.Door, "frame") && strings.HasPrefix(gated.Tree, strings.TrimRight(bare.Tree, "</>")) {
		return
	}
	// In a start tag that is text, the held address and a twin of the page's own have one name:
	// the first counts.
	if twinned.MatchString(gated.HTML) && slices.Contains([]string{"write", "pieces", "frameWrite", "framePieces"}, gated.Door) {
		return
	}
	d.trees[gated.Door]++
	if len(d.shown) < 40 && bare.Tree != gated.Tree {
		d.shown = append(d.shown, fmt.Sprintf("%d by %s: %q\n  bare   %s\n  octroi %s", n, gated.Door, gated.HTML, around(bare.Tree, gated.Tree), around(gated.Tree, bare.Tree)))
	}
}

// noteRun enters a markup that runs something in the gated page alone.
func (d *differTrial) noteRun(n int) {
	d.t.Helper()
	// A slow browser may not have run it yet.
	again := both(d.pages, fmt.Sprintf(`differ(%d, 1, 1500)`, n))
	if len(again[0].Ran) >= len(again[1].Ran) {
		return
	}
	one := d.pages[1].one(n)
	// Which frame gets the focus by itself is the browser's whim.
	if one.Door == "srcdoc" && strings.Contains(strings.ToLower(one.HTML), "autofocus") {
		return
	}
	d.runs++
	d.t.Errorf("%d runs, by %s: %q", n, one.Door, one.HTML)
}

// markupSample is how many markups are tried, from which number on, and for how long:
// $OCTROI_MARKUPS and $OCTROI_SEED try more, and others.
func markupSample(seeds int) (total, first int, budget time.Duration) {
	total, first, budget = 5_000, seeds+20782, 8*time.Second
	if n, err := strconv.Atoi(os.Getenv("OCTROI_MARKUPS")); err == nil {
		total = n
	}
	if n, err := strconv.Atoi(os.Getenv("OCTROI_SEED")); err == nil {
		first = n
	}
	if total > 100_000 {
		budget = time.Hour
	}
	return total, first, budget
}

// Markup with Octroi becomes the tree that it becomes without, but for what is held, and
// nothing runs that would not have run.
func TestMarkupBecomesWhatItBecomesWithout(t *testing.T) {
	paired(t, "webkit")
	seeds := seedMarkups(t)
	total, first, budget := markupSample(len(seeds))
	d := newDifferTrial(t, seeds)
	start, done := time.Now(), 0
	for done < total && time.Since(start) < budget {
		from, count := first+done, min(4000, total-done)
		if done < len(seeds) { // the seeds themselves come first
			from, count = done, min(count, len(seeds)-done)
		} else if from < len(seeds) {
			count = min(count, len(seeds)-from)
		}
		done += d.batch(from, count)
	}
	for _, line := range d.shown {
		t.Error(line)
	}
	t.Logf("%d markups from %d seeds and %d on, in %.0f s: %d became other trees %v, %d ran something", done, len(seeds), first, time.Since(start).Seconds(), sum(d.trees), d.trees, d.runs)
	assert.Zero(t, sum(d.trees))
}

// both asks both pages the same, at the same time.
func both(pages [2]*differer, js string) (out [2]compared) {
	var wait sync.WaitGroup
	for i, p := range pages {
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
