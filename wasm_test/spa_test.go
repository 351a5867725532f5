package wasmtest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A page that never leaves its document: routes come and go, nodes are moved, cloned
// and made anew. Nothing runs twice, and nothing is lost.
func TestPagesThatRenderThemselves(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	declaration := s.gated()
	s.keeper("/app", declaration, order+`<main></main>`)
	s.raw("/part.js", "text/javascript", func() string { return `ran.push('part')` })
	_, tab := visit(t, s)
	tab.open("/app")
	tab.truth(`(() => {
		window.view = document.querySelector('main');
		window.scripts = document.scripts.length;
		const script = (props, attributes) => {
			const s = Object.assign(document.createElement('script'), props);
			for (const a in attributes) s.setAttribute(a, attributes[a]);
			return s;
		};
		window.nodes = {
			inline: script({ type: 'text/plain', text: 'ran.push("inline")' }, { 'data-octroi': 'pixel' }),
			file: script({ type: 'text/plain' }, { 'data-octroi': 'pixel', src: '/part.js' }),
			away: script({ type: 'text/plain', text: 'ran.push("away")' }, { 'data-octroi': 'pixel' }),
			frame: Object.assign(document.createElement('iframe'), { src: '` + s.Third + `/ads/frame' }),
			image: Object.assign(document.createElement('img'), { src: '` + s.Third + `/ads/image' }),
		};
		window.route = (...names) => { history.pushState(null, '', '/app?' + names); view.replaceChildren(...names.map((name) => nodes[name])); };
		route('away'); route('inline', 'file'); route(); route('file', 'inline', 'frame', 'image');
	})()`)
	assert.True(t, tab.truth(`ran.length === 0`))
	assert.Empty(t, tab.requests())
	tab.press("accept")
	tab.until(`ran.length === 2`)
	tab.arrived("/ads/frame", "/ads/image")
	assert.True(t, tab.truth(`Object.values(nodes).slice(0, 2).every((n) => n.parentNode === view) && nodes.frame.parentNode === view && document.scripts.length === scripts + 2`), "each is the node that it was")
	tab.truth(`(() => {
		route('inline', 'file', 'image'); // moved
		view.append(nodes.inline.cloneNode(true), nodes.file.cloneNode(true)); // cloned
		const cache = view.cloneNode(true); // a snapshot, as page caches keep one
		view.replaceWith(cache);
		view = cache;
		cache.innerHTML = cache.innerHTML.replace(/ data-octroi="pixel"/g, ''); // markup of it
	})()`)
	tab.truth(`(async () => {
		const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
		view.replaceChildren(nodes.inline, nodes.file);
		const snapshot = view.cloneNode(true); // gated as it was, and shown for a while
		view.replaceWith(snapshot);
		view = snapshot;
		await frame();
		view.innerHTML = view.innerHTML; // and as markup
		await frame();
		route('away'); // what was not there when it was granted
	})()`)
	tab.until(`ran.includes('away')`)
	tab.requests()
	assert.True(t, tab.truth(`ran.toSorted().join() === 'away,inline,part'`))
	s.Log.Clear()
	tab.truth(`(route('frame', 'image'), octroi.withdraw())`)
	assert.True(t, tab.truth(`nodes.frame.parentNode === view && !nodes.frame.getAttribute('src') && nodes.frame.contentWindow.location.href === 'about:blank'`), "shut, and still the node that it was")
	tab.requests()
	s.Log.Clear()
	tab.truth(`octroi.acceptAll()`)
	tab.arrived("/ads/frame", "/ads/image")
	assert.True(t, tab.truth(`ran.length === 3`))
}

// Whoever tells a gated element its source, it waits.
func TestGatedElementsThatScriptsLoad(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	declaration := s.gated()
	s.keeper("/lazy", declaration, order+strings.ReplaceAll(`<img id="lazy" data-octroi="pixel" data-src="THIRD/lazy"><iframe id="frame" data-octroi="pixel" data-src="THIRD/frame"></iframe>
<template id="tpl"><img src="THIRD/ads/one"></template><main></main>`, "THIRD", s.Third))
	_, tab := visit(t, s)
	tab.open("/lazy")
	tab.requests() // Firefox asks for what stands in a template
	s.Log.Clear()
	tab.truth(`(() => {
		lazy.src = lazy.dataset.src; // as libraries load what comes into view
		frame.setAttribute('src', frame.dataset.src + '2');
		const main = document.querySelector('main');
		const image = document.importNode(tpl.content, true).firstChild;
		main.append(image);
		image.src = '` + s.Third + `/ads/two';
		image.srcset = '/part.js 9x'; // the site's own
		const parsed = new DOMParser().parseFromString('<script type="text/plain" data-octroi="pixel" src="/part.js"></scr' + 'ipt><script src="` + s.Third + `/ads/dead.js"></scr' + 'ipt><p>text</p>', 'text/html');
		main.append(...parsed.head.childNodes, document.importNode(parsed.body, true).firstChild);
		const late = Object.assign(document.createElement('script'), { type: 'text/plain', text: 'ran.push("late")' });
		late.dataset.octroi = 'pixel';
		main.append(late);
	})()`)
	s.raw("/part.js", "text/javascript", func() string { return `ran.push('part')` })
	assert.Empty(t, tab.requests())
	tab.press("accept")
	tab.until(`ran.length === 2`)
	assert.True(t, tab.truth(`ran.join() === 'part,late'`), "one that can never run keeps none waiting")
	tab.arrived("/lazy", "/frame2", "/ads/two")
}

// What scripts build is async unless they say otherwise, and stays so when it waited.
func TestHeldScriptsKeepTheirOrder(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	slow := make(chan struct{})
	s.pages.HandleFunc("/tag/slow.js", func(w http.ResponseWriter, r *http.Request) {
		<-slow
		w.Header().Set("Content-Type", "text/javascript")
		w.Write([]byte(`ran.push('slow')`))
	})
	for _, name := range []string{"a", "b", "c"} {
		s.raw("/tag/"+name+".js", "text/javascript", func() string { return `ran.push('` + name + `')` })
	}
	declaration := measuring("", `"urls": ["/tag/"],`)
	s.keeper("/order", declaration, order+`<script>
		const add = (src, props) => document.head.append(Object.assign(document.createElement('script'), { src: '/tag/' + src, ...props }));
		add('slow.js'); add('a.js', { crossOrigin: 'anonymous', integrity: '', nonce: 'n', referrerPolicy: 'no-referrer' }); add('b.js', { async: false }); add('c.js', { async: false });
	</script>`)
	_, tab := visit(t, s)
	tab.open("/order").press("accept")
	tab.until(`ran.length === 3`)
	assert.True(t, tab.truth(`ran.filter((r) => r !== 'a').join() === 'b,c'`), "the slow one keeps none waiting")
	assert.True(t, tab.truth(`(() => { const s = document.querySelector('script[src$="a.js"]'); return s.crossOrigin === 'anonymous' && s.nonce === 'n' && s.referrerPolicy === 'no-referrer' && s.async; })()`))
	close(slow)
	tab.until(`ran.length === 4`)
}
