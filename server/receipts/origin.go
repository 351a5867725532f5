package receipts

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// hosts are those of a site: true where all under one are meant too.
type hosts map[string]bool

func readHosts(names []string) (hosts, error) {
	all := hosts{}
	for _, name := range names {
		host, under := strings.CutPrefix(name, "*.")
		if host == "" || host != strings.Trim(host, ".") || !only(host, &inHosts) {
			return nil, fmt.Errorf("receipts: %q is no host; name one in lower case, without a scheme, as shop.example or *.shop.example", name)
		}
		all[host] = all[host] || under
	}
	return all, nil
}

// have says whether a host is one of these.
func (h hosts) have(host string) bool {
	if _, is := h[host]; is {
		return host != ""
	}
	for {
		_, rest, more := strings.Cut(host, ".")
		if !more {
			return false
		}
		if h[rest] {
			return true
		}
		host = rest
	}
}

// fromSite refuses what another site's page sends, and lets a page of the site's other hosts read
// the answer. A browser puts an Origin on every POST, and a page cannot change it. What has neither
// an Origin nor a Sec-Fetch-Site was sent by no page of another site; a program can write whatever
// it likes into both, so that refusing those would keep none out.
func (h *Handler) fromSite(r *http.Request, header http.Header) *refusal {
	foreign := &refusal{status: http.StatusForbidden, kind: "origin", sentence: "Receipts are taken from this site's own pages alone."}
	origins := r.Header.Values("Origin")
	switch {
	case len(origins) == 0:
		if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
			return foreign
		}
		return nil
	case len(origins) > 1:
		return foreign
	}
	origin := origins[0]
	if origin == "null" && h.o.Apps {
		header.Set("Access-Control-Allow-Origin", "null")
		return nil
	}
	u, err := url.Parse(origin)
	if err != nil || u.Scheme == "" || u.Scheme+"://"+u.Host != origin || !only(u.Host, &inHosts) || !h.hosts.have(u.Hostname()) {
		return foreign
	}
	header.Set("Access-Control-Allow-Origin", origin)
	return nil
}
