package site

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/formatters/html"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/alecthomas/chroma/v2/styles"
	"github.com/yuin/goldmark/ast"
	gmext "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"

	"github.com/octroi-consent/octroi/engine/config"
)

// scrolled draws what may be wider than its page, code and tables, and is then scrolled on its
// own: it takes the focus, so that keys scroll it too (WCAG 2.2, 2.1.1), and has a name. Where it
// fits, site.js takes it out of the order of the focus.
type scrolled struct{}

// RegisterFuncs names what draws which node.
func (scrolled) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindFencedCodeBlock, drawCode)
	r.Register(gmext.KindTable, drawTable)
}

func drawTable(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	text := "</table></div>\n"
	if entering {
		text = `<div class="scrolled" role="group" aria-label="Table" tabindex="0"><table>` + "\n"
	}
	_, err := w.WriteString(text)
	return ast.WalkContinue, err
}

func drawCode(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	language := string(n.(*ast.FencedCodeBlock).Language(source))
	var b bytes.Buffer
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		b.Write(line.Value(source))
	}
	tokens, err := tokens(language, b.String())
	if err != nil {
		return ast.WalkStop, err
	}
	return ast.WalkSkipChildren, formatter.Format(w, styles.Fallback, chroma.Literator(tokens...))
}

// tokens are the words of code, each with its kind. The lexers give a match up after 250 ms, which
// on a busy machine may be gone at once: only what comes out twice is taken.
func tokens(language, text string) (list []chroma.Token, err error) {
	lexer := lexers.Fallback
	if language != "" { // lexers.Get takes "" for a file's name, and looks at each of their patterns
		lexer = cmp.Or(lexers.Get(language), lexers.Fallback)
	}
	for i := range 100 {
		again, err := chroma.Tokenise(chroma.Coalesce(lexer), nil, text)
		if err != nil || i > 0 && slices.Equal(list, again) {
			return again, err
		}
		list = again
	}
	return nil, fmt.Errorf("%s: the words of the code differ each time", language)
}

var formatter = html.New(html.WithClasses(true), html.TabWidth(4), html.WithPreWrapper(pre{}))

// pre is the element around a block of code.
type pre struct{}

// Start begins it.
func (pre) Start(_ bool, style string) string {
	return fmt.Sprintf(`<pre%s role="group" aria-label="Code" tabindex="0"><code>`, style)
}

// End ends it.
func (pre) End(bool) string { return "</code></pre>" }

// highlighting is the style of code, light and dark, upon the grounds that site.css gives it.
func highlighting() []byte {
	var b bytes.Buffer
	write := func(media, name, ground string, step float64) {
		b.WriteString("@media " + media + " {\n")
		style := styles.Get(name)
		for _, kind := range slices.Sorted(maps.Keys(chroma.StandardTypes)) {
			class := chroma.StandardTypes[kind]
			// What is below 0 is lines and their numbers, which no page marks, and what is no code.
			if kind <= 0 && kind != chroma.Error || class == "" {
				continue
			}
			if css := html.StyleEntryToCSS(legible(style.Get(kind), ground, step)); css != "" {
				fmt.Fprintf(&b, ".chroma .%s { %s }\n", class, css)
			}
		}
		b.WriteString("}\n")
	}
	write("not (prefers-color-scheme: dark)", "github", "#f3f5f6", -0.02)
	write("(prefers-color-scheme: dark)", "github-dark", "#1d2226", 0.02)
	return b.Bytes()
}

// legible is how a kind of code is written: without a ground of its own, in a colour that is
// brightened or darkened by steps until it has a contrast of 4.5 on the page's (WCAG 2.2, 1.4.3).
func legible(e chroma.StyleEntry, ground string, step float64) chroma.StyleEntry {
	e.Background = 0
	for e.Colour.IsSet() && config.Ratio(e.Colour.String(), ground) < 4.5 {
		e.Colour = e.Colour.Brighten(step)
	}
	return e
}
