package config

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/jsontext"
	"github.com/octroi-consent/octroi/engine/vendors"
)

// schema is the declaration's form. An object is {key type key type …}; "?" behind
// a key says that it may be missing; [type] is a list. The simple types are
//
//	s  a text                    i  an identifier
//	t  a text, or an object      g  a language tag
//	   with one per language     u  a link
//	l  the same, of links        b  true or false
//	a  a pattern of addresses    d  a duration
//	c  a cookie's name           k  another name
//	p  a path of this site       e  "ask" or "renew"
//	y  a first layer's layout    h  a theme's name
//	q  a colour                  n  a day
//	M  light or dark by what
//	f  a name of package vendors m  an object of identifiers
//	w  "report" or "block"       o  "ask" or "reload"
//	j  a worker's name           z  a part of a script's text
//	x  a cookie's domain
//	G  "refuse" or "ask"         D  the site's domain
//	v  one of [Enforcements]     r  signals, which [faults.signals] checks
//	U  "octroi" or "own"         E  a path of this site, or an https address
//
// One function reads it, so a new key costs its name and a letter.
const schema = `{name?i language?g unknown?w enforce?v onWithdraw?o ui?U layout?y tab?b theme?{name?h scheme?M light?{ink?q paper?q soft?q line?q accent?q onAccent?q} dark?{ink?q paper?q soft?q line?q accent?q onAccent?q}} lifetimes?{max?d onEnd?e} sessionIdle?d erase?{endpoint p} worker?{file p scope?p} receipts?{endpoint E} inherit?[{from f ids m cookie?c life?d}] app?{origins?[s] hash?b keys?m} signals?r debug?b site{name t domain?D controller s contact u authority?{name s url u}} ` +
	`policy{url l revision s updated?n} ` +
	`categories?[{id i label t text t required?b gpc?G renewAfter?d life?d onEnd?e}] ` +
	`services?[{id i category s name t provider s purpose t purposeId?s policy?l urls?[a] inline?[z] poster?p plays?b life?d onEnd?e ` +
	`cookies?[{name c life?d onEnd?e path?p domain?x httpOnly?b}] storage?[{name k life?d onEnd?e}] ` +
	`databases?[{name k life?d onEnd?e}] caches?[{name k life?d onEnd?e}] workers?[{name j life?d onEnd?e}]}]}`

// check compares a value (nil where it is missing) with the type at schema[i] and
// returns the index behind that type.
func (f *faults) check(v *jsontext.Value, path string, i int) int {
	switch schema[i] {
	case '{':
		return f.checkObject(v, path, i+1)
	case '[':
		if v != nil && v.Kind != jsontext.Array {
			f.add(path, notList, "")
			v = nil
		}
		if v != nil {
			for k := range v.Items {
				f.check(&v.Items[k], index(path, k), i+1)
			}
		}
		return skip(i + 1)
	}
	f.checkSimple(v, path, schema[i])
	return i + 1
}

func (f *faults) checkObject(v *jsontext.Value, path string, i int) int {
	if v == nil || v.Kind != jsontext.Object {
		f.add(path, notObject, "")
		return skip(i)
	}
	start, found := i, 0
	for schema[i] != '}' {
		key := keyAt(i)
		i += len(key)
		optional := schema[i] == '?'
		if optional || schema[i] == ' ' {
			i++
		}
		item := v.Get(key)
		if item != nil {
			found++
		}
		switch {
		case item == nil && optional:
			i = skipType(i)
		case item == nil && schema[i] != '{':
			f.add(path+"."+key, missing, "")
			i = skipType(i)
		default:
			i = f.check(item, path+"."+key, i)
		}
		if schema[i] == ' ' {
			i++
		}
	}
	if found < len(v.Keys) {
		f.unknown(v, path, start)
	}
	return i + 1
}

// unknown tells which keys of an object are not among those of the type at schema[i].
func (f *faults) unknown(v *jsontext.Value, path string, i int) {
	known := ""
	for schema[i] != '}' {
		key := keyAt(i)
		known += " " + key
		if i += len(key); schema[i] == '?' || schema[i] == ' ' {
			i++
		}
		if i = skipType(i); schema[i] == ' ' {
			i++
		}
	}
	for _, key := range v.Keys {
		if !word(known, key) && (key == "" || key[0] != '$') {
			f.add(path+"."+key, unknownKey, known)
		}
	}
}

// keyAt is the key that begins at schema[i].
func keyAt(i int) string {
	end := i
	for schema[end] >= 'A' && schema[end] <= 'z' && schema[end] != '[' {
		end++
	}
	return schema[i:end]
}

