package rewrite

import (
	"bytes"
	"strings"

	a "golang.org/x/net/html/atom"
)

// maxScript is the longest inline script that is read before it is let run, in bytes. A longer
// one waits for all services that know scripts by their text.
const maxScript = 1 << 20

// state is what the reader of markup is in.
type state uint8

const (
	markup    state = iota
	longTag         // a tag too long to be read whole
	comment         // "<!--"
	bogus           // a comment that ends with ">"
	cdata           // a section in SVG or MathML
	judging         // a script, whose text has to come before its start tag goes out
	raw             // text of an element, up to its end tag
	script          // the same, of a script that has been judged
	style           // the same, of a style
	noscript        // the same: markup where no scripts run
	plaintext       // text up to the document's end
	shut            // nothing is markup any more
)

// machine reads markup in whatever parts it comes, and writes it with what is held gated.
type machine struct {
	judge *judge
	tree  *tree
	old   *tree // as a parser builds it in whose selects little may stand; nil where that is the same
	spare tree

	tag     tag
	names   names
	loads   bool // the element of the tag may load something
	state   state
	ended   []byte // name of the element whose text it is in
	closing bool   // the next end tag is of that element
	escaped uint8  // in a script: 1 in "<!--", 2 in a "<script" in that; in a comment: 1 behind its beginning
	scanned int    // how much of a script that is judged has been looked through
	rest    longRest
	sheet   sheet
	styled  verdict
	within  int      // where in the stack the style of SVG stands that is open; 0 for none
	inner   *machine // of a noscript

	placed   bool   // the drop-in has been put in
	broken   bool   // the document ended within a tag
	labelled bool   // the encoding is known
	charset  string // label of the encoding that the markup has just told
	head     *head  // what goes into the document's head; nil for nothing
	out      *output
	only     *verdict // gets what is held, where nothing is written

	edits []edit
}

// whole reads a whole document.
func (m *machine) whole(b []byte) { m.process(b, 0, true) }

// process reads on in b from a place, as far as it is clear what that is, or to its end where
// nothing follows; it returns how far.
func (m *machine) process(b []byte, i int, final bool) int {
	for i < len(b) {
		before := m.state
		n := m.step(b, i, final)
		if n == i && m.state == before {
			break
		}
		if i = n; m.charset != "" {
			break
		}
		if m.state == markup && (m.tree.tooDeep || m.old != nil && m.old.tooDeep) {
			m.state = shut
		}
	}
	return i
}

// step reads one thing, and returns where it ends: at i, where more has to come or the state has
// changed.
func (m *machine) step(b []byte, i int, final bool) int {
	switch m.state {
	case markup:
		return m.markup(b, i, final)
	case longTag:
		return m.longTag(b, i, final)
	case comment:
		return m.comment(b, i, final)
	case bogus:
		if n := bytes.IndexByte(b[i:], '>'); n >= 0 {
			m.state = markup
			return i + n + 1
		}
	case cdata:
		return m.cdata(b, i, final)
	case judging:
		return m.judging(b, i, final)
	case raw:
		return m.raw(b, i, final)
	case script:
		return m.script(b, i, final)
	case style:
		return m.style(b, i, final)
	case noscript:
		return m.noscript(b, i, final)
	case shut:
		m.neutralise(b, i, len(b))
	}
	return len(b)
}

// edit puts a text in the place of a part of b.
func (m *machine) edit(b []byte, from, to int, text string) {
	if m.out != nil {
		m.out.edit(b, from, to, text)
	}
}

// neutralise keeps a part of b from being markup.
func (m *machine) neutralise(b []byte, from, to int) {
	for k := from; k < to; k++ {
		if b[k] == '<' {
			m.edit(b, k, k+1, "&lt;")
		}
	}
}

