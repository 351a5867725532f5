// Package wasmfile reads and rewrites WebAssembly modules as far as the build needs it:
// which functions there are, how large they are, whom they call and what they point to.
package wasmfile

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Ids of sections (WebAssembly core specification 2.0, section 5.5.2).
const (
	custom  = 0
	imports = 2
	memory  = 5
	elems   = 9
	code    = 10
	data    = 11

	dataCount = 12
)

// Module is one that was read.
type Module struct {
	sections  []section
	Functions []Function // imported ones first
	Segments  []Segment
	table     []int // functions that are in the table
}

type section struct {
	id   byte
	body []byte
}

// Function is one of a module's.
type Function struct {
	Name     string // "" where it is not known
	Imported bool
	Size     int // of its body, in bytes
	calls    []int
	consts   []int64 // numbers in it that may be addresses
}

// Segment is a piece of initialized memory.
type Segment struct {
	Name  string
	At    int64
	Bytes []byte
}

var errMalformed = errors.New("not a module that is understood here")

type reader struct {
	b   []byte
	bad bool
}

func (r *reader) byte() byte {
	if len(r.b) == 0 {
		r.bad = true
		return 0
	}
	c := r.b[0]
	r.b = r.b[1:]
	return c
}

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.bad = true
		return nil
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}

// number reads LEB128, sign-extended where it is signed.
func (r *reader) number(signed bool) (v int64) {
	for shift := 0; shift < 64; shift += 7 {
		c := r.byte()
		v |= int64(c&0x7f) << shift
		if c < 0x80 {
			if signed && c&0x40 != 0 && shift < 57 {
				v |= -1 << (shift + 7)
			}
			return v
		}
	}
	r.bad = true
	return v
}

func (r *reader) count() int   { return int(r.number(false)) }
func (r *reader) name() string { return string(r.take(r.count())) }
func (r *reader) index() int   { return r.count() }
func (r *reader) limits() {
	if r.byte()&1 != 0 {
		r.count()
	}
	r.count()
}

// Read takes a module apart.
func Read(b []byte) (*Module, error) {
	if len(b) < 8 || string(b[:4]) != "\x00asm" {
		return nil, errMalformed
	}
	m := &Module{}
	r := reader{b: b[8:]}
	for len(r.b) > 0 && !r.bad {
		id := r.byte()
		m.sections = append(m.sections, section{id, r.take(r.count())})
	}
	for _, s := range m.sections {
		if r.bad {
			break
		}
		part := reader{b: s.body}
		switch s.id {
		case imports:
			m.imports(&part)
		case elems:
			m.elems(&part)
		case code:
			for n := part.count(); n > 0 && !part.bad; n-- {
				body := part.take(part.count())
				f := Function{Size: len(body)}
				if err := f.read(body); err != nil {
					return nil, fmt.Errorf("function %d: %w", len(m.Functions), err)
				}
				m.Functions = append(m.Functions, f)
			}
		case data:
			m.data(&part)
		case custom:
			if part.name() == "name" {
				m.names(&part)
			}
		}
		r.bad = part.bad
	}
	if r.bad {
		return nil, errMalformed
	}
	return m, nil
}

func (m *Module) imports(r *reader) {
	for n := r.count(); n > 0 && !r.bad; n-- {
		r.name()
		r.name()
		switch r.byte() {
		case 0:
			r.index()
			m.Functions = append(m.Functions, Function{Imported: true})
		case 1:
			r.byte()
			r.limits()
		case 2:
			r.limits()
		case 3:
			r.byte()
			r.byte()
		}
	}
}

// elems reads active segments of the one table, with a constant or a global as offset.
func (m *Module) elems(r *reader) {
	for n := r.count(); n > 0 && !r.bad; n-- {
		if r.count() != 0 {
			r.bad = true
			return
		}
		r.byte()
		r.number(true)
		r.byte()
		for k := r.count(); k > 0 && !r.bad; k-- {
			m.table = append(m.table, r.index())
		}
	}
}

func (m *Module) data(r *reader) {
	for n := r.count(); n > 0 && !r.bad; n-- {
		if r.count() != 0 || r.byte() != 0x41 {
			r.bad = true
			return
		}
		s := Segment{At: r.number(true)}
		r.byte()
		s.Bytes = r.take(r.count())
		m.Segments = append(m.Segments, s)
	}
}

func (m *Module) names(r *reader) {
	for len(r.b) > 0 && !r.bad {
		kind := r.byte()
		part := reader{b: r.take(r.count())}
		if kind != 1 && kind != 9 {
			continue
		}
		for n := part.count(); n > 0 && !part.bad; n-- {
			i, name := part.index(), part.name()
			switch {
			case kind == 1 && i < len(m.Functions):
				m.Functions[i].Name = name
			case kind == 9 && i < len(m.Segments):
				m.Segments[i].Name = name
			}
		}
	}
}

