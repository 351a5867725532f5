package wasmtest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
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
const linear = `
	const doors = { markup: {
		innerHTML: (text) => { make('div').innerHTML = text + '<img src=AT>'; },
		insertAdjacentHTML: (text) => { make('div').insertAdjacentHTML('beforeend', text + '<img src=AT>'); },
		fragment: (text) => { document.createRange().createContextualFragment(text + '<img src=AT>'); },
		setHTMLUnsafe: (text) => { make('div').setHTMLUnsafe(text + '<img src=AT>'); },
		srcdoc: (text) => { make('iframe').srcdoc = text + '<img src=AT>'; },
		write: (text) => { const d = inside(); d.open(); d.write(text + '<img src=AT>'); d.close(); },
		pieces: (text) => { const d = inside(); d.open(); for (let i = 0; i < text.length; i += 4000) d.write(text.slice(i, i + 4000)); d.write('<img src=AT>'); d.close(); },
		frame: (text) => { make('iframe').src = 'data:text/html,' + text; },
	}, css: {
		style: (text) => { const s = make('style'); s.textContent = text + 'url(AT)'; document.head.append(s); s.remove(); },
		sheet: (text) => { new CSSStyleSheet().replaceSync(text + 'url(AT)'); },
		rule: (text) => { try { new CSSStyleSheet().insertRule('a { b: ' + text + 'url(AT) }'); } catch {} },
		styled: (text) => { make('p').style.cssText = 'background: ' + text + 'url(AT)'; },
		attribute: (text) => { make('p').setAttribute('style', 'background: ' + text + 'url(AT)'); },
	}, address: {
		srcset: (text) => { make('img').setAttribute('srcset', text + ' AT'); },
		ping: (text) => { make('a').setAttribute('ping', text + ' AT'); },
		source: (text) => { make('img').src = 'AT' + text; },
		fetch: (text) => { fetch('data:,' + text).catch(() => {}); },
	}, write: {
		cookie: (text) => { document.cookie = 'basket=' + text; },
		cookieEnd: (text) => { document.cookie = 'basket=1; ' + text; },
		storage: (text) => { try { localStorage.setItem('draft' + text, '1'); } catch {} },
	}, script: {
		inline: (text) => { const s = make('script'); s.type = 'module'; s.text = '/' + '*' + text; document.head.append(s); s.remove(); },
		inlineText: (text) => { const s = make('script'); s.text = '{ /' + '*' + text; document.head.append(s); s.remove(); },
	} };
	// A frame that stands nowhere is parsed by nobody without Octroi; one that stands somewhere is.
	if (!window.octroi) doors.markup.srcdoc = doors.markup.frame = (text) => { new DOMParser().parseFromString(text + '<img src=AT>', 'text/html'); };
	const make = (tag) => document.createElement(tag);
	const frame = document.body.appendChild(make('iframe'));
	frame.style.display = 'none';
	const inside = () => frame.contentDocument;
	window.linearDoors = () => Object.fromEntries(Object.entries(doors).map(([kind, list]) => [kind, Object.keys(list)]));
	window.linear = async (kind, door, units) => {
		const all = [];
		for (const unit of units) {
			const took = [];
			for (const size of [1 << 13, 1 << 15, 1 << 17]) {
				let least = Infinity;
				for (let again = 0; again < 3; again++) {
					const text = unit.repeat(size / unit.length);
					const start = performance.now();
					try { doors[kind][door](text); } catch {}
					least = Math.min(least, performance.now() - start);
					if (least < 10 || least > 1000) break;
				}
				took.push(least);
				if (least > 2000) break;
				if (least > 20) await new Promise((done) => setTimeout(done));
			}
			all.push(took);
		}
		return all;
	};`

// Whatever a page hands over, as many of the worst as there is time for: twice as much of it takes twice as long: what is scanned is
// scanned once.
func TestNoScanGoesBackAndForth(t *testing.T) {
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
		// The least of several is nearest to what it takes on a machine of its own.
		for again := 0; again < 4 && took != nil && steep(took) && len(took) == 3; again++ {
			for i, least := range measure(ours, kind, door, unit) {
				took[min(i, 2)] = min(took[min(i, 2)], least)
			}
		}
		if steep(took) && (len(took) < 3 || took[2] > 40+4*without[len(without)-1]) {
			t.Errorf("%s of %q: %.0f ms for 8, 32 and 128 KB; without Octroi %.0f", door, unit, took, without)
		}
	}
	var all [][3]string
	for kind, list := range doors {
		for _, door := range list {
			for _, unit := range worst[kind] {
				all = append(all, [3]string{kind, door, unit})
			}
		}
	}
	slices.SortFunc(all, func(a, b [3]string) int { return slices.Compare(a[:], b[:]) })
	seed, whole := sampleSeed()
	rand.New(rand.NewPCG(seed, seed)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	// Each door once, then as many as there is time for.
	seen := map[string]bool{}
	var firsts, others [][3]string
	for _, one := range all {
		if seen[one[1]] {
			others = append(others, one)
		} else {
			firsts = append(firsts, one)
		}
		seen[one[1]] = true
	}
	for i, one := range append(firsts, others...) {
		if !whole && i >= len(firsts) && time.Since(start) > 20*time.Second {
			break
		}
		tried++
		try(one[0], one[1], one[2])
	}
	t.Logf("%d of %d texts by their doors in %.0f s; the longest took %.0f ms, %s", tried, len(all), time.Since(start).Seconds(), most, which)
}

// steep tells whether four times as much took far more than four times as long.
func steep(took []float64) bool {
	if len(took) < 3 {
		return true
	}
	return took[2] > 40 && took[2] > 9*max(took[1], 1)
}
