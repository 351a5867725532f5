package rewrite

import (
	"bytes"
	"hash/maphash"
	"math/bits"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// maxTag is the longest start tag that is read whole, in bytes.
const maxTag = 1 << 20

// attr is where an attribute stands in its tag. One without a value has from == to.
type attr struct {
	name, named int // from the name's first byte to behind its last
	from, to    int // the value, without quotes
	quote       byte
}

// tag is a start tag, or the part of one that has come by now. Places are counted from its "<".
type tag struct {
	raw    []byte
	name   name
	named  int // where the name ends
	attrs  []attr
	closed bool // ends with "/>"

	at    int // how far it has been read
	state tagState
	now   attr
}

// tagState is a state of the tokenizer (HTML, 13.2.5).
type tagState uint8

const (
	tagName tagState = iota
	beforeAttr
	attrName
	afterAttr
	beforeValue
	quoted
	unquoted
	afterQuoted
	closing
)

// begin makes it a tag whose name begins at a place.
func (g *tag) begin(at int) {
	g.attrs, g.at, g.named, g.state, g.closed = g.attrs[:0], at, 0, tagName, false
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' }

// endsTagName are the bytes behind the name of a tag; an attribute's also ends at "=".
var endsTagName = [256]bool{' ': true, '\n': true, '\t': true, '\r': true, '\f': true, '/': true, '>': true}

var endsAttrName = [256]bool{' ': true, '\n': true, '\t': true, '\r': true, '\f': true, '/': true, '>': true, '=': true}

// read goes on to read a tag that begins with b; it returns the tag's length, -1 where its end
// has not come yet.
func (g *tag) read(b []byte) int {
	i := g.at
	for i < len(b) {
		c := b[i]
		switch g.state {
		case tagName:
			for !endsTagName[c] {
				if i++; i == len(b) {
					g.at = i
					return -1
				}
				c = b[i]
			}
			g.named = i
			g.state = beforeAttr
			continue
		case beforeAttr, afterQuoted:
			switch {
			case isSpace(c):
				g.state = beforeAttr
			case c == '/':
				g.state = closing
			case c == '>':
				return g.done(b, i)
			default:
				g.now = attr{name: i}
				g.state = attrName
				i++ // a "=" that a name begins with is part of it
				continue
			}
		case attrName:
			for !endsAttrName[c] {
				if i++; i == len(b) {
					g.at = i
					return -1
				}
				c = b[i]
			}
			g.now.named = i
			g.now.from, g.now.to = i, i
			if c == '=' {
				if i+1 < len(b) && b[i+1] == '"' {
					i++
					g.now.from, g.now.quote = i+1, '"'
					g.state = quoted
					break
				}
				g.state = beforeValue
				break
			}
			g.state = afterAttr
			continue
		case afterAttr:
			switch {
			case isSpace(c):
			case c == '=':
				g.state = beforeValue
			default:
				g.attrs = append(g.attrs, g.now)
				g.state = beforeAttr
				continue
			}
		case beforeValue:
			switch {
			case isSpace(c):
			case c == '"' || c == '\'':
				g.now.from, g.now.quote = i+1, c
				g.state = quoted
			case c == '>':
				g.now.from, g.now.to = i, i
				g.attrs = append(g.attrs, g.now)
				return g.done(b, i)
			default:
				g.now.from = i
				g.state = unquoted
				continue
			}
		case quoted:
			n := bytes.IndexByte(b[i:], g.now.quote)
			if n < 0 {
				g.at = len(b)
				return -1
			}
			i += n
			g.now.to = i
			g.attrs = append(g.attrs, g.now)
			g.state = afterQuoted
		case unquoted:
			for !isSpace(c) && c != '>' {
				if i++; i == len(b) {
					g.at = i
					return -1
				}
				c = b[i]
			}
			g.now.to = i
			g.attrs = append(g.attrs, g.now)
			g.state = beforeAttr
			continue
		case closing:
			if c == '>' {
				g.closed = true
				return g.done(b, i)
			}
			g.state = beforeAttr
			continue
		}
		i++
	}
	g.at = i
	return -1
}

func (g *tag) done(b []byte, end int) int {
	g.raw = b[:end+1]
	g.at = end + 1
	return end + 1
}

// find returns the first attribute of a name in lower case, nil for none: that is the one which
// counts.
func (g *tag) find(name string) *attr {
	for i := range g.attrs {
		if g.isNamed(&g.attrs[i], name) {
			return &g.attrs[i]
		}
	}
	return nil
}

// isNamed reports whether an attribute has a name, which is in lower case.
func (g *tag) isNamed(at *attr, name string) bool {
	return at.named-at.name == len(name) && fold(g.raw[at.name:at.named], name)
}

// fold reports whether b is a text in lower case, but for the case of ASCII letters.
func fold(b []byte, text string) bool {
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != text[i] {
			return false
		}
	}
	return true
}

func (g *tag) has(name string) bool { return g.find(name) != nil }

// value is an attribute's value, with its character references resolved; "" where there is none.
func (g *tag) value(name string) string {
	if at := g.find(name); at != nil {
		return g.valueOf(at)
	}
	return ""
}

func (g *tag) valueOf(at *attr) string { return unescape(g.raw[at.from:at.to]) }

// hash is the same for tags with the same attributes, in whatever order.
func (g *tag) hash() (sum uint64) {
	for i := range g.attrs {
		at := &g.attrs[i]
		name, value := g.raw[at.name:at.named], g.raw[at.from:at.to]
		if bytes.IndexByte(value, '&') >= 0 {
			value = []byte(unescape(value))
		}
		if slices.ContainsFunc(name, func(c byte) bool { return 'A' <= c && c <= 'Z' }) {
			name = bytes.ToLower(name)
		}
		if i > 0 && g.find(string(name)) != at {
			continue // only the first of a name counts
		}
		sum += maphash.Bytes(seed, name) ^ bits.RotateLeft64(maphash.Bytes(seed, value), 1)
	}
	return sum
}

// unescape resolves the character references in an attribute's value (HTML, 13.2.5.73).
func unescape(raw []byte) string {
	if bytes.IndexByte(raw, '&') < 0 {
		return string(raw)
	}
	var b strings.Builder
	for len(raw) > 0 {
		i := bytes.IndexByte(raw, '&')
		if i < 0 {
			i = len(raw)
		}
		b.Write(raw[:i])
		raw = raw[i:]
		if len(raw) > 0 {
			text, length := reference(raw)
			b.WriteString(text)
			raw = raw[length:]
		}
	}
	return b.String()
}

// reference resolves the character reference in an attribute's value that b begins with; it
// returns what it stands for, and its length.
func reference(b []byte) (text string, length int) {
	i := 1
	if len(b) > 1 && b[1] == '#' {
		i = 2
	}
	for i < len(b) && i < 40 && ('0' <= b[i] && b[i] <= '9' || 'a' <= b[i]|0x20 && b[i]|0x20 <= 'z') {
		i++
	}
	closed := i < len(b) && b[i] == ';'
	if closed {
		i++
	}
	switch string(b[:i]) {
	case "&amp;":
		return "&", i
	case "&", "&#":
		return string(b[:i]), i
	}
	if !closed && b[1] != '#' && i < len(b) && b[i] == '=' {
		return string(b[:i]), i
	}
	// The tokenizer has the table.
	z := html.NewTokenizer(strings.NewReader(`<a b="` + string(b[:i]) + `">`))
	z.Next()
	z.TagName()
	_, value, _ := z.TagAttr()
	return string(value), i
}

func lower(s string) string {
	for i := range len(s) {
		if c := s[i]; 'A' <= c && c <= 'Z' {
			b := []byte(s)
			for k := i; k < len(b); k++ {
				if 'A' <= b[k] && b[k] <= 'Z' {
					b[k] |= 0x20
				}
			}
			return string(b)
		}
	}
	return s
}
