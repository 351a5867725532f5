package wasmtest

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// What gated scripts listen to, and has passed when they are granted, is told them once.
func TestEventsThatHavePassed(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	s.raw("/late.js", "text/javascript", func() string {
		return `window.addEventListener('load', () => ran.push('file load')); document.addEventListener('DOMContentLoaded', () => ran.push('file dom'))`
	})
	const gated = `<script type="text/plain" data-octroi="pixel"`
	s.keeper("/passed", keeping(""), order+`<script>
			window.own = 0;
			window.onload = () => own++;
			addEventListener('load', () => own++);
		</script>
		`+gated+`>addEventListener('load', (e) => ran.push('load' + (e.type === 'load') + (e.currentTarget === window) + (e.target === document)))</script>
		`+gated+`>document.addEventListener('DOMContentLoaded', function (e) { ran.push('dom' + (this === document)) }); addEventListener('DOMContentLoaded', { handleEvent() { ran.push('object') } }, true)</script>
		`+gated+`>var before = window.onload; window.onload = function () { before && before(); ran.push('onload') }</script>
		`+gated+`>var mine = window.onload; window.onload = function () { mine && mine(); ran.push('chained') }</script>
		`+gated+`>(() => { const f = () => ran.push('removed'); addEventListener('load', f); removeEventListener('load', f); addEventListener('load', () => ran.push('once'), { once: true }); const stop = new AbortController(); addEventListener('load', () => ran.push('aborted'), { signal: stop.signal }); stop.abort(); const twice = () => ran.push('twice'); addEventListener('load', twice); addEventListener('load', twice); })()</script>
		`+gated+`>(() => { const init = () => ran.push('aware'); document.addEventListener('DOMContentLoaded', init); if (document.readyState !== 'loading') init(); })()</script>
		`+gated+` data-src="/late.js"></script>
		`+gated+` async data-src="/late.js"></script>
		`+gated+`>addEventListener('click', () => ran.push('click')); new Image().addEventListener('load', () => ran.push('image')); ran.push('last')</script>`)
	_, tab := visit(t, s)
	tab.open("/passed")
	tab.press("accept")
	tab.until(`ran.length >= 13 && own === 2`)
	tab.truth(`new Promise((done) => setTimeout(done, 100))`) // nothing more
	want := `aware,chained,domtrue,file dom,file dom,file load,file load,last,loadtruetruetrue,object,once,onload,twice`
	assert.True(t, tab.truth(`ran.toSorted().join() === '`+want+`' && own === 2`), tab.ran())
	assert.True(t, tab.truth(`ran.indexOf('last') < ran.indexOf('domtrue') && ran.indexOf('domtrue') < ran.indexOf('loadtruetruetrue')`))
	// On the next page, the browser tells them itself, or had told them.
	tab.open("/passed")
	tab.until(`ran.filter((one) => !/aware|file dom/.test(one)).length >= 10 && own === 2`)
	tab.truth(`new Promise((done) => setTimeout(done, 100))`) // nothing more
	assert.True(t, tab.truth(`ran.filter((one) => !/aware|file dom/.test(one)).toSorted().join() === '`+
		`chained,domtrue,file load,file load,last,loadtruetruetrue,object,once,onload,twice' && own === 2`), tab.ran())
}
