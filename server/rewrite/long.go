package rewrite

import (
	"bytes"
	"strings"

	a "golang.org/x/net/html/atom"

	"github.com/octroi-consent/octroi/internal/loads"
)

// longRest is what is known of a tag that is too long to be read whole, where its beginning has
// gone out. Its attributes are judged one by one then.
type longRest struct {
	end    bool   // it is an end tag, in which nothing counts
	quote  byte   // of the value that goes on; ' ' for one without quotes, 0 outside of values
	named  bool   // it has data-octroi
	name   name   // of the element
	space  space  // and its namespace
	opened bool   // the tree took it for an element that is not closed at once
	text   string // the tag's name as written
}

// startLong takes in a start tag at i of which more than maxTag has come. What cannot be judged
// is held.
func (m *machine) startLong(b []byte, i int) int {
	g := &m.tag
	depth := len(m.tree.stack)
	m.enter(b, i)
	m.rest = longRest{name: g.name, space: m.tree.space, text: string(g.raw[1:g.named]), opened: len(m.tree.stack) > depth && m.tree.space != inHTML}
	if m.isScript() {
		// Its type may still come, and its text would have to be read before.
		m.edit(b, i+g.named, i+g.named, ` type="text/plain" data-octroi data-octroi-unknown`)
		m.rest.named = true
		if m.only != nil {
			m.only.held = true
		}
	} else if g.has("data-octroi") {
		m.rest.named = true
	}
	return m.goOn(b, i)
}

// goOn lets the part of a long tag go out that has been read, from i on.
func (m *machine) goOn(b []byte, i int) int {
	g := &m.tag
	m.state = longTag
	if !m.rest.end {
		for k := range g.attrs {
			at := g.attrs[k]
			m.longAttr(b, i, &at, true)
		}
	}
	end := i + g.at
	m.rest.quote = 0
	switch g.state {
	case quoted:
		m.rest.quote = g.now.quote
	case unquoted:
		m.rest.quote = ' '
	case attrName, afterAttr, beforeValue:
		// The attribute stays whole; one whose name alone is that long names nothing.
		if g.now.name > 0 {
			end = i + g.now.name
			g.state = beforeAttr
		}
	}
	if m.rest.quote != 0 && !m.rest.end {
		at := g.now
		at.to = g.at
		m.longAttr(b, i, &at, false)
	}
	state := g.state
	if m.rest.quote != 0 {
		state = beforeAttr
	}
	g.begin(0)
	g.state = state
	return end
}

// longTag reads on in a long tag.
func (m *machine) longTag(b []byte, i int, final bool) int {
	g := &m.tag
	if q := m.rest.quote; q != 0 {
		n := bytes.IndexByte(b[i:], q)
		if q == ' ' {
			n = bytes.IndexFunc(b[i:], func(r rune) bool { return r == '>' || r < 0x80 && isSpace(byte(r)) })
		}
		if n < 0 {
			return len(b)
		}
		m.rest.quote = 0
		if q == ' ' {
			return i + n
		}
		return i + n + 1
	}
	n := g.read(b[i:min(len(b), i+maxTag)])
	switch {
	case n >= 0:
		if !m.rest.end {
			for k := range g.attrs {
				at := g.attrs[k]
				m.longAttr(b, i, &at, true)
			}
			if g.closed && m.rest.opened && len(m.tree.stack) > 0 {
				m.tree.pop()
			}
			g.raw = []byte("<" + m.rest.text + ">")
			g.named = len(m.rest.text) + 1
			g.attrs = g.attrs[:0]
			g.name = m.rest.name
			return m.entered(b, i, i+n)
		}
		m.state = markup
		g.begin(0)
		return i + n
	case len(b)-i >= maxTag:
		g.raw = b[i : i+maxTag]
		return m.goOn(b, i)
	case final:
		return len(b)
	}
	return i
}

// longAttr judges an attribute of a long tag: by the beginning of its value, where that is not
// whole.
func (m *machine) longAttr(b []byte, i int, at *attr, whole bool) {
	name := lower(string(b[i+at.name : i+at.named]))
	value := unescape(b[i+at.from : min(i+at.to, i+at.from+maxAddress)])
	whole = whole && at.to-at.from <= maxAddress
	if name == "data-octroi" {
		m.rest.named = true
		return
	}
	if name == "style" && !(whole && !mayLoad([]byte(value))) {
		m.longHold(b, i, at, verdict{held: true}, "data-octroi-style")
		return
	}
	tag := lower(m.rest.text)
	for _, row := range rowsIn(m.rest.space, m.rest.name) {
		if row.Attr != name {
			continue
		}
		var v verdict
		switch scheme, _, _ := cutScheme(strings.Trim(value, controls)); {
		case row.Kind == loads.Document || row.Kind == loads.Ping || row.Kind == loads.Refresh || strings.HasSuffix(name, "srcset") || row.Animates():
			v.held = value != ""
		case scheme == "data" && carries(tag):
			v.held = true
		case a.Atom(m.rest.name) == a.Script:
			v.held = true
		default:
			v = m.judge.address(value)
		}
		if v.held || m.rest.named {
			v.held = true
			m.longHold(b, i, at, v, loads.Twin(name))
		}
		return
	}
}

func (m *machine) longHold(b []byte, i int, at *attr, v verdict, twin string) {
	if m.only != nil {
		m.only.add(v)
		return
	}
	mark := ""
	if !m.rest.named {
		m.rest.named = true
		mark = `data-octroi data-octroi-unknown `
		if names := v.names(); names != "" {
			mark = `data-octroi="` + names + `" `
		}
	}
	m.edit(b, i+at.name, i+at.named, mark+twin)
	m.tell(b, i, twin[len("data-"):], "", v.names(), false)
}
