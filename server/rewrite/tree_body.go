package rewrite

import (
	"slices"
	"strings"

	a "golang.org/x/net/html/atom"
)

// startBody takes in a start tag by the rules of "in body" (HTML, 13.2.6.4.7).
func (t *tree) startBody(atom a.Atom) {
	switch atom {
	case a.Html:
	case a.Base, a.Basefont, a.Bgsound, a.Link, a.Meta, a.Noframes, a.Script, a.Style, a.Template, a.Title:
		t.startHead(atom)
	case a.Body:
		if len(t.stack) > 1 && t.stack[1].name == name(a.Body) && !t.has(a.Template) {
			t.framesetOK = false
		}
	case a.Frameset:
		if len(t.stack) > 1 && t.stack[1].name == name(a.Body) && t.framesetOK {
			t.cut(1)
			t.insert()
			t.mode = inFrameset
		}
	case a.Address, a.Article, a.Aside, a.Blockquote, a.Center, a.Details, a.Dialog, a.Dir, a.Div, a.Dl, a.Fieldset, a.Figcaption,
		a.Figure, a.Footer, a.Header, a.Hgroup, a.Main, a.Menu, a.Nav, a.Ol, a.P, a.Search, a.Section, a.Summary, a.Ul:
		t.closeP()
		t.insert()
	case a.H1, a.H2, a.H3, a.H4, a.H5, a.H6:
		t.closeP()
		if t.is(a.H1, a.H2, a.H3, a.H4, a.H5, a.H6) {
			t.pop()
		}
		t.insert()
	case a.Pre, a.Listing:
		t.closeP()
		t.insert()
		t.framesetOK = false
	case a.Form:
		inTemplate := t.has(a.Template)
		if t.form != 0 && !inTemplate {
			return
		}
		t.closeP()
		t.insert()
		if !inTemplate {
			t.form = t.top().id
		}
	case a.Li:
		t.framesetOK = false
		t.closeItem(a.Li)
		t.closeP()
		t.insert()
	case a.Dd, a.Dt:
		t.framesetOK = false
		t.closeItem(a.Dd, a.Dt)
		t.closeP()
		t.insert()
	case a.Plaintext:
		t.closeP()
		t.insert()
		t.reading = asPlaintext
	case a.Button:
		t.close(usual, a.Button)
		t.reconstruct()
		t.insert()
		t.framesetOK = false
	case a.A:
		for i := len(t.formatting) - 1; i >= 0 && t.formatting[i].id != 0; i-- {
			if n := t.formatting[i]; n.name == name(a.A) {
				t.adopt(name(a.A))
				if i := t.at(n.id); i >= 0 {
					t.remove(i)
				}
				t.forget(n.id)
				break
			}
		}
		t.reconstruct()
		t.format()
	case a.B, a.Big, a.Code, a.Em, a.Font, a.I, a.S, a.Small, a.Strike, a.Strong, a.Tt, a.U:
		t.reconstruct()
		t.format()
	case a.Nobr:
		t.reconstruct()
		if t.inScope(usual, a.Nobr) >= 0 {
			t.adopt(name(a.Nobr))
			t.reconstruct()
		}
		t.format()
	case a.Applet, a.Marquee, a.Object:
		t.reconstruct()
		t.insert()
		t.formatting = append(t.formatting, node{})
		t.framesetOK = false
	case a.Table:
		if !t.quirks {
			t.closeP()
		}
		t.insert()
		t.framesetOK = false
		t.mode = inTable
	case a.Area, a.Br, a.Embed, a.Img, a.Image, a.Keygen, a.Wbr:
		t.reconstruct()
		t.empty()
		t.framesetOK = false
	case a.Input:
		if !t.legacy {
			t.close(usual, a.Select)
		}
		t.reconstruct()
		t.empty()
		if t.framesetOK {
			t.framesetOK = lower(t.tag.value("type")) == "hidden"
		}
	case a.Param, a.Source, a.Track:
		t.empty()
	case a.Hr:
		t.closeP()
		if !t.legacy && t.inScope(usual, a.Select) >= 0 {
			t.closeImplied(0)
		}
		t.empty()
		t.framesetOK = false
	case a.Textarea:
		t.raw(asText)
		t.framesetOK = false
	case a.Xmp:
		t.closeP()
		t.reconstruct()
		t.framesetOK = false
		t.raw(asText)
	case a.Iframe:
		t.framesetOK = false
		t.raw(asText)
	case a.Noscript:
		if t.scriptless {
			t.reconstruct()
			t.insert()
			return
		}
		t.raw(asText)
	case a.Noembed:
		t.raw(asText)
	case a.Select:
		if !t.legacy && t.close(usual, a.Select) {
			return
		}
		t.reconstruct()
		t.insert()
		t.framesetOK = false
		if t.legacy {
			switch t.mode {
			case inTable, inCaption, inTableBody, inRow, inCell:
				t.mode = inSelectInTable
			default:
				t.mode = inSelect
			}
		}
	case a.Optgroup, a.Option:
		if !t.legacy && t.inScope(usual, a.Select) >= 0 {
			but := a.Atom(0)
			if atom == a.Option {
				but = a.Optgroup
			}
			t.closeImplied(but)
		} else if t.is(a.Option) {
			t.pop()
		}
		t.reconstruct()
		t.insert()
	case a.Rb, a.Rtc:
		if t.inScope(usual, a.Ruby) >= 0 {
			t.closeImplied(0)
		}
		t.insert()
	case a.Rp, a.Rt:
		if t.inScope(usual, a.Ruby) >= 0 {
			t.closeImplied(a.Rtc)
		}
		t.insert()
	case a.Math:
		t.reconstruct()
		t.insertForeign(inMath)
	case a.Svg:
		t.reconstruct()
		t.insertForeign(inSVG)
	case a.Caption, a.Col, a.Colgroup, a.Frame, a.Head, a.Tbody, a.Td, a.Tfoot, a.Th, a.Thead, a.Tr:
	default:
		t.reconstruct()
		t.insert()
	}
}

