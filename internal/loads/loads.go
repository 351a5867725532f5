// Package loads is the table of what loads: by which attributes an element asks for
// something (HTML; SVG 2, section 16; SVG Animations). The page half has a copy that is
// generated from it, web/intercept/sources.js, and the audit reads markup by it.
//
// TestNothingLoadsThatTheTableLacks puts every element with every attribute into each
// browser, and fails on a request that the table does not know of.
package loads

//go:generate go run ./generate

import "strings"

// Space is an element's namespace.
type Space uint8

// The namespaces in which elements load. Nothing of MathML does.
const (
	HTML Space = iota
	SVG
)

// Kind is what is loaded.
type Kind string

// The kinds.
const (
	Script   Kind = "script"
	Frame    Kind = "frame"
	Image    Kind = "image"
	Media    Kind = "media"
	Embed    Kind = "embed"
	Link     Kind = "link"
	Style    Kind = "style"
	Form     Kind = "form"
	Connect  Kind = "preconnect"
	Ping     Kind = "ping"
	Refresh  Kind = "refresh"
	Document Kind = "document" // the attribute's value is a document
	Base     Kind = "base"     // loads nothing: other addresses stand on it
)

// Row is an element with an attribute by which it loads.
type Row struct {
	Space Space
	Tag   string // local name, as its namespace spells it
	Attr  string
	Kind  Kind

	Type      string // of the attribute "type" that the element must have, "" for any
	Interface string // whose property of this name, or "href" in SVG, sets the attribute; "" for none
	Property  string // where that is not called as the attribute is
	Sent      bool   // the visitor sends it: the page half judges that where it happens
}

const xlink = "xlink:href"

