// Package jsontext reads and writes JSON (RFC 8259) without reflection:
// encoding/json would add 223 KB to the wasm, this adds about two.
package jsontext

import "github.com/octroi-consent/octroi/engine/ascii"

// MaxDepth bounds how deep arrays and objects may nest, so that no input can
// exhaust the stack.
const MaxDepth = 32

// Kind tells what a [Value] is.
type Kind uint8

// The kinds of JSON value.
const (
	Null Kind = iota
	Bool
	Number
	String
	Array
	Object
)

// Value is one parsed JSON value.
type Value struct {
	Kind  Kind
	Text  string   // a string's text, a number's or boolean's literal
	Keys  []string // an object's names, in their order
	Items []Value  // an array's items, an object's values
}

// Get returns the value under key of an object, nil where there is none or v is
// nil.
func (v *Value) Get(key string) *Value {
	if v != nil {
		for i, k := range v.Keys {
			if k == key {
				return &v.Items[i]
			}
		}
	}
	return nil
}

// Bool reads a boolean; known is false for anything else, also for nil.
func (v *Value) Bool() (yes, known bool) {
	known = v != nil && v.Kind == Bool
	return known && v.Text == "true", known
}

// Whole reads a whole number of up to 15 digits; 0 for anything else, also for nil.
func (v *Value) Whole() int64 {
	if v == nil || v.Kind != Number {
		return 0
	}
	n, length := ascii.Number(v.Text, 15)
	if length < len(v.Text) {
		return 0
	}
	return n
}

// SyntaxError says where a text stops being JSON.
type SyntaxError struct {
	Offset int    // in bytes from the start
	Reason string // what was wrong there
}

// Parse reads one JSON text. On error the returned *SyntaxError is not nil and
// the value is of no use. A name that stands twice in one object is an error; how
// a number is written is not looked at beyond its characters.
func Parse(text string) (*Value, *SyntaxError) {
	p := parser{s: text}
	if len(text) >= 3 && text[:3] == "\ufeff" {
		p.i = 3
	}
	v := new(Value)
	p.value(v, 0)
	if p.peek(); p.i < len(p.s) {
		p.fail("more text after the end")
	}
	return v, p.err
}

type parser struct {
	s   string
	i   int
	err *SyntaxError
}

func (p *parser) fail(reason string) {
	if p.err == nil {
		p.err = &SyntaxError{p.i, reason}
		p.i = len(p.s)
	}
}

// peek returns the next byte that is not white space, or 0 at the end.
func (p *parser) peek() byte {
	for ; p.i < len(p.s); p.i++ {
		if c := p.s[p.i]; c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return c
		}
	}
	return 0
}

// expect takes the byte c, or fails.
func (p *parser) expect(c byte, reason string) {
	if p.peek() != c {
		p.fail(reason)
		return
	}
	p.i++
}

func (p *parser) value(v *Value, depth int) {
	c := p.peek()
	switch {
	case depth > MaxDepth:
		p.fail("nested too deep")
	case c == '{':
		v.Kind = Object
		p.list(v, '}', depth)
	case c == '[':
		v.Kind = Array
		p.list(v, ']', depth)
	case c == '"':
		v.Kind, v.Text = String, p.str()
	default:
		p.literal(v)
	}
}

// list reads the items of an array or an object, divided by commas, up to the
// closing byte.
func (p *parser) list(v *Value, end byte, depth int) {
	p.i++
	if p.peek() == end {
		p.i++
		return
	}
	for p.err == nil {
		if v.Kind == Object {
			if c := p.peek(); c != '"' {
				switch {
				case c == end && len(v.Keys) > 0:
					p.fail(lastComma)
				case c == '\'':
					p.fail(singleQuotes)
				default:
					p.fail("a name in double quotes is missing")
				}
				return
			}
			start := p.i
			key := p.str()
			if v.Get(key) != nil {
				p.i = start
				p.fail("the name \"" + key + "\" stands here a second time")
			}
			p.expect(':', "a colon is missing")
			v.Keys = append(v.Keys, key)
		}
		v.Items = append(v.Items, Value{})
		p.value(&v.Items[len(v.Items)-1], depth+1)
		if c := p.peek(); c == end {
			p.i++
			return
		}
		p.expect(',', "a comma or the closing "+string([]byte{end})+" is missing")
	}
}

func (p *parser) literal(v *Value) {
	start := p.i
	for p.i < len(p.s) {
		c := p.s[p.i]
		if !(c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '-' || c == '+' || c == '.') {
			break
		}
		p.i++
	}
	// A copy, as of a string: what is kept of a text would keep all of it.
	var w Writer
	w.Raw(p.s[start:p.i])
	v.Text = w.String()
	switch {
	case v.Text == "true" || v.Text == "false":
		v.Kind = Bool
	case v.Text == "null":
	case v.Text != "" && (v.Text[0] == '-' || v.Text[0] >= '0' && v.Text[0] <= '9'):
		v.Kind = Number
	default:
		p.i = start
		switch c := p.peek(); {
		case c == ']':
			p.fail(lastComma)
		case c == '\'':
			p.fail(singleQuotes)
		default:
			p.fail("a value is missing")
		}
	}
}

const (
	lastComma    = "the comma before this is one too many"
	singleQuotes = "texts stand in double quotes"
)

