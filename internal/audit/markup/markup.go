// Package markup reads a page's text as its parser would: what it asks for, what it runs,
// what is gated, and on which line.
package markup

import (
	"slices"
	"strings"

	"golang.org/x/net/html"

	"github.com/octroi-consent/octroi/engine/ascii"
)

// Bounds on what is kept of one page.
const (
	MaxThings = 5000
	MaxLinks  = 10000
	maxTag    = 400
	maxText   = 1 << 18
)

// Kind is what a thing is.
type Kind string

// The kinds.
const (
	Script  Kind = "script"
	Inline  Kind = "inline script"
	Frame   Kind = "frame"
	Image   Kind = "image"
	Media   Kind = "media"
	Embed   Kind = "embed"
	Link    Kind = "link"
	Style   Kind = "style"
	Form    Kind = "form"
	Connect Kind = "preconnect"
	Ping    Kind = "ping"
	Refresh Kind = "refresh"
)

// Thing is an element, or an address of one.
type Thing struct {
	Kind     Kind
	Line     int    // from 1
	Address  string // as written; "" for what stands in the page itself
	Attr     string // that holds the address
	Markup   string // the start tag as written, cut at 400 bytes
	Text     string // of an inline script, cut at 256 KB
	Manager  string // for which it is gated, or named: "octroi", "klaro", …
	IDs      string // that it names, as that manager writes them
	Gated    bool   // the parser asks for nothing and runs nothing
	NoScript bool   // only visitors without JavaScript get it
	After    bool   // stands behind the drop-in
	Module   bool
}

// DropIn is the script tag of Octroi.
type DropIn struct {
	Src, Nonce, Integrity string
	Config                string // address of the declaration, where it is a file
	Line                  int
	Late                  string // why it comes too late: "async", "defer", "module"
	Scripts               int    // that stand before it
}

// Page is what a page's text says.
type Page struct {
	Lang, Title, Base string
	Things            []Thing
	Links             []string
	Declaration       string // the text of #octroi-config
	DeclarationLine   int
	DropIn            *DropIn
	Policies          []string // of <meta http-equiv="Content-Security-Policy">
	WayBack           bool     // it has a link to the visitor's choices
	Cut               bool     // it has more things or links than are kept
}

// manager is how markup is gated for one: the attribute that names ids, and whether a
// template with it is.
type manager struct {
	name, attr, service string
	template            bool
}

var managers = []manager{
	{name: "octroi", attr: "data-octroi", template: true},
	{name: "orejime", attr: "data-purpose", template: true},
	{name: "cookiebot", attr: "data-cookieconsent"},
	{name: "vanilla-cookieconsent", attr: "data-category", service: "data-service"},
	{name: "klaro", attr: "data-name"},
	{name: "usercentrics", attr: "data-usercentrics"},
	{name: "didomi", attr: "data-vendor"},
	{name: "iubenda", attr: "data-iub-purposes"},
	{name: "complianz", attr: "data-cmplz-category"},
}

// holders are attributes in which managers keep an address until it is granted.
var holders = []string{"data-src", "data-href", "data-srcset", "data-cookieblock-src", "data-suppressedsrc", "suppressedsrc", "data-cmplz-src", "data-poster", "data-data"}

// address is an attribute that a parser follows.
type address struct {
	tag, attr string
	kind      Kind
}

var addresses = []address{
	{"script", "src", Script}, {"iframe", "src", Frame}, {"frame", "src", Frame}, {"img", "src", Image}, {"img", "srcset", Image},
	{"source", "src", Media}, {"source", "srcset", Image}, {"track", "src", Media}, {"video", "src", Media}, {"video", "poster", Image},
	{"audio", "src", Media}, {"embed", "src", Embed}, {"object", "data", Embed}, {"input", "src", Image}, {"body", "background", Image},
	{"table", "background", Image}, {"td", "background", Image}, {"image", "href", Image}, {"image", "xlink:href", Image}, {"feimage", "href", Image},
	{"use", "href", Image}, {"form", "action", Form}, {"button", "formaction", Form}, {"input", "formaction", Form},
	{"a", "ping", Ping}, {"area", "ping", Ping},
}

