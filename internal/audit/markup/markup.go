// Package markup reads a page's text as its parser would: what it asks for, what it runs,
// what is gated, and on which line.
package markup

import (
	"strings"

	"golang.org/x/net/html"

	"github.com/octroi-consent/octroi/internal/loads"
)

// Bounds on what is kept of one page.
const (
	MaxThings = 5000
	MaxLinks  = 10000
	maxTag    = 400
	maxText   = 1 << 18
	maxDepth  = 5 // of documents within documents
)

// Inline is the kind of a script that stands in the page; all others load.
const Inline loads.Kind = "inline script"

// Sheet is the attribute of what the text of a style element asks for.
const Sheet = "url()"

// Thing is an element, or an address of one.
type Thing struct {
	Kind     loads.Kind
	Line     int    // from 1
	Address  string // as written; "" for what stands in the page itself
	Attr     string // that holds the address
	Markup   string // the start tag as written, cut at 400 bytes
	Text     string // of an inline script, cut at 256 KB
	Manager  string // for which it is gated, or named: "octroi", "klaro", …
	IDs      string // that it names, as that manager writes them
	Gated    bool   // the parser asks for nothing and runs nothing
	NoScript bool   // only visitors without JavaScript get it
	After    bool   // stands behind the drop-in
	Module   bool
	Frame    string // the start tag of the frame whose own document it is in, cut likewise
}

// DropIn is the script tag of Octroi.
type DropIn struct {
	Src, Nonce, Integrity string
	Config                string // address of the declaration, where it is a file
	Line                  int
	Late                  string // why it comes too late: "async", "defer", "module"
	Scripts               int    // that stand before it
	Hash                  string // as a policy names it, where it stands in the page itself
}

// Page is what a page's text says.
type Page struct {
	Lang, Title, Base string
	Things            []Thing
	Links             []string
	Declaration       string // the text of #octroi-config
	DeclarationLine   int
	DropIn            *DropIn
	Policies          []string // of <meta http-equiv="Content-Security-Policy">
	HasReopenLink     bool     // it has a link to the visitor's choices
	Cut               bool     // it has more things or links than are kept
}

// reader goes through a page's tokens.
type reader struct {
	page      *Page
	line      int
	templates []held // open templates
	noscript  int
	raw       *element // script, style or title whose text comes next
	foreign   foreign
	depth     int // of documents around this one
}

// held is a template; what is in it is gated where it names ids.
type held struct{ manager, ids string }

type element struct {
	tag   string
	space loads.Space
	attrs map[string]string
	line  int
	raw   string
	own   *DropIn // that stands in it
}

// Read reads a page's text. Any text will do: what browsers mend is mended likewise as
// far as tokens go.
func Read(text string) *Page { return read(text, 0) }

func read(text string, depth int) *Page {
	r := &reader{page: new(Page), line: 1, depth: depth}
	z := html.NewTokenizer(strings.NewReader(text))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return r.page
		}
		raw := string(z.Raw())
		switch kind {
		case html.StartTagToken, html.SelfClosingTagToken:
			e := r.element(z, raw)
			e.space = r.foreign.enter(e, kind == html.SelfClosingTagToken)
			if e.tag == "noscript" {
				z.NextIsNotRawText() // its content is what visitors without JavaScript get
			}
			r.start(e)
		case html.EndTagToken:
			name, _ := z.TagName()
			r.end(string(name))
		case html.TextToken:
			if r.raw != nil {
				r.text(raw)
			}
		}
		r.line += strings.Count(raw, "\n")
	}
}

func (r *reader) element(z *html.Tokenizer, raw string) *element {
	name, more := z.TagName()
	e := &element{tag: string(name), attrs: map[string]string{}, line: r.line, raw: cut(raw, maxTag)}
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		if _, has := e.attrs[string(key)]; !has {
			e.attrs[string(key)] = string(value)
		}
	}
	return e
}

func (r *reader) end(tag string) {
	switch {
	case tag == "template" && len(r.templates) > 0:
		r.templates = r.templates[:len(r.templates)-1]
	case tag == "noscript" && r.noscript > 0:
		r.noscript--
	}
	r.foreign.leave(tag)
	r.raw = nil
}

func cut(s string, most int) string {
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "")
	}
	return s
}
