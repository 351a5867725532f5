// Package cookie is the grammar of cookies (RFC 6265bis): what is assigned to
// document.cookie, what it returns, and how a cookie is erased by script.
package cookie

import (
	"github.com/octroi-consent/octroi/engine/ascii"
)

// each calls fn with the name and value of every cookie in what document.cookie
// returns, until fn returns false. An entry without "=" has an empty name (R7.06).
func each(header string, fn func(name, value string) bool) {
	for header != "" {
		var pair string
		pair, header, _ = ascii.Cut(header, ";")
		name, value := named(pair)
		if (name != "" || value != "") && !fn(name, value) {
			return
		}
	}
}

func trim(s string) string {
	for len(s) > 0 && (s[0] == ' ' || s[0] == '\t') {
		s = s[1:]
	}
	for len(s) > 0 && (s[len(s)-1] == ' ' || s[len(s)-1] == '\t') {
		s = s[:len(s)-1]
	}
	return s
}

// Values returns the values of every cookie called name: there are several where
// they differ in domain or path.
func Values(header, name string) (values []string) {
	each(header, func(n, v string) bool {
		if n == name {
			values = append(values, v)
		}
		return true
	})
	return values
}

// Names returns the names of all cookies, each once.
func Names(header string) (names []string) {
	each(header, func(name, _ string) bool {
		for _, n := range names {
			if n == name {
				return true
			}
		}
		names = append(names, name)
		return true
	})
	return names
}

// maxSteps bounds the domains, and the length of the path, that an erasure tries.
const maxSteps, maxPath = 16, 256

// Erasures returns what to assign to document.cookie so that every variant of
// the cookie that script can reach from a page at host and path is gone: host
// only and each parent domain, each prefix of the path with and without its last
// slash, plain and Partitioned (R7.21). Browsers refuse a Domain that is a public
// suffix (R7.23), so trying one does no harm.
func Erasures(name, host, path string) (assignments []string) {
	gone := name + "=;Max-Age=0;Path="
	if ascii.HasPrefix(ascii.Lower(name), "__host-") {
		gone += "/;Secure" // R7.25
		return []string{gone, gone + ";Partitioned"}
	}
	if path == "" || path[0] != '/' {
		path = "/"
	}
	domain := ""
	for range maxSteps {
		for i := 1; i <= len(path) && i <= maxPath; i++ {
			if i == 1 || i == len(path) || path[i] == '/' || path[i-1] == '/' {
				one := gone + path[:i] + domain
				// The Secure ones reach Secure and __Secure- cookies; plain http pages
				// ignore them.
				assignments = append(assignments, one, one+";Secure", one+";Secure;Partitioned")
			}
		}
		dot := 0
		for dot < len(host) && host[dot] != '.' {
			dot++
		}
		if dot == len(host) || numeric(host) {
			break
		}
		domain, host = ";Domain="+host, host[dot+1:]
	}
	return assignments
}

// numeric reports whether host is an IP address, which has no parent.
func numeric(host string) bool {
	for i := range len(host) {
		c := host[i]
		if !(c >= '0' && c <= '9' || c == '.') {
			return c == '[' || c == ':'
		}
	}
	return true
}
