// Package vary says in a response's header of which of the request's it depends (RFC 9110, section
// 12.5.5).
package vary

import (
	"net/http"
	"strings"
)

// Record adds that a response depends on the visitor's choices: Cookie and, where the browser's own
// no counts, Sec-GPC.
func Record(h http.Header, objects bool) {
	add(h, "Cookie")
	if objects {
		add(h, "Sec-GPC")
	}
}

// add adds a field, unless it is there.
func add(h http.Header, field string) {
	for _, line := range h["Vary"] {
		for one := range strings.SplitSeq(line, ",") {
			if one = strings.TrimSpace(one); one == "*" || strings.EqualFold(one, field) {
				return
			}
		}
	}
	h.Add("Vary", field)
}
