package wasmtest

import (
	"slices"
	"testing"
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
		} {
			times := map[string][]float64{}
			for range rounds {
				for _, path := range []string{"/bare", "/keep"} {
					var micros float64
					tab.open(path)
					tab.eval(`(() => {
						const image = new Image();
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
			b.ReportMetric(hooked-bare, name+"-added-µs")
		}
	}
}
