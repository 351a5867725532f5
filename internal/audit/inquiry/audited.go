package inquiry

import (
	"net/url"
	"strings"
)

// audited is the site that is audited.
type audited struct {
	start *url.URL
	shown string // what the report calls it
}

// public writes an address as the site's own, where a proxy stands in for it.
func (a *audited) public(address string) string {
	from := a.start.Scheme + "://" + a.start.Host
	if rest, own := strings.CutPrefix(address, from); own && (rest == "" || rest[0] == '/' || rest[0] == '?') {
		return a.shown + rest
	}
	return address
}

// publicText does the same within a text.
func (a *audited) publicText(text string) string {
	return strings.ReplaceAll(text, a.start.Scheme+"://"+a.start.Host, a.shown)
}

// firstParty reports whether an address is the site's own.
func (a *audited) firstParty(u *url.URL) bool {
	return u.Scheme == a.start.Scheme && u.Host == a.start.Host
}

// short is an address without its query: what a finding is about.
func short(u *url.URL) string {
	s := *u
	s.RawQuery, s.Fragment, s.RawFragment, s.ForceQuery = "", "", "", false
	return s.String()
}

func first(ids string) string {
	id, _, _ := strings.Cut(ids, " ")
	return id
}

func quote(s string) string { return `"` + s + `"` }
