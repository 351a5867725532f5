package config

import (
	"github.com/octroi-consent/octroi/engine/ascii"
)

// instead tells what would be right in the place of a wrong pattern of "urls".
func instead(s string) string {
	if like := meant(s); like != "" {
		return `did you mean "` + like + `"?`
	}
	return `write one as "host", "*.host", "host/path" or "/path", * in a path for any characters`
}

// like asks whether a known key was meant by the last part of a path, "" where none is like it.
func like(path, known string) string {
	key := path
	for rest, more := path, true; more; {
		key, rest, more = label(rest)
	}
	for one, rest := ascii.Word(known); one != ""; one, rest = ascii.Word(rest) {
		if near(ascii.Lower(key), ascii.Lower(one)) {
			return `did you mean "` + one + `"? `
		}
	}
	return ""
}

// near reports whether two words differ in one stretch of three letters at most, and begin and
// end with as many that both have.
func near(a, b string) bool {
	head, tail := 0, 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	return max(len(a), len(b))-head-tail <= min(3, head+tail)
}

// meant guesses at the pattern that was meant, "" where there is none that would be right.
func meant(s string) string {
	text := ""
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && made(s[i+1:i+2], ""):
			return "" // as \d
		case c == '\\' || (i == 0 || i == len(s)-1) && (c <= ' ' || c == '^' || c == '$'):
		case c == '.' && i+1 < len(s) && s[i+1] == '*' && i > 0 && (s[i-1] == '/' || s[i-1] == '\\'):
		default:
			text += s[i : i+1]
		}
	}
	text = before(text, "#")
	own := ascii.HasPrefix(text, "/") && !ascii.HasPrefix(text, "//")
	stripped := false
	for _, scheme := range [...]string{"://", ":/", "//"} {
		if name, rest, _ := ascii.Cut(text, scheme); len(name) < len(text) && !holds(name, "/") && !holds(name, ".") {
			text, stripped = rest, true
			break
		}
	}
	host, path := text, ""
	for i := range len(text) {
		if text[i] == '/' || text[i] == '?' {
			host, path = text[:i], text[i:]
			break
		}
	}
	if holds(host, "@") {
		host = after(host, "@")
	}
	if name, port, _ := ascii.Cut(host, ":"); port == "" || !ported(port) {
		if host = name; word("mailto data javascript blob stun turn ftp "+schemes, name) {
			host = port
		}
	}
	for ascii.HasPrefix(host, "*") || ascii.HasPrefix(host, ".") {
		if host = host[1:]; !ascii.HasPrefix(host, "*") && !ascii.HasPrefix(host, ".") && host != "" {
			host = "*." + host
			break
		}
	}
	if ascii.HasPrefix(path, "?") {
		path = "/" + path
	}
	if path == "/*" {
		path = ""
	}
	what, _ := address(s)
	for i := range len(text) {
		switch text[i] {
		case '(', ')', '[', ']', '+', '?':
			if what == regular {
				return ""
			}
		}
	}
	switch text = puny(host) + encoded(path); {
	case own:
		text = encoded(path)
	case what == bareWord && !stripped && (holds(text, "/") || holds(text, ".")):
		text = "/" + text
	case what == bareWord && !stripped, digits(before(text, "/")):
		return ""
	}
	if _, ok := address(text); !ok || text == s || text == "/" {
		return ""
	}
	return text
}

// encoded writes a path as browsers do: what is not ASCII percent-encoded.
func encoded(path string) (out string) {
	const digits = "0123456789ABCDEF"
	for i := range len(path) {
		if c := path[i]; c <= ' ' || c >= 0x80 {
			out += string([]byte{'%', digits[c>>4], digits[c&15]})
		} else {
			out += path[i : i+1]
		}
	}
	return out
}

// puny writes a host as browsers do, in punycode (RFC 3492).
func puny(host string) (out string) {
	for more := true; more; {
		var one string
		if one, host, more = label(host); plain(one) {
			out += ascii.Lower(one)
		} else {
			out += "xn--" + bootstring(one)
		}
		if more {
			out += "."
		}
	}
	return out
}