// executable are the types of script that run (HTML, "JavaScript MIME type essence match").
var executable = strings.Fields(`application/ecmascript application/javascript application/x-ecmascript application/x-javascript text/ecmascript
	text/javascript text/javascript1.0 text/javascript1.1 text/javascript1.2 text/javascript1.3 text/javascript1.4 text/javascript1.5 text/jscript
	text/livescript text/x-ecmascript text/x-javascript module importmap speculationrules`)

// reader goes through a page's tokens.
type reader struct {
	page      *Page
	line      int
	templates []held // open templates
	noscript  int
	raw       *element // script, style or title whose text comes next
}

// held is a template; what is in it is gated where it names ids.
type held struct{ manager, ids string }

type element struct {
	tag   string
	attrs map[string]string
	line  int
	raw   string
}

// Read reads a page's text. Any text will do: what browsers mend is mended likewise as
// far as tokens go.
func Read(text string) *Page {
	r := &reader{page: new(Page), line: 1}
	z := html.NewTokenizer(strings.NewReader(text))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return r.page
		}
		raw := string(z.Raw())
		switch kind {
		case html.StartTagToken, html.SelfClosingTagToken:
			e := r.element(z, raw)
			if e.tag == "noscript" {
				z.NextIsNotRawText() // its content is what visitors without JavaScript get
			}
			r.start(e)
		case html.EndTagToken:
			name, _ := z.TagName()
			r.end(string(name))
		case html.TextToken:
			if r.raw != nil {
				r.text(raw)
			}
		}
		r.line += strings.Count(raw, "\n")
	}
}

func (r *reader) element(z *html.Tokenizer, raw string) *element {
	name, more := z.TagName()
	e := &element{tag: string(name), attrs: map[string]string{}, line: r.line, raw: cut(raw, maxTag)}
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		if _, has := e.attrs[string(key)]; !has {
			e.attrs[string(key)] = string(value)
		}
	}
	return e
}

func (r *reader) end(tag string) {
	switch {
	case tag == "template" && len(r.templates) > 0:
		r.templates = r.templates[:len(r.templates)-1]
	case tag == "noscript" && r.noscript > 0:
		r.noscript--
	}
	r.raw = nil
}

func (r *reader) start(e *element) {
	r.raw = nil
	p := r.page
	switch e.tag {
	case "html":
		p.Lang = strings.TrimSpace(e.attrs["lang"])
	case "base":
		if p.Base == "" {
			p.Base = e.attrs["href"]
		}
	case "title", "style":
		r.raw = e
	case "template":
		manager, ids := gates(e)
		r.templates = append(r.templates, held{manager, ids})
	case "noscript":
		r.noscript++
	case "a", "area":
		r.link(e)
	case "meta":
		r.meta(e)
	case "script":
		r.raw = e
		if r.dropIn(e) {
			return
		}
	case "link":
		r.rel(e)
		return
	case "button":
		if _, opens := e.attrs["data-octroi-open"]; opens {
			p.WayBack = true
		}
	}
	for _, a := range addresses {
		if a.tag != e.tag || a.tag == "input" && a.attr == "src" && !strings.EqualFold(e.attrs["type"], "image") {
			continue
		}
		value, has := e.attrs[a.attr]
		if !has {
			continue
		}
		switch a.attr {
		case "srcset":
			for _, one := range sources(value) {
				r.add(e, a.kind, a.attr, one)
			}
		case "ping":
			for _, one := range strings.Fields(value) {
				r.add(e, a.kind, a.attr, one)
			}
		default:
			r.add(e, a.kind, a.attr, value)
		}
	}
	r.holding(e)
	for _, one := range urls(e.attrs["style"]) {
		r.add(e, Style, "style", one)
	}
}

