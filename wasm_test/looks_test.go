package wasmtest

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// drawn tells where each part of the interface is, and all of its computed style.
const drawn = `(() => {
	const number = (n) => Math.round(n * 100) / 100;
	return [...document.querySelectorAll('dialog, dialog :not(.octroi-spacing), .octroi-tab, .octroi-tab *')].map((element, i) => {
		const { x, y, width, height } = element.getBoundingClientRect();
		const name = i + ' ' + element.localName + '.' + element.className;
		const looks = { box: [x, y, width, height].map(number).join(' '), text: element.children.length ? '' : element.textContent };
		for (const pseudo of ['', '::before', '::after', '::backdrop']) {
			const style = getComputedStyle(element, pseudo);
			// How a tap looks hangs on whether the tab has been a phone's.
			for (const property of style) if (property !== '-webkit-tap-highlight-color') looks[property + pseudo] = style.getPropertyValue(property);
		}
		return { name, looks };
	});
})()`

// Both forms draw the same first layer, to the pixel and the colour: octroi.js of a site ahead of
// its engine, the same once the engine is there, and the drop-in.
func TestTheFirstLayerIsTheSameInBothForms(t *testing.T) {
	sampled(t, "the interface's tree and its openers are the same in each")
	s := newSite(t)
	s.compiled = false // each page has its form
	own := s.built(t, s.Declaration())
	page := func(path, scripts string) {
		s.raw(path, "text/html; charset=utf-8", func() string {
			return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>test</title>` + scripts + `</head><body style="font: 16px serif; background: #eee"><h1>Maison</h1><p>text</p></body></html>`
		})
	}
	page("/built", `<script src="/own/octroi.js"></script>`)
	page("/drop-in", `<script type="application/json" id="octroi-config">`+s.Declaration()+`</script>`+dropIn)
	type part struct {
		Name  string
		Looks map[string]string
	}
	look := func(tab *tab) (parts []part) {
		// What comes by a transition has come.
		tab.until(`document.querySelector('dialog.octroi-ask[open]') && document.getAnimations().every((animation) => animation.playState === 'finished')`)
		tab.eval(drawn, &parts)
		require.Greater(t, len(parts), 5)
		return parts
	}
	same := func(want, got []part, where string) {
		t.Helper()
		if !assert.Len(t, got, len(want), where) {
			return
		}
		var differ []string
		for i := range want {
			if want[i].Name != got[i].Name {
				differ = append(differ, fmt.Sprintf("%s in the place of %s", got[i].Name, want[i].Name))
			}
			for property, value := range want[i].Looks {
				if got[i].Looks[property] != value {
					differ = append(differ, fmt.Sprintf("%s: %s is %q, and %q in the drop-in", want[i].Name, property, got[i].Looks[property], value))
				}
			}
		}
		assert.Empty(t, differ[:min(len(differ), 9)], where)
	}
	sizes := [][2]int64{{390, 844}, {1440, 900}, {320, 256}}
	if !whole {
		sizes = sizes[:1]
	}
	// each draws a page anew at each size, in a browser that has drawn nothing.
	each := func(path string, ready string) (list [][]part) {
		_, tab := visit(t, s)
		for _, size := range sizes {
			tab.size(size[0], size[1], size[0] < 1000)
			tab.open(path).until(ready)
			list = append(list, look(tab))
		}
		return list
	}
	dropped := each("/drop-in", `octroi.state()`)
	ahead := each("/built", `true`) // of the engine, which is withheld
	close(own.withheld)
	whole := each("/built", `octroi.state()`)
	for i, size := range sizes {
		same(dropped[i], ahead[i], fmt.Sprint(size, " ahead of the engine"))
		same(dropped[i], whole[i], fmt.Sprint(size, " once the engine is there"))
	}
}
