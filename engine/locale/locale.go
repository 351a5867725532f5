// Package locale chooses the interface's language and forms what varies with it:
// plurals, spans of time, and texts with places to fill in.
package locale

import (
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// Choose returns the first of wanted (the page's language, then the browser's)
// that is among have, itself or by its base language; else fallback. All are
// BCP 47 tags in lists divided by spaces; case does not matter.
func Choose(wanted, have, fallback string) string {
	chosen := ""
	words(wanted, func(want string) bool {
		for want != "" && chosen == "" {
			words(have, func(h string) bool {
				if same(h, want) {
					chosen = h
				}
				return chosen == ""
			})
			want = parent(want)
		}
		return chosen == ""
	})
	if chosen == "" {
		return fallback
	}
	return chosen
}

// words calls fn for each word of list until it returns false.
func words(list string, fn func(string) bool) {
	for start := 0; start < len(list); {
		end := start
		for end < len(list) && list[end] != ' ' {
			end++
		}
		if end > start && !fn(list[start:end]) {
			return
		}
		start = end + 1
	}
}

func parent(tag string) string {
	for i := len(tag) - 1; i > 0; i-- {
		if tag[i] == '-' {
			return tag[:i]
		}
	}
	return ""
}

func same(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if a[i] != b[i] && (a[i]|0x20 != b[i]|0x20 || a[i]|0x20 < 'a' || a[i]|0x20 > 'z') {
			return false
		}
	}
	return true
}

// Texts are the interface's texts in one language, by key.
type Texts struct {
	Lang   string
	values *jsontext.Value
}

// Parse reads a flat JSON object of strings. Texts that cannot be read are not
// ok and empty.
func Parse(lang, text string) (t *Texts, ok bool) {
	v, err := jsontext.Parse(text)
	if err != nil || v.Kind != jsontext.Object {
		return &Texts{Lang: lang}, false
	}
	return &Texts{lang, v}, true
}

// Get returns the text of a key; a missing one shows as its key.
func (t *Texts) Get(key string) string {
	if v := t.values.Get(key); v != nil {
		return v.Text
	}
	return key
}

// Count returns the plural form of a key for n, with n in the place of {n}. The
// forms stand in one text, divided by "|": first the singular, then the plural.
func (t *Texts) Count(key string, n int) string {
	text := t.Get(key)
	for i := range len(text) {
		if text[i] == '|' {
			if t.singular(n) {
				text = text[:i]
			} else {
				text = text[i+1:]
			}
			break
		}
	}
	return Fill(text, "{n}", jsontext.Int(int64(n)))
}

// singular follows the plural rules of the languages that ship (Unicode CLDR):
// French counts nought and one as singular, English one alone.
func (t *Texts) singular(n int) bool {
	return n == 1 || n == 0 && t.Lang[:min(2, len(t.Lang))] == "fr"
}

// Span words a declared life: "13 months", "session".
func (t *Texts) Span(s calendar.Span) string {
	const hour, day = 3600, 86400
	switch {
	case s.Session():
		return t.Get("session")
	case s.Months > 0:
		return t.Count("months", s.Months)
	case s.Seconds%day == 0:
		return t.Count("days", int(s.Seconds/day))
	case s.Seconds%hour == 0:
		return t.Count("hours", int(s.Seconds/hour))
	case s.Seconds%60 == 0:
		return t.Count("minutes", int(s.Seconds/60))
	}
	return t.Count("seconds", int(s.Seconds))
}

// Fill puts value in each place of mark in text.
func Fill(text, mark, value string) string {
	before, after, found := Split(text, mark)
	if !found {
		return text
	}
	return before + value + Fill(after, mark, value)
}

// Split divides text at the first mark.
func Split(text, mark string) (before, after string, found bool) {
	for i := 0; i+len(mark) <= len(text); i++ {
		if text[i:i+len(mark)] == mark {
			return text[:i], text[i+len(mark):], true
		}
	}
	return text, "", false
}

// Join lists names.
func Join(names []string) (list string) {
	for i, name := range names {
		if i > 0 {
			list += ", "
		}
		list += name
	}
	return list
}
