package wasmtest

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Markup that goes in as text is read by the browser's own parser: sections that are none,
// raw texts that a select or a table does not have, foreign elements that an end tag of
// HTML's leaves, and tags without quotes are no ways past it.
func TestMarkupThatParsersReadInTheirOwnWay(t *testing.T) { // R1.01
	paired(t, "firefox")
	s := newSite(t)
	s.keeper("/odd", s.measures(), ``)
	b, err := os.ReadFile("testdata/odd-markup.txt")
	require.NoError(t, err)
	rows := strings.Split(strings.TrimSpace(string(b)), "\n")
	list, err := json.Marshal(rows)
	require.NoError(t, err)
	writing, err := os.ReadFile("testdata/odd-markup.js")
	require.NoError(t, err)
	_, tab := visit(t, s, "SyntaxError") // of scripts among them
	tab.open("/odd").press("refuse")
	tab.open("/odd")
	var made int
	which := []string{"innerHTML", "adjacent", "contextual", "command", "write", "pieces", "letters"}
	if running != "chromium" {
		which = slices.Delete(which, 5, 6) // letters are the smallest pieces
	}
	doors, err := json.Marshal(which)
	require.NoError(t, err)
	tab.truth("(() => {" + string(writing) + "return true; })()")
	tab.eval("oddMarkup("+string(list)+", '"+s.Third+"/ads/', "+string(doors)+")", &made)
	assert.Greater(t, made, len(rows), "most of them make an image")
	assert.Empty(t, tab.requests())
}

// A noscript gets the name of another raw text while a parser without scripts reads it: one
// that has no tag of its own so far. Markup that has them all comes nevertheless.
func TestANoscriptBesideAllRawTexts(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	s.keeper("/raw", s.measures(), ``)
	_, tab := visit(t, s)
	tab.open("/raw").press("refuse")
	tab.open("/raw")
	for _, c := range []struct{ markup, inside string }{
		{`<noscript><p></iframe></noembed></noframes></noscript><xmp>x</xmp><style>a{}</style><img src=THIRD>`, `<p></iframe></noembed></noframes>`},
		{`<noembed></noembed><noframes></noframes><xmp></xmp><iframe></iframe><noscript><b title='</noembed>'></b></noscript><img src=THIRD>`, `<b title='</noembed>'></b>`},
		{`<noscript><p></noembed></noscript><noembed></noembed><noscript><p></noframes></noscript><noframes></noframes><xmp></xmp><iframe></iframe><noscript><p></noscript><img src=THIRD>`, `<p></noembed>|<p></noframes>|<p>`},
	} {
		markup, _ := json.Marshal(strings.ReplaceAll(c.markup, "THIRD", s.Third+"/ads/raw"))
		var inside string
		tab.eval(`(() => { const box = document.createElement('div'); box.innerHTML = `+string(markup)+`; return [...box.querySelectorAll('noscript')].map((e) => e.textContent).join('|') + (box.lastChild.localName === 'img' ? '' : ' and no img'); })()`, &inside)
		assert.Equal(t, c.inside, inside, c.markup)
	}
	assert.Empty(t, tab.requests())
}
