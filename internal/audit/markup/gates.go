package markup

import (
	"slices"
	"strings"
)

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

// holders are attributes in which managers keep an address until it is granted; Octroi has
// more, one for each by which an element loads.
var holders = []string{"data-src", "data-href", "data-srcset", "data-cookieblock-src", "data-suppressedsrc", "suppressedsrc", "data-cmplz-src", "data-poster", "data-data"}

// holds reports whether an attribute keeps an address until it is granted.
func holds(attr string) bool {
	return strings.HasPrefix(attr, "data-") || slices.Contains(holders, attr)
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

// executable are the types of script that run (HTML, "JavaScript MIME type essence match").
var executable = strings.Fields(`application/ecmascript application/javascript application/x-ecmascript application/x-javascript text/ecmascript
	text/javascript text/javascript1.0 text/javascript1.1 text/javascript1.2 text/javascript1.3 text/javascript1.4 text/javascript1.5 text/jscript
	text/livescript text/x-ecmascript text/x-javascript module importmap speculationrules`)

// runs reports whether a script's type has it run.
func runs(e *element) bool {
	kind, has := e.attrs["type"]
	kind, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(kind)), ";")
	return !has || kind == "" || slices.Contains(executable, kind)
}
