package wasmtest

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Only a style's text is style: what stands beside one is whole, and loads when granted.
func TestMarkupWithStyles(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	declaration := s.gated()
	s.keeper("/styled", declaration, order+`<main></main>`)
	_, tab := visit(t, s)
	tab.open("/styled")
	tab.truth(`(() => {
		const main = document.querySelector('main');
		const markup = (n) => '<style>a{color:red}</style><iframe src="` + s.Third + `/ads/frame' + n + '"></iframe><a href="` + s.Third + `/ads/link">l</a><style>.b' + n + '{background:url(` + s.Third + `/ads/bg' + n + ')}</style><b class="b' + n + '">x</b>';
		const add = (fill) => { const div = document.createElement('div'); main.append(div); fill(div); };
		add((div) => (div.innerHTML = markup(0)));
		add((div) => div.insertAdjacentHTML('beforeend', markup(1)));
		add((div) => { const p = document.createElement('p'); div.append(p); p.outerHTML = markup(2); });
		add((div) => div.append(document.createRange().createContextualFragment(markup(3))));
		add((div) => (div.attachShadow({ mode: 'open' }).innerHTML = markup(4)));
		add((div) => { const template = document.createElement('template'); template.innerHTML = markup(5); div.append(template.content.cloneNode(true)); });
	})()`)
	assert.Empty(t, tab.requests())
	const roots = `[...document.querySelectorAll('main > div')].map((div) => div.shadowRoot || div)`
	assert.True(t, tab.truth(roots+`.every((root) => root.querySelector('a').getAttribute('href') === '`+s.Third+`/ads/link' && root.querySelector('style').textContent === 'a{color:red}')`))
	tab.press("accept")
	want := []string{}
	for _, n := range "012345" {
		want = append(want, "/ads/frame"+string(n), "/ads/bg"+string(n))
	}
	tab.arrived(want...)
	assert.True(t, tab.truth(roots+`.every((root) => root.querySelector('a').getAttribute('href') === '`+s.Third+`/ads/link' && /frame\d$/.test(root.querySelector('iframe').src))`))
}

// Markup that is text to the parser stays the text that it is.
func TestMarkupInTexts(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	declaration := s.gated()
	s.keeper("/texts", declaration, order+`<main></main>`)
	s.raw("/bare", "text/html; charset=utf-8", func() string { return `<!doctype html><html lang="en"><body><main></main>` })
	_, tab := visit(t, s)
	// With something beside it that is held, and without.
	run := `(async () => {
		const main = document.querySelector('main');
		const held = '<img src="` + s.Third + `/ads/one"><iframe src="` + s.Third + `/ads/two"></iframe>';
		const script = '<script src="` + s.Third + `/ads/x.js"></' + 'script>';
		const texts = [
			'<p title=\'' + held + script + '\'>t</p>', '<p data-a="&lt;img src=x&gt;' + script.replaceAll('"', "'") + '">t</p>', '<!--' + held + script + '-->', '<textarea>' + held + script + '</textarea>',
			'<title>' + held + '</title>', '<xmp>' + held + script + '</xmp>', '<noscript>' + held + script + '</noscript>', '<noembed>' + held + '</noembed>', '<noframes>' + held + '</noframes>', '<iframe>' + held + '</iframe>',
			'<style>/*' + held + '*/</style>', '<script type="text/x-template">' + held + '</' + 'script>', '<textarea placeholder=\'' + held + '\'></textarea>', '<svg><title>a</title><desc>b</desc><style>/*<img src=x>*/</style></svg>', '<input value=\'' + held + '\'>', '<option label=\'' + held + '\'>', '<!<img src="` + s.Third + `/ads/one">', '<?<img src="` + s.Third + `/ads/one">',
		];
		const read = (node) => (node.content ? '' : '') + [...node.childNodes].map((one) => one.nodeType === 1 ? '<' + one.localName + [...one.attributes].map((a) => ' ' + a.name + '=' + a.value).join('') + '>' + read(one) : one.nodeType + ':' + one.data).join('|');
		const out = [];
		for (const text of texts) for (const beside of ['', '<img class="beside" src="` + s.Third + `/ads/beside">']) for (const fill of [
			(div) => (div.innerHTML = text + beside),
			(div) => div.insertAdjacentHTML('beforeend', text + beside),
			(div) => div.append(document.createRange().createContextualFragment(text + beside)),
			(div) => { const p = document.createElement('p'); div.append(p); p.outerHTML = text + beside; },
		]) {
			const div = document.createElement('div');
			main.append(div);
			fill(div);
			div.querySelectorAll('.beside, .octroi').forEach((one) => one.remove());
			out.push(read(div));
		}
		main.replaceChildren();
		return out;
	})()`
	var bare, held []string
	tab.open("/bare").eval(run, &bare)
	tab.open("/texts").eval(run, &held)
	assert.NotEmpty(t, bare)
	for i := range bare {
		assert.Equal(t, bare[i], held[i])
	}
}
