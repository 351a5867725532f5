package config

import (
	"github.com/octroi-consent/octroi/engine/ascii"
)

// address tells what is wrong with a pattern of "urls"; ok is true where nothing is. What
// no address can match, as browsers write it out (WHATWG URL), is wrong: the author meant
// something else.
func address(s string) (what wrong, ok bool) {
	if spaced(s) || !plain(s) {
		return notAddress, false
	}
	if holds(s, "#") {
		return fragment, false
	}
	if len(s) > maxPattern {
		return longPattern, false
	}
	if ascii.HasPrefix(s, "^") {
		return regular, false
	}
	if ascii.HasPrefix(s, "/") && !ascii.HasPrefix(s, "//") {
		return regular, pattern(s)
	}
	scheme, rest := schemed(s)
	host, path := rest, ""
	for i := range len(rest) {
		if rest[i] == '/' || rest[i] == '?' {
			host, path = rest[:i], rest[i:]
			break
		}
	}
	switch name, port, _ := ascii.Cut(host, ":"); {
	case scheme == "":
		if port != "" && word(schemes+" ftp file data blob javascript mailto stun turn", name) || port == "" && holds(rest, name+":/") {
			return oddScheme, false
		}
	case scheme != "//" && !word(schemes, scheme):
		return oddScheme, false
	}
	if !pattern(path) || holds(host, `\`) {
		return regular, false
	}
	if holds(host, "@") {
		return userInfo, false
	}
	if what, ok := hosted(ascii.Lower(host), scheme != ""); !ok {
		return what, false
	}
	if ascii.HasPrefix(path, "?") {
		return noSlash, false
	}
	return 0, true
}

// maxPattern is how long a pattern may be, in bytes: no more of a path is looked at.
const maxPattern = 512

// schemes are those of what pages load and call.
const schemes = "http https ws wss"

// schemed divides a pattern behind its scheme, which is "//" where it has slashes alone,
// and "" where it has none.
func schemed(s string) (scheme, rest string) {
	before, behind, _ := ascii.Cut(s, "/")
	switch n := len(before); {
	case !ascii.HasPrefix(behind, "/") || n > 0 && before[n-1] != ':':
		return "", s
	case n == 0:
		return "//", behind[1:]
	default:
		return ascii.Lower(before[:n-1]), behind[1:]
	}
}

func before(s, mark string) string {
	s, _, _ = ascii.Cut(s, mark)
	return s
}

func holds(s, part string) bool {
	_, _, found := ascii.Cut(s, part)
	return found
}

func after(s, mark string) string {
	_, s, _ = ascii.Cut(s, mark)
	return s
}

// pattern reports whether a path, with its query, has nothing that only regular
// expressions have, or that browsers write percent-encoded.
func pattern(path string) bool {
	path, query, _ := ascii.Cut(path, "?")
	for i := range len(path) {
		switch path[i] {
		case '{', '}', '|', '^', '<', '>', '"', '`':
			return false
		}
	}
	n := len(path)
	return !expression(path) && !holds(query, `\`) && !holds(path, "/.*") && (n == 0 || path[n-1] != '$')
}

// expression reports whether a pattern, of a path or a name, has what a regular expression has
// and hardly anything else.
func expression(s string) bool {
	for _, part := range [...]string{`\`, "(?", "(.", ".+", ")?", ")*", ")+", "[^", "]+", "]{"} {
		if holds(s, part) {
			return true
		}
	}
	for i := 0; i+4 < len(s); i++ {
		if s[i] == '[' && s[i+2] == '-' { // [a-z]
			return true
		}
	}
	return ascii.HasPrefix(s, "^")
}

// hosted looks at a host in lower case, with its port; known tells that a scheme or slashes
// stand before, so that it can be nothing else.
func hosted(s string, known bool) (what wrong, ok bool) {
	host, port := s, ""
	for i := len(s) - 1; i >= 0 && s[i] != ']'; i-- {
		if s[i] == ':' {
			host, port = s[:i], s[i+1:]
			if !ported(port) {
				return badPort, false
			}
			known = true
			break
		}
	}
	if ascii.HasPrefix(host, "[") {
		return badHost, sixth(host)
	}
	below := ascii.HasPrefix(host, "*.")
	if below {
		host = host[2:]
	}
	if n := len(host); n > 1 && host[n-1] == '.' {
		host = host[:n-1]
	}
	if !lettered(host) {
		return allHosts, false
	}
	labels, last := 0, ""
	for rest, more := host, true; more; labels++ {
		last, rest, more = label(rest)
		if holds(last, "*") {
			return starInHost, false
		}
		if !made(last, "-_") || len(last) > 63 {
			return badHost, false
		}
	}
	switch {
	case len(host) > 253:
		return badHost, false
	case digits(last) || ascii.HasPrefix(last, "0x"):
		return badHost, !below && fourth(host)
	case suffix(host, labels, last, below):
		return wholeSuffix, false
	case labels == 1 && host != "localhost" && !known, !known && word("js mjs css html htm php json png gif jpg svg", last):
		return bareWord, false
	}
	return 0, true
}

// label takes the first label off a host; more tells whether others follow.
func label(host string) (first, rest string, more bool) {
	first, rest, _ = ascii.Cut(host, ".")
	return first, rest, len(first) < len(host)
}

// lettered reports whether any letter or digit stands in s.
func lettered(s string) bool {
	for i := range len(s) {
		if made(s[i:i+1], "") {
			return true
		}
	}
	return false
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// number reads a decimal number as browsers write it: without zeros before it.
func number(s string) (n int64, ok bool) {
	n, length := ascii.Number(s, 5)
	return n, length == len(s) && length > 0 && (length == 1 || s[0] != '0')
}

func ported(s string) bool {
	n, ok := number(s)
	return ok && n > 0 && n < 1<<16
}

// fourth reports whether a host is an address of IPv4: four numbers (WHATWG URL, section
// 3.6).
func fourth(host string) bool {
	parts := 0
	for more := true; more; parts++ {
		var part string
		part, host, more = label(host)
		if n, ok := number(part); !ok || n > 255 {
			return false
		}
	}
	return parts == 4
}

// sixth reports whether a host is an address of IPv6 as browsers write it: eight groups
// without zeros before them, the longest run of zeros left out (WHATWG URL, section 3.6).
func sixth(host string) bool {
	n := len(host) - 1
	if host[0] != '[' || host[n] != ']' {
		return false
	}
	left, right, _ := ascii.Cut(host[1:n], "::")
	double := len(left) < n-1
	before, right1 := groups(left)
	behind, right2 := groups(right)
	switch count := before + behind; {
	case !right1 || !right2:
		return false
	case double:
		return count <= 6
	default:
		return count == 8 && !holds(left+":", ":0:0:") && !ascii.HasPrefix(left, "0:0:")
	}
}

// groups counts the groups of a part of an address of IPv6.
func groups(s string) (n int, ok bool) {
	for more := s != ""; more; n++ {
		group, rest, _ := ascii.Cut(s, ":")
		if more = len(group) < len(s); len(group) > 4 || len(group) > 1 && group[0] == '0' || !hexed(group) {
			return 0, false
		}
		s = rest
	}
	return n, true
}

func hexed(s string) bool {
	for i := range len(s) {
		if c := s[i]; !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f') {
			return false
		}
	}
	return s != ""
}

// suffix reports whether a host with all below it, or by itself, is one under which anybody
// may have a host: a top-level domain, or a country's "co", "com" and the like.
func suffix(host string, labels int, last string, below bool) bool {
	return labels == 1 && below && host != "localhost" ||
		labels == 2 && len(last) == 2 && word("co com net org gov gob edu ac or ne go", before(host, "."))
}

// named looks at the name of a cookie (area 'c'), of another thing ('k'), or at the path of
// a worker's script ('j').
func named(s string, area byte) (what wrong, ok bool) {
	stars := true
	for i := range len(s) {
		stars = stars && s[i] == '*' // nothing else would match all
	}
	switch {
	case stars || expression(s):
		return notName, false
	case area == 'j':
		return notWorker, (Path(s) || ascii.HasPrefix(s, "*")) && !holds(s, "#") && !holds(s, "?")
	case area == 'c':
		if spaced(s) || s[len(s)-1] == '$' {
			return notName, false
		}
		for i := range len(s) {
			switch s[i] {
			case ';', '=', ',', '|':
				return notName, false
			}
		}
		return notName, s[0] != '/' || s[len(s)-1] != '/'
	}
	return 0, true
}

// part looks at a part of a text by which a script is known.
func part(s string) (what wrong, ok bool) {
	marks := 0
	for i := range len(s) {
		if s[i] > ' ' {
			marks++
		}
	}
	n := len(s)
	switch {
	case marks < minPart:
		return shortPart, false
	case s[0] == '*' && s[1] != '/', s[n-1] == '*' && s[n-2] != '/':
		return starPart, false
	}
	return 0, true
}

// minPart is how many characters tell a script from others, white space aside.
const minPart = 3
