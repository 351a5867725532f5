package cookie

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

const (
	// MaxPair is how long a name and its value may be together, in bytes;
	// MaxAttribute how long an attribute's value (RFC 6265bis section 5.6, R7.01,
	// R7.02).
	MaxPair      = 4096
	MaxAttribute = 1024

	// Cap is the longest life that browsers give a cookie: 400 days in
	// milliseconds (R7.10).
	Cap = 400 * calendar.Day
)

// SameSite is a cookie's SameSite attribute.
type SameSite uint8

// The values of SameSite. Default is what a browser takes for a missing or
// unknown one.
const (
	Default SameSite = iota
	None
	Lax
	Strict
)

// Cookie is what a set-cookie-string says.
type Cookie struct {
	Name, Value string
	Domain      string // lower case, without a leading dot; "" for the host alone
	Path        string // "" for the page's folder
	Secure      bool
	HTTPOnly    bool
	Partitioned bool
	SameSite    SameSite
	Persistent  bool  // has an end of its own
	End         int64 // Unix ms, at most [Cap] after now; only if Persistent
}

// Parse reads what is assigned to document.cookie, as RFC 6265bis section 5.6
// says, at an instant. A string that browsers ignore whole is not ok: it has a
// control character, its name and value are too long, or both are empty.
//
// Of several Expires, and of several Max-Age, the last counts, as in Chromium,
// Firefox and WebKit: also where it cannot be read, which is as if it were not there.
// The RFC passes over such ones. A date that those three read differently is none.
func Parse(assignment string, now int64) (c Cookie, ok bool) {
	for i := range len(assignment) {
		if b := assignment[i]; b < 0x20 && b != '\t' || b == 0x7f {
			return Cookie{}, false
		}
	}
	pair, rest, _ := ascii.Cut(assignment, ";")
	c.Name, c.Value = named(pair)
	if len(c.Name)+len(c.Value) > MaxPair || c.Name == "" && c.Value == "" {
		return Cookie{}, false
	}
	var maxAge, expires *int64
	for rest != "" {
		var attribute string
		attribute, rest, _ = ascii.Cut(rest, ";")
		name, value := split(attribute)
		if len(value) > MaxAttribute {
			continue
		}
		switch ascii.Lower(name) {
		case "expires":
			expires = nil
			if at, ok := ParseDate(value); ok && agreed(value) {
				at = min(at, now+Cap)
				expires = &at
			}
		case "max-age":
			maxAge = nil
			if seconds, ok := seconds(value); ok {
				at := now + min(seconds, Cap/1000)*1000
				if seconds <= 0 {
					at = 0
				}
				maxAge = &at
			}
		case "domain":
			if len(value) > 0 && value[0] == '.' {
				value = value[1:]
			}
			c.Domain = ascii.Lower(value)
		case "path":
			c.Path = ""
			if len(value) > 0 && value[0] == '/' {
				c.Path = value
			}
		case "secure":
			c.Secure = true
		case "httponly":
			c.HTTPOnly = true
		case "partitioned":
			c.Partitioned = true
		case "samesite":
			c.SameSite = Default
			switch ascii.Lower(value) {
			case "none":
				c.SameSite = None
			case "lax":
				c.SameSite = Lax
			case "strict":
				c.SameSite = Strict
			}
		}
	}
	// Max-Age comes before Expires, whatever their order (R7.05).
	if maxAge == nil {
		maxAge = expires
	}
	if maxAge != nil {
		c.Persistent, c.End = true, *maxAge
	}
	return c, true
}

// split divides at the first "=" and trims both sides.
func split(s string) (name, value string) {
	name, value, _ = ascii.Cut(s, "=")
	return trim(name), trim(value)
}

// named divides a cookie's pair; without "=" it is a value with an empty name.
func named(pair string) (name, value string) {
	for i := range len(pair) {
		if pair[i] == '=' {
			return split(pair)
		}
	}
	return "", trim(pair)
}

// seconds reads a Max-Age: a digit or "-" and a digit, and nothing but digits
// after. What no life can reach is cut.
func seconds(s string) (n int64, ok bool) {
	i := 0
	if len(s) > 0 && s[0] == '-' {
		i = 1
	}
	if i == len(s) {
		return 0, false
	}
	for ; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = min(n*10+int64(s[i]-'0'), Cap)
	}
	if s[0] == '-' {
		n = -n
	}
	return n, true
}