// closeItem closes an item of a list before the next one.
func (t *tree) closeItem(names ...a.Atom) {
	for i := len(t.stack) - 1; i >= 0; i-- {
		n := &t.stack[i]
		if n.space == inHTML && slices.Contains(names, a.Atom(n.name)) {
			t.closeImplied(a.Atom(n.name))
			t.close(usual, a.Atom(n.name))
			return
		}
		if special(n) && !(n.space == inHTML && (n.name == name(a.Address) || n.name == name(a.Div) || n.name == name(a.P))) {
			return
		}
	}
}

// endBody takes in an end tag by the rules of "in body"; it reports whether that is all.
func (t *tree) endBody(n name) bool {
	switch atom := a.Atom(n); atom {
	case a.Template:
		return t.endTemplate()
	case a.Body, a.Html:
		if t.inScope(usual, a.Body) < 0 {
			return true
		}
		t.mode = afterBody
		return atom == a.Body
	case a.Address, a.Article, a.Aside, a.Blockquote, a.Button, a.Center, a.Details, a.Dialog, a.Dir, a.Div, a.Dl, a.Fieldset,
		a.Figcaption, a.Figure, a.Footer, a.Header, a.Hgroup, a.Listing, a.Main, a.Menu, a.Nav, a.Ol, a.Pre, a.Search, a.Section,
		a.Select, a.Summary, a.Ul:
		t.close(usual, atom)
	case a.Form:
		if t.has(a.Template) {
			t.close(usual, a.Form)
			return true
		}
		form := t.form
		t.form = 0
		if i := t.at(form); i >= 0 && t.inScope(usual, a.Form) == i {
			t.closeImplied(0)
			if i := t.at(form); i >= 0 {
				t.remove(i)
			}
		}
	case a.P:
		t.closeP() // a paragraph that is made for its end is closed at once
	case a.Li:
		t.close(list, a.Li)
	case a.Dd, a.Dt:
		t.close(usual, atom)
	case a.H1, a.H2, a.H3, a.H4, a.H5, a.H6:
		t.close(usual, a.H1, a.H2, a.H3, a.H4, a.H5, a.H6)
	case a.A, a.B, a.Big, a.Code, a.Em, a.Font, a.I, a.Nobr, a.S, a.Small, a.Strike, a.Strong, a.Tt, a.U:
		t.adopt(n)
	case a.Applet, a.Marquee, a.Object:
		if t.close(usual, atom) {
			t.clearFormatting()
		}
	case a.Br:
		t.reconstruct()
		t.framesetOK = false
	default:
		t.endOther(n)
	}
	return true
}

// endOther is "any other end tag".
func (t *tree) endOther(n name) {
	for i := len(t.stack) - 1; i >= 0; i-- {
		if t.stack[i].name == n && t.stack[i].space == inHTML {
			t.closeImplied(a.Atom(n))
			t.cut(min(i, len(t.stack)))
			return
		}
		if special(&t.stack[i]) {
			return
		}
	}
}

// format makes a formatting element (HTML, 13.2.4.3). Of those with the same attributes three
// count.
func (t *tree) format() {
	t.insert()
	n := *t.top()
	n.attrs = t.tag.hash()
	t.stack[len(t.stack)-1].attrs = n.attrs
	count := 0
	for i := len(t.formatting) - 1; i >= 0 && t.formatting[i].id != 0; i-- {
		if f := &t.formatting[i]; f.name == n.name && f.attrs == n.attrs {
			if count++; count == 3 {
				t.formatting = slices.Delete(t.formatting, i, i+1)
				break
			}
		}
	}
	if len(t.formatting) >= deepest {
		t.tooDeep = true
		return
	}
	t.formatting = append(t.formatting, n)
}

// reconstruct opens formatting elements anew that were closed by what was around them.
func (t *tree) reconstruct() {
	i := len(t.formatting)
	for i > 0 && t.formatting[i-1].id != 0 && t.at(t.formatting[i-1].id) < 0 {
		i--
	}
	for ; i < len(t.formatting); i++ {
		t.push(t.formatting[i])
		t.formatting[i].id = t.top().id
	}
}

