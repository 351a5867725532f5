package rewrite

import (
	"hash/maphash"
	"slices"

	"golang.org/x/net/html"
	a "golang.org/x/net/html/atom"
)

// name is an element's name in lower case: its atom, or a hash of a name that has none.
type name uint32

// other marks the hash of a name that has no atom.
const other name = 1 << 31

var seed = maphash.MakeSeed()

// nameOf returns the name that stands in b, in whatever case.
func nameOf(b []byte) name {
	if atom := a.Lookup(b); atom != 0 {
		return name(atom)
	}
	var room [24]byte
	low := room[:0]
	for _, c := range b {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		low = append(low, c)
	}
	if atom := a.Lookup(low); atom != 0 {
		return name(atom)
	}
	return other | name(maphash.Bytes(seed, low))
}

// known is a short name, in its letters, and what it is.
type known struct {
	letters uint64
	name    name
	loads   bool // such an element may load something
}

// names remembers short names, which are most.
type names [64]known

// find returns what a name is.
func (n *names) find(b []byte) known {
	if len(b) > 8 {
		return knownAs(0, nameOf(b))
	}
	var letters uint64
	for _, c := range b {
		letters = letters<<8 | uint64(c)
	}
	at := &n[letters*0x9E3779B97F4A7C15>>58]
	if at.letters != letters {
		*at = knownAs(letters, nameOf(b))
	}
	return *at
}

func knownAs(letters uint64, n name) known {
	return known{letters, n, len(rowsOf[inHTML][n]) > 0 || len(rowsOf[inSVG][n]) > 0}
}

// space is an element's namespace.
type space uint8

const (
	inHTML space = iota
	inSVG
	inMath
)

// reading is how the tokenizer reads what stands behind a start tag.
type reading uint8

const (
	asMarkup    reading = iota
	asText              // up to the element's end tag
	asScript            // the same, and "<!--" counts
	asPlaintext         // up to the document's end
)

// mode is an insertion mode (HTML, 13.2.4.1), but for "text", which is the tokenizer's here, and
// "in table text" and "in head noscript", which nothing hangs on.
type mode uint8

const (
	initial mode = iota
	beforeHTML
	beforeHead
	inHead
	afterHead
	inBody
	inTable
	inCaption
	inColumnGroup
	inTableBody
	inRow
	inCell
	inSelect
	inSelectInTable
	inTemplate
	afterBody
	inFrameset
	afterFrameset
	afterAfterBody
	afterAfterFrameset
)

// node is an element that is open, or may be opened anew.
type node struct {
	name  name
	space space
	html  bool   // HTML goes on in it: an integration point (HTML, 13.2.6)
	id    uint32 // its own; 0 for a marker in the list of formatting elements
	attrs uint64 // a hash of the attributes of a formatting element
}

// deepest is how many elements may be open; of what is deeper nothing is markup.
const deepest = 1 << 16

// tree follows the tree construction of HTML (13.2.6) as far as it decides what is markup, and in
// which namespace: it knows the open elements, and makes no nodes.
type tree struct {
	mode       mode
	stack      []node
	formatting []node // active formatting elements
	templates  []mode
	ids        uint32
	form       uint32 // id of the form that is open, 0 for none
	p          int    // how many of the open elements are paragraphs
	head       bool   // there was a head
	quirks     bool
	framesetOK bool
	scriptless bool // the scripting flag is not set
	legacy     bool // a select has insertion modes of its own, as parsers had before 2025
	tooDeep    bool

	// of the start tag that is taken in
	tag     *tag
	reading reading
	space   space
	made    bool // it makes an element
}

func newTree() *tree { return &tree{framesetOK: true} }

// fragment makes it a tree in whose body more markup begins.
func (t *tree) fragment() {
	*t = tree{stack: t.stack[:0], formatting: t.formatting[:0], templates: t.templates[:0], head: true}
	t.implied(a.Html, beforeHead)
	t.implied(a.Body, inBody)
}

func (t *tree) copyTo(to *tree) {
	stack, formatting, templates := to.stack, to.formatting, to.templates
	*to = *t
	to.stack = append(stack[:0], t.stack...)
	to.formatting = append(formatting[:0], t.formatting...)
	to.templates = append(templates[:0], t.templates...)
}