// Settable reports whether a browser takes the cookie from a script of a page at
// host over https or not: prefixes and flags keep what they promise (R7.15,
// R7.16), and Domain must cover the host. It knows no public suffixes.
func (c *Cookie) Settable(host string, secure bool) bool {
	covered := c.Domain == "" || c.Domain == host ||
		len(host) > len(c.Domain) && host[len(host)-len(c.Domain)-1:] == "."+c.Domain && !numeric(host)
	if c.HTTPOnly || !covered || c.Secure && !secure || !c.Secure && (c.SameSite == None || c.Partitioned) {
		return false
	}
	name := ascii.Lower(c.Name)
	if c.Name == "" {
		// Without a name, the value stands where servers look for the name.
		name = ascii.Lower(c.Value)
		return !ascii.HasPrefix(name, "__secure-") && !ascii.HasPrefix(name, "__host-") && !ascii.HasPrefix(name, "__http-")
	}
	switch {
	case ascii.HasPrefix(name, "__http-"), ascii.HasPrefix(name, "__host-http-"):
		return false
	case ascii.HasPrefix(name, "__host-"):
		return c.Secure && c.Domain == "" && c.Path == "/"
	case ascii.HasPrefix(name, "__secure-"):
		return c.Secure
	}
	return true
}

// Visible is the name under which page code reads the cookie: of one without a
// name, what stands before the first "=" of its value, or all of it: Firefox takes that
// for a name.
func (c *Cookie) Visible() string {
	if c.Name != "" {
		return c.Name
	}
	name, _ := split(c.Value)
	return name
}

// Session is the life, for [Anew], of what ends with the session.
const Session = -1

// Anew writes an assignment anew: the same name and value, with a life of so many
// seconds, [Session] or 0 for an erasure, which has no value. Of the attributes it
// keeps those that are known and no end, as they were written; browsers read some ends
// each in its own way. The new end comes first: it must not be the part that a browser
// with a bound on attributes drops, or that libsoup does not come to.
func Anew(assignment string, seconds int64) string {
	text, rest, _ := ascii.Cut(assignment, ";")
	if seconds == 0 {
		text = erased(text)
	}
	if seconds >= 0 {
		text += ";Max-Age=" + jsontext.Int(seconds)
	}
	for rest != "" {
		var attribute string
		attribute, rest, _ = ascii.Cut(rest, ";")
		name, value := split(attribute)
		if len(value) > MaxAttribute {
			continue
		}
		switch ascii.Lower(name) {
		case "domain", "path", "secure", "httponly", "partitioned", "samesite", "priority":
			text += ";" + attribute
		}
	}
	return text
}

// erased is a pair without its value. Without a name the value is what tells the
// cookie.
func erased(pair string) string {
	if name, rest, _ := ascii.Cut(pair, "="); len(name)+len(rest) < len(pair) && trim(name) != "" {
		return trim(name) + "="
	}
	return pair
}

// Erases reports whether what [Anew] writes to erase a cookie can do nothing else, in
// any browser. To libsoup, which WebKit uses on Linux, a pair ends with the first
// byte that is not of printable ASCII, its attributes with it; and a "," before the
// "=" makes all of it a value.
func Erases(assignment string) bool {
	pair, _, _ := ascii.Cut(assignment, ";")
	pair = trim(erased(pair))
	for i := range len(pair) {
		if b := pair[i]; b < 0x20 || b > 0x7e || b == ',' {
			return false
		}
	}
	return true
}

// Timed reports whether an assignment may have an end of its own, to any browser:
// "expires" or "max-age" stands somewhere behind its pair.
func Timed(assignment string) bool {
	_, rest, _ := ascii.Cut(assignment, ";")
	for i := range len(rest) {
		if c := rest[i] | 0x20; (c == 'e' || c == 'm') && i+7 <= len(rest) {
			if word := ascii.Lower(rest[i : i+7]); word == "expires" || word == "max-age" {
				return true
			}
		}
	}
	return false
}
