package rewrite

import (
	"bytes"
	"regexp"
	"strings"

	a "golang.org/x/net/html/atom"
)

// sniffed is how far browsers look for the encoding in a document, in bytes (HTML, "prescan a
// byte stream to determine its encoding").
const sniffed = 1024

// head puts the drop-in first into a document: before the first tag that may load or run
// anything, which is behind what says the encoding.
type head struct {
	text     string // to be put in
	script   string // start tag of octroi.js in it, "" for none
	under    string // in its place where the document itself has a policy
	known    bool   // the encoding is known without the markup
	document bool   // it is a whole document, and no part of one
	before   int    // how much of the document has gone out
}

var tellsEncoding = regexp.MustCompile(`(?i)<meta[^>]*?charset\s*=\s*["']?\s*([\w:-]+)`)

// waits reports whether more has to come before anything can be put before the tag at i: what
// stands behind may say the encoding, and must not be moved too far away for browsers.
func (h *head) waits(m *machine, b []byte, i int, final bool) bool {
	if h.known || final || len(b)-i >= sniffed-h.before-i {
		return false
	}
	g := &m.tag
	for _, name := range []string{"html", "head", "meta", "title"} {
		if rest := b[i+1:]; len(rest) > len(name) && fold(rest[:len(name)], name) && g.at < sniffed {
			return false
		}
	}
	return true
}

// start takes in a start tag.
func (h *head) start(m *machine, b []byte, i int) {
	g := &m.tag
	switch a.Atom(g.name) {
	case a.Html, a.Head, a.Title:
		h.document = true
	case a.Meta:
		h.document = true
		means := lower(g.value("http-equiv"))
		h.known = h.known || g.has("charset") || means == "content-type"
		if means == "content-security-policy" && h.under != "" {
			h.text = h.under
		}
	case a.Script:
		if id := g.value("id"); id == "octroi-config" || isOctroi(g.value("src")) || isInline(g) {
			if isDropIn(g.value("src")) && h.script != "" && string(g.raw) != h.script {
				m.edit(b, i, i+g.at, h.script) // of another build
			}
			m.head = nil
			return
		}
		fallthrough
	default:
		h.put(m, b, i)
	}
}

// isDropIn reports whether an address is of the script that starts Octroi.
func isDropIn(address string) bool {
	address, _, _ = strings.Cut(address, "?")
	file := address[strings.LastIndexByte(address, '/')+1:]
	return file == "octroi.js" || file == "octroi.split.js"
}

// isInline reports whether a script's tag is of an octroi.js that stands in the page itself.
func isInline(g *tag) bool { return g.value("data-base") != "" && !g.has("src") }

// end takes in an end tag.
func (h *head) end(m *machine, b []byte, i int, name a.Atom) {
	switch name {
	case a.Head, a.Body, a.Html:
		h.put(m, b, i)
	}
}

// characters takes in a text.
func (h *head) characters(m *machine, b []byte, i, end int) {
	for i < end {
		length := 1
		if b[i] == '&' {
			var text string
			if text, length = reference(b[i:end]); strings.Trim(text, " \t\n\f\r") != "" {
				break
			}
		} else if !isSpace(b[i]) && b[i] != 0 {
			break
		}
		i += length
	}
	if i < end {
		h.put(m, b, i)
	}
}

// put puts it in at i, unless this is no document.
func (h *head) put(m *machine, b []byte, i int) {
	m.head = nil
	if !h.document {
		return
	}
	m.placed = true
	text := h.text
	if rest := b[i:]; !h.known && h.before+i < sniffed {
		// What says the encoding stands behind, where browsers might not look for it any more.
		if found := tellsEncoding.FindSubmatch(rest[:min(len(rest), sniffed-h.before-i)]); found != nil && !bytes.Contains(rest[:min(len(rest), sniffed)], []byte("<!--")) {
			text = `<meta charset="` + string(found[1]) + `">` + text
		}
	}
	m.edit(b, i, i, text)
}
