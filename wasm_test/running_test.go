package wasmtest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// mounts is how React makes a script, as one that never runs by itself, and how template
// engines do.
var mounts = "<script>" + script("mounts") + "</script>"

// Scripts that frameworks mount run once when granted, before and after.
func TestScriptsThatNeverRunByThemselves(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		s.raw("/tag/"+name+".js", "text/javascript", func() string { return `ran.push('` + name + `' + (document.currentScript ? 1 : 0))` })
	}
	s.keeper("/mounted", keeping(""), order+mounts+`<main></main><script type="text/plain" data-octroi="pixel">ran.push('written')</script>`)
	_, tab := visit(t, s)
	tab.open("/mounted")
	tab.truth(expression("mounted"))
	assert.True(t, tab.truth(`ran.length === 0`))
	tab.press("accept")
	tab.until(`ran.length === 8`)
	assert.True(t, tab.truth(`ran.join() === 'a1,b0,inline,c1,svg,made,cloned,written' && loads.join() === 'a'`), "in order")
	tab.truth(`(() => {
		react(main, { type: 'text/plain', 'data-octroi': 'pixel', 'data-src': '/tag/d.js' });
		react(main, { type: 'text/plain', 'data-octroi': 'pixel' }, 'ran.push("later")');
		react(main, { 'data-octroi': 'pixel' }, 'ran.push("typeless")');
		main.append(Object.assign(document.createElement('script'), { src: '/tag/e.js' }));
	})()`)
	tab.until(`ran.includes('d1') && ran.includes('later') && ran.includes('typeless') && ran.includes('e1')`)
	tab.truth(`(main.append(...main.childNodes), new Promise((done) => setTimeout(done, 100)))`)
	assert.True(t, tab.truth(`ran.length === 12`), "once")
}

// What never says that it has run, or that it cannot, keeps none waiting.
func TestNoScriptHoldsUpTheOthers(t *testing.T) {
	s := newSite(t)
	s.raw("/part.js", "text/javascript", func() string { return `ran.push('part')` })
	s.raw("/plain.js", "text/javascript", func() string { return `ran.push('plain')` })
	declaration := measuring("", `"urls": ["/held.js"],`)
	const gated = `<script type="text/plain" data-octroi="pixel" `
	s.keeper("/stuck", declaration, order+mounts+`<main></main>
		`+gated+`nomodule data-src="/part.js"></script>
		`+gated+`data-type="foo/javascript" data-src="/part.js"></script>
		`+gated+`data-type="text/babel" data-src="/part.js"></script>
		`+gated+`data-type="text/javascript;charset=utf-8" data-src="/part.js"></script>
		`+gated+`language="vbscript" data-src="/part.js"></script>
		`+gated+`for="x" event="y" data-src="/part.js"></script>
		`+gated+`data-src="javascript:0"></script>
		`+gated+`data-src="http://[/"></script>
		`+gated+`data-src=""></script>
		`+gated+`src=""></script>
		`+gated+`src></script>
		`+gated+`data-src="/missing.js"></script>
		`+gated+`integrity="sha384-AAAA" data-src="/part.js"></script>
		`+gated+`data-src="data:text/javascript,ran.push('data')"></script>
		<svg>`+gated+`data-href="/part.js"></script></svg>
		<math>`+gated+`data-src="/part.js"></script></math>
		<script data-octroi="pixel">ran.push('plain inline')</script>
		<script data-octroi="pixel" src="/plain.js"></script>
		`+gated+`data-type=" Text/JavaScript " data-src="/part.js"></script>
		`+gated+`>document.getElementById('gone').remove()</script>
		`+gated+`id="gone" data-src="/part.js"></script>
		`+gated+`>ran.push('last')</script>`)
	_, tab := visit(t, s)
	tab.before(`window.said = []; console.warn = (...all) => said.push(String(all[0]));`)
	tab.open("/stuck")
	tab.truth(`(() => {
		const main = document.querySelector('main');
		react(main, { src: '/held.js' }); // not gated by the page: it never runs
		const removed = react(main, { type: 'text/plain', 'data-octroi': 'pixel', 'data-src': '/part.js' });
		removed.remove();
		main.innerHTML += '<script src="/held.js"><' + '/script>';
		window.never = document.createElement('script');
		never.setAttribute('data-octroi', 'pixel');
		never.src = '/part.js';
	})()`)
	tab.press("accept")
	tab.until(`ran.includes('last')`)
	t.Log(tab.said())
	assert.Equal(t, "data,part,plain inline,plain,part,last", tab.ran())
	assert.True(t, tab.truth(`said.some((line) => /not run/.test(line))`), "it is told")
}

func (t *tab) ran() (all string) {
	t.t.Helper()
	t.eval(`ran.join()`, &all)
	return all
}

func (t *tab) said() (all []string) {
	t.t.Helper()
	t.eval(`said`, &all)
	return all
}

