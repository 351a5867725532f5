package wasmtest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// gatedAds is a declaration with a service at the third party's folder and in inline scripts.
func gatedAds(s *site) string {
	return strings.Replace(keeping(""), `"purpose": "Measures.",`, `"purpose": "Measures.", "urls": ["`+s.Third+`/ads/"], "inline": ["__pxInline"],`, 1)
}

// What passes for harmless must not become script by Octroi (issue of the markup pattern).
func TestHarmlessMarkupStaysHarmless(t *testing.T) {
	s := newSite(t)
	s.keeper("/safe", gatedAds(s), "")
	_, tab := visit(t, s, "octroi: ")
	for _, choice := range []string{"refuse", "accept"} {
		tab.open("/safe")
		tab.whole().truth(`octroi.` + choice + `All()`)
		tab.open("/safe")
		assert.True(t, tab.truth(`(async () => {
			window.XSS = () => { window.ran = 1; };
			const AT = '`+s.Third+`/ads/', q = "'";
			const box = document.body.appendChild(document.createElement('div'));
			const markups = [
				'<b title="<img src=' + AT + 'a alt=' + q + ' onmouseover=XSS() x=' + q + '>">t</b>',
				'<b title="<img src=' + AT + 'a alt=' + q + ' autofocus tabindex=0 onfocus=XSS() x=' + q + '>">t</b>',
				'<style>a{}</style><p title="url(' + AT + 'a' + q + ' onmouseover=XSS() x=' + q + ')">t</p>',
				'<textarea><img src=' + AT + 'a alt=' + q + ' onfocus=XSS() autofocus x=' + q + '></textarea>',
				'<!-- <img src=' + AT + 'a alt="--><i>t</i>',
				'<a data-octroi="essential" data-href="javascript:XSS()">t</a>',
				'<form data-octroi="essential" data-action="javascript:XSS()"><button data-octroi="essential" data-formaction="javascript:XSS()">t</button></form>',
				'<iframe data-octroi="essential" data-srcdoc="<script>parent.XSS()<\/script>"></iframe>',
				'<iframe data-octroi="pixel" data-src="javascript:parent.XSS()"></iframe>',
				'<svg><set data-octroi="pixel" attributeName="href" data-to="javascript:XSS()"></set></svg>',
				'<meta data-octroi="pixel" http-equiv="refresh" data-content="0;url=javascript:XSS()">',
				'<base data-octroi="pixel" data-href="http://evil.invalid/">',
			];
			for (const html of markups) {
				box.innerHTML = html;
				for (const e of box.querySelectorAll('*')) for (const { name } of e.attributes) if (/^on/.test(name)) throw new Error(html);
				for (const e of box.querySelectorAll('[tabindex], a, b, p, button')) { e.focus?.(); e.dispatchEvent(new MouseEvent('mouseover')); if (e.localName === 'a') e.click(); }
				await new Promise((done) => setTimeout(done, 20));
				const d = document.body.appendChild(document.createElement('iframe')).contentDocument;
				d.open(); d.write('<script>document.title = ' + JSON.stringify(html).replaceAll('</', '<\\/') + '<\/script>'); d.close();
				if (d.title.length < 10) throw new Error('title ' + html);
			}
			await new Promise((done) => setTimeout(done, 100));
			return !window.ran && !document.querySelector('base[href], [href^=javascript]');
		})()`), choice)
	}
}

// Whatever size a text has, and whenever an element is gated, it is asked about.
func TestElementsAreAskedAboutWhenTheyWouldLoad(t *testing.T) {
	s := newSite(t)
	s.raw("/empty", "text/html", func() string { return "<p>own" })
	s.keeper("/elements", gatedAds(s), "")
	_, tab := visit(t, s)
	tab.open("/elements")
	tab.press("refuse")
	assert.True(t, tab.truth(`(async () => {
		const AT = '`+s.Third+`/ads/', bad = [];
		const on = (e) => document.body.appendChild(e), make = (tag, props) => Object.assign(document.createElement(tag), props);
		window.INL = 0;
		for (const size of [10, 33000, 1 << 20]) on(make('script', { text: 'INL = ' + size + ';//' + 'x'.repeat(size) + '__pxInline' }));
		for (const set of [(s, t) => (s.text = t), (s, t) => (s.textContent = t), (s, t) => (s.innerText = t), (s, t) => (s.innerHTML = t), (s, t) => s.append(t), (s, t) => s.append(...t.match(/.{1,9}/g)), (s, t) => s.insertAdjacentText('beforeend', t), (s, t) => s.insertBefore(document.createTextNode(t), null)]) set(on(make('script')), 'INL = 1; /*__pxInline*/');
		if (INL) bad.push('inline ' + INL);
		// Gated after it was told its address, by the page.
		const late = make('script', { src: '/late.js', onload: () => bad.push('late'), onerror: () => bad.push('late') });
		late.setAttribute('data-octroi', 'pixel');
		on(late);
		const frame = make('iframe', { src: '/empty' });
		frame.setAttribute('data-octroi', 'pixel');
		on(frame);
		// Shadow roots that come with markup.
		const img = (name) => '<img src="' + AT + name + '.gif">';
		const root = (mode, inner) => '<div><template shadowrootmode="' + mode + '">' + inner + '</template></div>';
		on(make('div')).setHTMLUnsafe?.(root('open', img('open')) + root('closed', img('closed') + root('closed', img('nested'))));
		const parsed = Document.parseHTMLUnsafe?.(root('open', img('parsed')));
		if (parsed) on(parsed.body.firstChild);
		await new Promise((done) => setTimeout(done, 200));
		if (frame.contentDocument.body.textContent) bad.push('frame');
		return bad.length ? Promise.reject(new Error(bad.join())) : true;
	})()`))
	assert.Empty(t, tab.requests())
	s.Log.Clear()
	tab.truth(`octroi.acceptAll()`)
	if tab.truth(`Element.prototype.setHTMLUnsafe && Document.parseHTMLUnsafe`) {
		s.reached("/ads/open.gif", "/ads/closed.gif", "/ads/nested.gif", "/ads/parsed.gif")
		assert.Subset(t, s.paths(), []string{"/ads/open.gif", "/ads/closed.gif", "/ads/nested.gif", "/ads/parsed.gif"}, "and open where they stand")
	}
	tab.until(`INL`)
}

// XML documents read markup as XML; the page's own errors stay its own.
func TestMarkupInXHTML(t *testing.T) {
	s := newSite(t)
	s.raw("/xhtml", "application/xhtml+xml", func() string {
		return `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml" lang="en"><head><title>x</title><script type="application/json" id="octroi-config"><![CDATA[` + gatedAds(s) + `]]></script>` + dropIn + `</head><body><p id="p">x</p><svg xmlns="http://www.w3.org/2000/svg"><g id="g"/></svg></body></html>`
	})
	_, tab := visit(t, s)
	tab.open("/xhtml")
	assert.True(t, tab.truth(`(() => {
		const AT = '`+s.Third+`/ads/', p = document.getElementById('p'), g = document.getElementById('g');
		p.innerHTML = '<b>x</b><img src="' + AT + 'a.gif"/>';
		p.insertAdjacentHTML('beforeend', '<img src="' + AT + 'b.gif"/>');
		g.innerHTML = '<image href="' + AT + 'c.gif"/>';
		try { p.innerHTML = '<img src="' + AT + 'd.gif">'; } catch (error) { return error.name === 'SyntaxError' && document.querySelectorAll('[data-octroi]').length >= 1; }
	})()`))
	assert.Empty(t, tab.requests())
}