// bootstring encodes a label (RFC 3492, section 6.3), in lower case as far as most
// alphabets go.
func bootstring(label string) (out string) {
	var runes []rune
	for _, r := range label {
		switch {
		case r >= 'A' && r <= 'Z', r >= 'À' && r <= 'Þ' && r != '×', r >= 'Α' && r <= 'Ω', r >= 'А' && r <= 'Я':
			r += 0x20
		}
		if runes = append(runes, r); r < 0x80 {
			out += string(r)
		}
	}
	done, n, delta, bias := len(out), rune(0x80), 0, 72
	basic := done
	if basic > 0 {
		out += "-"
	}
	for done < len(runes) {
		least := rune(0x10ffff)
		for _, r := range runes {
			if r >= n {
				least = min(least, r)
			}
		}
		delta += int(least-n) * (done + 1)
		n = least
		for _, r := range runes {
			if r < n {
				delta++
			}
			if r != n {
				continue
			}
			q := delta
			for k := 36; ; k += 36 {
				t := max(1, min(26, k-bias))
				if q < t {
					break
				}
				out += letter(t + (q-t)%(36-t))
				q = (q - t) / (36 - t)
			}
			out += letter(q)
			done++
			bias, delta = adapted(delta, done, done == basic+1), 0
		}
		delta++
		n++
	}
	return out
}

func letter(digit int) string { return "abcdefghijklmnopqrstuvwxyz0123456789"[digit : digit+1] }

// adapted is the next bias (RFC 3492, section 6.1).
func adapted(delta, count int, first bool) (bias int) {
	if delta /= 2; first {
		delta /= 350
	}
	for delta += delta / count; delta > 455; bias += 36 {
		delta /= 35
	}
	return bias + 36*delta/(delta+38)
}

// Hints tells of what is no fault and is seldom meant so.
//
//go:noinline
func (c *Config) Hints() (list []Fault) {
	for i := range c.Services {
		s := &c.Services[i]
		above := s.above()
		for k, url := range s.URLs {
			path := index(index("$.services", s.At)+".urls", k)
			if host, alone := alone(url); alone && *above.place(host) == "" {
				list = append(list, Fault{path, "holds " + host + " without www." + host + " and all else below it", `write "*.` + host + `…" where they are meant`})
			}
			if n := len(url); n > 2 && url[n-2:] == ".*" {
				list = append(list, Fault{path, "holds what has a point there; whatever begins so is held without a *", `write "` + url[:n-2] + `" where that is meant`})
			}
		}
	}
	return list
}

// alone reports whether a pattern is about one host, of a name that has others below it.
func alone(url string) (host string, alone bool) {
	if ascii.HasPrefix(url, "/") && !ascii.HasPrefix(url, "//") {
		return "", false
	}
	host = hostOf(url)
	labels, last := 0, ""
	for rest, more := host, true; more; labels++ {
		last, rest, more = label(rest)
	}
	return host, !ascii.HasPrefix(host, "*.") && !digits(last) && !holds(host, "[") && (labels == 2 || labels == 3 && suffix(after(host, "."), 2, last, true))
}

// hostOf is the host of a pattern that names one.
func hostOf(url string) string {
	_, host := schemed(url)
	return ascii.Lower(before(before(before(host, "/"), "?"), ":"))
}

// above are the hosts below which a service has declared everything, or something. Only those
// that may stand alone are among them: no name of more than three labels does.
func (s *Service) above() names {
	hosts := makeNames(3 * len(s.URLs))
	for _, url := range s.URLs {
		host := hostOf(url)
		labels := 0
		for i := len(host) - 1; i >= 0 && labels < 3; i-- {
			if host[i] == '.' {
				hosts.take(host[i+1:])
				labels++
			}
		}
	}
	return hosts
}