func (p *parser) str() string {
	var w Writer
	for p.i++; p.i < len(p.s); p.i++ {
		switch c := p.s[p.i]; {
		case c == '"':
			p.i++
			return w.String()
		case c < 0x20:
			p.fail("a control character must be escaped")
		case c == '\\':
			p.escape(&w)
		default:
			w.Byte(c)
		}
	}
	p.i = len(p.s)
	p.fail("the closing quote is missing")
	return ""
}

const (
	escapes = `"\/bfnrt`
	escaped = "\"\\/\b\f\n\r\t"
)

// escape reads what follows a backslash, up to its last byte.
func (p *parser) escape(w *Writer) {
	p.i++
	if p.i < len(p.s) {
		c := p.s[p.i]
		for k := range len(escapes) {
			if escapes[k] == c {
				w.Byte(escaped[k])
				return
			}
		}
		if c == 'u' {
			r := p.hex()
			if r >= 0xd800 && r < 0xdc00 && p.i+2 < len(p.s) && p.s[p.i+1] == '\\' && p.s[p.i+2] == 'u' {
				back := p.i
				p.i += 2
				if low := p.hex(); low >= 0xdc00 && low < 0xe000 {
					r = (r-0xd800)<<10 + low - 0xdc00 + 0x10000
				} else {
					p.i = back
				}
			}
			w.rune(r)
			return
		}
	}
	p.fail("no such escape")
}

// hex reads the four digits behind the u at p.i, and stands at the last.
func (p *parser) hex() (r rune) {
	for k := 1; k <= 4; k++ {
		d := byte(0xff)
		if p.i+k < len(p.s) {
			d = ascii.Digit(p.s[p.i+k])
		}
		if d > 15 {
			p.fail("four hexadecimal digits are missing")
			return 0
		}
		r = r<<4 | rune(d)
	}
	p.i += 4
	return r
}

// Writer gathers text. One method that takes a byte is a third of the code that
// an append at each place comes to.
type Writer struct{ B []byte }

// Byte adds a byte.
func (w *Writer) Byte(c byte) { w.B = append(w.B, c) }

// rune adds a code point in UTF-8; a lone surrogate becomes U+FFFD.
func (w *Writer) rune(r rune) {
	if r >= 0xd800 && r < 0xe000 {
		r = 0xfffd
	}
	shift, lead := 0, rune(0)
	switch {
	case r >= 0x10000:
		shift, lead = 18, 0xf0
	case r >= 0x800:
		shift, lead = 12, 0xe0
	case r >= 0x80:
		shift, lead = 6, 0xc0
	}
	w.Byte(byte(lead | r>>shift))
	for shift > 0 {
		shift -= 6
		w.Byte(byte(0x80 | r>>shift&0x3f))
	}
}

// Next adds the comma before an item of a list or an object, unless the item is its first.
func (w *Writer) Next() {
	if n := len(w.B); n > 0 && w.B[n-1] != '[' && w.B[n-1] != '{' {
		w.Byte(',')
	}
}

// Raw adds s as it is.
func (w *Writer) Raw(s string) { w.B = append(w.B, s...) }

// Quote adds s as a JSON string.
func (w *Writer) Quote(s string) {
	const hex = "0123456789abcdef"
	w.Byte('"')
	for i := range len(s) {
		c := s[i]
		if c == '"' || c == '\\' {
			w.Byte('\\')
		} else if c < 0x20 {
			w.Raw("\\u00")
			w.Byte(hex[c>>4])
			c = hex[c&15]
		}
		w.Byte(c)
	}
	w.Byte('"')
}

// Put adds a template: each % in it stands for the next of args as a JSON string,
// each # for the next as it is.
func (w *Writer) Put(template string, args ...string) {
	next := 0
	for i := range len(template) {
		switch c := template[i]; c {
		case '%':
			w.Quote(args[next])
			next++
		case '#':
			w.Raw(args[next])
			next++
		default:
			w.Byte(c)
		}
	}
}

// String returns what was gathered.
func (w *Writer) String() string { return string(w.B) }

// Fill returns a template filled as by [Writer.Put].
func Fill(template string, args ...string) string {
	var w Writer
	w.Put(template, args...)
	return w.String()
}

// Int writes n in decimal.
func Int(n int64) string {
	var b [20]byte
	i := len(b)
	minus := n < 0
	for {
		digit := n % 10
		if minus {
			digit = -digit
		}
		i--
		b[i] = byte('0' + digit)
		if n /= 10; n == 0 {
			break
		}
	}
	if minus {
		i--
		b[i] = '-'
	}
	return string(b[i:])
}

// JSON writes v. A text for which instead gives something is written as that, which is JSON;
// instead may be nil.
func (v *Value) JSON(instead func(text string) string) string {
	var w Writer
	w.Value(v, instead)
	return w.String()
}

// Value adds v, as by [Value.JSON].
func (w *Writer) Value(v *Value, instead func(text string) string) {
	switch v.Kind {
	case Null:
		w.Raw("null")
	case Bool, Number:
		w.Raw(v.Text)
	case String:
		if instead != nil {
			if other := instead(v.Text); other != "" {
				w.Raw(other)
				return
			}
		}
		w.Quote(v.Text)
	default:
		brackets := "[]"
		if v.Kind == Object {
			brackets = "{}"
		}
		w.Byte(brackets[0])
		for i := range v.Items {
			if i > 0 {
				w.Byte(',')
			}
			if v.Kind == Object {
				w.Quote(v.Keys[i])
				w.Byte(':')
			}
			w.Value(&v.Items[i], instead)
		}
		w.Byte(brackets[1])
	}
}
