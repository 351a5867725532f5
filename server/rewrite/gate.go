package rewrite

import (
	"bytes"
	"slices"
	"strings"

	"golang.org/x/net/html"
	a "golang.org/x/net/html/atom"

	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/internal/loads"
)

// rowsOf are the rows of elements that load, by name; those that a visitor sends are not of
// interest.
var rowsOf = func() (all [2]map[name][]loads.Row) {
	for space := range all {
		all[space] = map[name][]loads.Row{}
		for _, row := range loads.Rows {
			if int(row.Space) == space && !row.Sent {
				n := nameOf([]byte(row.Tag))
				row.Attr = lower(row.Attr)
				all[space][n] = append(all[space][n], row)
			}
		}
	}
	return all
}()

// rows are those of the element of a start tag: in each way to build the tree.
func (m *machine) rows() []loads.Row {
	rows := rowsIn(m.tree.space, m.tag.name)
	if m.old != nil && m.old.space != m.tree.space {
		rows = append(slices.Clone(rows), rowsIn(m.old.space, m.tag.name)...)
	}
	return rows
}

func rowsIn(s space, n name) []loads.Row {
	if s == inMath {
		return nil
	}
	return rowsOf[s][n]
}

// isScript reports whether the start tag is of a script.
func (m *machine) isScript() bool { return a.Atom(m.tag.name) == a.Script && m.tree.space != inMath }

// kind is the type of a script.
func (m *machine) kind() string { return scriptType(m.tag.value("type")) }

// sourced reports whether a script has an attribute that names its file, and so runs no text.
func (m *machine) sourced() bool {
	g := &m.tag
	return m.tree.space == inHTML && g.has("src") || m.tree.space == inSVG && (g.has("href") || g.has("xlink:href"))
}

// runsText reports whether the start tag is of a script that runs what stands in it.
func (m *machine) runsText() bool {
	return m.isScript() && (!m.tag.closed || m.tree.space == inHTML) && !m.sourced() && runs(m.kind())
}

// gate judges the start tag that stands at i, and writes it gated where it is held. Inner is the
// text of a script that runs it.
func (m *machine) gate(b []byte, i int, inner []byte) {
	g := &m.tag
	if len(g.attrs) == 0 && inner == nil {
		return
	}
	m.edits = m.edits[:0]
	m.paint(b, i)
	if m.loads {
		if rows := m.rows(); len(rows) > 0 {
			m.load(b, i, rows, inner)
		}
	}
	if len(m.edits) > 0 {
		m.apply(b, i)
	}
}

// apply makes the edits in the start tag that stands at i.
func (m *machine) apply(b []byte, i int) {
	slices.SortStableFunc(m.edits, func(x, y edit) int { return x.from - y.from })
	last := -1
	for _, e := range m.edits {
		if e.from > last {
			m.edit(b, i+e.from, i+e.to, e.text)
			last = max(e.to-1, e.from)
		}
	}
	m.edits = m.edits[:0]
}

// load gates what the element of the start tag loads.
func (m *machine) load(b []byte, i int, rows []loads.Row, inner []byte) {
	g := &m.tag
	script := m.isScript()
	kind := ""
	if script {
		if kind = m.kind(); !runs(kind) {
			return
		}
	}
	if a.Atom(g.name) == a.Base {
		defer m.rebase()
	}
	if a.Atom(g.name) == a.Link && !m.follows() {
		return
	}
	if script && m.placed && (isDropIn(g.value("src")) || isInline(g)) {
		m.edits = append(m.edits, edit{from: g.named, to: g.named, text: ` type="text/plain"`}) // one is there already
		return
	}
	if script && isInline(g) {
		return
	}
	if at := g.find("data-octroi"); at != nil {
		if gate.Decide(m.judge.c, m.judge.open, g.valueOf(at)) != gate.Allow {
			m.hold(b, i, rows, verdict{held: true}, true, inner)
		}
		return
	}
	if m.plain(rows) && inner == nil {
		return
	}
	var v verdict
	tag := lower(string(g.raw[1:g.named]))
	for k := range rows {
		if at := g.find(rows[k].Attr); at != nil {
			v.add(m.judge.source(tag, &rows[k], m.valueOf(at), g.value))
		}
	}
	if inner != nil {
		v.add(m.judge.inline(kind, m.scriptText(inner)))
	}
	if v.held {
		m.hold(b, i, rows, v, false, inner)
	}
}

// gateLongScript gates a script of which only the beginning has been read.
func (m *machine) gateLongScript(b []byte, i int, inner []byte) {
	if m.tag.has("data-octroi") || isInline(&m.tag) {
		m.gate(b, i, inner)
		return
	}
	v := m.judge.inline(m.kind(), m.scriptText(inner))
	v.add(m.judge.declaring())
	if v.held {
		m.edits = m.edits[:0]
		m.hold(b, i, m.rows(), v, false, inner)
		m.apply(b, i)
	}
}

