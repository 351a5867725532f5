// Package locale chooses the interface's language and forms what varies with it:
// plurals, spans of time, and texts with places to fill in.
package locale

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// Choose returns the first of wanted (the page's language, then the browser's)
// that is among have, itself, by its base language, or as it is called there; else
// fallback. All are
// BCP 47 tags in lists divided by spaces; case does not matter, nor what divides the parts
// of a tag. The tag is the chosen one with the region that was wanted: dates are written
// otherwise from one to the next.
func Choose(wanted, have, fallback string) (chosen, tag string) {
	for whole, others := ascii.Word(plain(wanted)); whole != "" && chosen == ""; whole, others = ascii.Word(others) {
		tag = whole
		for want := called(whole); want != "" && chosen == ""; want = parent(want) {
			chosen = among(have, want)
		}
	}
	if chosen == "" {
		return fallback, fallback
	}
	if r := region(tag); r != "" && region(chosen) == "" {
		return chosen, chosen + "-" + r
	}
	return chosen, chosen
}

// among finds a tag in a list; "" where the list lacks it.
func among(list, tag string) string {
	for one, rest := ascii.Word(list); one != ""; one, rest = ascii.Word(rest) {
		if same(one, tag) {
			return one
		}
	}
	return ""
}

// plain writes tags as BCP 47 has them: systems write fr_FR and fr_FR.UTF-8.
func plain(tags string) string {
	b := []byte(tags)
	for i, c := range b {
		if c != ' ' && !(c >= '0' && c <= '9') && !(c|0x20 >= 'a' && c|0x20 <= 'z') {
			b[i] = '-'
		}
	}
	return string(b)
}

// region is the part of a tag that names a country, or a part of the world by its number.
func region(tag string) string {
	_, rest, _ := ascii.Cut(tag, "-")
	for rest != "" {
		part, after, _ := ascii.Cut(rest, "-")
		digits := 0
		for i := range len(part) {
			if part[i] <= '9' {
				digits++
			}
		}
		switch {
		case len(part) == 1:
			return "" // what follows tells of something else
		case len(part) == 2 && digits == 0, len(part) == 3 && digits == 3:
			return part
		}
		rest = after
	}
	return ""
}

// called names the file of a language's texts: Norwegian is "nb"; Chinese is in
// traditional characters in Taiwan, Hong Kong and Macau, in simplified ones elsewhere.
func called(tag string) string {
	base := tag
	for base != "" && parent(base) != "" {
		base = parent(base)
	}
	switch {
	case same(base, "no"), same(base, "nn"):
		return "nb"
	case same(base, "iw"):
		return "he"
	case same(base, "zh"):
		_, rest, _ := ascii.Cut(tag, "-")
		for rest != "" {
			part, after, _ := ascii.Cut(rest, "-")
			for _, coast := range [...]string{"hant", "tw", "hk", "mo"} {
				if same(part, coast) {
					return "zh-Hant"
				}
			}
			rest = after
		}
		return "zh-Hans"
	}
	return tag
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
	Tag    string // Lang, and the page's region
	Source string // the JSON that they were read from
	values *jsontext.Value
}

// Parse reads a flat JSON object of strings. Texts that cannot be read are not
// ok and empty.
func Parse(lang, text string) (t *Texts, ok bool) {
	v, err := jsontext.Parse(text)
	if err != nil || v.Kind != jsontext.Object {
		return &Texts{Lang: lang, Tag: lang}, false
	}
	return &Texts{lang, lang, text, v}, true
}

// Get returns the text of a key; a missing one shows as its key.
func (t *Texts) Get(key string) string {
	if v := t.values.Get(key); v != nil {
		return v.Text
	}
	return key
}

// Count returns the plural form of a key for n, with n in the place of {n}. The forms
// stand in one text, divided by "|", in the order of [plural].
func (t *Texts) Count(key string, n int) string {
	text := t.Get(key)
	for form := plural(t.Lang, n); form > 0; form-- {
		if _, rest, found := ascii.Cut(text, "|"); found {
			text = rest
		}
	}
	text, _, _ = ascii.Cut(text, "|")
	return Fill(text, "{n}", jsontext.Int(int64(n)))
}

// plural is which of a language's forms a whole number takes, by the rules of Unicode
// CLDR 48; forms that whole numbers never take are left out. See
// https://www.unicode.org/cldr/charts/48/supplemental/language_plural_rules.html.
func plural(lang string, n int) int {
	one := 1
	if n == 1 {
		one = 0
	}
	switch lang = lang[:min(2, len(lang))]; lang {
	case "ja", "ko", "zh":
		return 0
	case "fr", "pt", "hi", "fa":
		if n == 0 {
			return 0
		}
	case "is", "mk":
		if n%10 == 1 && n%100 != 11 {
			return 0
		}
		return 1
	case "cs", "sk", "pl", "hr", "uk", "sl":
		return pluralSlavic(lang, n)
	case "lt", "lv":
		return pluralBaltic(lang, n)
	case "ga", "mt", "he", "ar":
		return pluralByCount(lang, n)
	case "ro":
		if hundred := n % 100; n == 0 || n != 1 && hundred >= 1 && hundred <= 19 {
			return 1
		}
		return 2 * one
	}
	return one
}

func pluralSlavic(lang string, n int) int {
	ten, hundred := n%10, n%100
	// few is for 2 to 4 of the last digit, but not of 12 to 14.
	few := ten >= 2 && ten <= 4 && (hundred < 12 || hundred > 14)
	switch lang {
	case "cs", "sk":
		few = n >= 2 && n <= 4
	case "sl":
		switch hundred {
		case 1:
			return 0
		case 2:
			return 1
		case 3, 4:
			return 2
		}
		return 3
	}
	one := n == 1
	if lang == "hr" || lang == "uk" {
		one = ten == 1 && hundred != 11
	}
	switch {
	case one:
		return 0
	case few:
		return 1
	}
	return 2
}

func pluralBaltic(lang string, n int) int {
	ten, teen := n%10, n%100 > 10 && n%100 < 20
	none, one, other := 0, 1, 2 // Latvian
	if lang == "lt" {
		none, one, other = 2, 0, 1
	}
	switch {
	case ten == 0 || teen:
		return none
	case ten == 1:
		return one
	}
	return other
}

// pluralByCount is for languages that have forms for 1, for 2 and for ranges above.
func pluralByCount(lang string, n int) int {
	hundred := n % 100
	switch {
	case lang == "ar":
		switch {
		case n <= 2:
			return n
		case hundred >= 3 && hundred <= 10:
			return 3
		case hundred >= 11:
			return 4
		}
		return 5
	case n == 1 || n == 2:
		return n - 1
	case lang == "he":
		return 2
	case lang == "ga":
		switch {
		case n >= 3 && n <= 6:
			return 2
		case n >= 7 && n <= 10:
			return 3
		}
		return 4
	case n == 0 || hundred >= 3 && hundred <= 10:
		return 2
	case hundred >= 11 && hundred <= 19:
		return 3
	}
	return 4
}

// Direction is how a language is written, as HTML's dir has it.
func Direction(lang string) string {
	switch lang[:min(2, len(lang))] {
	case "ar", "fa", "he":
		return "rtl"
	}
	return "ltr"
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
	before, after, found := ascii.Cut(text, mark)
	if !found {
		return text
	}
	return before + value + Fill(after, mark, value)
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
