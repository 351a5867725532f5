package rewrite

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/internal/loads"
)

const (
	maxInside = 5       // how deep documents within documents are judged; a deeper one is held
	maxData   = 1 << 20 // the longest document or sheet in an address that is read, in bytes
	maxKnown  = 1 << 10 // how many verdicts on addresses are remembered
)

// verdict is what is held, and for whom.
type verdict struct {
	held bool
	ids  []string // services that all have to be granted; none where nobody declares it
}

// add takes in another verdict.
func (v *verdict) add(other verdict) {
	v.held = v.held || other.held
	for _, id := range other.ids {
		if !slices.Contains(v.ids, id) {
			v.ids = append(v.ids, id)
		}
	}
}

func (v *verdict) names() string { return strings.Join(v.ids, " ") }

// judge says of addresses and scripts whose they are, and whether they are held, by the engine's
// own rules. It is one document's.
type judge struct {
	c     *config.Config
	index *gate.Index // no two goroutines may use it
	open  config.Grants
	page  address // of the document
	base  address // that relative addresses begin from
	based bool    // the document has told its base
	own   string  // host of the site's own
	local bool    // a service that is not open has paths of the site's own
	parts []part  // of inline scripts of services that are not open
	known map[string]verdict
	depth int
	text  func([]byte) []byte // decodes what is not ASCII
}

// part is one by which an inline script is known, and the service that declares it.
type part struct{ text, id string }

// address judges one that something loads from.
func (j *judge) address(text string) verdict {
	if v, known := j.known[text]; known {
		return v
	}
	v := j.judged(text)
	if len(j.known) < maxKnown && len(text) < 500 {
		j.known[text] = v
	}
	return v
}

func (j *judge) judged(text string) (v verdict) {
	var u gate.URL // what is no address is nobody's
	own := false
	if to, ok := resolve(text, &j.base); ok {
		u = gate.ParseURL(to.String())
		own = to.host != "" && to.host == j.own && to.scheme != "ftp"
	}
	if own && !j.local {
		return v
	}
	found := gate.Access(j.c, j.index, j.open, &u, own)
	if found.Verdict == gate.Allow || found.Verdict == gate.Unknown && (!j.c.Block || isOctroi(text)) {
		return v
	}
	v.add(verdict{held: true, ids: strings.Fields(found.IDs)})
	return v
}

// isOctroi reports whether an address is of a file of Octroi itself, which nobody declares.
func isOctroi(address string) bool {
	address, _, _ = strings.Cut(address, "?")
	address, _, _ = strings.Cut(address, "#")
	file := address[strings.LastIndexByte(address, '/')+1:]
	return strings.HasPrefix(file, "octroi.") && strings.HasSuffix(file, ".js")
}

// plain reports whether a value is an address of the site's own that belongs to no service,
// without reading all of it: most are.
func (j *judge) plain(raw []byte) bool {
	if j.local || j.based || len(raw) == 0 {
		return len(raw) == 0
	}
	if c := raw[0]; c <= ' ' || c == '\\' || c == '/' && len(raw) > 1 && (raw[1] == '/' || raw[1] == '\\' || raw[1] <= ' ' || raw[1] == '&') {
		return false
	}
	if raw[0] == '/' {
		return true
	}
	for _, c := range raw {
		switch {
		case c == '/' || c == '?' || c == '#':
			return true
		case c == ':' || c == '&' || c <= ' ':
			return false
		}
	}
	return true
}

// plainSet reports the same of a set of sources. What stands between two blanks or commas is an
// address, a part of one, or no address.
func (j *judge) plainSet(raw []byte) bool {
	from := 0
	for i, c := range raw {
		if isSpace(c) || c == ',' {
			if i > from && !j.plain(raw[from:i]) {
				return false
			}
			from = i + 1
		}
	}
	return j.plain(raw[from:])
}

// inline judges the text of a script that runs it.
func (j *judge) inline(kind, text string) (v verdict) {
	var all []string
	switch kind {
	case "importmap":
		all = mapped(text)
	case "speculationrules":
		all = speculated(text)
	default:
		all = imports(text)
		for _, p := range j.parts {
			if strings.Contains(text, p.text) {
				v.add(verdict{held: true, ids: []string{p.id}})
			}
		}
	}
	for _, one := range all {
		v.add(j.address(one))
	}
	return v
}

// declaring are all services that know scripts by their text, and are not open.
func (j *judge) declaring() (v verdict) {
	for _, p := range j.parts {
		v.add(verdict{held: true, ids: []string{p.id}})
	}
	return v
}

// carries reports whether elements run or show what an address itself carries.
func carries(tag string) bool { return tag == "script" || tag == "link" || frames(tag) }

// frames reports whether elements show documents.
func frames(tag string) bool {
	switch tag {
	case "iframe", "frame", "portal", "embed", "object":
		return true
	}
	return false
}

// tame are types of which nothing runs.
var tame = regexp.MustCompile(`(?i)^(?:image/([^s]|s[^v])|video|audio|text/([^hx]|h[^t]|x[^m])|font)`)

// source judges the value of an attribute by which an element loads.
func (j *judge) source(tag string, row *loads.Row, value string, other func(string) string) (v verdict) {
	switch row.Kind {
	case loads.Document:
		return j.document(value, false)
	case loads.Base:
		return j.address(value)
	}
	for _, one := range row.Addresses(value, other) {
		v.add(j.address(one))
		if carries(tag) {
			v.add(j.content(tag, one, other))
		}
	}
	return v
}

