package rewrite

import (
	"bytes"
	"io"
)

// Gated is something that a [Writer] has held.
type Gated struct {
	Line     int    // from 1
	Element  string // name of the element
	Attr     string // that names the address; "" for the text of a script or a style
	Address  string // as written, with character references resolved; "" for a text
	Services string // ids of the services that have to be granted, divided by spaces; "" where nobody declares it
}

// output writes a document with edits made in it.
type output struct {
	w      io.Writer
	err    error
	mark   int // how far the buffer has gone out
	small  []byte
	report func(Gated)
	lines  int // before the buffer
	seen   int // how far lines have been counted in the buffer
}

// gathered is how much is gathered before it is written.
const gathered = 1 << 14

// edit puts a text in the place of a part of the buffer.
func (o *output) edit(b []byte, from, to int, text string) {
	o.pass(b, from)
	o.small = append(o.small, text...)
	o.mark = max(o.mark, to)
}

// pass lets the buffer go out as it is, up to a place.
func (o *output) pass(b []byte, to int) {
	if to <= o.mark {
		return
	}
	part := b[o.mark:to]
	o.mark = to
	if len(part) < gathered/4 {
		o.small = append(o.small, part...)
		if len(o.small) >= gathered {
			o.flush()
		}
		return
	}
	o.flush()
	o.write(part)
}

func (o *output) flush() {
	if len(o.small) > 0 {
		o.write(o.small)
		o.small = o.small[:0]
	}
}

func (o *output) write(b []byte) {
	if o.err == nil {
		_, o.err = o.w.Write(b)
	}
}

// end lets the buffer go out up to a place, from which on it is gone.
func (o *output) end(b []byte, to int) {
	o.pass(b, to)
	o.flush()
	o.mark = 0
	if o.report != nil {
		o.line(b, to)
		o.seen = 0
	}
}

// line is the line of a place in the buffer, from 1.
func (o *output) line(b []byte, at int) int {
	if at > o.seen {
		o.lines += bytes.Count(b[o.seen:at], []byte{'\n'})
		o.seen = at
	}
	return o.lines + 1
}
