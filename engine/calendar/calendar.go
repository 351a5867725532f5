// Package calendar is the leaf that the other rooms share: instants as Unix
// milliseconds in UTC, and spans of time as people declare them ("13 months",
// "30 days", "session"). It has no clock.
package calendar

import "github.com/octroi-consent/octroi/engine/ascii"

// Max is the longest life that a consent, a cookie or a key may be declared
// with: 13 calendar months (R1.53, R1.56).
var Max = Span{Months: 13}

const (
	// Minute and Day are lengths in milliseconds.
	Minute = 60_000
	Day    = 24 * 60 * Minute

	// minMaxDays is the shortest that 13 calendar months can be (393 to 397
	// days, R1.56): a span declared in days must not exceed it.
	minMaxDays = 393
)

// Span is a declared length of time: whole calendar months, or an exact number
// of seconds. The zero Span means "until the session ends".
type Span struct {
	Months  int
	Seconds int64
}

// Session reports whether the span is "session".
func (s Span) Session() bool { return s == Span{} }

// Length is the span's length in milliseconds, from 1970 on where it is in months:
// good for comparing spans.
func (s Span) Length() int64 { return Add(0, s) }

// WithinMax reports whether the span can never outlive [Max], whatever day it
// starts on.
func (s Span) WithinMax() bool {
	return s.Months <= Max.Months && s.Seconds <= minMaxDays*Day/1000
}

var units = []struct {
	name    string
	months  int
	seconds int64
}{
	{"second", 0, 1},
	{"minute", 0, 60},
	{"hour", 0, 3600},
	{"day", 0, 86400},
	{"week", 0, 7 * 86400},
	{"month", 1, 0},
	{"year", 12, 0},
}

// ParseSpan reads "session", or a whole number from 1 to 99,999 and a unit from
// second to year, singular or plural. Anything else is not ok.
func ParseSpan(text string) (span Span, ok bool) {
	if text == "session" {
		return Span{}, true
	}
	number, i := ascii.Number(text, 5)
	n := int(number)
	if n == 0 || i == len(text) || text[i] != ' ' {
		return Span{}, false
	}
	unit := text[i+1:]
	if len(unit) > 1 && unit[len(unit)-1] == 's' {
		unit = unit[:len(unit)-1]
	}
	for _, u := range units {
		if u.name == unit {
			return Span{Months: n * u.months, Seconds: int64(n) * u.seconds}, true
		}
	}
	return Span{}, false
}

// Add returns the instant that lies span after at. Months are calendar months
// in UTC; a day that the target month lacks becomes its last (31 August plus 6
// months is 28 or 29 February, R1.52).
func Add(at int64, span Span) int64 {
	days := floorDiv(at, Day)
	rest := at - days*Day
	if span.Months != 0 {
		y, m, d := civil(days)
		m += span.Months - 1
		y += int64(m / 12)
		m = m%12 + 1
		if last := monthLength(y, m); d > last {
			d = last
		}
		days = fromCivil(y, m, d)
	}
	return days*Day + rest + span.Seconds*1000
}

// Days returns the number of days from 1970-01-01 to a day of the Gregorian
// calendar; a day that does not exist is not ok.
func Days(year, month, day int) (days int64, ok bool) {
	if month < 1 || month > 12 || day < 1 || day > monthLength(int64(year), month) {
		return 0, false
	}
	return fromCivil(int64(year), month, day), true
}

// ParseTime reads an instant as JavaScript's toISOString writes it, to the minute:
// "2026-11-23T12:00:31.000Z".
func ParseTime(text string) (at int64, ok bool) {
	const form = "0000-00-00T00:00:"
	if len(text) < len(form) || text[len(text)-1] != 'Z' {
		return 0, false
	}
	var parts [5]int
	part := 0
	for i := range len(form) {
		switch c := text[i]; {
		case form[i] != '0':
			if c != form[i] {
				return 0, false
			}
			part++
		case c < '0' || c > '9':
			return 0, false
		default:
			parts[part] = parts[part]*10 + int(c-'0')
		}
		if part == len(parts) {
			break
		}
	}
	days, ok := Days(parts[0], parts[1], parts[2])
	return days*Day + int64(parts[3]*60+parts[4])*Minute, ok && parts[3] < 24 && parts[4] < 60
}

// Date writes the UTC day of an instant as YYYY-MM-DD.
func Date(at int64) string {
	y, m, d := civil(floorDiv(at, Day))
	digits := func(n int64) (byte, byte) { return byte('0' + n/10%10), byte('0' + n%10) }
	var b [10]byte
	b[0], b[1] = digits(y / 100)
	b[2], b[3] = digits(y % 100)
	b[4], b[7] = '-', '-'
	b[5], b[6] = digits(int64(m))
	b[8], b[9] = digits(int64(d))
	return string(b[:])
}

// civil and fromCivil convert between days since 1970-01-01 and the proleptic
// Gregorian calendar by counting 400-year eras of 146,097 days whose years
// start on 1 March, so that the leap day comes last.
func civil(days int64) (y int64, m, d int) {
	days += 719468
	era := floorDiv(days, 146097)
	doe := days - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d = int(doy - (153*mp+2)/5 + 1)
	m = int(mp) + 3
	y = yoe + era*400
	if m > 12 {
		m -= 12
		y++
	}
	return y, m, d
}

func fromCivil(y int64, m, d int) int64 {
	mp := int64(m) - 3
	if m < 3 {
		mp += 12
		y--
	}
	era := floorDiv(y, 400)
	yoe := y - era*400
	doy := (153*mp+2)/5 + int64(d) - 1
	return era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468
}

func monthLength(y int64, m int) int {
	if m == 2 {
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	}
	if m == 4 || m == 6 || m == 9 || m == 11 {
		return 30
	}
	return 31
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