// scriptText is the text that a script runs.
func (m *machine) scriptText(inner []byte) string {
	if m.tree.space == inSVG {
		text := strings.NewReplacer("<![CDATA[", "", "]]>", "").Replace(string(inner))
		return html.UnescapeString(text)
	}
	return string(m.decode(inner))
}

// decode returns a text of the document as UTF-8.
func (m *machine) decode(b []byte) []byte {
	if m.judge.text != nil {
		return m.judge.text(b)
	}
	return b
}

func (m *machine) valueOf(at *attr) string {
	return unescape(m.decode(m.tag.raw[at.from:at.to]))
}

// plain reports whether all addresses of the element are of the site's own and belong to no
// service.
func (m *machine) plain(rows []loads.Row) bool {
	for k := range rows {
		row := &rows[k]
		at := m.tag.find(row.Attr)
		if at == nil {
			continue
		}
		switch row.Kind {
		case loads.Document, loads.Base, loads.Refresh, loads.Ping:
			return false
		}
		value := m.tag.raw[at.from:at.to]
		switch {
		case strings.HasSuffix(row.Attr, "srcset"):
			if !m.judge.plainSet(value) {
				return false
			}
		case row.Animates() || !m.judge.plain(value):
			return false
		}
	}
	return true
}

// follows reports whether a browser follows a link by itself.
func (m *machine) follows() bool {
	for rel := range strings.FieldsSeq(lower(m.tag.value("rel"))) {
		if loads.Rels[rel] != "" {
			return true
		}
	}
	return false
}

// rebase takes in a base: the first that names an address counts.
func (m *machine) rebase() {
	j := m.judge
	at := m.tag.find("href")
	if at == nil || j.based || m.tree.space != inHTML || m.tree.has(a.Template) {
		return
	}
	j.based = true
	if to, ok := resolve(m.valueOf(at), &j.page); ok && to.host != "" {
		j.base = to
	}
	clear(j.known)
}

// hold writes the start tag that stands at i gated: each attribute by which it loads waits under
// another name, as web/page/gates.js takes it up. Named tells that the page itself names the
// services.
func (m *machine) hold(b []byte, i int, rows []loads.Row, v verdict, named bool, inner []byte) {
	g := &m.tag
	if m.only != nil {
		m.only.add(v)
		return
	}
	mark := ""
	script := m.isScript()
	if script {
		mark = ` type="text/plain"`
	}
	names := v.names()
	switch {
	case named:
	case names != "":
		mark += ` data-octroi="` + names + `"`
	default:
		mark += ` data-octroi data-octroi-unknown`
	}
	if mark != "" {
		m.edits = append(m.edits, edit{from: g.named, to: g.named, text: mark})
	}
	told := false
	for k := range g.attrs {
		at := &g.attrs[k]
		row := m.rowOf(rows, at)
		if row == nil && !(script && g.isNamed(at, "type")) {
			continue
		}
		attr := "type"
		if row != nil {
			attr = row.Attr
			if !m.asks(row, at) {
				continue
			}
		}
		twin := loads.Twin(attr)
		to := twin
		if other := g.find(twin); other != nil {
			if named {
				to = "data-octroi-" + strings.ReplaceAll(attr, ":", "-")
			} else {
				m.edits = append(m.edits, edit{from: other.name, to: other.named, text: "data-octroi-" + twin[len("data-"):]})
			}
		}
		m.edits = append(m.edits, edit{from: at.name, to: at.named, text: to})
		if row != nil {
			told = true
			m.tell(b, i, attr, g.valueOf(at), names, named)
		}
	}
	if !told && inner != nil {
		m.tell(b, i, "", "", names, named)
	}
}

// rowOf is the row of an attribute, nil for none.
func (m *machine) rowOf(rows []loads.Row, at *attr) *loads.Row {
	for k := range rows {
		if m.tag.isNamed(at, rows[k].Attr) {
			return &rows[k]
		}
	}
	return nil
}

// asks reports whether an attribute has the element load anything.
func (m *machine) asks(row *loads.Row, at *attr) bool {
	value := m.valueOf(at)
	return row.Kind == loads.Document || row.Kind == loads.Base || len(row.Addresses(value, m.tag.value)) > 0
}

func (m *machine) tell(b []byte, i int, attr, address, services string, named bool) {
	if m.out == nil || m.out.report == nil {
		return
	}
	if named {
		services = m.tag.value("data-octroi")
	}
	m.out.report(Gated{Line: m.out.line(b, i), Element: lower(string(m.tag.raw[1:m.tag.named])), Attr: attr, Address: address, Services: services})
}

