package cookie

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/calendar"
)

// ParseDate reads a cookie date (RFC 6265bis section 5.1.1): tokens between
// delimiters, of which the first that looks like a time, a day of the month, a
// month and a year are taken, in that order of trying. It returns Unix
// milliseconds; impossible dates are not ok.
func ParseDate(text string) (at int64, ok bool) {
	var hour, minute, second, day, month, year int
	var hasTime, hasDay, hasMonth, hasYear bool
	for i := 0; i < len(text); {
		if delimiter(text[i]) {
			i++
			continue
		}
		start := i
		for i < len(text) && !delimiter(text[i]) {
			i++
		}
		token := text[start:i]
		if !hasTime {
			if hour, minute, second, hasTime = clock(token); hasTime {
				continue
			}
		}
		if !hasDay {
			if day, hasDay = digits(token, 1, 2); hasDay {
				continue
			}
		}
		if !hasMonth {
			if month, hasMonth = monthOf(token); hasMonth {
				continue
			}
		}
		if !hasYear {
			year, hasYear = digits(token, 2, 4)
		}
	}
	switch {
	case year >= 70 && year <= 99:
		year += 1900
	case year <= 69:
		year += 2000
	}
	if !hasTime || !hasDay || !hasMonth || !hasYear || year < 1601 || hour > 23 || minute > 59 || second > 59 {
		return 0, false
	}
	days, ok := calendar.Days(year, month, day)
	return days*calendar.Day + int64((hour*60+minute)*60+second)*1000, ok
}

// agreed reports whether Chromium, Firefox and WebKit read a date that [ParseDate]
// reads: each of its words is digits alone, at most four of them, digits with colons
// between, or begins with no digit. To the RFC "1st" is a day, and "12:00:00x" a time.
func agreed(text string) bool {
	for i := 0; i < len(text); {
		start := i
		other := false
		for i < len(text) && !delimiter(text[i]) {
			other = other || text[i] > ':' || text[i] < '0'
			i++
		}
		if i > start && text[start] <= '9' && text[start] >= '0' && other {
			return false
		}
		i++
	}
	return true
}

func delimiter(c byte) bool {
	return c == 0x09 || c >= 0x20 && c <= 0x2f || c >= 0x3b && c <= 0x40 || c >= 0x5b && c <= 0x60 || c >= 0x7b && c <= 0x7e
}

// digits reads from least to most digits at the start of a token; what follows
// them must not be another.
func digits(token string, least, most int) (n int, ok bool) {
	number, length := ascii.Number(token, most+1)
	return int(number), length >= least && length <= most
}

// clock reads h:m:s, each of one or two digits.
func clock(token string) (hour, minute, second int, ok bool) {
	var n [3]int
	for k := range n {
		if n[k], ok = digits(token, 1, 2); !ok {
			return 0, 0, 0, false
		}
		for len(token) > 0 && token[0] >= '0' && token[0] <= '9' {
			token = token[1:]
		}
		if k < 2 {
			if token == "" || token[0] != ':' {
				return 0, 0, 0, false
			}
			token = token[1:]
		}
	}
	return n[0], n[1], n[2], true
}

func monthOf(token string) (month int, ok bool) {
	const names = "janfebmaraprmayjunjulaugsepoctnovdec"
	if len(token) < 3 {
		return 0, false
	}
	three := ascii.Lower(token[:3])
	for k := 0; k < len(names); k += 3 {
		if names[k:k+3] == three {
			return k/3 + 1, true
		}
	}
	return 0, false
}