// same reports whether two trees read what follows alike.
func (t *tree) same(u *tree) bool {
	if len(t.stack) != len(u.stack) || len(t.formatting) != len(u.formatting) || t.mode != u.mode ||
		t.form == 0 != (u.form == 0) || t.head != u.head || t.framesetOK != u.framesetOK || !slices.Equal(t.templates, u.templates) {
		return false
	}
	for i := range t.stack {
		if x, y := &t.stack[i], &u.stack[i]; x.name != y.name || x.space != y.space || x.html != y.html || x.id == t.form != (y.id == u.form) {
			return false
		}
	}
	for i := range t.formatting {
		x, y := &t.formatting[i], &u.formatting[i]
		if x.name != y.name || x.id == 0 != (y.id == 0) || x.attrs != y.attrs || t.at(x.id) != u.at(y.id) {
			return false
		}
	}
	return true
}

func (t *tree) top() *node {
	if n := len(t.stack); n > 0 {
		return &t.stack[n-1]
	}
	return &node{}
}

// is reports whether the current node is such an element of HTML.
func (t *tree) is(names ...a.Atom) bool {
	top := t.top()
	return top.space == inHTML && slices.Contains(names, a.Atom(top.name))
}

func (t *tree) push(n node) {
	if len(t.stack) >= deepest {
		t.tooDeep = true
		return
	}
	t.ids++
	n.id = t.ids
	if n.name == name(a.P) && n.space == inHTML {
		t.p++
	}
	t.stack = append(t.stack, n)
}

func (t *tree) cut(length int) {
	for _, n := range t.stack[length:] {
		if n.name == name(a.P) && n.space == inHTML {
			t.p--
		}
	}
	t.stack = t.stack[:length]
}

func (t *tree) pop() { t.cut(len(t.stack) - 1) }

// insert makes an element of the tag that is taken in.
func (t *tree) insert() {
	t.made = true
	t.push(node{name: t.tag.name})
}

// empty makes an element that is closed at once.
func (t *tree) empty() { t.made = true }

// text makes an element whose content is no markup. The tokenizer closes it.
func (t *tree) raw(r reading) {
	t.made, t.reading = true, r
}

func (t *tree) implied(atom a.Atom, then mode) {
	t.push(node{name: name(atom)})
	t.mode = then
}

// at is where an element stands in the stack, -1 if it is not open.
func (t *tree) at(id uint32) int {
	if id == 0 {
		return -1
	}
	for i := len(t.stack) - 1; i >= 0; i-- {
		if t.stack[i].id == id {
			return i
		}
	}
	return -1
}

func (t *tree) remove(i int) {
	if t.stack[i].name == name(a.P) && t.stack[i].space == inHTML {
		t.p--
	}
	t.stack = slices.Delete(t.stack, i, i+1)
}

// has reports whether an element of HTML is open, in whatever scope.
func (t *tree) has(atom a.Atom) bool {
	for i := range t.stack {
		if t.stack[i].name == name(atom) && t.stack[i].space == inHTML {
			return true
		}
	}
	return false
}

// scope is what ends the search for an open element (HTML, 13.2.4.2).
type scope uint16

const (
	usual scope = iota
	list
	button
	table
	selects
)

// inScope returns where the innermost of such elements stands that is in scope, -1 for none.
func (t *tree) inScope(s scope, names ...a.Atom) int {
	for i := len(t.stack) - 1; i >= 0; i-- {
		n := &t.stack[i]
		if n.space == inHTML && slices.Contains(names, a.Atom(n.name)) {
			return i
		}
		if t.ends(s, n) {
			return -1
		}
	}
	return -1
}

// ends reports whether an element ends a scope. A select does in the newer rules, which keep
// what stands in it.
func (t *tree) ends(s scope, n *node) bool {
	atom := a.Atom(n.name)
	if n.space != inHTML {
		switch s {
		case table:
			return false
		case selects:
			return true
		}
		return special(n)
	}
	switch s {
	case table:
		return atom == a.Html || atom == a.Table || atom == a.Template
	case selects:
		return atom != a.Optgroup && atom != a.Option
	}
	switch atom {
	case a.Applet, a.Caption, a.Html, a.Table, a.Td, a.Th, a.Marquee, a.Object, a.Template:
		return true
	case a.Select:
		return !t.legacy
	case a.Ol, a.Ul:
		return s == list
	case a.Button:
		return s == button
	}
	return false
}

// close closes such an element that is in scope, and all in it; it reports whether there is one.
func (t *tree) close(s scope, names ...a.Atom) bool {
	i := t.inScope(s, names...)
	if i < 0 {
		return false
	}
	t.cut(i)
	return true
}

