package receipts

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/octroi-consent/octroi/engine/jsontext"
)

// longest is how long what is chosen may hold: 13 months, and some days for months of other lengths.
const longest = 400 * 24 * time.Hour

// members are those of a receipt, in the order in which the engine writes them.
var members = []string{"format", "id", "at", "until", "host", "octroi", "declaration", "texts", "language", "layout", "layer", "method", "granted"}

// Parse reads a receipt. It has to have each member of format 1, once, and no other; their order
// and blanks between them are free. Its errors are one sentence each, and have nothing of the body
// in them.
func Parse(body []byte) (Receipt, error) {
	text := string(body)
	if r, ok := scan(text); ok {
		return r, nil
	}
	var r Receipt
	v, fault := jsontext.Parse(text)
	if fault != nil {
		if strings.HasPrefix(fault.Reason, "the name ") {
			return r, fmt.Errorf("byte %d: a name stands twice in one object; each stands once", fault.Offset)
		}
		return r, fmt.Errorf("byte %d: this is no JSON: %s", fault.Offset, fault.Reason)
	}
	if v.Kind != jsontext.Object {
		return r, errors.New("a receipt is a JSON object, and this is something else")
	}
	for i, key := range v.Keys {
		if !slices.Contains(members, key) {
			return r, fmt.Errorf("member %d: a receipt has no such member; it has %s", i+1, strings.Join(members, ", "))
		}
	}
	if f := v.Get("format"); f == nil || f.Kind != jsontext.Number || f.Text != "1" {
		return r, errors.New("format: it is not 1; format 1 is what this version reads")
	}
	r.Format = Format
	for _, name := range members[1 : len(members)-1] {
		m := v.Get(name)
		if m == nil {
			return Receipt{}, fmt.Errorf("%s: it is missing; a receipt has %s", name, strings.Join(members, ", "))
		}
		if m.Kind != jsontext.String {
			return Receipt{}, fmt.Errorf("%s: it is no string; a receipt has one here", name)
		}
		if right := r.read(name, m.Text); right != "" {
			return Receipt{}, fmt.Errorf("%s: it is not %s", name, right)
		}
	}
	if !r.ends() {
		return Receipt{}, errors.New("until: it is not between at and 13 months after it")
	}
	if err := r.readGranted(v.Get("granted")); err != nil {
		return Receipt{}, err
	}
	return r, nil
}

// ends says whether a choice ends within the time that one may hold.
func (r *Receipt) ends() bool {
	return r.Until >= r.At && r.Until.Time().Sub(r.At.Time()) <= longest
}

// scan reads a receipt as the engine writes it, in a quarter of the time. It says no to everything
// else, of which Parse then finds out what it is.
func scan(text string) (r Receipt, ok bool) {
	rest, ok := strings.CutPrefix(text, `{"format":1`)
	for _, name := range members[1 : len(members)-1] {
		if ok {
			rest, ok = strings.CutPrefix(rest, `,"`+name+`":"`)
		}
		value, after, more := strings.Cut(rest, `"`)
		if !ok || !more || r.read(name, value) != "" {
			return Receipt{}, false
		}
		rest = after
	}
	if rest, ok = strings.CutPrefix(rest, `,"granted":{`); !ok || !r.ends() {
		return Receipt{}, false
	}
	r.Format, r.Granted = Format, []Category{}
	for rest != "}}" {
		if len(r.Granted) > 0 {
			rest, ok = strings.CutPrefix(rest, ",")
		}
		c := Category{}
		if !ok || !c.scan(&rest) || slices.ContainsFunc(r.Granted, func(before Category) bool { return before.ID == c.ID }) {
			return Receipt{}, false
		}
		r.Granted = append(r.Granted, c)
	}
	return r, true
}

// scan reads a category, and goes on to what follows it.
func (c *Category) scan(rest *string) (ok bool) {
	if c.ID, ok = scanID(rest); !ok {
		return false
	}
	if *rest, ok = strings.CutPrefix(*rest, ":"); !ok {
		return false
	}
	if after, is := strings.CutPrefix(*rest, "false"); is {
		*rest = after
		return true
	}
	if after, is := strings.CutPrefix(*rest, "true"); is {
		*rest, c.Whole = after, true
		return true
	}
	if after, is := strings.CutPrefix(*rest, `"`); is {
		c.Marks, *rest, ok = strings.Cut(after, `"`)
		return ok && isMarks(c.Marks)
	}
	for mark := "["; ; mark = "," {
		if *rest, ok = strings.CutPrefix(*rest, mark); !ok {
			return false
		}
		id, is := scanID(rest)
		if !is || slices.Contains(c.Services, id) {
			return false
		}
		c.Services = append(c.Services, id)
		if after, end := strings.CutPrefix(*rest, "]"); end {
			*rest = after
			return true
		}
	}
}

// scanID reads an id in quotes, and goes on to what follows it.
func scanID(rest *string) (id string, ok bool) {
	after, ok := strings.CutPrefix(*rest, `"`)
	id, after, more := strings.Cut(after, `"`)
	*rest = after
	return id, ok && more && isName(id)
}

// read takes one member that is a string; it returns what would be right where it is not.
func (r *Receipt) read(name, text string) (right string) {
	var ok bool
	switch name {
	case "id":
		r.ID, ok, right = text, IsID(text), "a UUID of version 4 in lower case"
	case "at":
		r.At, ok, right = readMinute(text)
	case "until":
		r.Until, ok, right = readMinute(text)
	case "host":
		r.Host, ok, right = text, len(text) <= 253 && only(text, &inHosts), "a host in lower case, of at most 253 characters"
	case "octroi":
		r.Octroi, ok, right = text, text != "" && len(text) <= 32 && only(text, &inVersions), "a version, as 2.0.0"
	case "declaration":
		r.Declaration, ok, right = readHash(text)
	case "texts":
		r.Texts, ok, right = readHash(text)
	case "language":
		r.Language, ok, right = text, len(text) >= 2 && len(text) <= 35 && only(text[:2], &inLetters) && only(text, &inTags), "a language's tag, as fr or pt-BR"
	case "layout":
		r.Layout = text
		return among(Layouts, text)
	case "layer":
		r.Layer = text
		return among(Layers, text)
	case "method":
		r.Method = text
		return among(Methods, text)
	}
	if ok {
		return ""
	}
	return right
}