// read notes calls and numbers of a body; it knows the instructions that TinyGo's target
// may have.
func (f *Function) read(body []byte) error {
	r := reader{b: body}
	for n := r.count(); n > 0; n-- {
		r.count()
		r.byte()
	}
	for len(r.b) > 0 && !r.bad {
		switch op := r.byte(); {
		case op >= 0x02 && op <= 0x04: // block, loop, if
			r.number(true)
		case op == 0x0c || op == 0x0d || op >= 0x20 && op <= 0x24: // br, br_if, locals, globals
			r.index()
		case op == 0x0e: // br_table
			for n := r.count(); n >= 0 && !r.bad; n-- {
				r.index()
			}
		case op == 0x10: // call
			f.calls = append(f.calls, r.index())
		case op == 0x11: // call_indirect
			r.index()
			r.index()
		case op >= 0x28 && op <= 0x3e: // loads and stores
			r.index()
			f.consts = append(f.consts, r.number(false))
		case op == 0x3f || op == 0x40:
			r.byte()
		case op == 0x41 || op == 0x42:
			// Address and length of a text may be stored as one number.
			n := r.number(true)
			f.consts = append(f.consts, n, n&0xffffffff, n>>32)
		case op == 0x43:
			r.take(4)
		case op == 0x44:
			r.take(8)
		case op == 0xfc:
			switch sub := r.count(); {
			case sub <= 7:
			case sub == 10:
				r.take(2)
			case sub == 11:
				r.take(1)
			default:
				return fmt.Errorf("unknown instruction 0xfc %d", sub)
			}
		case op >= 0x45 && op <= 0xc4 || op <= 0x01 || op == 0x05 || op == 0x0b || op == 0x0f || op == 0x1a || op == 0x1b:
		default:
			return fmt.Errorf("unknown instruction 0x%02x", op)
		}
	}
	if r.bad {
		return errMalformed
	}
	return nil
}

// Beyond returns the functions that are reached only through roots, those included. What
// is exported or in the table is reached from outside.
func (m *Module) Beyond(roots []string) ([]string, error) {
	cut := map[int]bool{}
	for _, name := range roots {
		n := slices.IndexFunc(m.Functions, func(f Function) bool { return Short(f.Name) == name })
		if n < 0 {
			return nil, fmt.Errorf("%s is no function of the module: is it marked go:noinline?", name)
		}
		cut[n] = true
	}
	reached := map[int]bool{}
	var reach func(n int)
	reach = func(n int) {
		if reached[n] || cut[n] {
			return
		}
		reached[n] = true
		for _, k := range m.Functions[n].calls {
			reach(k)
		}
	}
	for _, s := range m.sections {
		if s.id == 7 {
			r := reader{b: s.body}
			for n := r.count(); n > 0 && !r.bad; n-- {
				r.name()
				kind, i := r.byte(), r.index()
				if kind == 0 {
					reach(i)
				}
			}
		}
	}
	// A closure is reached unless the function that makes it, whose name its own begins
	// with, is there and is not; one that the compiler put into others may be anywhere.
	for changed := true; changed; {
		changed = false
		for _, n := range m.table {
			maker, _, _ := strings.Cut(m.Functions[n].Name, "$")
			k := slices.IndexFunc(m.Functions, func(f Function) bool { return f.Name == maker })
			if !reached[n] && (k < 0 || reached[k]) {
				reach(n)
				changed = true
			}
		}
	}
	var names []string
	for n := range m.Functions {
		if !reached[n] && !m.Functions[n].Imported {
			names = append(names, m.Functions[n].Name)
		}
	}
	return names, nil
}

// Has reports whether the module has a function of a name, in short.
func (m *Module) Has(name string) bool {
	return slices.ContainsFunc(m.Functions, func(f Function) bool { return Short(f.Name) == name })
}

// Stub empties functions: a call of one ends the module (unreachable). A name that no function
// has is an error.
func (m *Module) Stub(names []string) error {
	imported := 0
	for imported < len(m.Functions) && m.Functions[imported].Imported {
		imported++
	}
	stubbed := map[int]bool{}
	for _, name := range names {
		n := slices.IndexFunc(m.Functions, func(f Function) bool { return Short(f.Name) == name })
		if n < imported {
			return fmt.Errorf("%s is no function of the module: is it marked go:noinline?", name)
		}
		stubbed[n-imported] = true
		m.Functions[n].calls, m.Functions[n].consts = nil, nil
	}
	for i := range m.sections {
		if m.sections[i].id != code {
			continue
		}
		r := reader{b: m.sections[i].body}
		count := r.count()
		body := number(nil, int64(count), false)
		for n := range count {
			one := r.take(r.count())
			if stubbed[n] {
				one = []byte{0, 0x00, 0x0b} // no locals, unreachable, end
			}
			body = append(number(body, int64(len(one)), false), one...)
		}
		m.sections[i].body = body
	}
	return nil
}

// Short is a function's name without the module's path.
func Short(name string) string {
	return strings.ReplaceAll(name, "github.com/octroi-consent/octroi/", "")
}

