package loads

import "strings"

const space = " \t\n\f\r"

// Addresses returns those in an attribute's value, by the element's other attributes. What
// is in a document of a frame's own it does not look for.
func (r *Row) Addresses(value string, other func(attr string) string) []string {
	switch {
	case r.Kind == Document || r.Kind == Base:
		return nil
	case r.Type != "" && !strings.EqualFold(other("type"), r.Type):
		return nil
	case r.Kind == Ping:
		return strings.Fields(value)
	case strings.HasSuffix(r.Attr, "srcset"):
		return Candidates(value)
	case r.Kind == Refresh:
		if !strings.EqualFold(other("http-equiv"), "refresh") {
			return nil
		}
		return one(refreshed(value))
	case r.Animates():
		if name := other("attributename"); !strings.EqualFold(name, "href") && !strings.EqualFold(name, xlink) {
			return nil
		}
		if r.Attr == "values" {
			return strings.Split(value, ";")
		}
	}
	return one(value)
}

func one(address string) []string {
	if address = strings.Trim(address, space); address != "" {
		return []string{address}
	}
	return nil
}

// refreshed is where a refresh leads (HTML, "shared declarative refresh steps"), "" where
// that is the page itself.
func refreshed(content string) string {
	content = strings.TrimLeft(content, space)
	rest := strings.TrimLeft(content, "0123456789.")
	if rest == content {
		return ""
	}
	rest = strings.TrimLeft(rest, space)
	if rest != "" && (rest[0] == ';' || rest[0] == ',') {
		rest = strings.TrimLeft(rest[1:], space)
	}
	if len(rest) >= 3 && strings.EqualFold(rest[:3], "url") {
		if after := strings.TrimLeft(rest[3:], space); strings.HasPrefix(after, "=") {
			rest = strings.TrimLeft(after[1:], space)
		}
	}
	if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
		rest, _, _ = strings.Cut(rest[1:], rest[:1])
	}
	return rest
}

// Candidates returns the addresses of a set of sources (HTML, "parse a srcset attribute"):
// descriptors stand between, and a comma need not be followed by space.
func Candidates(set string) (list []string) {
	for {
		set = strings.TrimLeft(set, space+",")
		if set == "" {
			return list
		}
		address := set
		if end := strings.IndexAny(set, space); end >= 0 {
			address = set[:end]
		}
		set = set[len(address):]
		bare := strings.TrimRight(address, ",")
		list = append(list, bare)
		if len(bare) < len(address) {
			continue
		}
		set = set[descriptors(set):]
	}
}

// descriptors is the length of what stands behind an address, up to a comma that is in no
// parentheses.
func descriptors(set string) int {
	depth := 0
	for i := range len(set) {
		switch c := set[i]; {
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case c == ',' && depth == 0:
			return i
		}
	}
	return len(set)
}