// holding adds what an element would ask for once it is granted.
func (r *reader) holding(e *element) {
	if manager, _ := gates(e); manager == "" && e.attrs["data-cookieblock-src"] == "" && len(r.templates) == 0 {
		return
	}
	for _, attr := range holders {
		if value := e.attrs[attr]; value != "" {
			if strings.HasSuffix(attr, "srcset") {
				for _, one := range sources(value) {
					r.add(e, kindOf(e.tag), attr, one)
				}
			} else {
				r.add(e, kindOf(e.tag), attr, value)
			}
		}
	}
}

func kindOf(tag string) Kind {
	for _, a := range addresses {
		if a.tag == tag {
			return a.kind
		}
	}
	return Link
}

// add notes an address, or an inline script, of an element.
func (r *reader) add(e *element, kind Kind, attr, value string) {
	p := r.page
	if len(p.Things) >= MaxThings {
		p.Cut = true
		return
	}
	if value = strings.TrimSpace(value); kind != Inline && value == "" {
		return
	}
	t := Thing{Kind: kind, Line: e.line, Attr: attr, Markup: e.raw, NoScript: r.noscript > 0, After: p.DropIn != nil, Module: strings.EqualFold(e.attrs["type"], "module")}
	if kind != Inline {
		t.Address = cut(value, 4000)
	}
	t.Manager, t.IDs = gates(e)
	t.Gated = slices.Contains(holders, attr) || e.tag == "script" && !runs(e)
	for _, in := range r.templates {
		t.Gated = true
		if in.manager != "" && t.Manager == "" {
			t.Manager, t.IDs = in.manager, in.ids
		}
	}
	if t.Gated && t.Manager == "" {
		return // nothing would ever run it
	}
	p.Things = append(p.Things, t)
}

// gates returns for which manager an element is named, and by which ids.
func gates(e *element) (manager, ids string) {
	for _, m := range managers {
		value, has := e.attrs[m.attr]
		if !has || e.tag == "template" && !m.template {
			continue
		}
		if m.service != "" && e.attrs[m.service] != "" {
			value = strings.TrimPrefix(value+"/"+e.attrs[m.service], "/")
		}
		return m.name, value
	}
	for class := range strings.FieldsSeq(e.attrs["class"]) {
		if id, found := strings.CutPrefix(class, "optanon-category-"); found {
			return "onetrust", id
		}
	}
	return "", ""
}

// runs reports whether a script's type has it run.
func runs(e *element) bool {
	kind, has := e.attrs["type"]
	kind, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(kind)), ";")
	return !has || kind == "" || slices.Contains(executable, kind)
}

// dropIn takes in the tags of Octroi itself.
func (r *reader) dropIn(e *element) bool {
	p := r.page
	if e.attrs["id"] == "octroi-config" {
		if p.DeclarationLine == 0 {
			p.DeclarationLine = e.line
		}
		return true
	}
	src := e.attrs["src"]
	switch file := base(src); {
	case file == "octroi.js" || file == "octroi.split.js":
		if p.DropIn == nil && runs(e) && r.noscript == 0 && len(r.templates) == 0 {
			d := &DropIn{Src: src, Nonce: e.attrs["nonce"], Integrity: e.attrs["integrity"], Config: e.attrs["data-config"], Line: e.line}
			for _, late := range []string{"async", "defer"} {
				if _, has := e.attrs[late]; has {
					d.Late = late
				}
			}
			if strings.EqualFold(e.attrs["type"], "module") {
				d.Late = "module"
			}
			for _, t := range p.Things {
				if (t.Kind == Script || t.Kind == Inline) && !t.Gated {
					d.Scripts++
				}
			}
			p.DropIn = d
		}
		return true
	case strings.HasPrefix(file, "octroi.") && strings.HasSuffix(file, ".js"):
		return true
	}
	return false
}

// base is the last part of an address's path.
func base(address string) string {
	address, _, _ = strings.Cut(address, "?")
	address, _, _ = strings.Cut(address, "#")
	return address[strings.LastIndexByte(address, '/')+1:]
}