// markup reads a text or a tag.
func (m *machine) markup(b []byte, i int, final bool) int {
	if b[i] != '<' {
		end := len(b)
		if n := bytes.IndexByte(b[i:], '<'); n >= 0 {
			end = i + n
		} else if !final && m.within > 0 {
			return m.segment(b, i, true)
		} else if !final && m.heeds() {
			// A character reference may be of white space.
			if n := bytes.LastIndexByte(b[max(i, end-40):], '&'); n >= 0 {
				end = max(i, end-40) + n
			}
		}
		if end > i {
			m.characters(b, i, end)
			if m.within > 0 {
				m.sheetInSVG(b, i, end, true)
			}
		}
		return end
	}
	rest := b[i:]
	if len(rest) < 3 && !final {
		return i
	}
	switch {
	case len(rest) == 1:
	case isLetter(rest[1]):
		return m.startTag(b, i, final)
	case rest[1] == '/' && len(rest) > 2:
		switch {
		case isLetter(rest[2]):
			return m.endTag(b, i, final)
		case rest[2] == '>':
			return i + 3
		}
		m.state = bogus
		return i + 2
	case rest[1] == '!':
		return m.declaration(b, i, final)
	case rest[1] == '?':
		m.state = bogus
		return i + 2
	}
	m.characters(b, i, i+1)
	return i + 1
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func (m *machine) heeds() bool {
	return m.head != nil || m.tree.heeds() || m.old != nil && m.old.heeds()
}

// segment reads a text in a style of SVG whose end has not come yet: it waits for that, but not
// without end.
func (m *machine) segment(b []byte, i int, escaped bool) int {
	if len(b)-i < maxScript {
		return i
	}
	m.characters(b, i, i+maxScript)
	m.sheetInSVG(b, i, i+maxScript, escaped)
	return i + maxScript
}

// characters takes in a text.
func (m *machine) characters(b []byte, i, end int) {
	if m.head != nil {
		m.head.characters(m, b, i, end)
	}
	m.tree.text(b[i:end])
	if m.old != nil {
		m.old.text(b[i:end])
		m.join()
	}
}

// declaration reads what begins with "<!".
func (m *machine) declaration(b []byte, i int, final bool) int {
	rest := b[i:]
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")):
		m.state, m.escaped = comment, 0
		return i + 2
	case len(rest) >= 9 && fold(rest[:9], "<!doctype"):
		n := bytes.IndexByte(rest, '>')
		switch {
		case n < 0 && (final || len(rest) > 4096):
			m.doctype("")
			m.state = bogus
			return i + 9
		case n < 0:
			return i
		}
		m.doctype(string(rest[9:n]))
		return i + n + 1
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		section := m.tree.foreign()
		if m.old != nil && m.old.foreign() != section {
			// Not every browser agrees what this is.
			m.neutralise(b, i, i+1)
			return i + 1
		}
		m.state = bogus
		if section {
			m.state = cdata
		}
		return i + 9
	case len(rest) < 9 && !final && (bytes.HasPrefix([]byte("<!--"), rest) || bytes.HasPrefix([]byte("<![CDATA["), rest) || fold(rest, "<!doctype"[:len(rest)])):
		return i
	}
	m.state = bogus
	return i + 2
}

func (m *machine) doctype(text string) {
	if m.head != nil {
		m.head.document = true
	}
	m.tree.doctype(text)
	if m.old != nil {
		m.old.doctype(text)
	}
}

// comment reads on in a comment, from behind its "<!" (HTML, 13.2.5.43 to 13.2.5.52).
func (m *machine) comment(b []byte, i int, final bool) int {
	if m.escaped == 0 {
		// It may end at once.
		switch rest := b[i:]; {
		case len(rest) < 4 && !final:
			return i
		case bytes.HasPrefix(rest, []byte("-->")):
			m.state = markup
			return i + 3
		case bytes.HasPrefix(rest, []byte("--->")):
			m.state = markup
			return i + 4
		}
		m.escaped = 1
		i += 2
	}
	for {
		n := bytes.IndexByte(b[min(i, len(b)):], '-')
		if n < 0 {
			return len(b)
		}
		i += n
		switch rest := b[i:]; {
		case bytes.HasPrefix(rest, []byte("-->")):
			m.state = markup
			return i + 3
		case bytes.HasPrefix(rest, []byte("--!>")):
			m.state = markup
			return i + 4
		case len(rest) < 4 && !final && (bytes.HasPrefix([]byte("-->"), rest) || bytes.HasPrefix([]byte("--!>"), rest)):
			return i
		}
		i++
	}
}