// Rows are the table. Those of one element stand together, in the order in which they are judged.
var Rows = []Row{
	{Tag: "script", Attr: "src", Kind: Script, Interface: "HTMLScriptElement"},
	{Tag: "img", Attr: "src", Kind: Image, Interface: "HTMLImageElement"},
	{Tag: "img", Attr: "srcset", Kind: Image, Interface: "HTMLImageElement"},
	{Tag: "image", Attr: "src", Kind: Image}, // the parser makes an img of it
	{Tag: "image", Attr: "srcset", Kind: Image},
	{Tag: "iframe", Attr: "src", Kind: Frame, Interface: "HTMLIFrameElement"},
	{Tag: "iframe", Attr: "srcdoc", Kind: Document, Interface: "HTMLIFrameElement"},
	{Tag: "frame", Attr: "src", Kind: Frame, Interface: "HTMLFrameElement"},
	{Tag: "portal", Attr: "src", Kind: Frame, Interface: "HTMLPortalElement"},
	{Tag: "embed", Attr: "src", Kind: Embed, Interface: "HTMLEmbedElement"},
	{Tag: "object", Attr: "data", Kind: Embed, Interface: "HTMLObjectElement"},
	{Tag: "video", Attr: "src", Kind: Media, Interface: "HTMLMediaElement"},
	{Tag: "video", Attr: "poster", Kind: Image, Interface: "HTMLVideoElement"},
	{Tag: "audio", Attr: "src", Kind: Media, Interface: "HTMLMediaElement"},
	{Tag: "source", Attr: "src", Kind: Media, Interface: "HTMLSourceElement"},
	{Tag: "source", Attr: "srcset", Kind: Image, Interface: "HTMLSourceElement"},
	{Tag: "track", Attr: "src", Kind: Media, Interface: "HTMLTrackElement"},
	{Tag: "input", Attr: "src", Kind: Image, Type: "image", Interface: "HTMLInputElement"},
	{Tag: "input", Attr: "formaction", Kind: Form, Sent: true},
	{Tag: "button", Attr: "formaction", Kind: Form, Sent: true},
	{Tag: "form", Attr: "action", Kind: Form, Sent: true},
	{Tag: "link", Attr: "href", Kind: Link, Interface: "HTMLLinkElement"},
	{Tag: "link", Attr: "imagesrcset", Kind: Link, Interface: "HTMLLinkElement", Property: "imageSrcset"},
	{Tag: "a", Attr: "ping", Kind: Ping, Interface: "HTMLAnchorElement"},
	{Tag: "area", Attr: "ping", Kind: Ping, Interface: "HTMLAreaElement"},
	{Tag: "base", Attr: "href", Kind: Base, Interface: "HTMLBaseElement"},
	{Tag: "meta", Attr: "content", Kind: Refresh, Interface: "HTMLMetaElement"},
	{Tag: "body", Attr: "background", Kind: Image, Interface: "HTMLBodyElement"},
	{Tag: "table", Attr: "background", Kind: Image},
	{Tag: "colgroup", Attr: "background", Kind: Image},
	{Tag: "col", Attr: "background", Kind: Image},
	{Tag: "thead", Attr: "background", Kind: Image},
	{Tag: "tbody", Attr: "background", Kind: Image},
	{Tag: "tfoot", Attr: "background", Kind: Image},
	{Tag: "tr", Attr: "background", Kind: Image},
	{Tag: "td", Attr: "background", Kind: Image},
	{Tag: "th", Attr: "background", Kind: Image},

	{Space: SVG, Tag: "script", Attr: "href", Kind: Script, Interface: "SVGScriptElement"},
	{Space: SVG, Tag: "script", Attr: xlink, Kind: Script},
	{Space: SVG, Tag: "image", Attr: "href", Kind: Image, Interface: "SVGImageElement"},
	{Space: SVG, Tag: "image", Attr: xlink, Kind: Image},
	{Space: SVG, Tag: "feImage", Attr: "href", Kind: Image, Interface: "SVGFEImageElement"},
	{Space: SVG, Tag: "feImage", Attr: xlink, Kind: Image},
	{Space: SVG, Tag: "use", Attr: "href", Kind: Image, Interface: "SVGUseElement"},
	{Space: SVG, Tag: "use", Attr: xlink, Kind: Image},
	{Space: SVG, Tag: "pattern", Attr: "href", Kind: Image, Interface: "SVGPatternElement"},
	{Space: SVG, Tag: "pattern", Attr: xlink, Kind: Image},
	{Space: SVG, Tag: "linearGradient", Attr: "href", Kind: Image, Interface: "SVGGradientElement"},
	{Space: SVG, Tag: "linearGradient", Attr: xlink, Kind: Image},
	{Space: SVG, Tag: "radialGradient", Attr: "href", Kind: Image, Interface: "SVGGradientElement"},
	{Space: SVG, Tag: "radialGradient", Attr: xlink, Kind: Image},
	{Space: SVG, Tag: "filter", Attr: "href", Kind: Image, Interface: "SVGFilterElement"},
	{Space: SVG, Tag: "filter", Attr: xlink, Kind: Image},
	{Space: SVG, Tag: "mpath", Attr: "href", Kind: Image, Interface: "SVGMPathElement"},
	{Space: SVG, Tag: "mpath", Attr: xlink, Kind: Image},
	{Space: SVG, Tag: "textPath", Attr: "href", Kind: Image, Interface: "SVGTextPathElement"},
	{Space: SVG, Tag: "textPath", Attr: xlink, Kind: Image},
	{Space: SVG, Tag: "font-face-uri", Attr: "href", Kind: Media}, // WebKit's fonts in SVG
	{Space: SVG, Tag: "font-face-uri", Attr: xlink, Kind: Media},
	{Space: SVG, Tag: "a", Attr: "ping", Kind: Ping},
	{Space: SVG, Tag: "set", Attr: "to", Kind: Media},
	{Space: SVG, Tag: "set", Attr: "from", Kind: Media},
	{Space: SVG, Tag: "set", Attr: "by", Kind: Media},
	{Space: SVG, Tag: "set", Attr: "values", Kind: Media},
	{Space: SVG, Tag: "animate", Attr: "to", Kind: Media},
	{Space: SVG, Tag: "animate", Attr: "from", Kind: Media},
	{Space: SVG, Tag: "animate", Attr: "by", Kind: Media},
	{Space: SVG, Tag: "animate", Attr: "values", Kind: Media},
}

// Painted are the attributes of SVG that take an address in url(…), and "style" of any element.
var Painted = []string{"style", "fill", "stroke", "filter", "mask", "clip-path", "cursor", "marker-start", "marker-mid", "marker-end", "marker"}

// Rels are the kinds of link that a browser follows by itself, and as what. The page half
// holds a link whatever its kind: a script may change that later.
var Rels = map[string]Kind{
	"preconnect": Connect, "dns-prefetch": Connect,
	"stylesheet": Link, "preload": Link, "modulepreload": Link, "prefetch": Link, "prerender": Link, "manifest": Link,
	"icon": Link, "apple-touch-icon": Link, "apple-touch-icon-precomposed": Link, "apple-touch-startup-image": Link, "mask-icon": Link,
	"compression-dictionary": Link,
}

// rows are the table by namespace and by name in lower case.
var rows = func() (all [2]map[string][]Row) {
	for space := range all {
		all[space] = map[string][]Row{}
	}
	for _, r := range Rows {
		name := strings.ToLower(r.Tag)
		all[r.Space][name] = append(all[r.Space][name], r)
	}
	return all
}()

// Of returns the rows of an element, by its name in lower case as a tokenizer has it.
func Of(space Space, tag string) []Row { return rows[space][tag] }

// Animates reports whether the row is of an animation: it loads what it sets another
// element's address to.
func (r *Row) Animates() bool { return r.Tag == "set" || r.Tag == "animate" }

// Twin is the attribute in which an address waits while it is held.
func Twin(attr string) string { return "data-" + strings.ReplaceAll(attr, ":", "-") }
