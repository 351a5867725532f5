package config

import "github.com/octroi-consent/octroi/engine/ascii"

// Messages returns, for the documentation, what can be wrong with a declaration and what would be
// right; "…" stands for what depends on the declaration.
func Messages() (list []Fault) {
	for rest, more := words, true; more; {
		var line string
		line, rest, more = ascii.Cut(rest, "\n")
		reason, right, _ := ascii.Cut(line, " | ")
		if reason == "" {
			continue
		}
		if right == "{?}" {
			right = instead("")
		}
		list = append(list, Fault{Reason: filled(reason, "…"), Right: filled(right, " …")})
	}
	return list
}
