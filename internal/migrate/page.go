package migrate

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// page is a page's markup.
type page struct {
	name, lang, title string
	elements          []*element
}

// element is one, with what stands in a script or a template.
type element struct {
	file   string
	tag    string
	attrs  map[string]string
	line   int
	raw    string   // its start tag as written
	text   string   // of a script
	parent *element // a template that it stands in; nil for none
}

var pages = strings.Fields(".html .htm .xhtml .php .vue .svelte .astro .twig .njk .liquid .erb .ejs .hbs .mustache .gohtml .tmpl .aspx .jsp .phtml .tpl .cshtml")

// isPage reports whether a file is markup.
func isPage(name string, text []byte) bool {
	if slices.Contains(pages, strings.ToLower(path.Ext(name))) {
		return true
	}
	return bytes.HasPrefix(bytes.TrimSpace(text), []byte("<"))
}

func readPage(name, text string) *page {
	p := &page{name: name}
	z := html.NewTokenizer(strings.NewReader(text))
	line := 1
	var script *element
	var templates []*element
	title := false
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return p
		}
		raw := string(z.Raw())
		switch kind {
		case html.StartTagToken, html.SelfClosingTagToken:
			e := &element{line: line, raw: raw, attrs: map[string]string{}}
			tag, more := z.TagName()
			e.tag = string(tag)
			for more {
				var key, value []byte
				key, value, more = z.TagAttr()
				if _, has := e.attrs[string(key)]; !has {
					e.attrs[string(key)] = string(value)
				}
			}
			if len(templates) > 0 {
				e.parent = templates[len(templates)-1]
			}
			p.elements = append(p.elements, e)
			switch e.tag {
			case "html":
				p.lang = e.attrs["lang"]
			case "title":
				title = p.title == ""
			case "script":
				script = e
			case "template":
				templates = append(templates, e)
			case "noscript":
				z.NextIsNotRawText()
			}
		case html.EndTagToken:
			tag, _ := z.TagName()
			if string(tag) == "template" && len(templates) > 0 {
				templates = templates[:len(templates)-1]
			}
			script, title = nil, false
		case html.TextToken:
			if script != nil {
				script.text += raw
			} else if title {
				p.title = strings.TrimSpace(html.UnescapeString(raw))
			}
		}
		line += strings.Count(raw, "\n")
	}
}

// runs reports whether a script runs as the page is read.
func (e *element) runs() bool {
	kind, has := e.attrs["type"]
	kind = strings.ToLower(strings.TrimSpace(kind))
	return !has || kind == "" || kind == "module" || strings.HasSuffix(kind, "javascript")
}

// addresses are what it loads, now or once it is granted.
func (e *element) addresses() (list []string) {
	for _, attr := range []string{"src", "data-src", "data-cookieblock-src", "data-href", "data-url", "srcset", "data-srcset"} {
		if value := strings.TrimSpace(e.attrs[attr]); value != "" {
			value, _, _ = strings.Cut(value, " ")
			list = append(list, value)
		}
	}
	if e.tag == "link" && e.attrs["href"] != "" {
		list = append(list, e.attrs["href"])
	}
	return list
}

// shown is a start tag in one line.
func (e *element) shown() string {
	text := strings.Join(strings.Fields(e.raw), " ")
	return cut(text, 240)
}

// withAttr is a start tag with an attribute in the place of another, or with it as the first
// where that is not there.
func (e *element) withAttr(before, name, value string) string {
	z := html.NewTokenizer(strings.NewReader(e.raw))
	z.Next()
	rest := e.raw
	at := indexAttr(rest, before)
	written := name + `="` + html.EscapeString(value) + `"`
	if at < 0 {
		end := 1 + len(e.tag)
		return strings.Join(strings.Fields(rest[:end]+" "+written+rest[end:]), " ")
	}
	behind := rest[at+len(before):]
	behind = strings.TrimLeft(behind, " \t\r\n")
	if value, is := strings.CutPrefix(behind, "="); is {
		value = strings.TrimLeft(value, " \t\r\n")
		switch {
		case value != "" && (value[0] == '"' || value[0] == '\''):
			if end := strings.IndexByte(value[1:], value[0]); end >= 0 {
				behind = value[end+2:]
			}
		default:
			behind = value[len(value)-len(strings.TrimLeft(value, unquotedBytes)):]
		}
	}
	return strings.Join(strings.Fields(rest[:at]+written+behind), " ")
}

const unquotedBytes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,;!?&=%#+~@$*()"

// indexAttr is where an attribute's name stands in a start tag; -1 where it does not.
func indexAttr(tag, name string) int {
	lower := strings.ToLower(tag)
	for from := 0; ; {
		at := strings.Index(lower[from:], name)
		if at < 0 {
			return -1
		}
		at += from
		end := at + len(name)
		if at > 0 && strings.IndexByte(" \t\r\n\"'", lower[at-1]) >= 0 && (end == len(lower) || strings.IndexByte(" \t\r\n=/>", lower[end]) >= 0) {
			return at
		}
		from = end
	}
}

// plain is a text without its markup.
func plain(markup string) string {
	z := html.NewTokenizer(strings.NewReader(markup))
	var w strings.Builder
	for {
		switch z.Next() {
		case html.ErrorToken:
			text := strings.Join(strings.Fields(w.String()), " ")
			if len(text) > 4000 {
				text = strings.ToValidUTF8(text[:3990], "") + "…"
			}
			return text
		case html.TextToken:
			w.WriteString(string(z.Text()))
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			if tag, _ := z.TagName(); string(tag) == "br" || string(tag) == "p" || string(tag) == "li" {
				w.WriteByte(' ')
			}
		}
	}
}
