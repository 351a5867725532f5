package wasmtest

import (
	"slices"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// rounds of each measurement, bare and hooked in turn, so that both meet the same
// noise; medians are told.
const rounds = 9

// BenchmarkWrites times what a page's script pays for what is allowed, with the hooks
// and without, in microseconds.
func BenchmarkWrites(b *testing.B) {
	s := newSite(b)
	s.keeper("/keep", keeping(""), "")
	s.raw("/bare", "text/html", func() string { return `<!doctype html><html lang="en"><body></body>` })
	_, tab := visit(b, s)
	for range b.N {
		for name, js := range map[string]string{
			"document.cookie": `document.cookie = 'lang=fr' + i + ';path=/;max-age=9999'`,
			"setItem":         `localStorage.setItem('draft', 'a' + i)`,
			"getItem":         `localStorage.getItem('draft')`,
			"setAttribute":    `document.body.setAttribute('title', 'a' + i)`,
			"appendChild":     `document.body.appendChild(image)`,
			"image.src":       `image.src = 'data:,' + i`,
			"fragment":        `range.selectNodeContents(list); document.body.lastElementChild.append(range.extractContents())`,
			"list":            `list.append(...list.children)`,
		} {
			times := map[string][]float64{}
			for range rounds {
				for _, path := range []string{"/bare", "/keep"} {
					var micros float64
					tab.open(path)
					tab.eval(`(() => {
						const image = new Image(), list = document.createElement('ul'), range = document.createRange();
						list.innerHTML = '<li><b>name</b> <a href="/own">more</a><img alt="" src="data:,"></li>'.repeat(20);
						document.body.append(list);
						const run = (n) => { for (let i = 0; i < n; i++) { `+js+` } };
						run(1000);
						const from = performance.now();
						run(1000);
						return performance.now() - from;
					})()`, &micros)
					times[path] = append(times[path], micros)
				}
			}
			median := func(path string) float64 {
				slices.Sort(times[path])
				return times[path][rounds/2]
			}
			bare, hooked := median("/bare"), median("/keep")
			b.ReportMetric(bare, name+"-bare-µs")
			b.ReportMetric(hooked, name+"-hooked-µs")
			b.ReportMetric(hooked/bare, name+"-ratio")
		}
	}
}

// BenchmarkBanner times, with a processor four times slower, how long after the script
// began the banner stands in the page, and how long a click on it takes: a frame has
// 16.7 ms.
func BenchmarkBanner(b *testing.B) {
	s := newSite(b)
	s.keeper("/banner", s.Declaration(), "")
	s.raw("/bare", "text/html", func() string { return "<!doctype html>" })
	_, tab := visit(b, s)
	tab.before(`new MutationObserver((records, observer) => {
		if (!window.began && document.querySelector('script[src]')) window.began = performance.now();
		if (document.querySelector('dialog')) { window.drawn = performance.now(); observer.disconnect(); }
	}).observe(document, { childList: true, subtree: true })`)
	slow := func(rate float64) {
		_, err := chromedp.Call(tab.devtools("the processor is slowed over DevTools"), emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: rate})
		if err != nil {
			b.Fatal(err)
		}
	}
	for range b.N {
		var drawn, clicked []float64
		for range rounds {
			slow(4)
			tab.open("/banner")
			tab.truth(`new Promise((done) => { const look = () => (window.drawn ? requestIdleCallback(() => requestIdleCallback(() => done(true))) : setTimeout(look, 5)); look(); })`)
			var times [2]float64
			tab.eval(`(() => {
				const from = performance.now();
				document.querySelector('.octroi-button[data-octroi-act="preferences"]').click();
				return [drawn - began, performance.now() - from];
			})()`, &times)
			slow(1)
			drawn, clicked = append(drawn, times[0]), append(clicked, times[1])
		}
		slices.Sort(drawn)
		slices.Sort(clicked)
		b.ReportMetric(drawn[rounds/2], "script-to-banner-ms")
		b.ReportMetric(clicked[rounds/2], "click-to-second-layer-ms")
	}
}
