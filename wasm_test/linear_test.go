package wasmtest

import (
	"encoding/json"
	"fmt"
	"testing"
)

// worst are what scanners go back and forth in, over and over: each is repeated.
var worst = []string{"url(", "url( ", `url("`, "<a", "<a ", "<a>", "<img ", "<img src=", `<img src="`, "<img src='a' ", "<p title=\"", "<p title='", "<!--", "-->", "<!", "</", "</a", "<script", "<script>", "<style>", "<style", "<svg>", "<math>", "<noscript>", "<template shadowrootmode=open>", "<![CDATA[", "<iframe srcdoc=", `"`, "'", "`", "${", "&amp;", "&#", "@import ", `@import "`, "@import url(", "a,", ", ", " ", "\n", "a=b;", "a=b; expires=", "\\", "/*", "*/", "//", "(", "image-set(", "import ", `import "`, "import(", "http://a ", "=", "#", "%", "{", "}", ";", "\u00e9"}

// linear measures, in milliseconds, how long a door takes for 16, 64 and 256 KB of each
// of the worst, the best of three; it goes no further where the less takes long already.
const linear = `
	const doors = {
		innerHTML: (text) => { make('div').innerHTML = text + '<img src=AT>'; },
		insertAdjacentHTML: (text) => { make('div').insertAdjacentHTML('beforeend', text + '<img src=AT>'); },
		fragment: (text) => { document.createRange().createContextualFragment(text + '<img src=AT>'); },
		setHTMLUnsafe: (text) => { make('div').setHTMLUnsafe(text + '<img src=AT>'); },
		srcdoc: (text) => { make('iframe').srcdoc = text + '<img src=AT>'; },
		write: (text) => { const d = inside(); d.open(); d.write(text + '<img src=AT>'); d.close(); },
		pieces: (text) => { const d = inside(); d.open(); for (let i = 0; i < text.length; i += 4000) d.write(text.slice(i, i + 4000)); d.write('<img src=AT>'); d.close(); },
		style: (text) => { const s = make('style'); s.textContent = text + 'url(AT)'; document.head.append(s); s.remove(); },
		sheet: (text) => { new CSSStyleSheet().replaceSync(text + 'url(AT)'); },
		rule: (text) => { try { new CSSStyleSheet().insertRule('a { b: ' + text + 'url(AT) }'); } catch {} },
		styled: (text) => { make('p').style.cssText = 'background: ' + text + 'url(AT)'; },
		attribute: (text) => { make('p').setAttribute('style', 'background: ' + text + 'url(AT)'); },
		srcset: (text) => { make('img').setAttribute('srcset', text + ' AT'); },
		ping: (text) => { make('a').setAttribute('ping', text + ' AT'); },
		source: (text) => { make('img').src = 'AT' + text; },
		frame: (text) => { make('iframe').src = 'data:text/html,' + text; },
		fetch: (text) => { fetch('data:,' + text).catch(() => {}); },
		cookie: (text) => { document.cookie = 'basket=' + text; },
		cookieEnd: (text) => { document.cookie = 'basket=1; ' + text; },
		storage: (text) => { try { localStorage.setItem('draft' + text, '1'); } catch {} },
		inline: (text) => { const s = make('script'); s.type = 'module'; s.text = '/' + '*' + text; document.head.append(s); s.remove(); },
		inlineText: (text) => { const s = make('script'); s.text = 'throw 0;' + text; s.type = 'text/x'; document.head.append(s); s.remove(); },
	};
	const make = (tag) => document.createElement(tag);
	const frame = document.body.appendChild(make('iframe'));
	const inside = () => frame.contentDocument;
	window.linearDoors = Object.keys(doors);
	window.linear = async (door, units) => {
		const all = [];
		for (const unit of units) {
			const took = [];
			for (const size of [1 << 14, 1 << 16, 1 << 18]) {
				let least = Infinity;
				for (let again = 0; again < 3; again++) {
					const text = unit.repeat(size / unit.length);
					const start = performance.now();
					try { doors[door](text); } catch {}
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

// Whatever a page hands over, twice as much of it takes twice as long: what is scanned is
// scanned once.
func TestNoScanGoesBackAndForth(t *testing.T) {
	s := newSite(t)
	s.keeper("/linear", s.measures(), "<script>"+linear+"</script>")
	s.raw("/linear/bare", "text/html; charset=utf-8", func() string { return "<!doctype html><body><script>" + linear + "</script>" })
	_, ours := visit(t, s, "")
	_, bare := visit(t, s, "")
	ours.open("/linear").truth(`octroi.refuseAll()`)
	bare.open("/linear/bare")
	var doors []string
	bare.eval("linearDoors", &doors)
	// Of what takes longer than a step may, nothing is told.
	measure := func(p *tab, door, unit string) (took []float64) {
		list, _ := json.Marshal([]string{unit})
		text, err := p.pane.evaluate(`linear("` + door + `", ` + string(list) + `).then(([took]) => JSON.stringify(took))`)
		if err != nil || json.Unmarshal([]byte(text), &took) != nil {
			return nil
		}
		return took
	}
	most, which := 0.0, ""
	for _, door := range doors {
		for _, unit := range worst {
			took := measure(ours, door, unit)
			if took == nil {
				ours.abandon()
				_, ours = visit(t, s, "")
				ours.open("/linear").truth(`octroi.refuseAll()`)
			} else if last := took[len(took)-1]; last > most {
				most, which = last, fmt.Sprintf("%s of %q", door, unit)
			}
			if !steep(took) {
				continue
			}
			// The browser's own work may be worse than linear; and a machine may be busy.
			without := measure(bare, door, unit)
			if without == nil {
				bare.abandon()
				_, bare = visit(t, s, "")
				bare.open("/linear/bare")
				continue
			}
			if took != nil {
				took = measure(ours, door, unit)
			}
			if steep(took) && (len(took) < 3 || took[2] > 30+4*without[len(without)-1]) {
				t.Errorf("%s of %q: %.0f ms for 16, 64 and 256 KB; without Octroi %.0f", door, unit, took, without)
			}
		}
	}
	t.Logf("%d doors, %d texts; the longest took %.0f ms for 256 KB, %s", len(doors), len(worst), most, which)
}

// steep tells whether four times as much took far more than four times as long.
func steep(took []float64) bool {
	if len(took) < 3 {
		return true
	}
	return took[2] > 30 && took[2] > 9*max(took[1], 0.5)
}