// paint replaces what is held in the attributes that are CSS.
func (m *machine) paint(b []byte, i int) {
	g := &m.tag
	for k := range g.attrs {
		at := &g.attrs[k]
		if at.from == at.to || !isPainted(g, at, m.tree.space == inSVG || m.old != nil && m.old.space == inSVG) {
			continue
		}
		raw := g.raw[at.from:at.to]
		if !mayLoad(raw) && bytes.IndexByte(raw, '&') < 0 {
			continue
		}
		text, places := unescaped(raw)
		var v verdict
		s := sheet{change: m.judge.css(&v)}
		if !mayLoad([]byte(text)) {
			continue
		}
		s.read(text, true)
		if !v.held {
			continue
		}
		if m.only != nil {
			m.only.add(v)
			continue
		}
		name := lower(string(g.raw[at.name:at.named]))
		for _, e := range s.edits {
			m.tellCSS(b, i+at.from+places[e.from], lower(string(g.raw[1:g.named])), name, e.address)
			m.edits = append(m.edits, edit{from: at.from + places[e.from], to: at.from + places[e.to], text: inAttribute.Replace(e.text)})
		}
	}
}

// inAttribute writes a text as it may stand in any attribute, with quotes or without.
var inAttribute = strings.NewReplacer("&", "&amp;", `"`, "&quot;", "'", "&#39;", "<", "&lt;", ">", "&gt;", " ", "&#32;", "\t", "&#9;", "\n", "&#10;", "\r", "&#13;", "\f", "&#12;", "`", "&#96;", "=", "&#61;")

func isPainted(g *tag, at *attr, svg bool) bool {
	if g.isNamed(at, "style") {
		return true
	}
	if !svg {
		return false
	}
	return slices.ContainsFunc(loads.Painted, func(name string) bool { return g.isNamed(at, name) })
}

// unescaped resolves the character references in an attribute's value, and tells for each byte of
// what comes out, and for its end, where that stands.
func unescaped(raw []byte) (text string, places []int) {
	var b strings.Builder
	for i := 0; i < len(raw); {
		part, length := string(raw[i:i+1]), 1
		if raw[i] == '&' {
			part, length = reference(raw[i:])
		}
		b.WriteString(part)
		for range len(part) {
			places = append(places, i)
		}
		i += length
	}
	return b.String(), append(places, len(raw))
}

// beginSheet begins a style sheet that stands in the page.
func (m *machine) beginSheet() {
	m.styled = verdict{}
	m.sheet = sheet{brackets: m.sheet.brackets[:0], edits: m.sheet.edits[:0], change: m.judge.css(&m.styled)}
}

// style reads on in a style.
func (m *machine) style(b []byte, i int, final bool) int {
	stop, clear := m.endOf(b, i, final)
	last := stop >= 0
	if last {
		clear = stop
	}
	end := i
	if text := b[i:clear]; last && m.sheet.at == 0 && !mayLoad(text) {
		end = clear
	} else {
		end += m.sheetOn(b, i, clear, last || final && clear == len(b))
	}
	if last {
		m.state, m.closing = markup, true
		m.sheet.at = 0
	}
	return end
}

// sheetOn reads on in a style sheet, and replaces what is held in it; it returns how much it has
// read.
func (m *machine) sheetOn(b []byte, i, end int, whole bool) int {
	n := m.sheet.read(string(b[i:end]), whole)
	for _, e := range m.sheet.edits {
		m.tellCSS(b, i+e.from, "style", "", e.address)
		m.edit(b, i+e.from, i+e.to, e.text)
	}
	m.passStyle()
	return n
}

// passStyle hands on what has been held in a style sheet.
func (m *machine) passStyle() {
	if m.only != nil {
		m.only.add(m.styled)
	}
	m.styled = verdict{}
}

// tellCSS tells of an address in CSS that stands at a place.
func (m *machine) tellCSS(b []byte, at int, element, attr, address string) {
	if m.out == nil || m.out.report == nil || address == "" {
		return
	}
	address = string(m.decode([]byte(address)))
	v := m.judge.address(address)
	m.out.report(Gated{Line: m.out.line(b, at), Element: element, Attr: attr, Address: address, Services: v.names()})
}

// sheetInSVG reads a text in a style of SVG, or a part of it between two tags. Escaped tells that
// character references count.
func (m *machine) sheetInSVG(b []byte, i, end int, escaped bool) {
	text, places := string(b[i:end]), []int(nil)
	if escaped && strings.Contains(text, "&") {
		text, places = unescaped(b[i:end])
	}
	m.sheet.read(text, true)
	for _, e := range m.sheet.edits {
		from, to, now := e.from, e.to, e.text
		if places != nil {
			from, to = places[from], places[to]
		}
		if escaped {
			now = html.EscapeString(now)
		}
		m.tellCSS(b, i+from, "style", "", e.address)
		m.edit(b, i+from, i+to, now)
	}
	m.passStyle()
}
