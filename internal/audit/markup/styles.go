package markup

import (
	"strings"

	"github.com/octroi-consent/octroi/engine/ascii"
)

// addressFunctions are the functions of CSS whose strings are addresses, and those within
// them whose strings are not. In any other function strings mean what they mean around it.
var addressFunctions = map[string]bool{
	"url": true, "src": true, "image": true, "image-set": true, "-webkit-image-set": true,
	"type": false, "format": false, "tech": false, "integrity": false,
}

// sheet is a style sheet that is read, as web/core/css.js reads it in a page.
// See https://www.w3.org/TR/css-syntax-3/#tokenization
type sheet struct {
	css       string
	at        int       // in bytes
	open      []bracket // not closed yet
	imported  bool      // an address comes that @import loads
	namespace bool      // what comes is the name of a namespace
	urls      []string
	imports   []string
}

// bracket is one that is open.
type bracket struct {
	closer  byte
	strings bool // strings in it are addresses
}

// urls returns what a style sheet asks for: by url(), by strings in image-set() and the
// like, and by @import.
func urls(css string) []string {
	s := sheet{css: css}
	for s.at < len(css) {
		s.token()
	}
	return append(s.urls, s.imports...)
}

// next is the byte at which the reader stands, 0 at the end.
func (s *sheet) next() byte {
	if s.at < len(s.css) {
		return s.css[s.at]
	}
	return 0
}

// token reads one token.
func (s *sheet) token() {
	switch c := s.css[s.at]; {
	case strings.HasPrefix(s.css[s.at:], "/*"):
		s.comment()
	case strings.HasPrefix(s.css[s.at:], "<!--"):
		s.at += len("<!--")
	case c == '"' || c == '\'':
		s.quoted()
	case c == '@':
		s.at++
		name := ascii.Lower(s.text(endsName))
		s.imported, s.namespace = name == "import", name == "namespace"
	case c == '#':
		s.at++
		s.text(endsName)
	case !endsName(c):
		s.name()
	default:
		s.at++
		s.punctuation(c)
	}
}

func (s *sheet) comment() {
	if n := strings.Index(s.css[s.at+2:], "*/"); n >= 0 {
		s.at += n + len("/**/")
	} else {
		s.at = len(s.css)
	}
}

// punctuation takes in a byte that has been read.
func (s *sheet) punctuation(c byte) {
	if c == ';' || c == '{' || c == '}' {
		s.imported, s.namespace = false, false
	}
	switch c {
	case '(':
		s.enter(')', s.strings())
	case '[':
		s.enter(']', s.strings())
	case '{':
		s.enter('}', s.strings())
	default:
		if n := len(s.open); n > 0 && c == s.open[n-1].closer {
			s.open = s.open[:n-1]
		}
	}
}

func (s *sheet) enter(closer byte, strings bool) { s.open = append(s.open, bracket{closer, strings}) }

// strings reports whether a string is an address here.
func (s *sheet) strings() bool { return len(s.open) > 0 && s.open[len(s.open)-1].strings }

// name reads a name, with the bracket behind it if the name is a function's.
func (s *sheet) name() {
	from := s.at
	name := ascii.Lower(s.text(endsName))
	if s.at == from {
		s.at++ // a backslash at a line's end
		return
	}
	if s.next() != '(' {
		return
	}
	s.at++
	if name == "url" {
		s.space()
		if c := s.next(); c != '"' && c != '\'' {
			s.unquoted()
			return
		}
	}
	addresses, known := addressFunctions[name]
	if !known {
		addresses = s.strings()
	}
	s.enter(')', addresses)
}

// unquoted reads an address without quotes, from behind its bracket.
func (s *sheet) unquoted() {
	address := s.text(endsURL)
	s.space()
	if s.at >= len(s.css) || s.next() == ')' {
		s.at++
		s.add(&s.urls, address)
		return
	}
	// A bad address goes up to its bracket, and loads nothing.
	for s.at < len(s.css) && s.css[s.at] != ')' {
		if s.at++; s.css[s.at-1] == '\\' {
			s.escape()
		}
	}
	s.at++
}

// quoted reads a string, from its quote on.
func (s *sheet) quoted() {
	quote := s.css[s.at]
	s.at++
	ends := func(c byte) bool { return c == quote || endsLine(c) }
	var text strings.Builder
	text.WriteString(s.text(ends))
	for s.next() == '\\' { // a line's end that is escaped stands for nothing
		s.at++
		s.lineEnd()
		text.WriteString(s.text(ends))
	}
	closed := s.next() == quote
	if !closed && s.at < len(s.css) {
		return // a line's end makes it a bad one
	}
	s.at++
	if s.strings() {
		s.add(&s.urls, text.String())
	} else if s.imported {
		s.add(&s.imports, text.String())
	}
}

// add notes an address, unless it is a name, or a part of the page itself.
func (s *sheet) add(list *[]string, address string) {
	s.imported = false
	if !s.namespace && !strings.HasPrefix(address, "#") {
		*list = append(*list, address)
	}
}

func (s *sheet) space() {
	for s.at < len(s.css) && isSpace(s.css[s.at]) {
		s.at++
	}
}

// text reads up to a byte that ends it, or to a backslash at a line's end; with escapes as
// what they stand for.
func (s *sheet) text(ends func(byte) bool) string {
	var text strings.Builder
	from := s.at
	for s.at < len(s.css) && !ends(s.css[s.at]) {
		if s.css[s.at] != '\\' {
			s.at++
			continue
		}
		if s.at+1 < len(s.css) && endsLine(s.css[s.at+1]) {
			break
		}
		text.WriteString(s.css[from:s.at])
		s.at++
		text.WriteString(s.escape())
		from = s.at
	}
	text.WriteString(s.css[from:s.at])
	return text.String()
}

// escape reads an escape, from behind its backslash.
func (s *sheet) escape() string {
	value, digits := rune(0), 0
	for digit := ascii.Digit(s.next()); digit < 16 && digits < 6; digit = ascii.Digit(s.next()) {
		value = value<<4 | rune(digit)
		digits++
		s.at++
	}
	if digits == 0 {
		if s.at >= len(s.css) {
			return "\ufffd"
		}
		s.at++
		return s.css[s.at-1 : s.at]
	}
	if endsLine(s.next()) {
		s.lineEnd()
	} else if isSpace(s.next()) {
		s.at++
	}
	return string(value) // U+FFFD for what is none
}

func (s *sheet) lineEnd() {
	if strings.HasPrefix(s.css[s.at:], "\r\n") {
		s.at++
	}
	s.at++
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || endsLine(c) }

func endsLine(c byte) bool { return c == '\n' || c == '\r' || c == '\f' }

// endsName reports whether a byte is no part of a name; a backslash begins an escape.
func endsName(c byte) bool {
	return c < 0x80 && c != '-' && c != '_' && c != '\\' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z')
}

// endsURL reports whether a byte cannot stand in an address without quotes.
func endsURL(c byte) bool {
	return c <= ' ' || c == '"' || c == '\'' || c == '(' || c == ')' || c == 0x7f
}