// Texts returns, by their addresses, the constant texts that the module's code does not
// point to, nor any other data. Other data always stays: code that counts through a table
// may name its end alone, and the optimizer parts tables where they hold zeros.
func (m *Module) Texts() map[int64]bool {
	apart := map[int64]bool{}
	var pointers []int64
	for i := range m.Functions {
		pointers = append(pointers, m.Functions[i].consts...)
	}
	for _, s := range m.Segments {
		if strings.Contains(s.Name, "$string") {
			apart[s.At] = true
			continue
		}
		back := s.At & 7
		b := append(append(make([]byte, back), s.Bytes...), 0, 0, 0)
		for ; len(b) >= 4; b = b[4:] {
			pointers = append(pointers, int64(b[0])|int64(b[1])<<8|int64(b[2])<<16|int64(b[3])<<24)
		}
	}
	for _, at := range pointers {
		for _, s := range m.Segments {
			if at >= s.At && at < s.At+int64(len(s.Bytes)) {
				delete(apart, s.At)
			}
		}
	}
	return apart
}

// Memory has the module's own memory begin with so many pages of 64 KiB.
func (m *Module) Memory(pages int) {
	for i := range m.sections {
		if m.sections[i].id == memory {
			m.sections[i].body = number([]byte{1, 0}, int64(pages), false)
		}
	}
}

// MaxSegments is how many browsers take (WebAssembly JavaScript Interface, "Implementation-defined
// limits"): they refuse to compile a module that has more.
const MaxSegments = 100_000

// With writes the module anew with these segments, in the order of their addresses, and
// with the names of functions alone, where it has names; with those of segments, too, where
// gap is negative. Up to gap bytes between two segments are written as zeros: a segment of
// its own costs some eight. Where more than MaxSegments would be left, so are more bytes.
func (m *Module) With(segments []Segment, gap int64) []byte {
	joined, size := join(segments, gap)
	for wider := max(gap, 8); len(joined) > MaxSegments; wider += wider {
		joined, size = join(segments, wider)
	}
	body := number(make([]byte, 0, size+16*len(joined)+8), int64(len(joined)), false)
	for _, s := range joined {
		body = append(body, 0, 0x41)
		body = number(body, s.At, true)
		body = append(body, 0x0b)
		body = number(body, int64(len(s.Bytes)), false)
		body = append(body, s.Bytes...)
	}
	out := []byte("\x00asm\x01\x00\x00\x00")
	write := func(s section) {
		out = append(out, s.id)
		out = number(out, int64(len(s.body)), false)
		out = append(out, s.body...)
	}
	for _, s := range m.sections {
		if s.id == data || s.id == dataCount || s.id == custom {
			continue
		}
		write(s)
		if s.id == code && len(joined) > 0 {
			write(section{data, body})
		}
	}
	if slices.ContainsFunc(m.Functions, func(f Function) bool { return f.Name != "" }) {
		var kept []Segment
		if gap < 0 {
			kept = segments
		}
		write(section{custom, m.nameSection(kept)})
	}
	return out
}

// join makes one segment of those with up to gap bytes between them, and tells the size of all.
func join(segments []Segment, gap int64) (joined []Segment, size int) {
	for i := 0; i < len(segments); {
		first := segments[i]
		end := first.At + int64(len(first.Bytes))
		k := i + 1
		for ; k < len(segments); k++ {
			if hole := segments[k].At - end; hole < 0 || hole > gap {
				break
			}
			end = segments[k].At + int64(len(segments[k].Bytes))
		}
		whole := Segment{At: first.At, Bytes: first.Bytes}
		if k > i+1 {
			whole.Bytes = make([]byte, end-first.At)
			for _, s := range segments[i:k] {
				copy(whole.Bytes[s.At-first.At:], s.Bytes)
			}
		}
		joined = append(joined, whole)
		size += len(whole.Bytes)
		i = k
	}
	return joined, size
}

func (m *Module) nameSection(segments []Segment) []byte {
	var functions, pieces []string
	for _, f := range m.Functions {
		functions = append(functions, f.Name)
	}
	for _, s := range segments {
		pieces = append(pieces, s.Name)
	}
	body := append(number(nil, 4, false), "name"...)
	for _, part := range []struct {
		kind  byte
		names []string
	}{{1, functions}, {9, pieces}} {
		if len(part.names) == 0 {
			continue
		}
		list := number(nil, int64(len(part.names)), false)
		for i, name := range part.names {
			list = number(list, int64(i), false)
			list = append(number(list, int64(len(name)), false), name...)
		}
		body = append(number(append(body, part.kind), int64(len(list)), false), list...)
	}
	return body
}

func number(out []byte, v int64, signed bool) []byte {
	for {
		c := byte(v & 0x7f)
		v >>= 7
		if v == 0 && (!signed || c&0x40 == 0) || signed && v == -1 && c&0x40 != 0 {
			return append(out, c)
		}
		out = append(out, c|0x80)
	}
}