// text takes in what stands in a script, a style or a title.
func (r *reader) text(raw string) {
	e, p := r.raw, r.page
	switch {
	case e.tag == "title":
		if p.Title == "" {
			p.Title = cut(strings.Join(strings.Fields(html.UnescapeString(raw)), " "), 200)
		}
	case e.tag == "style":
		for _, one := range urls(raw) {
			r.add(e, Style, "url()", one)
		}
	case e.attrs["id"] == "octroi-config":
		if p.Declaration == "" {
			p.Declaration = raw
		}
	case e.attrs["src"] == "" && strings.TrimSpace(raw) != "" && !strings.EqualFold(e.attrs["type"], "importmap"):
		before := len(p.Things)
		r.add(e, Inline, "", "")
		if len(p.Things) > before {
			p.Things[before].Text = cut(raw, maxText)
		}
	}
}

func (r *reader) link(e *element) {
	p := r.page
	href, has := e.attrs["href"]
	_, opens := e.attrs["data-octroi-open"]
	if href == "#octroi" || opens {
		p.WayBack = true
	}
	if _, download := e.attrs["download"]; !has || download || len(r.templates) > 0 {
		return
	}
	if len(p.Links) >= MaxLinks {
		p.Cut = true
		return
	}
	p.Links = append(p.Links, cut(href, 4000))
}

func (r *reader) meta(e *element) {
	switch content := e.attrs["content"]; strings.ToLower(e.attrs["http-equiv"]) {
	case "content-security-policy":
		r.page.Policies = append(r.page.Policies, content)
	case "refresh":
		if at := strings.Index(ascii.Lower(content), "url="); at >= 0 {
			target := strings.Trim(strings.TrimSpace(content[at+4:]), `"'`)
			r.add(e, Refresh, "content", target)
			r.page.Links = append(r.page.Links, target)
		}
	}
}

// rel notes a link that is followed when the page is read.
func (r *reader) rel(e *element) {
	r.holding(e)
	href := e.attrs["href"]
	for rel := range strings.FieldsSeq(strings.ToLower(e.attrs["rel"])) {
		switch rel {
		case "preconnect", "dns-prefetch":
			r.add(e, Connect, "href", href)
			return
		case "stylesheet", "preload", "modulepreload", "prefetch", "prerender", "icon", "apple-touch-icon", "manifest", "mask-icon":
			r.add(e, Link, "href", href)
			return
		case "next", "prev", "alternate":
			if rel != "alternate" || e.attrs["hreflang"] != "" {
				r.page.Links = append(r.page.Links, href)
			}
		}
	}
}

// sources returns the addresses of a srcset.
func sources(set string) (list []string) {
	for one := range strings.SplitSeq(set, ",") {
		if fields := strings.Fields(one); len(fields) > 0 {
			list = append(list, fields[0])
		}
	}
	return list
}

// urls returns what a style sheet asks for by url() and @import.
func urls(css string) (list []string) {
	lower := ascii.Lower(css) // of the same length
	for at := 0; ; {
		n := strings.Index(lower[at:], "url(")
		if n < 0 {
			break
		}
		at += n + len("url(")
		end := strings.IndexByte(css[at:], ')')
		if end < 0 {
			break
		}
		if one := strings.Trim(strings.TrimSpace(css[at:at+end]), `"'`); !strings.HasPrefix(one, "#") {
			list = append(list, one)
		}
		at += end
	}
	for at := 0; ; {
		n := strings.Index(lower[at:], "@import")
		if n < 0 {
			return list
		}
		at += n + len("@import")
		rest := strings.TrimLeft(css[at:], " \t\r\n")
		if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
			if one, _, closed := strings.Cut(rest[1:], rest[:1]); closed {
				list = append(list, one)
			}
		}
	}
}

func cut(s string, most int) string {
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "")
	}
	return s
}