// cdata reads on in a section.
func (m *machine) cdata(b []byte, i int, final bool) int {
	end, last := len(b), false
	if n := bytes.Index(b[i:], []byte("]]>")); n >= 0 {
		end, last = i+n, true
	} else if !final && m.within > 0 {
		return m.segment(b, i, false)
	} else if !final {
		end = max(i, len(b)-2)
	}
	if end > i {
		m.characters(b, i, end)
		if m.within > 0 {
			m.sheetInSVG(b, i, end, false)
		}
	}
	if last {
		m.state = markup
		return end + 3
	}
	return end
}

// endTag reads an end tag.
func (m *machine) endTag(b []byte, i int, final bool) int {
	g := &m.tag
	if g.at == 0 {
		// Most have nothing but a name.
		if n := bytes.IndexByte(b[i:min(len(b), i+16)], '>'); n > 0 && plainName(b[i+2:i+n]) {
			g.named = n
			m.leave(b, i)
			return i + n + 1
		}
		g.begin(2)
	}
	n := g.read(b[i:min(len(b), i+maxTag)])
	switch {
	case n >= 0:
		m.leave(b, i)
		g.begin(0)
		return i + n
	case len(b)-i >= maxTag && g.state == tagName:
		return m.noTag(b, i)
	case len(b)-i >= maxTag:
		// Nothing in it matters but its name.
		m.leave(b, i)
		m.rest = longRest{end: true}
		return m.goOn(b, i)
	case final:
		m.broken = true
		return len(b)
	}
	return i
}

// plainName reports whether a name has nothing in it that could be the end of one.
func plainName(b []byte) bool {
	for _, c := range b {
		if c <= '/' && c != '-' {
			return false
		}
	}
	return true
}

// noTag keeps what has a name that is too long from being a tag.
func (m *machine) noTag(b []byte, i int) int {
	m.tag.begin(0)
	m.neutralise(b, i, i+1)
	m.characters(b, i, i+1)
	return i + 1
}

// leave takes in an end tag.
func (m *machine) leave(b []byte, i int) {
	if m.closing {
		m.closing = false
		return
	}
	n := m.names.find(b[i+2 : i+m.tag.named]).name
	if m.head != nil {
		m.head.end(m, b, i, a.Atom(n))
	}
	m.tree.end(n)
	if m.within >= len(m.tree.stack) && m.within > 0 {
		m.within = 0
	}
	if m.old != nil {
		m.old.end(n)
		m.join()
	}
}

// join forgets the older way to build the tree where there is no difference any more.
func (m *machine) join() {
	if m.tree.same(m.old) {
		m.old = nil
	}
}

// startTag reads a start tag.
func (m *machine) startTag(b []byte, i int, final bool) int {
	g := &m.tag
	if g.at == 0 {
		g.begin(1)
	}
	if m.head != nil && m.head.waits(m, b, i, final) {
		return i
	}
	n := g.read(b[i:min(len(b), i+maxTag)])
	switch {
	case n >= 0:
	case len(b)-i >= maxTag && g.state == tagName:
		return m.noTag(b, i)
	case len(b)-i >= maxTag:
		return m.startLong(b, i)
	case final:
		m.broken = true
		return len(b)
	default:
		return i
	}
	m.enter(b, i)
	if m.runsText() {
		m.state, m.scanned, m.escaped = judging, n, 0
		return i
	}
	if a.Atom(g.name) == a.Meta && m.judge.depth == 0 {
		m.meta(b, i)
	}
	m.gate(b, i, nil)
	return m.entered(b, i, i+n)
}

// meta takes in the encoding that a tag tells. One that does not have ASCII's letters as they are
// is left with this tag, and so is what it says.
func (m *machine) meta(b []byte, i int) {
	g := &m.tag
	at := g.find("charset")
	if at == nil && lower(g.value("http-equiv")) == "content-type" {
		at = g.find("content")
	}
	if at == nil {
		return
	}
	label, now := g.valueOf(at), "utf-8"
	if _, after, found := strings.Cut(lower(label), "charset="); found {
		label, now = strings.Trim(after, "\"' ;"), "text/html;charset=utf-8"
	}
	if m.labelled || strings.HasPrefix(lower(label), "utf-16") {
		return
	}
	if e, other := lookupCharset(label); e != nil {
		m.charset, m.labelled = label, true
		if other {
			m.edit(b, i+at.from, i+at.to, now)
		}
	}
}