// readGranted takes what was chosen.
func (r *Receipt) readGranted(v *jsontext.Value) error {
	if v == nil || v.Kind != jsontext.Object {
		return errors.New("granted: it is no object; a receipt has one here, of categories")
	}
	r.Granted = make([]Category, len(v.Keys))
	for i, key := range v.Keys {
		c, is := &r.Granted[i], &v.Items[i]
		if c.ID = key; !isName(key) {
			return fmt.Errorf("granted, category %d: its id is not of 1 to 64 letters, digits, - and _", i+1)
		}
		if is.Kind == jsontext.Bool {
			c.Whole = is.Text == "true"
			continue
		}
		if is.Kind == jsontext.String && isMarks(is.Text) {
			c.Marks = is.Text
			continue
		}
		if is.Kind != jsontext.Array || len(is.Items) == 0 {
			return fmt.Errorf("granted, category %d: it is neither true nor false nor a list of services nor marks of them", i+1)
		}
		for k := range is.Items {
			id := &is.Items[k]
			if id.Kind != jsontext.String || !isName(id.Text) || slices.Contains(c.Services, id.Text) {
				return fmt.Errorf("granted, category %d, service %d: it is not an id of 1 to 64 letters, digits, - and _ that the list has once", i+1, k+1)
			}
			c.Services = append(c.Services, id.Text)
		}
	}
	return nil
}

// JSON writes a receipt as the engine does: in the order of its members, without blanks.
func (r *Receipt) JSON() []byte {
	var w jsontext.Writer
	w.Put(`{"format":1,"id":%,"at":%,"until":%,"host":%,"octroi":%,"declaration":%,"texts":%,"language":%,"layout":%,"layer":%,"method":%,"granted":{`,
		r.ID, r.At.String(), r.Until.String(), r.Host, r.Octroi, r.Declaration.String(), r.Texts.String(), r.Language, r.Layout, r.Layer, r.Method)
	for i := range r.Granted {
		c := &r.Granted[i]
		w.Next()
		w.Quote(c.ID)
		switch {
		case c.Whole:
			w.Raw(":true")
		case c.Marks != "":
			w.Put(":%", c.Marks)
		case len(c.Services) == 0:
			w.Raw(":false")
		default:
			w.Raw(":[")
			for _, id := range c.Services {
				w.Next()
				w.Quote(id)
			}
			w.Byte(']')
		}
	}
	w.Raw("}}")
	return w.B
}

// characters are a set of bytes.
type characters [256]bool

func charactersOf(text string) (set characters) {
	for _, c := range []byte(text) {
		set[c] = true
	}
	return set
}

const (
	lower   = "abcdefghijklmnopqrstuvwxyz"
	letters = lower + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits  = "0123456789"
)

var (
	inLetters  = charactersOf(letters)
	inHosts    = charactersOf(lower + digits + ".-_:[]")
	inVersions = charactersOf(letters + digits + ".+-")
	inTags     = charactersOf(letters + digits + "-")
	inNames    = charactersOf(letters + digits + "-_")
	inMarks    = charactersOf(digits + "abcdef")
)

// isMarks says whether a text is marks of services, of which at least one is granted.
func isMarks(text string) bool { return strings.Trim(text, "0") != "" && only(text, &inMarks) }

// only says whether a text has no other bytes than these.
func only(text string, set *characters) bool {
	for _, c := range []byte(text) {
		if !set[c] {
			return false
		}
	}
	return true
}

// isName says whether a text can be the id of a category or service.
func isName(text string) bool {
	return text != "" && len(text) <= 64 && only(text, &inNames)
}

// among is "" where a text is one of these words, else what would be right.
func among(words []string, text string) string {
	if slices.Contains(words, text) {
		return ""
	}
	return "one of " + strings.Join(words, ", ")
}

// IsID says whether a text is a random UUID, version 4, in lower case.
func IsID(text string) bool {
	if len(text) != 36 || text[14] != '4' || !strings.Contains("89ab", text[19:20]) {
		return false
	}
	for i, c := range []byte(text) {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
		} else if !isDigit(c) {
			return false
		}
	}
	return true
}

// isDigit says whether a byte is a digit of lower-case hex.
func isDigit(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' }

// isHash says whether a text is 64 digits of lower-case hex.
func isHash(text string) bool {
	for _, c := range []byte(text) {
		if !isDigit(c) {
			return false
		}
	}
	return len(text) == 64
}

func readHash(text string) (h Hash, ok bool, right string) {
	h, err := ParseHash(text)
	return h, err == nil, "a SHA-256 in 64 digits of lower-case hex"
}

func readMinute(text string) (m Minute, ok bool, right string) {
	m, err := ParseMinute(text)
	return m, err == nil, "a minute, as 2026-11-27T17:33Z"
}

// ParseMinute reads a minute as receipts write it: 2026-11-27T17:33Z.
func ParseMinute(text string) (Minute, error) {
	t, err := time.Parse(minuteForm, text)
	if m := MinuteOf(t); err == nil && m.String() == text && t.Year() >= 1970 {
		return m, nil
	}
	return 0, errors.New("no minute; one is written as 2026-11-27T17:33Z")
}