// content judges what an address itself carries.
func (j *judge) content(tag, text string, other func(string) string) verdict {
	scheme, rest, _ := cutScheme(strings.Trim(text, controls))
	switch scheme {
	case "javascript":
		if frames(tag) {
			return j.all(spoken(decoded(rest)))
		}
	case "data":
		kind, content, ok := dataOf(rest)
		if !ok {
			return verdict{held: true}
		}
		switch {
		case tag == "script":
			return j.inline(scriptType(other("type")), content)
		case tag == "link":
			return j.sheet(content)
		case !tame.MatchString(kind):
			return j.document(content, true)
		}
	}
	return verdict{}
}

func (j *judge) all(addresses []string) (v verdict) {
	for _, one := range addresses {
		v.add(j.address(one))
	}
	return v
}

// sheet judges the addresses in a style sheet.
func (j *judge) sheet(css string) (v verdict) {
	styled(css, func(address string, _ bool) (string, bool) {
		if address != "" && address[0] != '#' {
			v.add(j.address(address))
		}
		return "", false
	})
	return v
}

var sheetInstruction = regexp.MustCompile(`(?i)<\?xml-stylesheet[^>]*?href\s*=\s*["']([^"'>]*)`)

// document judges all that a document within this one loads. The calls of scripts in one without
// hooks nobody sees: there all addresses in their texts count.
func (j *judge) document(markup string, unhooked bool) (v verdict) {
	if j.depth >= maxInside {
		return verdict{held: true}
	}
	inner := *j
	inner.depth++
	inner.known = map[string]verdict{}
	inner.based = false
	inner.text = nil
	m := machine{judge: &inner, tree: newTree(), only: &v}
	m.whole([]byte(markup))
	if unhooked {
		if found := sheetInstruction.FindStringSubmatch(markup); found != nil {
			v.add(inner.address(found[1]))
		}
		v.add(inner.all(spoken(markup)))
		v.add(inner.all(written.FindAllString(markup, -1)))
	}
	return v
}

// dataOf reads what a data: URL carries, from behind its scheme (WHATWG Fetch, section 6).
func dataOf(rest string) (kind, content string, ok bool) {
	if len(rest) > maxData {
		return "", "", false
	}
	rest, _, _ = strings.Cut(rest, "#")
	kind, content, ok = strings.Cut(rest, ",")
	if !ok {
		return "", "", true // no browser makes anything of it
	}
	content = decoded(content)
	kind = strings.TrimSpace(kind)
	if i := strings.LastIndexByte(kind, ';'); i >= 0 && lower(strings.TrimSpace(kind[i+1:])) == "base64" {
		kind = kind[:i]
		content = strings.NewReplacer(" ", "", "\n", "", "\t", "", "\r", "", "\f", "").Replace(content)
		b, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(content, "="))
		if err != nil {
			return "", "", false
		}
		content = string(b)
	}
	return kind, content, true
}

// css returns the address that stands in the place of one in CSS, and whether one does. What is
// held is remembered in v.
func (j *judge) css(v *verdict) func(string, bool) (string, bool) {
	return func(address string, imported bool) (string, bool) {
		if address == "" || address[0] == '#' || strings.HasPrefix(address, blankAddress) {
			return "", false
		}
		if j.text != nil {
			address = string(j.text([]byte(address)))
		}
		found := j.address(address)
		if found.held {
			v.add(found)
			return blankAddress + component(address), true
		}
		if scheme, rest, _ := cutScheme(strings.Trim(address, controls)); imported && scheme == "data" {
			_, content, ok := dataOf(rest)
			if !ok {
				v.held = true
				return blankAddress + component(address), true
			}
			if now := styled(content, j.css(v)); now != content {
				return "data:text/css;charset=utf-8," + component(now), true
			}
		}
		return "", false
	}
}

// component encodes a text as JavaScript's encodeURIComponent does.
func component(text string) string {
	const plain, hex = "-_.!~*'()", "0123456789ABCDEF"
	text = strings.ToValidUTF8(text, "\ufffd")
	b := make([]byte, 0, len(text)+24)
	for i := range len(text) {
		if c := text[i]; c < 0x80 && isLetter(c) || '0' <= c && c <= '9' || strings.IndexByte(plain, c) >= 0 {
			b = append(b, c)
		} else {
			b = append(b, '%', hex[c>>4], hex[c&15])
		}
	}
	return string(b)
}

// executable are the types of script that run, or say what others do (HTML, "prepare the script
// element").
var executable = strings.Fields(`application/ecmascript application/javascript application/x-ecmascript application/x-javascript text/ecmascript
	text/javascript text/javascript1.0 text/javascript1.1 text/javascript1.2 text/javascript1.3 text/javascript1.4 text/javascript1.5 text/jscript
	text/livescript text/x-ecmascript text/x-javascript module importmap speculationrules`)

// scriptType is a script's type as it is compared; "" where it runs as a classic script without
// one.
func scriptType(kind string) string {
	kind, _, _ = strings.Cut(lower(strings.Trim(kind, "\t\n\f\r ")), ";")
	return strings.TrimRight(kind, " ")
}

// runs reports whether a script of a type runs.
func runs(kind string) bool { return kind == "" || slices.Contains(executable, kind) }
