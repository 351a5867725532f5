package markup

import (
	"slices"
	"strings"

	"golang.org/x/net/html"

	"github.com/octroi-consent/octroi/internal/loads"
)

// start takes in a start tag.
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
		if strings.EqualFold(e.attrs["http-equiv"], "content-security-policy") {
			p.Policies = append(p.Policies, e.attrs["content"])
		}
	case "script":
		r.raw = e
		if r.dropIn(e) {
			return
		}
	case "button":
		if _, opens := e.attrs["data-octroi-open"]; opens {
			p.HasReopenLink = true
		}
	}
	r.asks(e)
	r.holding(e)
	r.painted(e)
}

// asks adds what an element asks for by its attributes.
func (r *reader) asks(e *element) {
	rel := loads.Link
	if e.tag == "link" {
		rel = r.rel(e)
	}
	for _, row := range loads.Of(e.space, e.tag) {
		if row.Kind == loads.Link {
			row.Kind = rel
		}
		if row.Kind != "" {
			r.addAll(e, &row, row.Attr, e.attrs[row.Attr])
		}
	}
}

// holding adds what an element would ask for once it is granted.
func (r *reader) holding(e *element) {
	if manager, _ := gates(e); manager == "" && e.attrs["data-cookieblock-src"] == "" && len(r.templates) == 0 {
		return
	}
	for _, attr := range holders {
		list := []string{e.attrs[attr]}
		if strings.HasSuffix(attr, "srcset") {
			list = loads.Candidates(list[0])
		}
		for _, one := range list {
			r.add(e, kindOf(e), attr, one)
		}
	}
	for _, row := range loads.Of(e.space, e.tag) {
		if twin := loads.Twin(row.Attr); !row.Sent && !slices.Contains(holders, twin) {
			r.addAll(e, &row, twin, e.attrs[twin])
		}
	}
}

func kindOf(e *element) loads.Kind {
	if rows := loads.Of(e.space, e.tag); len(rows) > 0 && rows[0].Kind != loads.Base {
		return rows[0].Kind
	}
	return loads.Link
}

// addAll adds the addresses in an attribute.
func (r *reader) addAll(e *element, row *loads.Row, attr, value string) {
	if row.Kind == loads.Document {
		r.document(e, attr, value)
		return
	}
	for _, one := range row.Addresses(value, func(name string) string { return e.attrs[name] }) {
		r.add(e, row.Kind, attr, one)
		if row.Kind == loads.Refresh {
			r.page.Links = append(r.page.Links, one)
		}
	}
}

// document adds what a frame's own document asks for.
func (r *reader) document(e *element, attr, text string) {
	if text == "" || r.depth == maxDepth {
		return
	}
	for _, t := range read(text, r.depth+1).Things {
		in := Thing{Line: e.line, NoScript: r.noscript > 0, After: r.page.DropIn != nil, Frame: e.raw}
		r.gate(&in, e, attr)
		t.Line, t.After, t.Frame, t.NoScript = in.Line, in.After, in.Frame, t.NoScript || in.NoScript
		if in.Manager != "" {
			t.Manager, t.IDs = in.Manager, in.IDs
		}
		t.Gated = t.Gated || in.Gated
		r.keep(t)
	}
}

// painted adds what an element's own look asks for.
func (r *reader) painted(e *element) {
	for _, attr := range loads.Painted {
		if value := e.attrs[attr]; value != "" && (attr == "style" || e.space == loads.SVG) {
			for _, one := range urls(value) {
				r.add(e, loads.Style, attr, one)
			}
		}
	}
}

// add notes an address, or an inline script, of an element.
func (r *reader) add(e *element, kind loads.Kind, attr, value string) {
	p := r.page
	if value = strings.TrimSpace(value); kind != Inline && value == "" {
		return
	}
	t := Thing{Kind: kind, Line: e.line, Attr: attr, Markup: e.raw, NoScript: r.noscript > 0, After: p.DropIn != nil, Module: strings.EqualFold(e.attrs["type"], "module")}
	if kind != Inline {
		t.Address = cut(value, 4000)
	}
	r.gate(&t, e, attr)
	r.keep(t)
}

// gate tells for whom a thing is gated, by its element and the templates around.
func (r *reader) gate(t *Thing, e *element, attr string) {
	t.Manager, t.IDs = gates(e)
	t.Gated = holds(attr) || e.tag == "script" && !runs(e)
	for _, in := range r.templates {
		t.Gated = true
		if in.manager != "" && t.Manager == "" {
			t.Manager, t.IDs = in.manager, in.ids
		}
	}
}

// keep notes a thing, unless nothing would ever run it.
func (r *reader) keep(t Thing) {
	p := r.page
	switch {
	case t.Gated && t.Manager == "":
	case len(p.Things) >= MaxThings:
		p.Cut = true
	default:
		p.Things = append(p.Things, t)
	}
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
			r.add(e, loads.Style, Sheet, one)
		}
	case e.attrs["id"] == "octroi-config":
		if p.Declaration == "" {
			p.Declaration = raw
		}
	case e.own != nil:
		e.own.Hash = Integrity(raw)
	case !sourced(e) && strings.TrimSpace(raw) != "" && !strings.EqualFold(e.attrs["type"], "importmap"):
		before := len(p.Things)
		r.add(e, Inline, "", "")
		if len(p.Things) > before {
			p.Things[before].Text = cut(raw, maxText)
		}
	}
}

// sourced reports whether a script has an address, and so runs no text.
func sourced(script *element) bool {
	return slices.ContainsFunc(loads.Of(script.space, "script"), func(row loads.Row) bool { return script.attrs[row.Attr] != "" })
}

// link takes in a link that a visitor follows.
func (r *reader) link(e *element) {
	p := r.page
	href, has := e.attrs["href"]
	_, opens := e.attrs["data-octroi-open"]
	if href == "#octroi" || opens {
		p.HasReopenLink = true
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

// rel tells as what a browser follows a link by itself, "" where it does not.
func (r *reader) rel(e *element) loads.Kind {
	for rel := range strings.FieldsSeq(strings.ToLower(e.attrs["rel"])) {
		if kind := loads.Rels[rel]; kind != "" {
			return kind
		}
		if rel == "next" || rel == "prev" || rel == "alternate" && e.attrs["hreflang"] != "" {
			r.page.Links = append(r.page.Links, e.attrs["href"])
		}
	}
	return ""
}
