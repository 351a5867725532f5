package rewrite

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"strconv"
	"strings"

	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/internal/loads"
)

// visit is what is known of who asks.
type visit struct {
	r        *Rewriter
	open     config.Grants // what is not gated
	lets     config.Grants // what the policy lets; nil where none is sent
	personal bool          // the answer is this visitor's alone
	asks     bool          // the visitor has yet to answer, and gets Options.Inline
	tag      string        // ends the tags of documents that are made alike
}

// visit reads a request.
func (r *Rewriter) visit(request *http.Request) visit {
	v := visit{r: r, open: r.required}
	if r.o.Visitor != nil {
		visitor := r.o.Visitor(request)
		granted := r.grants(visitor)
		if r.o.PerVisitor {
			v.open = granted
		}
		all, tells := answered(visitor)
		// Of a visitor who has answered a part, the page's engine knows for what it asks.
		if gate.Polices(r.c, granted, func(int) bool { return all }) {
			v.lets = granted
		}
		v.asks = r.o.Inline != "" && tells && !all
		v.personal = r.o.PerVisitor || r.o.Inline != "" || r.c.Enforce == gate.Always || r.c.Enforce == gate.Refusal
	}
	sum := fnv.New64a()
	fmt.Fprint(sum, r.version, v.open, v.lets, v.asks)
	v.tag = ours + strconv.FormatUint(sum.Sum64(), 36)
	return v
}

// answered reports whether nothing waits for a visitor's answer, where the grants tell that.
func answered(visitor Grants) (all, tells bool) {
	one, tells := visitor.(interface{ Decided() bool })
	return tells && one.Decided(), tells
}

// policy is the Content-Security-Policy of what the visitor has granted, "" for none.
func (v *visit) policy(request *http.Request) string {
	if v.lets == nil {
		return ""
	}
	r := v.r
	at := place(request)
	if r.origin.host != "" {
		at = r.origin.scheme + "://" + r.origin.host + request.URL.RequestURI()
	}
	here, ok := resolve(at, &address{scheme: "http", host: nowhere, path: "/"})
	if !ok {
		return ""
	}
	page := gate.Page{Host: here.host, Secure: here.scheme == "https"}
	if to, ok := resolve(r.folder, &here); ok {
		page.Folder = to.String()
	}
	lets := append(config.Grants{}, v.lets...)
	for i := range r.c.Services {
		if !gate.Abroad(&r.c.Services[i]) {
			lets[r.c.Place(i)] = true // no policy is in its way
		}
	}
	index := r.indexes.Get().(*gate.Index)
	defer r.indexes.Put(index)
	return index.Policy(r.c, lets, page)
}

// filter takes out of a header what loads from what is not granted: links (RFC 8288) and
// speculation rules.
func (v *visit) filter(h http.Header, request *http.Request) {
	if len(h["Link"]) == 0 && len(h["Speculation-Rules"]) == 0 {
		return
	}
	j := v.r.judge(place(request), v.open)
	defer v.r.indexes.Put(j.index)
	filtered(h, "Link", func(link string) bool {
		target, parameters, found := strings.Cut(strings.TrimPrefix(link, "<"), ">")
		return found && follows(parameters) && j.address(target).held
	})
	filtered(h, "Speculation-Rules", func(rules string) bool { return j.address(strings.Trim(rules, `"`)).held })
}

// filtered takes items out of a header that is a list.
func filtered(h http.Header, name string, held func(string) bool) {
	var kept []string
	changed := false
	for _, list := range h[name] {
		for _, one := range items(list) {
			if held(one) {
				changed = true
			} else {
				kept = append(kept, one)
			}
		}
	}
	switch {
	case !changed:
	case len(kept) == 0:
		h.Del(name)
	default:
		h.Set(name, strings.Join(kept, ", "))
	}
}

// items divides a list at the commas that are in no address and no quotes.
func items(list string) (all []string) {
	var within byte
	from := 0
	add := func(to int) {
		if one := strings.TrimSpace(list[from:to]); one != "" {
			all = append(all, one)
		}
		from = to + 1
	}
	for i := 0; i < len(list); i++ {
		switch c := list[i]; {
		case within == '"' && c == '\\':
			i++
		case within != 0:
			if c == within {
				within = 0
			}
		case c == '"':
			within = '"'
		case c == '<':
			within = '>'
		case c == ',':
			add(i)
		}
	}
	add(len(list))
	return all
}

// follows reports whether a browser follows a link by itself, by its parameters: of several kinds
// of link all count.
func follows(parameters string) bool {
	for parameter := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(parameter, "=")
		if !strings.EqualFold(strings.TrimSpace(name), "rel") {
			continue
		}
		for rel := range strings.FieldsSeq(strings.ToLower(strings.Trim(strings.TrimSpace(value), `"`))) {
			if loads.Rels[rel] != "" {
				return true
			}
		}
	}
	return false
}
