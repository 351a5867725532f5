package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/internal/audit/headless"
	"github.com/octroi-consent/octroi/internal/bundle"
)

// address is one that the seventh rule holds.
const address = "https://7x.example/collect?v=2&tid=G-123&cid=456.789"

const decisionsTitle = "## One decision\n\n"

// declared is a declaration with so many rules for addresses, of services with 25 at most.
func declared(rules int) string {
	var services strings.Builder
	for from := 0; from < rules; from += 25 {
		var hosts []string
		for i := from; i < min(from+25, rules); i++ {
			hosts = append(hosts, `"`+strconv.FormatInt(int64(i), 36)+`x.example"`)
		}
		fmt.Fprintf(&services, `{"id": "s%d", "category": "ads", "name": "Service %d", "provider": "Shop SAS", "purpose": "Measures.", "policy": "https://shop.example/privacy", "urls": [%s]},`, from, from, strings.Join(hosts, ","))
	}
	return strings.Replace(declaration, `"services": [`, `"services": [`+services.String(), 1)
}

// mostMicros is how long one may take from JavaScript.
const mostMicros = 2.5

// decisions tells what one verdict costs the engine, and a page's script: what it adds to
// a call, as the median of nine rounds.
func decisions(browser context.Context) (made section, err error) {
	var b strings.Builder
	b.WriteString(decisionsTitle + "Whose an address is and whether it may be asked for, at full speed. In Go: the package as compiled for this machine. From JavaScript: what is added to an `XMLHttpRequest`'s `open` in the built form, by the hook and the table while the engine is on its way, and by the hook, the bridge and the engine in WebAssembly once it is there; each once after 2,000 calls, while the browser still runs what it has compiled in haste, and once after 20,000 more, as Go's figure is. The aim is held against the latter.\n\n| rules | in Go µs | with the table µs, soon | with the engine µs, soon | with the table µs | with the engine µs |\n|---:|---:|---:|---:|---:|---:|\n")
	worst := 0.0
	for _, rules := range []int{10, 1_000, 50_000} {
		fmt.Fprintf(os.Stderr, "\r\033[K  one decision, %d rules", rules)
		var e engine.Engine
		e.Handle(engine.Event{Kind: engine.Start, Now: 1, Args: []string{declared(rules), "", "", "1", "en", "en", "en", "{}", ""}})
		if len(e.Handle(engine.Event{Kind: engine.StoresRead, Now: 1, Args: []string{"", "", "start"}})) == 0 {
			return made, fmt.Errorf("the declaration with %d rules is refused", rules)
		}
		one := testing.Benchmark(func(b *testing.B) {
			for range b.N {
				if _, open := e.Access(address, false, 1); open {
					b.Fatal("it is open")
				}
			}
		})
		soon, later, err := added(browser, rules)
		if err != nil {
			return made, err
		}
		worst = max(worst, later.table, later.engine)
		fmt.Fprintf(&b, "| %d | %.2f | %.1f | %.1f | %.1f | %.1f |\n", rules, float64(one.T.Nanoseconds())/float64(one.N)/1000, soon.table, soon.engine, later.table, later.engine)
	}
	fmt.Fprint(os.Stderr, "\r\033[K")
	made.text = b.String()
	made.aims = []aim{{fmt.Sprintf("a decision at most %.1f µs from JavaScript, from 10 to 50,000 addresses, with the table and with the engine", mostMicros), fmt.Sprintf("%.1f µs", worst), "–", worst <= mostMicros}}
	return made, nil
}

// cost is how many µs table and engine add to a call.
type cost struct{ table, engine float64 }

// added is what they add to one that the seventh of so many rules holds: soon after the page's
// start, and once the browser has compiled all for good.
func added(browser context.Context, rules int) (soon, later cost, err error) {
	built, err := bundle.Build([]byte(declared(rules)))
	if err != nil {
		return soon, later, err
	}
	s := newOwn(built.Files, "")
	defer s.Close()
	ctx, cancel, err := headless.Tab(browser, chromedp.WithNewBrowserContext())
	defer cancel()
	if err != nil {
		return soon, later, err
	}
	pages := []string{"/bare", "/withheld", "/own"}
	var took [2][3][]float64 // soon and later, by page
	for range 9 {
		for k, page := range pages {
			if err := s.open(ctx, page); err != nil {
				return soon, later, err
			}
			t, err := chromedp.Run(ctx, chromedp.Evaluate[[]float64](`(() => {
				const request = new XMLHttpRequest();
				const run = (n) => { for (let i = 0; i < n; i++) request.open('GET', '`+address+`' + i); };
				const measure = (before, n) => {
					run(before);
					const from = performance.now();
					run(n);
					return ((performance.now() - from) / n) * 1000;
				};
				return [measure(2000, 2000), measure(20000, 10000)];
			})()`))
			if err != nil {
				return soon, later, err
			}
			for i := range took {
				took[i][k] = append(took[i][k], t[i])
			}
		}
	}
	costs := [2]cost{}
	for i := range took {
		bare := took[i][0]
		for k := 1; k < len(pages); k++ {
			for n := range bare {
				took[i][k][n] -= bare[n]
			}
			slices.Sort(took[i][k])
		}
		costs[i] = cost{took[i][1][4], took[i][2][4]}
	}
	return costs[0], costs[1], nil
}
