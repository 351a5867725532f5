package rewrite

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// blankAddress begins the address that stands for one that is held: it loads nothing and carries
// the real one, which web/intercept/style-texts.js puts back once that is granted.
const blankAddress = "about:invalid#octroi-"

// maxToken is the longest token of CSS that is read whole, in bytes.
const maxToken = 1 << 18

// sheet reads CSS as a browser does, and as web/core/css.js reads it in the page: CSS Syntax
// Module Level 3, section 4. It finds the addresses, and what is to stand in their place. The
// text may come in parts.
type sheet struct {
	// change returns the address that replaces another, and whether one does. Imported tells that
	// it is of a style sheet.
	change func(address string, imported bool) (string, bool)

	css   string
	at    int
	whole bool // nothing follows
	short bool // more has to come before the token can be read

	edits []edit

	brackets []bracket // that are open
	every    bool      // any string outside of brackets is an address
	named    bool      // a custom property begins where a colon follows
	custom   int       // one more than the depth of the custom property around; 0 outside
	rule     string    // name of the rule that begins here, until its block or end, or its address

	skip byte // within a token too long to be read: ends the comment ('*'), string or address (')')
	drop bool // what is skipped does not stand in the output
}

type bracket struct {
	closer  byte
	strings bool // in it are addresses
}

// edit is a part of a text, and what replaces it.
type edit struct {
	from, to int
	text     string
	address  string // that has been replaced, in CSS
}

var addressFunctions = map[string]bool{
	"url": true, "src": true, "image": true, "image-set": true, "-webkit-image-set": true,
	"type": false, "format": false, "tech": false, "integrity": false,
}

// mayLoad reports whether CSS may have an address: most has none.
func mayLoad(css []byte) bool {
	for i, c := range css {
		switch c {
		case '"', '\'', '\\':
			return true
		case '(':
			if i >= 3 && fold(css[i-3:i], "url") {
				return true
			}
		}
	}
	return false
}

// styled returns CSS with its held addresses replaced.
func styled(css string, change func(string, bool) (string, bool)) string {
	if !mayLoad([]byte(css)) {
		return css
	}
	s := sheet{change: change}
	s.read(css, true)
	return edited(css, s.edits)
}

// edited makes edits in a text.
func edited(text string, edits []edit) string {
	if len(edits) == 0 {
		return text
	}
	var b strings.Builder
	at := 0
	for _, e := range edits {
		b.WriteString(text[at:e.from])
		b.WriteString(e.text)
		at = e.to
	}
	b.WriteString(text[at:])
	return b.String()
}

// read reads on; it returns how much it has read, and leaves in s.edits what is to be changed in
// that. What it has not read has to come again, with more.
func (s *sheet) read(css string, whole bool) int {
	s.css, s.at, s.whole, s.edits = css, 0, whole, s.edits[:0]
	for s.at < len(css) {
		if s.skip != 0 {
			if !s.skipOn() {
				break
			}
			continue
		}
		from, before := s.at, s.state()
		edits := len(s.edits)
		s.short = false
		s.token()
		if s.at-from >= maxToken || s.short && len(css)-from >= maxToken {
			s.restore(from, before)
			s.edits = s.edits[:edits]
			s.long()
		} else if s.short && !whole {
			s.restore(from, before)
			s.edits = s.edits[:edits]
			break
		}
	}
	return s.at
}

type sheetState struct {
	depth  int
	named  bool
	custom int
	rule   string
}

func (s *sheet) state() sheetState { return sheetState{len(s.brackets), s.named, s.custom, s.rule} }

func (s *sheet) restore(at int, state sheetState) {
	// What was closed in between is still there: only the last bracket can have been.
	s.at, s.brackets, s.named, s.custom, s.rule = at, s.brackets[:state.depth], state.named, state.custom, state.rule
}

// next is the byte where the reader stands, 0 at the end.
func (s *sheet) next() byte { return s.peek(0) }

// peek is a byte further on, 0 behind the end, of which no more may be known yet.
func (s *sheet) peek(n int) byte {
	if s.at+n < len(s.css) {
		return s.css[s.at+n]
	}
	s.short = true
	return 0
}

func (s *sheet) token() {
	c := s.css[s.at]
	switch {
	case isSpace(c):
		s.at++
	case c == '/' && s.peek(1) == '*':
		end := strings.Index(s.css[s.at+2:], "*/")
		if end < 0 {
			s.short = true
			s.at = len(s.css)
			return
		}
		s.at += end + 4
	case c == ':':
		s.at++
		if s.named && s.custom == 0 {
			s.custom = len(s.brackets) + 1
		}
		s.named = false
	case c == '\\' || inName(c):
		s.readName()
	default:
		s.named = false
		switch c {
		case '"', '\'':
			s.quoted(c)
		case '#', '@':
			s.at++
			name := lower(s.text(endsName, false))
			if c == '@' {
				s.rule = name
			}
		case '<':
			if strings.HasPrefix(s.css[s.at:], "<!--") {
				s.at += 4
				return
			}
			s.short = s.short || len(s.css)-s.at < 4
			s.punctuation(c)
		default:
			s.punctuation(c)
		}
	}
}