// clearFormatting forgets formatting elements up to the last marker.
func (t *tree) clearFormatting() {
	for n := len(t.formatting); n > 0; n-- {
		if t.formatting[n-1].id == 0 {
			t.formatting = t.formatting[:n-1]
			return
		}
	}
	t.formatting = t.formatting[:0]
}

// formats is where an element stands in the list of formatting elements, -1 for nowhere.
func (t *tree) formats(id uint32) int {
	return slices.IndexFunc(t.formatting, func(n node) bool { return n.id == id && id != 0 })
}

func (t *tree) forget(id uint32) {
	if i := t.formats(id); i >= 0 {
		t.formatting = slices.Delete(t.formatting, i, i+1)
	}
}

// adopt is the "adoption agency algorithm", for the end tag of a formatting element.
func (t *tree) adopt(n name) {
	if top := t.top(); top.space == inHTML && top.name == n && t.formats(top.id) < 0 {
		t.pop()
		return
	}
	for range 8 {
		at := len(t.formatting) - 1
		for at >= 0 && t.formatting[at].id != 0 && t.formatting[at].name != n {
			at--
		}
		if at < 0 || t.formatting[at].id == 0 {
			t.endOther(n)
			return
		}
		element := t.formatting[at]
		place := t.at(element.id)
		if place < 0 {
			t.formatting = slices.Delete(t.formatting, at, at+1)
			return
		}
		if t.inScope(usual, a.Atom(n)) < 0 {
			return
		}
		block := place + 1
		for block < len(t.stack) && !special(&t.stack[block]) {
			block++
		}
		if block == len(t.stack) {
			t.cut(place)
			t.formatting = slices.Delete(t.formatting, at, at+1)
			return
		}
		t.rearrange(element, place, block, at)
	}
}

// rearrange is the rest of that algorithm: a formatting element goes into a block that it began
// before.
func (t *tree) rearrange(element node, place, block, bookmark int) {
	furthest := t.stack[block].id
	first := true
	for x, count := block-1, 1; x > place; x, count = x-1, count+1 {
		at := t.formats(t.stack[x].id)
		if at >= 0 && count > 3 {
			t.formatting = slices.Delete(t.formatting, at, at+1)
			if at < bookmark {
				bookmark--
			}
			at = -1
		}
		if at < 0 {
			t.remove(x)
			continue
		}
		t.ids++
		t.stack[x].id, t.formatting[at].id = t.ids, t.ids
		if first {
			bookmark = at + 1
		}
		first = false
	}
	if at := t.formats(element.id); at >= 0 {
		t.formatting = slices.Delete(t.formatting, at, at+1)
		if at < bookmark {
			bookmark--
		}
	}
	if i := t.at(element.id); i >= 0 {
		t.remove(i)
	}
	t.ids++
	element.id = t.ids
	t.formatting = slices.Insert(t.formatting, min(bookmark, len(t.formatting)), element)
	t.stack = slices.Insert(t.stack, t.at(furthest)+1, element)
}

// quirky are beginnings of public identifiers that ask for quirks (HTML, 13.2.6.4.1), shortened
// where all that begin so do.
var quirky = []string{
	"+//silmaril//", "-//advasoft ltd//", "-//as//", "-//ietf//dtd html", "-//metrius//", "-//microsoft//dtd internet explorer",
	"-//netscape comm. corp.//", "-//o'reilly and associates//", "-//softquad", "-//spyglass//", "-//sq//", "-//sun microsystems corp.//dtd hotjava",
	"-//w3c//dtd html 3", "-//w3c//dtd html 4.0 ", "-//w3c//dtd html experimental", "-//w3c//dtd w3 html", "-//w3o//", "-//webtechs//", "-/w3d/dtd html 4.0 transitional/en",
}

// isQuirky reports whether a doctype asks for quirks.
func isQuirky(text string) bool {
	text = strings.ToLower(strings.Trim(text, "\t\n\f\r "))
	kind, rest := text, ""
	if i := strings.IndexAny(text, "\t\n\f\r "); i >= 0 {
		kind, rest = text[:i], strings.Trim(text[i:], "\t\n\f\r ")
	}
	if kind != "html" {
		return true
	}
	public, is := strings.CutPrefix(rest, "public")
	if !is {
		return rest != "" && !strings.HasPrefix(rest, "system")
	}
	public = strings.TrimLeft(public, "\t\n\f\r ")
	if public == "" || public[0] != '"' && public[0] != '\'' {
		return true
	}
	id, system, closed := strings.Cut(public[1:], public[:1])
	if !closed || id == "html" || slices.ContainsFunc(quirky, func(begin string) bool { return strings.HasPrefix(id, begin) }) {
		return true
	}
	return strings.Trim(system, "\t\n\f\r ") == "" && (strings.HasPrefix(id, "-//w3c//dtd html 4.01 frameset//") || strings.HasPrefix(id, "-//w3c//dtd html 4.01 transitional//"))
}
