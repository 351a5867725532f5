package gate

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/packed"
)

// URL is an address in parts, as a browser writes it out: scheme and host lower
// case, the host in punycode, no default port (WHATWG URL, section 4.5).
type URL struct {
	Scheme string
	Host   string // without port, user and a dot at its end; "" where it has none
	Port   string
	Path   string // from the "/" on, with the query
}

// ParseURL takes an address apart, but for its fragment. Any text will do: what has
// no host gives a URL without one. Those of STUN and TURN have a host without slashes
// (RFC 7064, RFC 7065).
func ParseURL(text string) (u URL) {
	for k := range len(text) {
		if text[k] == '#' {
			text = text[:k]
			break
		}
	}
	i := 0
	for i < len(text) && text[i] != ':' && text[i] != '/' {
		i++
	}
	if i < len(text) && text[i] == ':' {
		u.Scheme, text = text[:i], text[i+1:]
	}
	switch {
	case len(text) >= 2 && text[0] == '/' && text[1] == '/':
		text = text[2:]
	case u.Scheme == "stun" || u.Scheme == "stuns" || u.Scheme == "turn" || u.Scheme == "turns":
	default:
		u.Path = text
		return u
	}
	for i = 0; i < len(text) && text[i] != '/' && text[i] != '?'; i++ {
	}
	u.Host, u.Path = text[:i], text[i:]
	for k := len(u.Host) - 1; k >= 0; k-- {
		if u.Host[k] == '@' {
			u.Host = u.Host[k+1:]
			break
		}
	}
	for k := len(u.Host) - 1; k >= 0 && u.Host[k] != ']'; k-- {
		if u.Host[k] == ':' {
			u.Host, u.Port = u.Host[:k], u.Host[k+1:]
			break
		}
	}
	if n := len(u.Host); n > 1 && u.Host[n-1] == '.' {
		u.Host = u.Host[:n-1]
	}
	return u
}

// A pattern is what a declaration's urls hold:
//
//	host             that host, whatever scheme and port
//	*.host           it and all below it
//	host/path        what begins so; "*" stands for any run of characters
//	https://host/…   the same; the scheme says nothing, for a tracker has both
//	host:port        that port alone
//	/path            a path of the site's own
//
// Paths are compared as [normal] writes them, so that no other spelling of the same
// gets by.
type pattern struct {
	text    string // as declared
	service int32
	next    int32 // of the same bucket, -1 for none
	below   bool
	host    string // "" for the site's own
	port    string
	path    string
	literal int32 // length of path before its first "*"
}

// Index finds the services of an address. Its cost is the address's length: a table
// of hosts is asked once for each label of the host, and a table of paths once for
// each byte of the path, as far as the longest one of that host goes.
type Index struct {
	patterns []pattern
	buckets  []int32 // heads of chains by hash of host and literal path, -1 for none
	hosts    []known
	found    []Found
	clean    []byte
	hashes   [maxPath + 1]uint32 // of a path's beginnings; TinyGo would put them on the heap at each call
}

// known is a host of some pattern: its hash, 0 for a free place, and how long the longest literal
// path is that stands with it. No longer beginning of a path is looked for: with 50,000 patterns
// each would be asked for somewhere in 3 MB of memory.
type known struct {
	hash    uint32
	longest int32
}

// NewIndex reads the patterns of a declaration.
func NewIndex(c *config.Config) *Index {
	x := new(Index)
	for i := range c.Services {
		for _, text := range c.Services[i].URLs {
			x.add(int32(i), text)
		}
	}
	size := 8
	for size < 2*len(x.patterns) {
		size *= 2
	}
	x.buckets, x.hosts = make([]int32, size), make([]known, size)
	for i := range x.buckets {
		x.buckets[i] = -1
	}
	for i := range x.patterns {
		p := &x.patterns[i]
		host := packed.Hash(p.host)
		k := x.known(host)
		k.hash, k.longest = max(host, 1), max(k.longest, p.literal)
		head := &x.buckets[packed.Hashed(host, p.path[:p.literal])&uint32(size-1)]
		p.next, *head = *head, int32(i)
	}
	return x
}

func (x *Index) add(service int32, text string) {
	p := pattern{text: text, service: service}
	if !local(text) {
		// A scheme ends before the first slashes.
		slash := 0
		for slash < len(text) && text[slash] != '/' {
			slash++
		}
		if slash+1 >= len(text) || text[slash+1] != '/' || slash > 0 && text[slash-1] != ':' {
			text = "//" + text
		}
		u := ParseURL(text)
		p.host, p.port, text = ascii.Lower(u.Host), u.Port, u.Path
		if len(p.host) > 2 && p.host[:2] == "*." {
			p.host, p.below = p.host[2:], true
		}
	}
	if text == "/" && p.host != "" {
		text = ""
	}
	if p.path = text; !plain(text) {
		x.clean = normal(x.clean[:0], text, false)
		p.path = string(x.clean)
	}
	for int(p.literal) < len(p.path) && p.path[p.literal] != '*' {
		p.literal++
	}
	x.patterns = append(x.patterns, p)
}

