package consent

import (
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// The record's text is base64url without padding of
//
//	byte 0      format version
//	varint      Serial
//	varint      Seen, minutes since epoch
//	then for each choice, in the order of their categories
//	  4 bytes   Category, little-endian
//	  byte      bit 0 Granted; bit 1 the next four fields are as in the choice before
//	  [byte     How
//	   varint   At, minutes since epoch
//	   varint   Until - At, minutes
//	   4 bytes  Revision]
//	  varint    number of services, then for each
//	    4 bytes ID
//	    3 bytes Print, bit 23 Granted
//	4 bytes     FNV-1a over all bytes before
//
// Six categories to choose about, with 8 services, take 150 to 230 characters.
const version = 1

// epoch is 2020-01-01T00:00:00Z, before which no record can have been made.
const epoch = 1_577_836_800_000

// MaxText is the longest record that is read or written: name, value and
// attributes of its cookie stay below 4,096 bytes (R7.11).
const MaxText = 3900

// Encode writes the record. It is "" when it would be longer than [MaxText].
func (r *Record) Encode() string {
	w := writer{}
	w.Byte(version)
	w.varint(uint64(r.Serial))
	w.varint(minutes(r.Seen))
	var before *Choice
	for _, c := range r.Choices {
		w.choice(c, before)
		before = c
	}
	w.uint(hash(offset, w.String()), 4)
	if text := toBase64(w.B); len(text) <= MaxText {
		return text
	}
	return ""
}

// Same reports whether two records hold the same choices.
func (r *Record) Same(other *Record) bool {
	for i, c := range r.Choices {
		if i == len(other.Choices) || c.text() != other.Choices[i].text() {
			return false
		}
	}
	return len(r.Choices) == len(other.Choices)
}

// text is the choice as it would be written alone.
func (c *Choice) text() string {
	w := writer{}
	w.choice(c, nil)
	return w.String()
}

type writer struct{ jsontext.Writer }

func (w *writer) choice(c, before *Choice) {
	w.uint(c.Category, 4)
	flags := byte(0)
	if c.Granted {
		flags = 1
	}
	if before != nil && c.How == before.How && c.At == before.At && c.Until == before.Until && c.Revision == before.Revision {
		w.Byte(flags | 2)
	} else {
		w.Byte(flags)
		w.Byte(byte(c.How))
		w.varint(minutes(c.At))
		w.varint(minutes(c.Until) - minutes(c.At))
		w.uint(c.Revision, 4)
	}
	w.varint(uint64(len(c.Services)))
	for i := range c.Services {
		s := &c.Services[i]
		w.uint(s.ID, 4)
		print := s.Print
		if s.Granted {
			print |= printMask + 1
		}
		w.uint(print, 3)
	}
}

func (w *writer) uint(v uint32, bytes int) {
	for range bytes {
		w.Byte(byte(v))
		v >>= 8
	}
}

func (w *writer) varint(v uint64) {
	for ; v >= 0x80; v >>= 7 {
		w.Byte(byte(v) | 0x80)
	}
	w.Byte(byte(v))
}

// Decode reads a record. Whatever is damaged, truncated, too long, of another
// version, or promises a life beyond 13 months is no record: ok is false.
func Decode(text string) (r Record, ok bool) {
	b, ok := fromBase64(text)
	if !ok || len(text) > MaxText || len(b) < 7 || b[0] != version {
		return Record{}, false
	}
	d := decoder{b: b[:len(b)-4], i: 1, ok: true}
	sum := decoder{b: b, i: len(b) - 4, ok: true}
	if sum.uint(4) != hash(offset, string(d.b)) {
		return Record{}, false
	}
	r.Serial = uint32(d.varint())
	r.Seen = d.instant(d.varint())
	for d.ok && d.i < len(d.b) {
		c := new(Choice)
		c.Category = d.uint(4)
		flags := d.uint(1)
		c.Granted = flags&1 != 0
		if flags&2 == 0 {
			c.How = Method(d.uint(1))
			at := d.varint()
			c.At, c.Until = d.instant(at), d.instant(at+d.varint())
			c.Revision = d.uint(4)
		} else if n := len(r.Choices); n > 0 {
			p := r.Choices[n-1]
			c.How, c.At, c.Until, c.Revision = p.How, p.At, p.Until, p.Revision
		} else {
			d.ok = false
		}
		for n := d.varint(); n > 0 && d.ok; n-- {
			s := Service{ID: d.uint(4), Print: d.uint(3)}
			s.Granted = s.Print > printMask
			s.Print &= printMask
			d.ok = d.ok && c.service(s.ID) == nil
			c.Services = append(c.Services, s)
		}
		n := len(r.Choices)
		d.ok = d.ok && flags < 4 && c.How >= Accept && c.How <= Page && (n == 0 || r.Choices[n-1].Category < c.Category) &&
			c.Until <= calendar.Add(c.At, calendar.Max)
		r.Choices = append(r.Choices, c)
	}
	if !d.ok || len(r.Choices) == 0 || r.Encode() != text {
		return Record{}, false
	}
	return r, true
}

func minutes(at int64) uint64 { return uint64(max(at-epoch, 0) / calendar.Minute) }

type decoder struct {
	b  []byte
	i  int
	ok bool
}

func (d *decoder) uint(bytes int) (v uint32) {
	for k := range bytes {
		if d.i >= len(d.b) {
			d.ok = false
			return 0
		}
		v |= uint32(d.b[d.i]) << (8 * k)
		d.i++
	}
	return v
}

// varint reads at most 5 bytes of 7 bits, the lowest first.
func (d *decoder) varint() (v uint64) {
	for shift := 0; shift < 35; shift += 7 {
		c := d.uint(1)
		v |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return v
		}
	}
	d.ok = false
	return 0
}

func (d *decoder) instant(minutes uint64) int64 {
	return epoch + int64(minutes)*calendar.Minute
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

func toBase64(b []byte) string {
	var w jsontext.Writer
	acc, bits := uint32(0), 0
	for _, c := range b {
		acc, bits = acc<<8|uint32(c), bits+8
		for bits >= 6 {
			bits -= 6
			w.Byte(alphabet[acc>>bits&63])
		}
	}
	if bits > 0 {
		w.Byte(alphabet[acc<<(6-bits)&63])
	}
	return w.String()
}

// fromBase64 needs no strictness about the last bits: Decode compares the whole
// text with its own.
func fromBase64(text string) (b []byte, ok bool) {
	acc, bits := uint32(0), 0
	for i := range len(text) {
		v := -1
		for k := range len(alphabet) {
			if alphabet[k] == text[i] {
				v = k
				break
			}
		}
		if v < 0 {
			return nil, false
		}
		acc, bits = acc<<6|uint32(v), bits+6
		if bits >= 8 {
			bits -= 8
			b = append(b, byte(acc>>bits))
		}
	}
	return b, true
}
