package rewrite

import (
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// maxAddress is how much of an address is read: its beginning says whose it is.
const maxAddress = 8192

// address is one in parts, as far as it matters whose it is (WHATWG URL, section 4.4).
type address struct {
	scheme string // in lower case
	host   string // with the port, unless it is the scheme's own
	path   string // with the query; of an address without a host all behind the colon
}

func (u *address) String() string {
	if u.host == "" {
		return u.scheme + ":" + u.path
	}
	return u.scheme + "://" + u.host + u.path
}

// ports are the schemes of addresses with hosts, each with its port.
var ports = map[string]string{"http": "80", "https": "443", "ws": "80", "wss": "443", "ftp": "21", "file": ""}

// resolve reads an address as a browser does, from a base that has a host. It reports whether it
// is one at all; a browser asks nobody for what is none.
func resolve(text string, base *address) (u address, ok bool) {
	text = strings.Trim(text, controls)
	if strings.ContainsAny(text, "\t\n\r") {
		text = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(text)
	}
	if len(text) > maxAddress {
		text = text[:maxAddress]
	}
	text, _, _ = strings.Cut(text, "#")
	scheme, rest, schemed := cutScheme(text)
	port, hosted := ports[scheme]
	switch {
	case schemed && !hosted:
		return address{scheme: scheme, path: rest}, true
	case schemed && scheme == base.scheme:
		text = rest // relative, unless slashes follow
	case schemed:
		rest = strings.TrimLeft(rest, `/\`)
		return authority(scheme, port, rest)
	}
	if len(text) > 1 && slash(text[0]) && slash(text[1]) {
		return authority(base.scheme, ports[base.scheme], strings.TrimLeft(text, `/\`))
	}
	u = *base
	switch {
	case text == "":
	case slash(text[0]):
		u.path = pathOf(text)
	default:
		path, _, _ := strings.Cut(base.path, "?")
		if text[0] != '?' {
			path = path[:strings.LastIndexByte(path, '/')+1]
		}
		u.path = pathOf(path + text)
	}
	return u, true
}

const controls = "\x00\x01\x02\x03\x04\x05\x06\x07\x08\t\n\v\f\r\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f "

func slash(c byte) bool { return c == '/' || c == '\\' }

// cutScheme cuts a scheme off, in lower case.
func cutScheme(text string) (scheme, rest string, found bool) {
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c|0x20 && c|0x20 <= 'z':
		case i > 0 && ('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.'):
		case i > 0 && c == ':':
			return lower(text[:i]), text[i+1:], true
		default:
			return "", text, false
		}
	}
	return "", text, false
}

// authority reads what stands behind the slashes.
func authority(scheme, port, text string) (u address, ok bool) {
	end := strings.IndexAny(text, `/\?`)
	if end < 0 {
		end = len(text)
	}
	host, path := text[:end], text[end:]
	host = host[strings.LastIndexByte(host, '@')+1:]
	given := ""
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.Contains(host[i:], "]") {
		host, given = host[:i], strings.TrimLeft(host[i+1:], "0")
		if given == "" && strings.HasSuffix(text[:end], "0") {
			given = "0"
		}
		if n, err := strconv.Atoi(given); given != "" && (err != nil || n < 0 || n > 65535) {
			return u, false
		}
	}
	if scheme == "file" {
		return address{scheme: scheme, path: "//" + host + pathOf(path)}, true
	}
	if host, ok = hostOf(host); !ok {
		return u, false
	}
	if given != "" && given != port {
		host += ":" + given
	}
	return address{scheme, host, pathOf(path)}, true
}

// pathOf writes a path as a browser does, but for what is encoded in it, since the index of
// addresses does not tell that apart.
func pathOf(path string) string {
	path, query, asked := strings.Cut(path, "?")
	if strings.IndexByte(path, '\\') >= 0 {
		path = strings.ReplaceAll(path, `\`, "/")
	}
	if path == "" || path[0] != '/' {
		path = "/" + path
	}
	if asked {
		path += "?" + query
	}
	return path
}

var lookup = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false), idna.CheckHyphens(false))

// hostOf writes a host as a browser does; it reports whether it is one.
func hostOf(host string) (string, bool) {
	if strings.HasPrefix(host, "[") {
		ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
		if err != nil || !ip.Is6() || ip.Zone() != "" || !strings.HasSuffix(host, "]") {
			return "", false
		}
		return "[" + ipv6(ip) + "]", true
	}
	if strings.IndexByte(host, '%') >= 0 {
		host = decoded(host)
	}
	for i := range len(host) {
		if host[i] >= 0x80 {
			ascii, err := lookup.ToASCII(host)
			if err != nil {
				return "", false
			}
			host = ascii
			break
		}
	}
	host = lower(host)
	if strings.Contains(host, "xn--") {
		if ascii, err := lookup.ToASCII(host); err == nil {
			host = ascii
		}
	}
	if host == "" || strings.ContainsAny(host, controls+"#/:<>?@[\\]^|%\x7f") {
		return "", false
	}
	if ip, number := ipv4(host); number {
		return ip, ip != ""
	}
	return host, true
}

// ipv6 writes an address with its longest run of zeros left out (WHATWG URL, section 3.5).
func ipv6(ip netip.Addr) string {
	b := ip.As16()
	if ip.Is4In6() {
		return "::ffff:" + strconv.FormatUint(uint64(b[12])<<8|uint64(b[13]), 16) + ":" + strconv.FormatUint(uint64(b[14])<<8|uint64(b[15]), 16)
	}
	return ip.String()
}

// ipv4 reads a host that ends in a number (WHATWG URL, section 3.5): it is an address, "" for
// one that is wrong.
func ipv4(host string) (ip string, number bool) {
	parts := strings.Split(strings.TrimSuffix(host, "."), ".")
	last := parts[len(parts)-1]
	if last == "" || strings.Trim(last, "0123456789") != "" && !(strings.HasPrefix(last, "0x") && strings.Trim(last[2:], "0123456789abcdef") == "") {
		return "", false
	}
	if len(parts) > 4 {
		return "", true
	}
	var value uint64
	for i, part := range parts {
		n, err := numberOf(part)
		if err != nil || i < len(parts)-1 && n > 255 || i == len(parts)-1 && n >= 1<<(8*(5-len(parts))) {
			return "", true
		}
		if i < len(parts)-1 {
			value |= n << (8 * (3 - i))
		} else {
			value |= n
		}
	}
	return netip.AddrFrom4([4]byte{byte(value >> 24), byte(value >> 16), byte(value >> 8), byte(value)}).String(), true
}

func numberOf(part string) (uint64, error) {
	switch {
	case strings.HasPrefix(part, "0x"):
		if part == "0x" {
			return 0, nil
		}
		return strconv.ParseUint(part[2:], 16, 64)
	case len(part) > 1 && part[0] == '0':
		return strconv.ParseUint(part[1:], 8, 64)
	}
	return strconv.ParseUint(part, 10, 64)
}

// decoded resolves percent-encoding.
func decoded(text string) string {
	b := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) {
			if n, err := strconv.ParseUint(text[i+1:i+3], 16, 8); err == nil {
				b = append(b, byte(n))
				i += 2
				continue
			}
		}
		b = append(b, text[i])
	}
	return string(b)
}
