package consent

import (
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/packed"
)

// The record's text is, in the form of package packed,
//
//	byte 0      format version
//	varint      Serial
//	varint      Seen, minutes since 2020
//	varint      Since, minutes since 2020
//	then for each choice, in the order of their categories
//	  4 bytes   Category, little-endian
//	  byte      bit 0 Granted; bit 1 the next five fields are as in the choice before
//	  [byte     How
//	   varint   At, minutes since 2020
//	   varint   Until - At, minutes
//	   varint   Visit, minutes since 2020, 0 for none
//	   4 bytes  Revision]
//	  varint    number of services, then for each
//	    4 bytes ID
//	    3 bytes Print, bit 23 Granted
//
// Six categories to choose about, with 8 services, take 150 to 230 characters.
const version = 2

const (
	// MaxText is the longest record that a cookie takes: its name, value and attributes
	// stay below 4,096 bytes (R7.11). 300 services are 3.6 KB.
	MaxText = 3900

	// MaxMirror is the longest that is read or written; local storage takes that. 2,500
	// services are 24 KB.
	MaxMirror = 1 << 15
)

// Encode writes the record. It is "" when it would be longer than [MaxMirror].
func (r *Record) Encode() string {
	w := packed.Writer{}
	w.Byte(version)
	w.Varint(uint64(r.Serial))
	w.Instant(r.Seen, packed.Minutes)
	w.Instant(r.Since, packed.Minutes)
	var before *Choice
	for _, c := range r.Choices {
		write(&w, c, before)
		before = c
	}
	if text := w.Encode(); len(text) <= MaxMirror {
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
	w := packed.Writer{}
	write(&w, c, nil)
	return w.String()
}

// like reports whether a choice was made as another was, at the same time and for as long.
func (c *Choice) like(other *Choice) bool {
	return c.How == other.How && c.At == other.At && c.Until == other.Until && c.Visit == other.Visit && c.Revision == other.Revision
}

func write(w *packed.Writer, c, before *Choice) {
	w.Uint(c.Category, 4)
	flags := byte(0)
	if c.Granted {
		flags = 1
	}
	if before != nil && c.like(before) {
		w.Byte(flags | 2)
	} else {
		w.Byte(flags)
		w.Byte(byte(c.How))
		w.Instant(c.At, packed.Minutes)
		w.Varint(uint64(c.Until-c.At) / packed.Minutes)
		w.Instant(c.Visit, packed.Minutes)
		w.Uint(c.Revision, 4)
	}
	w.Varint(uint64(len(c.Services)))
	for i := range c.Services {
		s := &c.Services[i]
		w.Uint(s.ID, 4)
		fingerprint := s.Fingerprint
		if s.Granted {
			fingerprint |= fingerprintMask + 1
		}
		w.Uint(fingerprint, 3)
	}
}

// Decode reads a record. Whatever is damaged, truncated, too long, of another
// version, spelled as [Record.Encode] does not, or promises a life beyond 13 months is no
// record: ok is false.
func Decode(text string) (r Record, ok bool) {
	if len(text) > MaxMirror {
		return Record{}, false
	}
	d := packed.Decode(text, version)
	serial := d.Varint()
	r.Serial = uint32(serial)
	d.Bad = d.Bad || uint64(r.Serial) != serial
	r.Seen, r.Since = d.Instant(packed.Minutes), d.Instant(packed.Minutes)
	// One that has room for as many as the text can hold serves all choices.
	services := make([]Service, 0, len(text)*3/4/serviceBytes)
	r.Choices = make([]*Choice, 0, usual)
	var block []Choice // what the next choices are taken from
	var before *Choice
	for d.More() {
		if len(block) == 0 {
			block = make([]Choice, usual)
		}
		c := &block[0]
		block = block[1:]
		c.Category = d.Uint(4)
		flags := d.Byte()
		c.Granted = flags&1 != 0
		if flags&2 == 0 {
			c.How = Method(d.Byte())
			c.At = d.Instant(packed.Minutes)
			c.Until = c.At + int64(d.Varint())*packed.Minutes
			c.Visit = d.Instant(packed.Minutes)
			c.Revision = d.Uint(4)
			d.Bad = d.Bad || c.Until > calendar.Add(c.At, calendar.Max) || before != nil && c.like(before)
		} else if before != nil {
			c.How, c.At, c.Until, c.Visit, c.Revision = before.How, before.At, before.Until, before.Visit, before.Revision
		}
		for n := d.Varint(); n > 0 && !d.Bad; n-- {
			s := Service{ID: d.Uint(4), Fingerprint: d.Uint(3)}
			s.Granted = s.Fingerprint > fingerprintMask
			s.Fingerprint &= fingerprintMask
			d.Bad = d.Bad || c.service(s.ID) != nil
			services = append(services, s)
			c.Services = services[len(services)-len(c.Services)-1 : len(services) : len(services)]
		}
		d.Bad = d.Bad || flags > 3 || c.How < Accept || c.How > App || before != nil && before.Category >= c.Category
		r.Choices = append(r.Choices, c)
		before = c
	}
	if d.Bad || before == nil {
		return Record{}, false
	}
	return r, true
}

const (
	// serviceBytes is how long a service is in a record.
	serviceBytes = 4 + 3

	// usual is as many choices as records seldom have more of.
	usual = 8
)