// A server that never answers keeps the others waiting for a while.
func TestASilentServerHoldsUpForAWhile(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	silent := make(chan struct{})
	defer close(silent)
	s.pages.HandleFunc("/silent.js", func(w http.ResponseWriter, r *http.Request) { <-silent })
	s.keeper("/silent", keeping(""), order+`
		<script type="text/plain" data-octroi="pixel" data-src="/silent.js"></script>
		<script type="text/plain" data-octroi="pixel">ran.push('last')</script>`)
	_, tab := visit(t, s)
	// Its seconds are milliseconds.
	tab.before(`window.said = []; console.warn = (...all) => said.push(String(all[0])); const late = setTimeout; window.setTimeout = (act, ms, ...more) => late(act, ms >= 5000 ? ms / 100 : ms, ...more);`)
	tab.open("/silent").press("accept")
	tab.until(`ran.length && said.length`)
	assert.Contains(t, tab.said()[0], "/silent.js")
}

// What a script writes that ran late stands behind it, in order, and is judged.
func TestScriptsThatWrite(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	s.raw("/writes.js", "text/javascript", func() string {
		return `ran.push('file'); document.write('<p class="w">from a file'); document.write('</p><script src="/inner.js"></' + 'script><p class="w">after inner</p>')`
	})
	s.raw("/inner.js", "text/javascript", func() string {
		return `ran.push('inner'); document.write('<p class="w">from inner</p><script>ran.push("innermost")</' + 'script>')`
	})
	declaration := strings.Replace(keeping(""), `"caches": [{"name": "px*"}], "workers": [{"name": "/px-worker.js"}]}`, `"caches": [{"name": "px*"}], "workers": [{"name": "/px-worker.js"}]},
		{"id": "other", "category": "ads", "name": "Other", "provider": "B", "purpose": "Counts.", "policy": "https://b.example/", "urls": ["`+s.Third+`/other/"]}`, 1)
	const gated = `<script type="text/plain" data-octroi="pixel"`
	s.keeper("/writes", declaration, order+`<main><h1 id="top">kept</h1>
		<section>`+gated+`>document.write('<p class="w">one</p>'); document.write('<p cl'); document.write('ass="w">t'); document.write('wo<b>!</b></p>'); ran.push(document.querySelectorAll('.w').length)</script></section>
		<section>`+gated+`>document.open(); document.writeln('<div class="w" id="box">', 'three', '</div>'); box.title = 'found'; document.close(); document.write('<script>ran.push("wr' + 'itten"); document.write("<i>nested<' + '/i>")</' + 'script><p class="w">four</p>')</script></section>
		<section>`+gated+` data-src="/writes.js"></script></section>
		<section>`+gated+`>ran.push('next'); document.write('<p class="w">five</p><!-- <p> --><textarea class="w"><p>text</textarea>')</script></section>
		<table><tbody><tr><td>a</td></tr>`+gated+`>document.write('<tr class="w"><td>r'); document.write('ow</td></tr>')</script></tbody></table>
		<section>`+gated+`>document.write('<img class="w" src="`+s.Third+`/other/pic"><noscript><img src="`+s.Third+`/never"></noscript><iframe class="w" src="`+s.Third+`/other/frame"></iframe><script src="`+s.Third+`/other/tag.js"></' + 'script><a class="w" href="`+s.Third+`/other/">link</a>')</script></section>
	</main><footer id="end">kept</footer>`)
	_, tab := visit(t, s)
	tab.open("/writes")
	tab.truth(`octroi.save({ pixel: true, other: false })`)
	tab.until(`document.querySelectorAll('.w').length === 13`)
	assert.Empty(t, tab.requests(), "what is written is judged")
	assert.Equal(t, `2,written,file,inner,innermost,next`, tab.ran())
	var sections []string
	tab.eval(`[...document.querySelectorAll('section, tbody')].map((one) => [...one.childNodes].filter((node) => node.nodeType === 1 && !node.matches('.octroi, script') || node.nodeType === 8).map((node) => node.nodeType === 8 ? '<!--' + node.data : node.localName + ' ' + (node.value || node.textContent)).join('; '))`, &sections)
	assert.Equal(t, []string{
		"p one; p two!",
		"div three; i nested; p four",
		"p from a file; p from inner; p after inner",
		"p five; <!-- <p> ; textarea <p>text",
		"tr a; tr row",
		"img ; noscript <img src=\"" + s.Third + "/never\">; iframe ; a link",
	}, sections)
	assert.True(t, tab.truth(`box.title === 'found' && top && end.textContent === 'kept' && document.querySelector('#top').textContent === 'kept' && !document.querySelector('form')`))
	tab.truth(`octroi.acceptAll()`)
	tab.arrived("/other/frame", "/other/pic", "/other/tag.js")
	tab.open("/writes")
	tab.until(`document.querySelectorAll('.w').length === 13`)
}

