package origin

import (
	"net/http"
	"slices"
	"strings"

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
	o := rewrite.Options{
		Head:       e.head,
		Visitor:    func(r *http.Request) rewrite.Grants { return e.FromRequest(r) },
		PerVisitor: s.Rewrite == RewriteVisitor,
	}
	if o.PerVisitor {
		o.Inline = e.inline
	}
	r, err := rewrite.New(e.Text(), o)
	if err != nil {
		return nil, err
	}
	gated := r.Handler(s.behind)
	if s.Rewrite != RewriteVisitor && e.Config().Enforce == "hooks" {
		return gated, nil
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		gated.ServeHTTP(personal{w}, r)
	}), nil
}

// personal keeps pages that are made for one visitor out of caches that serve others: some heed
// Cache-Control alone.
type personal struct{ http.ResponseWriter }

func (p personal) WriteHeader(status int) {
	h := p.Header()
	if status >= 200 && strings.HasPrefix(strings.ToLower(h.Get("Content-Type")), "text/html") {
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

func (p personal) Unwrap() http.ResponseWriter { return p.ResponseWriter }