func inName(c byte) bool {
	return c >= 0x80 || c == 0 || c == '-' || c == '_' || c == '\\' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

func endsName(c byte) bool { return !inName(c) }

func endsURL(c byte) bool {
	return isSpace(c) || c == '"' || c == '\'' || c == '(' || c == ')' || c >= 1 && c <= 8 || c == '\v' || c >= 0x0e && c <= 0x1f || c == 0x7f
}

func isLine(c byte) bool { return c == '\n' || c == '\r' || c == '\f' }

// text reads up to a byte that ends the token, and resolves escapes. In a string a backslash may
// go on in the next line.
func (s *sheet) text(ends func(byte) bool, isString bool) string {
	from := s.at
	var b strings.Builder
	for s.at < len(s.css) {
		c := s.css[s.at]
		switch {
		case c == '\\':
			after := s.peek(1)
			isLast := s.at+1 >= len(s.css)
			if !isLast && isLine(after) && !isString {
				b.WriteString(s.css[from:s.at])
				return b.String()
			}
			b.WriteString(s.css[from:s.at])
			s.at++
			if !isLast && isLine(after) {
				if after == '\r' && s.peek(1) == '\n' {
					s.at++
				}
				s.at++
			} else {
				b.WriteString(s.escape())
			}
			from = s.at
			continue
		case ends(c):
			b.WriteString(s.css[from:s.at])
			return b.String()
		}
		s.at++
	}
	s.short = true
	b.WriteString(s.css[from:])
	return b.String()
}

// escape reads an escape from behind its backslash (section 4.3.7).
func (s *sheet) escape() string {
	n := 0
	for n < 6 && isHex(s.peek(n)) {
		n++
	}
	if n == 0 {
		if s.at >= len(s.css) {
			return "\ufffd"
		}
		_, size := utf8.DecodeRuneInString(s.css[s.at:])
		s.at += size
		return s.css[s.at-size : s.at]
	}
	value, _ := strconv.ParseUint(s.css[s.at:s.at+n], 16, 32)
	s.at += n
	if s.next() == '\r' && s.peek(1) == '\n' {
		s.at++
	}
	if s.at < len(s.css) && isSpace(s.css[s.at]) {
		s.at++
	}
	if value == 0 || value > utf8.MaxRune || value >= 0xd800 && value <= 0xdfff {
		return "\ufffd"
	}
	return string(rune(value))
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

// strings reports whether a string here is an address.
func (s *sheet) strings() bool {
	if n := len(s.brackets); n > 0 {
		return s.brackets[n-1].strings
	}
	return s.every
}

func (s *sheet) open(closer byte, strings bool) {
	s.at++
	if len(s.brackets) < deepest {
		s.brackets = append(s.brackets, bracket{closer, strings})
	}
}

// readName reads a name, the beginning of a function, or an address without quotes.
func (s *sheet) readName() {
	from := s.at
	name := s.text(endsName, false)
	if s.at == from {
		s.at++ // a backslash at a line's end
	}
	dashed := strings.HasPrefix(name, "--")
	called := s.next() == '('
	low := lower(name)
	s.named = !called && (dashed || low == "result" || low == "initial-value")
	if !called {
		return
	}
	in, known := addressFunctions[low]
	if !known {
		in = s.strings()
	}
	if low != "url" {
		s.open(')', dashed || in)
		return
	}
	s.at++
	for s.at < len(s.css) && isSpace(s.css[s.at]) {
		s.at++
	}
	if c := s.next(); c == '"' || c == '\'' {
		s.at--
		s.open(')', true)
		return
	}
	s.plainAddress(from)
}

// plainAddress reads an address without quotes (section 4.3.6), from behind its bracket.
func (s *sheet) plainAddress(from int) {
	address := s.text(endsURL, false)
	for s.at < len(s.css) && isSpace(s.css[s.at]) {
		s.at++
	}
	ended := s.at >= len(s.css)
	if ended || s.css[s.at] == ')' {
		if ended {
			s.short = true
		} else {
			s.at++
		}
		s.judge(from, address, true, !ended)
		return
	}
	// A bad address loads nothing, and goes up to the next bracket (section 4.3.14).
	for ; s.at < len(s.css) && s.css[s.at] != ')'; s.at++ {
		if s.css[s.at] == '\\' && s.at+1 < len(s.css) && !isLine(s.css[s.at+1]) {
			s.at++
		}
	}
	if s.at++; s.at > len(s.css) {
		s.at = len(s.css)
		s.short = true
	}
}

func (s *sheet) quoted(mark byte) {
	from := s.at
	s.at++
	address := s.text(func(c byte) bool { return c == mark || isLine(c) }, true)
	closed := s.at < len(s.css) && s.css[s.at] == mark
	if closed {
		s.at++
	}
	// A line's end makes a bad string, which is no address; the text's end closes a string
	// (section 4.3.5).
	if (closed || s.at == len(s.css)) && (s.rule == "import" || s.custom > 0 || s.strings()) {
		s.judge(from, address, false, closed)
	}
}

// judge judges an address that has just been read. In a custom property one that the text's end
// leaves open is closed, or it would go on where the property is used.
func (s *sheet) judge(from int, address string, whole, closed bool) {
	if s.rule == "namespace" || s.short && !s.whole {
		return // only a name, or not all of it
	}
	imported := s.rule == "import"
	if imported {
		s.rule = ""
	}
	now, changed := s.change(address, imported)
	was := address
	if !changed {
		if closed || s.custom == 0 && !s.every {
			return
		}
		now, was = address, ""
	}
	text := quotedCSS(now)
	if whole {
		// It keeps its form: where a text is no CSS, browsers skip more behind url("…") than behind url(…).
		if standsPlain(now) {
			text = now
		}
		text = "url(" + text + ")"
	}
	s.edits = append(s.edits, edit{from, s.at, text, was})
}

// standsPlain reports whether an address needs no quotes within "url(" and ")".
func standsPlain(address string) bool {
	for i := range len(address) {
		if c := address[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`"'()\`, c) >= 0 {
			return false
		}
	}
	return address != ""
}

var inQuotes = strings.NewReplacer(`"`, `\"`, `\`, `\\`, "\n", `\a `, "\r", `\d `, "\f", `\c `)

func quotedCSS(address string) string { return `"` + inQuotes.Replace(address) + `"` }

func (s *sheet) punctuation(c byte) {
	if c == ';' || c == '{' || c == '}' {
		s.rule = ""
	}
	if c == ';' && s.custom == len(s.brackets)+1 {
		s.custom = 0
	}
	switch c {
	case '(':
		s.open(')', s.strings())
		return
	case '[':
		s.open(']', s.strings())
		return
	case '{':
		s.open('}', s.strings())
		return
	}
	s.at++
	if n := len(s.brackets); n > 0 && c == s.brackets[n-1].closer {
		s.brackets = s.brackets[:n-1]
	}
	if s.custom > len(s.brackets)+1 {
		s.custom = 0
	}
}

// long takes in a token that is too long to be read whole, of which at least maxToken is there: a
// comment, a name, or an address that carries what it stands for, whose beginning says so.
func (s *sheet) long() {
	rest := s.css[s.at:]
	switch {
	case strings.HasPrefix(rest, "/*"):
		s.at += 2
		s.skip = '*'
		return
	case rest[0] == '"' || rest[0] == '\'':
		s.longAddress(1, rest[0], s.rule == "import" || s.custom > 0 || s.strings())
		return
	case fold([]byte(rest[:4]), "url("):
		n := 4
		for n < maxToken && isSpace(rest[n]) {
			n++
		}
		if n < maxToken && rest[n] != '"' && rest[n] != '\'' {
			s.longAddress(n, ')', true)
			return
		}
	}
	s.at += maxToken
}

// longAddress goes on in an address, or in a string that is none. What cannot be judged by its
// beginning is taken out.
func (s *sheet) longAddress(begin int, ends byte, address bool) {
	from := s.at
	text := s.css[from+begin : min(len(s.css), from+begin+maxAddress)]
	s.at += begin
	s.skip = ends
	if !address || s.rule == "namespace" {
		return
	}
	imported := s.rule == "import"
	s.rule = ""
	if scheme, _, _ := cutScheme(text); scheme == "data" && !imported {
		if _, changed := s.change(text[:64], false); !changed {
			return
		}
	}
	s.drop = true
	mark := `url("`
	if ends != ')' {
		mark = string(ends)
	}
	s.edits = append(s.edits, edit{from: from, to: s.at, text: mark + blankAddress})
}

// skipOn goes on to the end of a long token; it reports whether there is more to read.
func (s *sheet) skipOn() bool {
	from := s.at
	at := from
	for ; at < len(s.css); at++ {
		c := s.css[at]
		if s.skip == '*' {
			if c == '*' && at+1 < len(s.css) && s.css[at+1] == '/' {
				s.at = at + 2
				s.skip = 0
				return true
			}
			continue
		}
		if c == '\\' {
			at++
		} else if c == s.skip || s.skip != ')' && isLine(c) {
			break
		}
	}
	ended := at < len(s.css)
	if at > len(s.css)-1 && !s.whole {
		// A backslash, or half the end of a comment.
		at = max(from, len(s.css)-1)
	}
	at = min(at, len(s.css))
	if s.drop {
		text := ""
		if s.skip == ')' && ended {
			text = `"`
		}
		s.edits = append(s.edits, edit{from: from, to: at, text: text})
	}
	s.at = at
	if ended {
		if s.css[at] == s.skip {
			s.at++
		}
		s.skip, s.drop = 0, false
		return true
	}
	return false
}
