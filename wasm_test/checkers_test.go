package wasmtest

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

// checked runs three checkers over a page and returns what they find; what they only ask a person
// to look at is not among it. Where colours are forced, axe reads the declared fill of a text, which
// is not what is drawn: there what is drawn is asked for.
const checked = `(async (look, whole) => {
	eval(look);
	// For the page's scripts ours are no elements; what has no type of its own is a copy, and goes.
	const ours = document.querySelectorAll('.octroi');
	const types = (value) => ours.forEach((one) => Object.defineProperty(one, 'nodeType', { value, configurable: true }));
	types(1);
	// What is not in the body has no place for axe, and so no colours.
	const outside = [...document.documentElement.children].filter((one) => one.matches('.octroi, octroi-debug'));
	for (const one of outside) document.body.moveBefore(one, document.body.firstChild);
	const found = [];
	const forced = matchMedia('(forced-colors: active)').matches;
	if (forced) {
		for (const one of document.querySelectorAll('.octroi-button')) {
			const { color, backgroundColor } = getComputedStyle(one);
			if (color !== 'rgb(0, 0, 0)' || backgroundColor !== 'rgb(255, 255, 255)') found.push('not in the colours that are forced: ' + one.outerHTML);
		}
	}
	if (whole || !forced) {
		const { violations, incomplete } = await axe.run({ iframes: false, resultTypes: ['violations', 'incomplete'], ...whole ? { rules: { 'color-contrast': { enabled: !forced } } } : { runOnly: ['color-contrast'] } });
		for (const { id, nodes } of [...violations, ...incomplete.filter(({ id }) => id === 'color-contrast')]) for (const one of nodes) found.push('axe ' + id + ': ' + one.target + ' ' + one.failureSummary);
	}
	if (whole) {
		await new Promise((done) => HTMLCS.process('WCAG2AA', document, done));
		for (const { type, code, msg, element } of HTMLCS.getMessages()) if (type === HTMLCS.ERROR) found.push('HTML_CodeSniffer ' + code + ': ' + msg + ' ' + element.outerHTML?.slice(0, 120));
		const { results } = await new ace.Checker().check(document, ['WCAG_2_2']);
		for (const { value, ruleId, message, node, snippet } of results) {
			if (value.join() !== 'VIOLATION,FAIL') continue;
			const element = node.nodeType === 1 ? node : node.parentElement;
			// What is not drawn it takes for drawn: in an element details that is closed no label is seen.
			// A held frame has an empty document, which has no language.
			if (element.ownerDocument !== document || !element.checkVisibility()) continue;
			// It wants the names of all boxes behind them. WCAG says nothing of an order: a switch ends its line, behind its name.
			if (ruleId === 'input_label_after') continue;
			found.push('IBM ' + ruleId + ': ' + message + ' ' + snippet.slice(0, 120));
		}
	}
	for (const one of outside) document.documentElement.moveBefore(one, document.body);
	types(7);
	return found;
})`

// Three checkers find no fault in any state, in any light (R6.16).
func TestNoCheckerFindsAnything(t *testing.T) {
	only(t, "media features are emulated over DevTools", "chromium")
	checkers := []string{npm(t, "axe-core/axe.min.js"), npm(t, "html_codesniffer/build/HTMLCS.js"), npm(t, "accessibility-checker-engine/ace.js")}
	s := newSite(t)
	_, tab := visit(t, s)
	// Over a gradient they judge no colour of a text.
	tab.before(`(() => { const sheet = new CSSStyleSheet(); sheet.replaceSync('@layer plain { .octroi-body { background-image: none !important } .octroi-body::after { display: none !important } }'); document.adoptedStyleSheets = [sheet]; })()`)
	for _, code := range checkers {
		tab.before(code)
	}
	lights := [][2]string{{"prefers-color-scheme", "light"}, {"prefers-color-scheme", "dark"}, {"forced-colors", "active"}}
	sizes := [][2]int64{{390, 844}, {1024, 768}, {320, 480}}
	for i, f := range []face{{"en", "corner", "neutral"}, {"ar", "bar", "editorial"}, {"en", "dialog", "contrast"}} {
		tab.size(sizes[i][0], sizes[i][1], sizes[i][0] < 1000)
		tab.everyState(f, func(state, look string) {
			switch state {
			case "opened-end", "policy", "policy-end":
				return // another part of what was checked
			}
			for j, light := range lights {
				if !whole && i > 0 && i != j {
					continue // the first face is looked at in each light, the others in one
				}
				tab.media(light[0], light[1])
				var found []string
				tab.eval(fmt.Sprintf("%s(%q, %v)", checked, look, i == j), &found)
				assert.Empty(t, found, "%s %s %s", f, state, light)
			}
		})
	}
	tab.media("", "")
}