// skip returns the index behind the bracket that closes the one before i.
func skip(i int) int {
	for depth := 1; depth > 0; i++ {
		switch schema[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
	}
	return i
}

func skipType(i int) int {
	if c := schema[i]; c == '{' || c == '[' {
		return skip(i + 1)
	}
	return i + 1
}

// checkSimple compares a value with a simple type.
func (f *faults) checkSimple(v *jsontext.Value, path string, kind byte) {
	if kind == 'r' {
		return
	}
	if kind == 'b' {
		if v.Kind != jsontext.Bool {
			f.add(path, notBool, "")
		}
		return
	}
	if (kind == 't' || kind == 'l') && v.Kind == jsontext.Object {
		if len(v.Keys) == 0 {
			f.add(path, noLanguage, "")
		}
		one := byte('s')
		if kind == 'l' {
			one = 'u'
		}
		for k, lang := range v.Keys {
			f.language(lang, path+"."+lang)
			f.checkSimple(&v.Items[k], path+"."+lang, one)
		}
		return
	}
	if kind == 'm' && v.Kind == jsontext.Object {
		for k, name := range v.Keys {
			f.checkSimple(&v.Items[k], path+"."+name, 'i')
		}
		return
	}
	if v.Kind != jsontext.String || v.Text == "" || len(v.Text) > maxText {
		what := notText
		if v.Kind == jsontext.Number && kind == 'd' {
			what = notSpan
		}
		f.add(path, what, "")
		return
	}
	f.checkText(v.Text, path, kind)
}

// checkText compares a text with a simple type.
func (f *faults) checkText(s, path string, kind byte) {
	switch kind {
	case 'i':
		if !made(s, "-_") || len(s) > maxID {
			f.add(path, notID, "")
		}
	case 'g':
		f.language(s, path)
	case 'u', 'l':
		// Only these, so that no declared text can become a script (javascript:).
		if spaced(s) || !(ascii.HasPrefix(s, "https://") || ascii.HasPrefix(s, "http://") || s[0] == '/' || ascii.HasPrefix(s, "mailto:")) {
			f.add(path, notLink, "")
		}
	case 'a':
		if what, ok := address(s); !ok {
			f.add(path, what, s)
		}
	case 'x':
		if spaced(s) || !plain(s) {
			f.add(path, notAddress, s)
		}
	case 'c', 'k', 'j':
		if what, ok := named(s, kind); !ok {
			f.add(path, what, "")
		}
	case 'z':
		if what, ok := part(s); !ok {
			f.add(path, what, "")
		}
	case 'p':
		if !Path(s) {
			f.add(path, notPath, "")
		}
	case 'E':
		_, _, stars := ascii.Cut(s, "*")
		if _, ok := address(s); !Path(s) && (!ok || stars || !ascii.HasPrefix(s, "https://")) {
			f.add(path, notEndpoint, "")
		}
	case 'f':
		f.oneOf(s, path, vendors.Names())
	case 'm':
		f.add(path, notMapping, "")
	case 'y':
		f.oneOf(s, path, Layouts)
	case 'h':
		f.oneOf(s, path, Themes)
	case 'M':
		f.oneOf(s, path, Schemes)
	case 'q':
		if _, ok := luminance(s); !ok {
			f.add(path, notColour, "")
		}
	case 'n':
		if _, ok := calendar.ParseTime(s + "T00:00:00Z"); !ok {
			f.add(path, notDay, "")
		}
	case 'v':
		f.oneOf(s, path, Enforcements)
	case 'e':
		f.either(s, path, "ask", "renew", notEnd)
	case 'w':
		f.either(s, path, "report", "block", notUnknown)
	case 'D':
		if !made(s, "-.") || s[0] == '.' || s[len(s)-1] == '.' || ascii.Lower(s) != s {
			f.add(path, notDomain, "")
		}
	case 'G':
		f.either(s, path, "refuse", "ask", notObjection)
	case 'U':
		f.either(s, path, "octroi", "own", notInterface)
	case 'o':
		f.either(s, path, "ask", "reload", notReload)
	case 'd':
		if span, ok := calendar.ParseSpan(s); !ok {
			f.add(path, notSpan, "")
		} else if !span.WithinMax() {
			f.add(path, overLaw, "")
		}
	}
}

// Path reports whether s is a path of this site: browsers take "//" and "/\" for the
// beginning of another's address.
func Path(s string) bool {
	return ascii.HasPrefix(s, "/") && !ascii.HasPrefix(s, "//") && !ascii.HasPrefix(s, `/\`) && !spaced(s)
}

// oneOf checks that s is one of the words of a list.
func (f *faults) oneOf(s, path, list string) {
	if !word(list, s) {
		f.add(path, notOneOf, list)
	}
}

// either checks that s is one of two words.
func (f *faults) either(s, path, one, other string, what wrong) {
	if s != one && s != other {
		f.add(path, what, "")
	}
}

// language checks that tag looks like a BCP 47 tag. A language's own part has two or three
// letters; longer ones are reserved (RFC 5646, section 2.2.1).
func (f *faults) language(tag, path string) {
	own, _, _ := ascii.Cut(tag, "-")
	if !made(tag, "-") || len(own) < 2 || len(own) > 3 || len(tag) > 35 || tag[0] < 'A' || tag[1] < 'A' {
		f.add(path, notTag, "")
	}
}

// made reports whether s consists of letters, digits and what else may stand.
func made(s, besides string) bool {
	for i := range len(s) {
		c := s[i]
		if c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' {
			continue
		}
		for k := 0; ; k++ {
			if k == len(besides) {
				return false
			}
			if besides[k] == c {
				break
			}
		}
	}
	return s != ""
}

// word reports whether w is one of the words of a list.
func word(list, w string) bool {
	for one, rest := ascii.Word(list); one != ""; one, rest = ascii.Word(rest) {
		if one == w {
			return true
		}
	}
	return false
}

// plain reports whether s is ASCII.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func spaced(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] == 0x7f {
			return true
		}
	}
	return false
}
