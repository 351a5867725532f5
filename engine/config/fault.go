package config

import "github.com/octroi-consent/octroi/engine/jsontext"

// Fault is one thing wrong in a declaration.
type Fault struct {
	Path   string // as in JavaScript: $.services[2].cookies[0].life
	Reason string // what is wrong
	Right  string // what would be right
}

// String is the sentence for the console.
func (f *Fault) String() string { return f.Path + ": " + f.Reason + "; " + f.Right }

// reader walks a parsed declaration and gathers its faults. It stands at one
// object, whose path it knows.
type reader struct {
	path   string
	at     *jsontext.Value
	faults []Fault
	ids    []string // taken so far
}

// fault notes what is wrong with one key of the object, or with the object itself
// where key is empty.
func (r *reader) fault(key, reason, right string) {
	path := r.path
	if key != "" {
		path += "." + key
	}
	r.faults = append(r.faults, Fault{path, reason, right})
}

// enter stands at another object and checks that its keys are all among known, a
// list divided by spaces; keys that start with $ are for editors.
func (r *reader) enter(path string, v *jsontext.Value, known string) {
	r.path, r.at = path, v
	if v == nil || v.Kind != jsontext.Object {
		r.fault("", "no object here", "write { … }")
		r.at = nil
		return
	}
	for _, key := range v.Keys {
		if !word(known, key) && (key == "" || key[0] != '$') {
			r.fault(key, "unknown key", "known here: "+known)
		}
	}
}

// word reports whether w is one of the words of a list divided by spaces.
func word(list, w string) bool {
	for start := 0; start < len(list); {
		end := start
		for end < len(list) && list[end] != ' ' {
			end++
		}
		if list[start:end] == w {
			return true
		}
		start = end + 1
	}
	return false
}

// need reads a string that must be there.
func (r *reader) need(key string) string {
	if r.at != nil && r.at.Get(key) == nil {
		r.fault(key, "missing", "give it a text")
	}
	return r.str(key)
}

// str reads a string of 1 to maxText bytes, "" where there is none.
func (r *reader) str(key string) string {
	item := r.at.Get(key)
	if item == nil {
		return ""
	}
	if item.Kind != jsontext.String || item.Text == "" || len(item.Text) > maxText {
		r.fault(key, "not a text of 1 to 4000 bytes", `write "…"`)
		return ""
	}
	return item.Text
}

// text reads a string, or an object with one string for each language.
func (r *reader) text(key string) (t Text) {
	item := r.at.Get(key)
	if item == nil || item.Kind != jsontext.Object {
		if s := r.need(key); s != "" {
			t = Text{{"", s}}
		}
		return t
	}
	path, at := r.path, r.at
	r.path, r.at = path+"."+key, item
	for _, lang := range item.Keys {
		r.language(lang, lang)
		t = append(t, Translation{lang, r.str(lang)})
	}
	if t == nil {
		r.fault("", "no language", `write {"en": "…"}`)
	}
	r.path, r.at = path, at
	return t
}

// language checks that tag looks like a BCP 47 tag.
func (r *reader) language(key, tag string) {
	ok := len(tag) >= 2 && len(tag) <= 35
	for i := range len(tag) {
		c := tag[i]
		ok = ok && (c|0x20 >= 'a' && c|0x20 <= 'z' || i > 1 && (c == '-' || c >= '0' && c <= '9'))
	}
	if !ok {
		r.fault(key, "not a language tag", `write one as "en" or "pt-BR"`)
	}
}

func (r *reader) list(key string) []jsontext.Value {
	item := r.at.Get(key)
	if item == nil {
		return nil
	}
	if item.Kind != jsontext.Array {
		r.fault(key, "not a list", "write [ … ]")
	}
	return item.Items
}

// links checks that a text is a link in each language: only http, https, mailto
// and paths, so that no declared text can become a script (javascript:).
func (r *reader) links(key string, t Text) Text {
	for i := range t {
		r.link(key, t[i].Text)
	}
	return t
}

func (r *reader) link(key, s string) string {
	if s != "" && (spaced(s) || !(has(s, "https://") || has(s, "http://") || s[0] == '/' || has(s, "mailto:"))) {
		r.fault(key, "not a link", "start it with https://, mailto: or /")
	}
	return s
}

func has(s, prefix string) bool { return len(s) >= len(prefix) && s[:len(prefix)] == prefix }

// identifier checks letters, digits, "-" and "_".
func (r *reader) identifier(key, s string) string {
	ok := len(s) <= maxID
	for i := range len(s) {
		c := s[i]
		ok = ok && (c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_')
	}
	if !ok {
		r.fault(key, "not an identifier", `use 1 to 64 letters, digits, "-" or "_"`)
	}
	return s
}

func spaced(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] == 0x7f {
			return true
		}
	}
	return false
}