// enter takes a start tag into the tree.
func (m *machine) enter(b []byte, i int) {
	g := &m.tag
	known := m.names.find(b[i+1 : i+g.named])
	g.name, m.loads = known.name, known.loads
	g.raw = b[i:min(i+g.at, len(b))]
	if m.old != nil {
		m.agree(b, i)
	}
	if a.Atom(g.name) == a.Select && m.old == nil {
		// Parsers had other rules for selects before 2025.
		m.tree.copyTo(&m.spare)
		m.spare.legacy = true
		m.old = &m.spare
	}
	m.tree.start(g)
	if m.old != nil {
		m.old.start(g)
		m.join()
	}
	if m.head != nil {
		m.head.start(m, b, i)
	}
}

// agree renames an element of which not every browser agrees how its content is read.
func (m *machine) agree(b []byte, i int) {
	g := &m.tag
	switch a.Atom(g.name) {
	case a.Style, a.Title, a.Xmp, a.Iframe, a.Noembed, a.Noframes, a.Noscript, a.Plaintext, a.Textarea, a.Script:
	default:
		return
	}
	newer, older := newTree(), newTree()
	m.tree.copyTo(newer)
	m.old.copyTo(older)
	newer.start(g)
	older.start(g)
	if newer.reading != older.reading {
		g.name = nameOf(append([]byte("octroi-"), b[i+1:i+g.named]...))
		m.edit(b, i+1, i+1, "octroi-")
	}
}

// entered goes on behind a start tag that has been judged.
func (m *machine) entered(b []byte, i, end int) int {
	g := &m.tag
	m.state = markup
	switch m.tree.reading {
	case asPlaintext:
		m.state = plaintext
	case asScript:
		m.state, m.escaped = script, 0
	case asText:
		m.ended = append(m.ended[:0], g.raw[1:g.named]...)
		switch a.Atom(g.name) {
		case a.Style:
			m.state = raw
			if kind := lower(g.value("type")); kind == "" || kind == "text/css" {
				m.state = style
				m.beginSheet()
			}
		case a.Noscript:
			m.state = noscript
			m.beginNoscript()
		default:
			m.state = raw
		}
	default:
		if m.tree.space == inSVG && a.Atom(g.name) == a.Style && !g.closed && m.within == 0 {
			m.within = len(m.tree.stack)
			m.beginSheet()
		}
	}
	g.begin(0)
	return end
}

// endOf finds the end tag of the element whose text it is in, from i on: its place, or how far
// there is none and -1.
func (m *machine) endOf(b []byte, i int, final bool) (stop, clear int) {
	for {
		n := bytes.IndexByte(b[i:], '<')
		if n < 0 {
			return -1, len(b)
		}
		i += n
		switch closes(b[i:], m.ended) {
		case yes:
			return i, i
		case unclear:
			if !final {
				return -1, i
			}
		}
		i++
	}
}

type sign uint8

const (
	no sign = iota
	yes
	unclear // more has to come
)

// closes reports whether b begins with an element's end tag.
func closes(b, name []byte) sign {
	if len(b) > 1 && b[1] != '/' {
		return no
	}
	for k := 2; k < len(b) && k < 2+len(name); k++ {
		if b[k]|0x20 != name[k-2]|0x20 {
			return no
		}
	}
	if len(b) < 3+len(name) {
		return unclear
	}
	if c := b[2+len(name)]; isSpace(c) || c == '/' || c == '>' {
		return yes
	}
	return no
}

// raw reads on in a text that is no markup.
func (m *machine) raw(b []byte, i int, final bool) int {
	stop, clear := m.endOf(b, i, final)
	if stop < 0 {
		return clear
	}
	m.state, m.closing = markup, true
	return stop
}

var scriptName = []byte("script")

