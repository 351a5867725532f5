// Package gpc says at /.well-known/gpc.json that a site abides by Global Privacy Control
// (https://www.w3.org/TR/gpc/, section 4).
package gpc

import (
	"net/http"

	"github.com/octroi-consent/octroi/internal/octroijson"
	"github.com/octroi-consent/octroi/server/consent"
)

// Path is where browsers look for the statement.
const Path = "/.well-known/gpc.json"

// Handler answers with the statement, as octroi build writes it into gpc.json: since when the site
// abides, where the declaration tells ("updated" of the policy). Where none of its categories has
// "gpc": "refuse", the site says nothing, and it answers 404.
func Handler(d *consent.Declaration) http.Handler {
	statement := octroijson.Statement(d.Config())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "The statement about Global Privacy Control can only be read: use GET.", http.StatusMethodNotAllowed)
		case statement == nil:
			http.Error(w, `This site's declaration has no category with "gpc": "refuse".`, http.StatusNotFound)
		default:
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("X-Content-Type-Options", "nosniff")
			_, _ = w.Write(statement) // who does not wait for it misses it
		}
	})
}
