package rewrite

import (
	"bytes"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"
)

// mark is what UTF-8 begins with where nothing else may say so: it counts before all that the
// header or the markup says.
const mark = "\xef\xbb\xbf"

// decoder makes UTF-8 of a document whose encoding does not have ASCII's letters as they are:
// UTF-16 and ISO-2022-JP. What stands in any other goes through as it is.
type decoder struct {
	by   transform.Transformer
	rest []byte
}

// lookup finds an encoding by a label, nil for UTF-8 and what nobody knows; other tells that it
// does not have ASCII's letters as they are.
func lookupCharset(label string) (e encoding.Encoding, other bool) {
	e, name := charset.Lookup(label)
	switch name {
	case "", "utf-8", "replacement", "x-user-defined":
		return nil, false
	case "utf-16le", "utf-16be", "iso-2022-jp":
		return e, true
	}
	return e, false
}

// setCharset sets the document's encoding; it returns what is to be written before all else.
func (z *Writer) setCharset(label string) (first string) {
	e, other := lookupCharset(label)
	z.j.text = nil
	if e == nil {
		return ""
	}
	if other {
		z.decoder.by = e.NewDecoder()
		return mark
	}
	z.j.text = func(b []byte) []byte {
		if bytes.IndexFunc(b, func(r rune) bool { return r >= 0x80 }) < 0 {
			return b
		}
		text, err := e.NewDecoder().Bytes(b)
		if err != nil {
			return b
		}
		return text
	}
	return ""
}

// begin finds out how the document is encoded; it reports whether it can be read now. P is what
// has come, and what of it is to be read.
func (z *Writer) begin(p *[]byte, final bool) bool {
	if len(z.buf) > 0 {
		*p = append(z.buf, *p...)
		z.buf = nil
	}
	b := *p
	if len(b) < 3 && !final && (len(b) == 0 || b[0] >= 0xef) {
		z.buf = append(z.buf, b...)
		return false
	}
	z.started = true
	label := z.charset
	switch {
	case bytes.HasPrefix(b, []byte(mark)):
		label = "utf-8"
		z.out.small = append(z.out.small, mark...)
		*p = b[3:]
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		label = "utf-16le"
		*p = b[2:]
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		label = "utf-16be"
		*p = b[2:]
	}
	z.head.known = label != ""
	z.m.labelled = z.head.known
	z.out.small = append(z.out.small, z.setCharset(label)...)
	return true
}

// decode returns what has come as the machine reads it.
func (d *decoder) decode(p []byte, final bool) []byte {
	if d.by == nil {
		return p
	}
	src := append(d.rest, p...)
	var out []byte
	dst := make([]byte, 4096)
	for {
		n, used, err := d.by.Transform(dst, src, final)
		out = append(out, dst[:n]...)
		src = src[used:]
		if err != transform.ErrShortDst {
			break
		}
	}
	d.rest = append([]byte(nil), src...)
	return out
}