// scriptEnd finds the end tag of a script from i on (HTML, 13.2.5.15 to 13.2.5.30): its place, or
// how far there is none and -1.
func (m *machine) scriptEnd(b []byte, i int, final bool) (stop, clear int) {
	for i < len(b) {
		if m.escaped == 0 {
			n := bytes.IndexByte(b[i:], '<')
			if n < 0 {
				return -1, len(b)
			}
			i += n
		} else if b[i] == '-' {
			switch rest := b[i:]; {
			case bytes.HasPrefix(rest, []byte("-->")):
				m.escaped = 0
				i += 3
				continue
			case len(rest) < 3 && !final && bytes.HasPrefix([]byte("-->"), rest):
				return -1, i
			}
			i++
			continue
		} else if b[i] != '<' {
			i++
			continue
		}
		rest := b[i:]
		switch closes(rest, scriptName) {
		case yes:
			if m.escaped < 2 {
				return i, i
			}
			m.escaped = 1
		case unclear:
			if !final {
				return -1, i
			}
		}
		switch {
		case m.escaped == 0 && bytes.HasPrefix(rest, []byte("<!--")):
			m.escaped = 1
			i++ // its dashes may be those of its end
		case m.escaped == 0 && !final && len(rest) < 4 && bytes.HasPrefix([]byte("<!--"), rest):
			return -1, i
		case m.escaped == 1:
			switch opens(rest) {
			case yes:
				m.escaped = 2
			case unclear:
				if !final {
					return -1, i
				}
			}
		}
		i++
	}
	return -1, len(b)
}

// opens reports whether b begins with a script's start tag.
func opens(b []byte) sign {
	for k := 1; k < len(b) && k < 7; k++ {
		if b[k]|0x20 != scriptName[k-1] {
			return no
		}
	}
	if len(b) < 8 {
		return unclear
	}
	if c := b[7]; isSpace(c) || c == '/' || c == '>' {
		return yes
	}
	return no
}

// script reads on in a script that has been judged.
func (m *machine) script(b []byte, i int, final bool) int {
	stop, clear := m.scriptEnd(b, i, final)
	if stop < 0 {
		return clear
	}
	m.state, m.closing = markup, true
	return stop
}

// judging reads on in a script whose start tag stands at i, up to its end.
func (m *machine) judging(b []byte, i int, final bool) int {
	g := &m.tag
	g.raw = b[i : i+g.at]
	window := b[:min(len(b), i+g.at+maxScript)]
	whole := final && len(window) == len(b)
	var stop, clear int
	if m.tree.reading == asScript {
		stop, clear = m.scriptEnd(window, i+m.scanned, whole)
	} else {
		m.ended = append(m.ended[:0], scriptName...)
		stop, clear = m.endOf(window, i+m.scanned, whole)
	}
	m.scanned = clear - i
	switch {
	case stop >= 0:
		m.gate(b, i, b[i+g.at:stop])
	case whole:
		m.gate(b, i, b[i+g.at:])
	case len(window) == i+g.at+maxScript:
		m.gateLongScript(b, i, window[i+g.at:])
	default:
		return i
	}
	return m.entered(b, i, i+g.at)
}

// beginNoscript begins to read the content of a noscript, which is markup where no scripts run.
func (m *machine) beginNoscript() {
	if m.inner == nil {
		m.inner = &machine{tree: newTree()}
	}
	in := m.inner
	inner, tree := in.inner, in.tree
	*in = machine{judge: m.judge, tree: tree, out: m.out, only: m.only, inner: inner, tag: tag{attrs: in.tag.attrs}}
	tree.fragment()
	tree.scriptless = true
}

// noscript reads on in it.
func (m *machine) noscript(b []byte, i int, final bool) int {
	stop, clear := m.endOf(b, i, final)
	last := stop >= 0
	if last {
		clear = stop
	}
	clear = m.inner.process(b[:clear], i, false)
	switch {
	case last:
		m.endNoscript(b, clear, stop)
		m.state, m.closing = markup, true
		return stop
	case final:
		m.inner.process(b, clear, true)
		return len(b)
	}
	return clear
}

// endNoscript ends what is still open in a noscript, or where no scripts run all that follows
// would be in it. What stands from i to end is not a whole tag.
func (m *machine) endNoscript(b []byte, i, end int) {
	in := m.inner
	close := ""
	switch in.state {
	case markup, judging:
		m.neutralise(b, i, end)
	case longTag, bogus:
		close = `">`
		if in.state == longTag && in.rest.quote == '\'' {
			close = `'>`
		}
	case comment:
		close = "-->"
	case cdata:
		close = "]]>"
	case style:
		in.process(b[:end], i, true)
		close = "</style>"
	case script:
		close = "--></script>"
	case raw:
		close = "</" + lower(string(in.ended)) + ">"
	}
	close += in.tree.closers()
	if close != "" {
		m.edit(b, end, end, close)
	}
}
