package wasmtest

import (
	"fmt"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// builds are the ways in which a script adds a tag that loads something; each takes an
// address.
var builds = expression("builds")

var built = []string{"before.js", "frame.html", "img.gif", "late.js", "ns.gif", "pixel.gif", "script.js", "set.gif", "set.js", "style.css", "typed.js", "video.mp4"}

// markups are the ways in which a script adds markup, or nodes that were made of it.
var markups = expression("markups")

var marked = []string{"adjacent.gif", "inner.css", "inner.gif", "inner.html", "outer.gif", "parsed.gif", "range.gif", "range.js", "shadow.gif", "template.gif"}

func TestMarkupThatScriptsAddWaitsForItsService(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	declaration := s.gated()
	s.keeper("/tags", declaration, "")
	s.keeper("/written", declaration, `<script>document.write('<p>a</p><scr' + 'ipt src="`+s.Third+`/ads/written.js"></scr' + 'ipt><img src=`+s.Third+`/ads/written.gif><script>window.ran = 1</scr' + 'ipt><p id=end>b</p>')</script>`)
	_, tab := visit(t, s)
	tab.open("/tags")
	tab.truth(`(` + markups + `)('` + s.Third + `/ads/'), true`)
	assert.Empty(t, tab.requests(), "undecided")
	assert.True(t, tab.truth(`[...document.querySelectorAll('b')].every((b) => b.title === '>') && document.querySelector('img').alt === 'a > b'`), "the rest stays as it was")
	tab.truth(`octroi.acceptAll(), true`)
	var released []string
	for _, name := range marked {
		released = append(released, "/ads/"+name)
	}
	// A frame goes after its script has ended, and a later request may come first.
	asked := func(paths []string) {
		await(t, "all that is let through is asked for", func() bool {
			return !slices.ContainsFunc(paths, func(path string) bool { return !slices.Contains(s.paths(), path) })
		})
	}
	asked(released)
	tab.requests()
	tab.truth(`octroi.refuseAll(), true`)
	s.Log.Clear()
	tab.open("/written")
	assert.True(t, tab.truth(`ran === 1 && document.querySelector('#end')`))
	assert.Empty(t, tab.requests(), "written")
	tab.truth(`octroi.acceptAll(), true`)
	tab.arrived("/ads/written.gif", "/ads/written.js")
	s.Log.Clear()
	tab.open("/tags")
	tab.truth(`(` + markups + `)('` + s.Third + `/ads/'), true`)
	asked(released)
	tab.requests()
	assert.Len(t, s.paths(), len(released)+1, "and a mark")
	tab.truth(`octroi.refuseAll(), true`)
	s.Log.Clear()
	tab.truth(`(` + markups + `)('` + s.Third + `/other/'), true`)
	var others []string
	for _, name := range marked {
		others = append(others, "/other/"+name)
	}
	asked(others)
	tab.requests()
	assert.Len(t, s.paths(), len(marked)+1, "and a mark; what is not declared is let through")
}

func TestTagsThatScriptsBuildWaitForTheirService(t *testing.T) { // R1.01
	s := newSite(t)
	declaration := s.gated()
	s.keeper("/tags", declaration, "")
	_, tab := visit(t, s)
	want := func(folder string) (paths []string) {
		for _, name := range built {
			paths = append(paths, "/"+folder+"/"+name)
		}
		return paths
	}
	tab.open("/tags")
	tab.truth(`(` + builds + `)('` + s.Third + `/ads/'), true`)
	assert.Empty(t, tab.requests(), "undecided")
	assert.True(t, tab.truth(`document.querySelector('script[data-src$="script.js"]').src.endsWith('/ads/script.js')`), "a script reads what it has set")
	tab.press("refuse")
	assert.Empty(t, tab.requests(), "refused")
	tab.truth(`octroi.acceptAll(), true`)
	tab.arrived(want("ads")...)
	tab.until(`heard.includes('script error') && heard.includes('img error')`)

	tab.open("/tags") // a returning visitor
	s.Log.Clear()
	tab.truth(`(` + builds + `)('` + s.Third + `/ads/'), true`)
	tab.arrived(want("ads")...)
	tab.truth(`octroi.refuseAll(), true`)
	s.Log.Clear()
	assert.True(t, tab.truth(`!document.querySelector('iframe[src]') && !document.querySelector('img[src]')`), "frames and pictures are shut again")
	tab.truth(`(` + builds + `)('` + s.Third + `/ads/'), true`)
	assert.Empty(t, tab.requests(), "withdrawn")
	tab.truth(`(` + builds + `)('` + s.Third + `/other/'), true`)
	tab.arrived(want("other")...)
}

// reached waits until the third parties have got these, among others.
func (s *site) reached(want ...string) {
	for deadline := time.After(stepTimeout); ; {
		changed := s.Log.Changed()
		missing := slices.DeleteFunc(slices.Clone(want), func(path string) bool {
			return slices.ContainsFunc(s.paths(), func(got string) bool { return strings.HasPrefix(got, path) })
		})
		if len(missing) == 0 {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			return // what is missing, the test says
		}
	}
}

// What stands in the markup as it is may be on its way before any script; it does not
// run, and leaves nothing.
func TestTagsAsTheyAreDoNotRun(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	s.raw("/tags", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><script type="application/json" id="octroi-config">` + s.Declaration() + `</script>` + dropIn + strings.ReplaceAll(`
<script src="THIRD/gtag/js"></script><script async src="THIRD/ads/events.js"></script><script type="module" src="THIRD/mail/crm.js"></script>
<link rel="stylesheet" href="THIRD/display/device.css"></head><body><p>text</p>
<iframe src="THIRD/social/video.html"></iframe><img src="THIRD/ads/pixel.gif"><script defer src="THIRD/matomo/matomo.js"></script>
<script>window.after = true;</script></body></html>`, "THIRD", s.Third)
	})
	_, tab := visit(t, s)
	tab.open("/tags")
	tab.until(`window.after && document.readyState === 'complete'`)
	tab.requests()
	assert.Empty(t, tab.cookies(), "no script of theirs has run")
	assert.True(t, tab.truth(`!document.querySelector('img[src], iframe[src], link[href]')`))
	var ungated []struct{ ID, Markup string }
	tab.eval(`octroi.report().ungated`, &ungated)
	assert.Len(t, ungated, 7)
	assert.Equal(t, `<script type="text/plain" data-octroi="gtag" data-src="`+s.Third+`/gtag/js"></script>`, ungated[0].Markup, "with the markup that would hold it")
	assert.Equal(t, `<iframe data-octroi="share" data-src="`+s.Third+`/social/video.html"></iframe>`, ungated[4].Markup)
	tab.press("accept")
	tab.until(`/_ga=/.test(document.cookie) && /_fbp=/.test(document.cookie) && /_pk_id/.test(document.cookie) && /crm_uid/.test(document.cookie)`)
	assert.True(t, tab.truth(`document.querySelector('iframe[src]') && document.querySelector('img[src]') && document.querySelector('link[href]')`))

	// With a grant they run as they stand: once, and before what stands behind them.
	s.reached("/gtag/collect", "/matomo/matomo.php", "/ads/tr", "/mail/profile")
	s.Log.Clear()
	tab.open("/tags")
	tab.until(`document.readyState === 'complete'`)
	tab.arrived(all(ofGtag, ofMatomo, ofDevice, ofPixel, ofMail, ofShare)...)
	assert.True(t, tab.truth(`document.querySelector('script[src$="/gtag/js"]').type === ''`))
	tab.truth(`octroi.refuseAll(), true`)
	assert.True(t, tab.truth(`!document.querySelector('img[src], iframe[src], link[href]')`), "shut again")
}

// A page that goes on adding and removing tags pays nothing for it in the end.
func TestNoLeakOver10000Insertions(t *testing.T) {
	s := newSite(t)
	declaration := s.gated()
	s.keeper("/tags", declaration, `<div id="room"></div>`)
	_, tab := visit(t, s)
	ctx := tab.devtools("only DevTools tell how large the heap is")
	tab.open("/tags").press("refuse")
	heap := func() float64 {
		t.Helper()
		_, err := chromedp.Call(ctx, heapprofiler.CollectGarbage, cdp.Empty{})
		require.NoError(t, err)
		usage, err := chromedp.Call(ctx, runtime.GetHeapUsage, cdp.Empty{})
		require.NoError(t, err)
		return usage.UsedSize
	}
	insert := func(n int) {
		tab.truth(fmt.Sprintf(`(async () => {
			const room = document.querySelector('#room');
			for (let i = 0; i < %d; i++) {
				const image = document.createElement('img'), script = document.createElement('script');
				image.src = '%s/ads/' + i + '.gif';
				script.src = '%s/ads/' + i + '.js';
				room.append(image, script);
				room.insertAdjacentHTML('beforeend', '<p>text</p><link rel="prefetch" href="%s/ads/' + i + '">');
				if (i %% 100 === 0) room.append(Object.assign(document.createElement('iframe'), { src: '%s/ads/' + i }));
				if (i %% 50 === 0) await new Promise((done) => setTimeout(done));
				room.replaceChildren();
			}
		})()`, n, s.Third, s.Third, s.Third, s.Third))
	}
	insert(1000)
	before := heap()
	for range 5 {
		insert(700)
	}
	assert.Less(t, heap()-before, 1e6, "bytes for 10,500 held elements that are gone")
	assert.Empty(t, tab.requests())
}