// closeP closes a paragraph.
func (t *tree) closeP() {
	if t.p > 0 {
		t.close(button, a.P)
	}
}

// closeImplied closes what needs no end tag, but for one name.
func (t *tree) closeImplied(but a.Atom) {
	for {
		top := t.top()
		atom := a.Atom(top.name)
		if top.space != inHTML || atom == but {
			return
		}
		switch atom {
		case a.Dd, a.Dt, a.Li, a.Optgroup, a.Option, a.P, a.Rb, a.Rp, a.Rt, a.Rtc:
			t.pop()
		default:
			return
		}
	}
}

// closeThoroughly closes what needs no end tag before the end of a template.
func (t *tree) closeThoroughly() {
	for {
		t.closeImplied(0)
		if !t.is(a.Caption, a.Colgroup, a.Tbody, a.Td, a.Tfoot, a.Th, a.Thead, a.Tr) {
			return
		}
		t.pop()
	}
}

// clearTo closes all within one of these, a template or the document.
func (t *tree) clearTo(names ...a.Atom) {
	for len(t.stack) > 0 && !t.is(a.Html, a.Template) && !t.is(names...) {
		t.pop()
	}
}

// closers are end tags that close what would have what follows read otherwise.
func (t *tree) closers() (tags string) {
	lowest := slices.IndexFunc(t.stack, func(n node) bool {
		switch a.Atom(n.name) {
		case a.Select, a.Table, a.Template, a.Frameset:
			return true
		}
		return n.space != inHTML
	})
	for i := len(t.stack) - 1; i >= lowest && lowest >= 0; i-- {
		if n := &t.stack[i]; special(n) || n.name == name(a.Svg) || n.name == name(a.Math) {
			tags += "</" + a.Atom(n.name).String() + ">"
		}
	}
	return tags
}

// special reports whether an element is of the category "special" (HTML, 13.2.4.2).
func special(n *node) bool {
	switch n.space {
	case inMath:
		return n.html || a.Atom(n.name) == a.AnnotationXml || mathText(n)
	case inSVG:
		return n.html
	}
	switch a.Atom(n.name) {
	case a.Address, a.Applet, a.Area, a.Article, a.Aside, a.Base, a.Basefont, a.Bgsound, a.Blockquote, a.Body, a.Br, a.Button,
		a.Caption, a.Center, a.Col, a.Colgroup, a.Dd, a.Details, a.Dir, a.Div, a.Dl, a.Dt, a.Embed, a.Fieldset, a.Figcaption,
		a.Figure, a.Footer, a.Form, a.Frame, a.Frameset, a.H1, a.H2, a.H3, a.H4, a.H5, a.H6, a.Head, a.Header, a.Hgroup, a.Hr,
		a.Html, a.Iframe, a.Img, a.Input, a.Keygen, a.Li, a.Link, a.Listing, a.Main, a.Marquee, a.Menu, a.Meta, a.Nav,
		a.Noembed, a.Noframes, a.Noscript, a.Object, a.Ol, a.P, a.Param, a.Plaintext, a.Pre, a.Script, a.Search, a.Section,
		a.Select, a.Source, a.Style, a.Summary, a.Table, a.Tbody, a.Td, a.Template, a.Textarea, a.Tfoot, a.Th, a.Thead, a.Title,
		a.Tr, a.Track, a.Ul, a.Wbr, a.Xmp:
		return true
	}
	return false
}

// mathText reports whether an element is an integration point of text in MathML.
func mathText(n *node) bool {
	if n.space != inMath {
		return false
	}
	switch a.Atom(n.name) {
	case a.Mi, a.Mn, a.Mo, a.Ms, a.Mtext:
		return true
	}
	return false
}

// Foreign reports whether a CDATA section may stand here.
func (t *tree) foreign() bool { return t.top().space != inHTML }

// inForeign reports whether the rules of foreign content are those of a token (HTML, 13.2.6): of
// a start tag, an end tag, or a text.
func (t *tree) inForeign(tag name, start, text bool) bool {
	if len(t.stack) == 0 {
		return false
	}
	top := t.top()
	switch {
	case top.space == inHTML:
		return false
	case mathText(top) && (text || start && a.Atom(tag) != a.Mglyph && a.Atom(tag) != a.Malignmark):
		return false
	case top.space == inMath && a.Atom(top.name) == a.AnnotationXml && start && a.Atom(tag) == a.Svg:
		return false
	case top.html && (start || text):
		return false
	}
	return true
}