// known returns the place of a host's hash, or the free one where it would be; a hash of 0 is
// entered as 1.
func (x *Index) known(host uint32) *known {
	for at := host; ; at++ {
		if k := &x.hosts[at&uint32(len(x.hosts)-1)]; k.hash == 0 || k.hash == max(host, 1) {
			return k
		}
	}
}

// Found is a service that an address belongs to, and the pattern that says so.
type Found struct {
	Service int // index into the declaration's
	Rule    string
}

// Find returns the services that the address belongs to: those of the longest host, and
// of its patterns those with the longest path. The list is good until the next call.
func (x *Index) Find(u *URL, own bool) []Found {
	x.found = x.found[:0]
	path, port := u.Path, u.Port
	if !plain(path) {
		x.clean = normal(x.clean[:0], path, true)
		path = string(x.clean)
	}
	if port == "" {
		// Browsers leave out what a scheme has by itself.
		switch u.Scheme {
		case "https", "wss":
			port = "443"
		case "http", "ws":
			port = "80"
		}
	}
	if own && x.path(path, "", port, false) {
		return x.found
	}
	for start := 0; start < len(u.Host); start++ {
		if start == 0 || u.Host[start-1] == '.' {
			if x.path(path, u.Host[start:], port, start > 0) {
				break
			}
		}
	}
	return x.found
}

// path asks about one host, or one above the address's own; it reports whether
// anything was found.
func (x *Index) path(path, host, port string, above bool) bool {
	hash := packed.Hash(host)
	k := x.known(hash)
	if k.hash == 0 {
		return false
	}
	// The longest literal is looked for first, so the hashes of all beginnings come
	// before.
	length := min(len(path), maxPath, int(k.longest))
	hashes := &x.hashes
	hashes[0] = hash
	for i := range length {
		hashes[i+1] = packed.Hashed(hashes[i], path[i:i+1])
	}
	for n := length; n >= 0; n-- {
		for i := x.buckets[hashes[n]&uint32(len(x.buckets)-1)]; i >= 0; i = x.patterns[i].next {
			p := &x.patterns[i]
			if int(p.literal) == n && p.host == host && (p.below || !above) && (p.port == "" || p.port == port) &&
				p.path[:n] == path[:n] && (n == len(p.path) || Match(p.path[n:]+"*", path[n:])) {
				x.found = append(x.found, Found{int(p.service), p.text})
			}
		}
		if len(x.found) > 0 {
			return true
		}
	}
	return false
}

// normal adds a path to dst as most servers read it: what is percent-encoded without need
// stands plainly, slashes are single, and neither "." nor ".." is a segment before another.
// "*" stays encoded, since it is a pattern's own, and so does what would change the parts
// of an address. A query is only decoded. Whole tells that nothing may follow, as behind a
// pattern.
func normal(dst []byte, path string, whole bool) []byte {
	query := false
	for i := 0; i < len(path); i++ {
		c := path[i]
		if c == '%' && i+2 < len(path) {
			if encoded, ok := ascii.Hex(path[i+1], path[i+2]); ok {
				i += 2
				if c = encoded; c <= ' ' || c >= 0x7f || c == '%' || c == '?' || c == '#' || c == '*' {
					dst = append(dst, '%', upper(path[i-1]), upper(path[i]))
					continue
				}
			}
		}
		if !query && (c == '/' || c == '?') {
			query = c == '?'
			dst = ended(dst)
			if n := len(dst); c == '/' && n > 0 && dst[n-1] == '/' {
				continue
			}
		}
		dst = append(dst, c)
	}
	if whole && !query {
		return ended(dst)
	}
	return dst
}

// ended takes a segment "." or ".." off a path's end, with what it leads back from.
func ended(path []byte) []byte {
	n := len(path)
	if n < 2 || path[n-1] != '.' {
		return path
	}
	if path[n-2] == '/' {
		return path[:n-1]
	}
	if n < 3 || path[n-2] != '.' || path[n-3] != '/' {
		return path
	}
	for n -= 3; n > 0 && path[n-1] != '/'; n-- {
	}
	return path[:max(n, 1)]
}

func upper(hex byte) byte {
	if hex >= 'a' {
		hex -= 'a' - 'A'
	}
	return hex
}

// plain reports whether a path is [normal] already; most are.
func plain(path string) bool {
	for i := range len(path) {
		if c := path[i]; c == '%' || c == '/' && i+1 < len(path) && (path[i+1] == '/' || path[i+1] == '.') {
			return false
		}
	}
	return true
}

// maxPath bounds how much of a path is looked at; a declared one is shorter.
const maxPath = 512
