package origin

import (
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/server/consent"
	"github.com/octroi-consent/octroi/server/rewrite"
)

// What is gated in pages.
const (
	RewriteOff       = "off"       // nothing: they pass as they are
	RewriteCacheable = "cacheable" // all that is not essential, for everybody
	RewriteVisitor   = "visitor"   // what the visitor has not granted
)

// rewritten is the site with its pages gated by an edition's declaration.
func (s *Server) rewritten(e *edition) (http.Handler, error) {
	if s.Rewrite == RewriteOff || s.Rewrite == "" {
		return s.behind, nil
	}
	r, err := rewrite.New(e.Text(), rewrite.Options{
		Head:       e.head,
		Visitor:    func(r *http.Request) rewrite.Grants { return granted{e.FromRequest(r)} },
		PerVisitor: s.Rewrite == RewriteVisitor,
	})
	if err != nil {
		return nil, err
	}
	gated := r.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t := &typed{ResponseWriter: w}
		s.behind.ServeHTTP(t, r)
		t.end()
	}))
	if s.Rewrite != RewriteVisitor && e.Config().Enforce == "hooks" {
		return gated, nil
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		gated.ServeHTTP(&personal{w, e.Declaration}, r)
	}), nil
}

// granted is a State as the rewriter asks it.
type granted struct{ consent.State }

func (g granted) Allows(id string) bool { return g.State.Allows(id) }

// personal keeps pages that are made for one visitor out of caches that serve others: some heed
// Cache-Control alone.
type personal struct {
	http.ResponseWriter
	declared *consent.Declaration
}

func (p *personal) WriteHeader(status int) {
	h := p.Header()
	if status >= 200 && strings.HasPrefix(strings.ToLower(h.Get("Content-Type")), "text/html") {
		p.declared.AddVary(h)
		kept := []string{"private"}
		for one := range strings.SplitSeq(strings.Join(h["Cache-Control"], ","), ",") {
			one = strings.TrimSpace(one)
			name, _, _ := strings.Cut(strings.ToLower(one), "=")
			if one != "" && !slices.Contains([]string{"public", "private", "s-maxage", "proxy-revalidate"}, name) {
				kept = append(kept, one)
			}
		}
		h.Set("Cache-Control", strings.Join(kept, ", "))
		for _, name := range []string{"Surrogate-Control", "CDN-Cache-Control"} {
			h.Del(name)
		}
	}
	p.ResponseWriter.WriteHeader(status)
}

func (p *personal) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// typed gives an answer the type that browsers take it for, where what it says of its type is
// nothing, more than one thing, or no type at all: what they show as HTML has to be gated as HTML
// (https://mimesniff.spec.whatwg.org/#determining-the-computed-mime-type-of-a-resource).
type typed struct {
	http.ResponseWriter
	status int // that waits for the first bytes of the body; 0 for none
	done   bool
}

func (t *typed) WriteHeader(status int) {
	h := t.Header()
	switch {
	case t.done || t.status != 0:
		return
	case status < 200 && status != http.StatusSwitchingProtocols:
		t.ResponseWriter.WriteHeader(status)
		return
	case status == http.StatusSwitchingProtocols || status == http.StatusNoContent || status == http.StatusNotModified:
	case plainly(h):
	case strings.EqualFold(h.Get("X-Content-Type-Options"), "nosniff"):
	default:
		t.status = status
		return
	}
	t.done = true
	t.ResponseWriter.WriteHeader(status)
}

// plainly reports whether it is clear of which type an answer is, and says so in a way in which it
// can be read: of several types, HTML counts.
func plainly(h http.Header) bool {
	var essences []string
	for _, value := range h["Content-Type"] {
		for one := range strings.SplitSeq(value, ",") {
			essence, _, _ := strings.Cut(one, ";")
			essences = append(essences, strings.ToLower(strings.Trim(essence, " \t\r\n\f")))
		}
	}
	if slices.Contains(essences, "text/html") {
		if _, _, err := mime.ParseMediaType(h.Get("Content-Type")); err != nil || len(essences) > 1 {
			h.Set("Content-Type", "text/html"+charset(h["Content-Type"]))
		}
		return true
	}
	return len(essences) > 0 && !slices.ContainsFunc(essences, func(essence string) bool {
		kind, sub, divided := strings.Cut(essence, "/")
		return !divided || kind == "" || sub == "" || slices.Contains([]string{"unknown/unknown", "application/unknown", "*/*"}, essence)
	})
}

// charset is the first charset that types name, as a parameter.
func charset(types []string) string {
	for _, one := range types {
		for parameter := range strings.FieldsFuncSeq(one, func(r rune) bool { return r == ';' || r == ',' }) {
			name, value, _ := strings.Cut(parameter, "=")
			if strings.EqualFold(strings.TrimSpace(name), "charset") && value != "" {
				return "; charset=" + strings.Trim(value, ` "`)
			}
		}
	}
	return ""
}

// decide sends the header that has waited, of the type that a body begins as.
func (t *typed) decide(body []byte) {
	if t.status == 0 {
		return
	}
	if kind := http.DetectContentType(body); strings.HasPrefix(kind, "text/html") {
		t.Header().Set("Content-Type", "text/html")
	}
	status := t.status
	t.status, t.done = 0, true
	t.ResponseWriter.WriteHeader(status)
}

func (t *typed) Write(b []byte) (int, error) {
	if !t.done && t.status == 0 {
		t.WriteHeader(http.StatusOK)
	}
	t.decide(b)
	return t.ResponseWriter.Write(b)
}

// FlushError sends what there is; a header that waits for the first bytes waits on.
func (t *typed) FlushError() error {
	if t.status != 0 {
		return nil
	}
	return http.NewResponseController(t.ResponseWriter).Flush()
}

func (t *typed) Flush() { _ = t.FlushError() }

// end sends the header of an answer without a body.
func (t *typed) end() { t.decide(nil) }

func (t *typed) Unwrap() http.ResponseWriter { return t.ResponseWriter }