// start takes in a start tag. Afterwards t.made tells whether it makes an element, t.space in
// which namespace, and t.reading how what follows is read.
func (t *tree) start(g *tag) {
	t.tag, t.reading, t.space, t.made = g, asMarkup, inHTML, false
	if t.inForeign(g.name, true, false) {
		t.startForeign()
	} else {
		t.startHTML()
	}
	t.tag = nil
}

// startHTML takes in the start tag by the insertion mode.
func (t *tree) startHTML() {
	for !t.startIn(t.mode) {
	}
}

// startForeign takes in a start tag in SVG or MathML (HTML, 13.2.6.5).
func (t *tree) startForeign() {
	atom := a.Atom(t.tag.name)
	if breakout(atom) || atom == a.Font && (t.tag.has("color") || t.tag.has("face") || t.tag.has("size")) {
		t.breakOut()
		t.startHTML()
		return
	}
	t.insertForeign(t.top().space)
}

func (t *tree) breakOut() {
	for top := t.top(); top.space != inHTML && !top.html && !mathText(top); top = t.top() {
		t.pop()
	}
}

// insertForeign makes an element of SVG or MathML.
func (t *tree) insertForeign(s space) {
	t.made, t.space = true, s
	if t.tag.closed {
		return
	}
	n := node{name: t.tag.name, space: s}
	switch a.Atom(n.name) {
	case a.Foreignobject, a.Desc, a.Title:
		n.html = s == inSVG
	case a.AnnotationXml:
		if s == inMath {
			switch lower(t.tag.value("encoding")) {
			case "text/html", "application/xhtml+xml":
				n.html = true
			}
		}
	}
	t.push(n)
}

func breakout(atom a.Atom) bool {
	switch atom {
	case a.B, a.Big, a.Blockquote, a.Body, a.Br, a.Center, a.Code, a.Dd, a.Div, a.Dl, a.Dt, a.Em, a.Embed, a.H1, a.H2, a.H3, a.H4,
		a.H5, a.H6, a.Head, a.Hr, a.I, a.Img, a.Li, a.Listing, a.Menu, a.Meta, a.Nobr, a.Ol, a.P, a.Pre, a.Ruby, a.S, a.Small,
		a.Span, a.Strong, a.Strike, a.Sub, a.Sup, a.Table, a.Tt, a.U, a.Ul, a.Var:
		return true
	}
	return false
}

// end takes in an end tag.
func (t *tree) end(n name) {
	if t.inForeign(n, false, false) {
		if atom := a.Atom(n); atom == a.Br || atom == a.P {
			t.breakOut()
		} else {
			for i := len(t.stack) - 1; i > 0; i-- {
				if t.stack[i].name == n {
					t.cut(i)
					return
				}
				if t.stack[i-1].space == inHTML {
					break
				}
			}
		}
	}
	for !t.endIn(t.mode, n) {
	}
}

// heeds reports whether it matters what a text is.
func (t *tree) heeds() bool { return t.mode != inBody || t.framesetOK || t.foreign() }

// text takes in a text, or a part of one.
func (t *tree) text(b []byte) {
	if t.mode == inBody && !t.foreign() {
		if len(t.formatting) > 0 || t.framesetOK {
			if blank, empty := blank(b); !empty {
				t.reconstruct()
				t.framesetOK = t.framesetOK && blank
			}
		}
		return
	}
	blank, empty := blank(b)
	if empty {
		return
	}
	if t.inForeign(0, false, true) {
		t.framesetOK = t.framesetOK && blank
		return
	}
	for !t.textIn(t.mode, blank) {
	}
}

// blank reports whether a text is white space, and whether nothing is left of it without NUL.
func blank(b []byte) (blank, empty bool) {
	blank, empty = true, true
	for i, c := range b {
		switch c {
		case ' ', '\t', '\n', '\f', '\r':
			empty = false
		case 0:
		case '&':
			for _, c := range html.UnescapeString(string(b[i:min(i+40, len(b))])) {
				if c != ' ' && c != '\t' && c != '\n' && c != '\f' && c != '\r' {
					return false, false
				}
				if rest := b[i:]; len(rest) > 40 {
					return false, false
				}
			}
			return true, false
		default:
			return false, false
		}
	}
	return blank, empty
}
