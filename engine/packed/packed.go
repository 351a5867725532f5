// Package packed is the leaf that writes and reads what is kept: a version, small
// numbers and a checksum, as base64url without padding, which cookies and storage
// take as it is.
package packed

import (
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// epoch is 2020-01-01T00:00:00Z: nothing can have been kept before.
const epoch = 1_577_836_800_000

// Writer collects bytes.
type Writer struct{ jsontext.Writer }

// Uint appends the lowest bytes of v, little-endian.
func (w *Writer) Uint(v uint32, bytes int) {
	for range bytes {
		w.Byte(byte(v))
		v >>= 8
	}
}

// Varint appends 7 bits a byte, the lowest first; bit 7 says that more come.
func (w *Writer) Varint(v uint64) {
	for ; v >= 0x80; v >>= 7 {
		w.Byte(byte(v) | 0x80)
	}
	w.Byte(byte(v))
}

// Instant appends the whole units (in milliseconds) since 2020; 0 stands for no
// instant.
func (w *Writer) Instant(at, unit int64) { w.Varint(uint64(max(at-epoch, 0) / unit)) }

// Encode returns the bytes and their FNV-1a hash as text in the alphabet of base64url
// (https://www.rfc-editor.org/rfc/rfc4648#section-5). The hash finds damage, not forgery.
func (w *Writer) Encode() string {
	w.Uint(Hash(w.String()), 4)
	acc, bits := uint32(0), 0
	var text jsontext.Writer
	for _, c := range w.B {
		acc, bits = acc<<8|uint32(c), bits+8
		for bits >= 6 {
			bits -= 6
			text.Byte(alphabet[acc>>bits&63])
		}
	}
	if bits > 0 {
		text.Byte(alphabet[acc<<(6-bits)&63])
	}
	return text.String()
}

// Reader reads what a [Writer] wrote. What is not there, or not as a Writer writes
// it, turns Bad, and reads as 0.
type Reader struct {
	b   []byte
	Bad bool
}

// Decode reads a text; it is Bad where its hash, or its version, which is the first byte,
// is another.
func Decode(text string, version byte) *Reader {
	b, bad := make([]byte, 0, len(text)*3/4), false
	acc, bits := uint32(0), 0
	for i := range len(text) {
		v := value(text[i])
		bad = bad || v == 64
		acc, bits = acc<<6|v, bits+6
		if bits >= 8 {
			bits -= 8
			b = append(b, byte(acc>>bits))
		}
	}
	// Another spelling of the same bytes is not what was written.
	r := &Reader{b, bad || bits == 6 || acc&(1<<bits-1) != 0 || len(b) < 5}
	if !r.Bad {
		n := len(r.b) - 4
		sum := Reader{b: r.b[n:]}
		r.b = r.b[:n]
		r.Bad = Hashed(basis, r.b) != sum.Uint(4)
	}
	r.Bad = r.Byte() != version || r.Bad
	return r
}

// More reports whether anything is left.
func (r *Reader) More() bool { return !r.Bad && len(r.b) > 0 }

// Byte reads one byte.
func (r *Reader) Byte() byte { return byte(r.Uint(1)) }

// Uint reads what [Writer.Uint] wrote.
func (r *Reader) Uint(bytes int) (v uint32) {
	if r.Bad || len(r.b) < bytes {
		r.Bad = true
		return 0
	}
	for k := range bytes {
		v |= uint32(r.b[k]) << (8 * k)
	}
	r.b = r.b[bytes:]
	return v
}

// Varint reads what [Writer.Varint] wrote, up to 35 bits, in its shortest form.
func (r *Reader) Varint() (v uint64) {
	for shift := 0; shift < 35; shift += 7 {
		c := r.Byte()
		v |= uint64(c&0x7f) << shift
		if c < 0x80 {
			r.Bad = r.Bad || c == 0 && shift > 0
			return v
		}
	}
	r.Bad = true
	return 0
}

// Instant reads what [Writer.Instant] wrote.
func (r *Reader) Instant(unit int64) int64 {
	if n := r.Varint(); n > 0 {
		return epoch + int64(n)*unit
	}
	return 0
}

// basis is what FNV-1a begins with.
const basis = 2166136261

// Hash is FNV-1a, 32 bits.
func Hash(s string) uint32 { return Hashed(basis, s) }

// Hashed goes on with a hash.
func Hashed[T string | []byte](h uint32, s T) uint32 {
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// value is what a letter of the alphabet stands for, 64 for any other.
func value(c byte) uint32 {
	switch {
	case c >= 'A' && c <= 'Z':
		return uint32(c - 'A')
	case c >= 'a' && c <= 'z':
		return uint32(c-'a') + 26
	case c >= '0' && c <= '9':
		return uint32(c-'0') + 52
	case c == '-':
		return 62
	case c == '_':
		return 63
	}
	return 64
}

// Units of instants, in milliseconds.
const (
	Minutes = calendar.Minute
	Seconds = 1000
	Tenths  = 100
)