// Many pieces come in their order, and what a table throws out stands before it.
func TestScriptsThatWriteMuch(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	s.keeper("/much", keeping(""), order+`<main><script type="text/plain" data-octroi="pixel">
		const took = (n) => { const from = performance.now(); for (let i = 0; i < n; i++) document.write('<p>' + i, ' x</p', '>'); return performance.now() - from; };
		took(100);
		// The least: whatever else a machine does only adds.
		window.ratio = Math.min(...[1, 2, 3].map(() => took(800) / (took(200) + 5)));
		document.write('<table><tr><td>a</td></tr>'); document.write('<b id="out">out</b>'); document.write('<tr><td>b</td></tr></table>');
	</script></main>`)
	_, tab := visit(t, s)
	tab.open("/much").press("accept")
	tab.until(`window.ratio && document.querySelector('#out')`)
	assert.True(t, tab.truth(`document.querySelectorAll('main > p').length === 3100 && document.querySelector('#out').nextElementSibling.localName === 'table' && document.querySelector('main > table').textContent === 'ab'`))
	var ratio float64
	tab.eval(`ratio`, &ratio)
	t.Logf("four times as many pieces take %.1f times as long", ratio)
}

// What is written in the head is sorted as the parser sorts it.
func TestScriptsThatWriteInTheHead(t *testing.T) {
	s := newSite(t)
	s.raw("/head", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title>
<script type="application/json" id="octroi-config">` + keeping("") + `</script>` + dropIn + order + `
<script type="text/plain" data-octroi="pixel">document.write('<meta name="w" content="x"><style>h1 { color: rgb(1, 2, 3) }</style><p id="w">body</p>')</script><meta name="last"></head><body><h1>kept</h1></body></html>`
	})
	_, tab := visit(t, s)
	tab.open("/head").press("accept")
	tab.until(`document.querySelector('#w')`)
	assert.True(t, tab.truth(`document.head.querySelector('meta[name=w] + style + meta[name=last]') && document.body.contains(w) && getComputedStyle(document.querySelector('h1')).color === 'rgb(1, 2, 3)'`))
}

// What the page's own policy stops, what leaves its document, and what says it may be late.
func TestScriptsThatAreStoppedHoldUpNone(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	for _, name := range []string{"async", "defer", "module", "moved"} {
		s.raw("/"+name+".js", "text/javascript", func() string { return `ran.push('` + name + `')` })
	}
	const gated = `<script type="text/plain" data-octroi="pixel" `
	body := order + `
		` + gated + `data-src="` + s.Third + `/tag.js"></script>
		` + gated + `async data-src="/async.js"></script>
		` + gated + `defer data-src="/defer.js"></script>
		` + gated + `data-type="module" data-src="/module.js"></script>
		` + gated + `data-type="module">import '/missing.js'</script>
		` + gated + `>addEventListener('octroi:x', () => {}); setTimeout(() => document.implementation.createHTMLDocument().body.append(document.querySelector('#moved')))</script>
		` + gated + `id="moved" data-src="/moved.js"></script>
		` + gated + `>ran.push('last')</script>`
	s.raw("/stopped", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'">
<script type="application/json" id="octroi-config">` + keeping("") + `</script>` + dropIn + `</head><body>` + body + `</body></html>`
	})
	_, tab := visit(t, s)
	tab.before(`const late = setTimeout; window.setTimeout = (act, ms, ...more) => late(act, ms >= 5000 ? ms / 20 : ms, ...more);`)
	tab.open("/stopped").press("accept")
	tab.until(`ran.includes('last') && ran.includes('async')`)
	assert.Empty(t, tab.requests())
	assert.Equal(t, "defer,module,last", tab.ranBut("async", "moved"))
}

func (t *tab) ranBut(others ...string) (all string) {
	t.t.Helper()
	t.eval(`ran.filter((one) => !'`+strings.Join(others, " ")+`'.includes(one)).join()`, &all)
	return all
}

// The same on a page with a nonce that trusts no text.
func TestLateScriptsOfStrictPages(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	s.raw("/part.js", "text/javascript", func() string { return `ran.push(document.currentScript.src.split('?')[1])` })
	r := s.strictly(strictPage{path: "/late", policy: s.strictest("octroi app"), declaration: s.measures(), body: `<main></main>
		<script NONCE>const app = trustedTypes.createPolicy('app', { createHTML: (html) => html });
			const div = document.createElement('div');
			div.innerHTML = app.createHTML('<script></' + 'script>');
			const script = div.removeChild(div.firstChild);
			for (const [name, value] of Object.entries({ type: 'text/plain', 'data-octroi': 'pixel', 'data-src': '/part.js?mounted' })) script.setAttribute(name, value);
			document.querySelector('main').append(script);
		</script>
		<script NONCE type="text/plain" data-octroi="pixel">document.write(app.createHTML('<p id="w">written</p><script NONCE>ran.push("nonce")</' + 'script><script>ran.push("no nonce")</' + 'script><script src="/part.js?written"></' + 'script><p id="x">after</p>'));
			try { document.write('<p id="never">'); } catch { ran.push('refused'); }</script>
		<script NONCE type="text/plain" data-octroi="pixel">ran.push('last')</script>`})
	_, tab := visit(t, s, "it lacks the page's nonce")
	tab.open("/late").press("accept")
	tab.until(`ran.includes('last')`)
	assert.True(t, tab.truth(`w && x && !document.querySelector('#never')`))
	assert.Equal(t, "mounted,nonce,refused,written,last", tab.ran())
	for _, line := range r.all() {
		assert.Contains(t, line, "require-trusted-types-for", "but for what the page itself has done")
	}
}
