package gate

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/config"
)

// A csp is a policy as a browser reads it: the sources of each directive.
type csp map[string][]string

func parseCSP(text string) csp {
	p := csp{}
	for directive := range strings.SplitSeq(text, ";") {
		words := strings.Fields(directive)
		p[words[0]] = words[1:]
	}
	return p
}

// matches is CSP 3, section 6.7.2.7, "Does url match source list in origin with redirect
// count 0".
func (p csp) matches(directive, page, address string) bool {
	self, _ := url.Parse(page)
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	for _, source := range p[directive] {
		switch {
		case source == "'self'":
			// Section 6.7.2.8, step 4: the same origin, or a host at the ports that are usual
			// and as safe.
			if u.Hostname() == self.Hostname() && (u.Scheme == self.Scheme && port(u) == port(self) ||
				usual(u) && usual(self) && (u.Scheme == "https" || u.Scheme == "wss" || self.Scheme == "http" && u.Scheme == "ws")) {
				return true
			}
		case source[0] == '\'':
		case strings.HasSuffix(source, ":"):
			if schemeMatches(strings.TrimSuffix(source, ":"), u.Scheme) {
				return true
			}
		default:
			if hostMatches(source, self, u) {
				return true
			}
		}
	}
	return false
}

func usual(u *url.URL) bool { return port(u) == defaultPort[u.Scheme] }

var defaultPort = map[string]string{"http": "80", "ws": "80", "https": "443", "wss": "443"}

func port(u *url.URL) string {
	if u.Port() != "" {
		return u.Port()
	}
	return defaultPort[u.Scheme]
}

// schemeMatches is section 6.7.2.9, but that "ws" is not taken for http: not every browser
// does.
func schemeMatches(a, b string) bool {
	return a == b || a == "http" && b == "https" || a == "ws" && b == "wss"
}

// hostMatches is section 6.7.2.8, step 3.
func hostMatches(source string, self, u *url.URL) bool {
	scheme, rest, found := strings.Cut(source, "://")
	if !found {
		scheme, rest = self.Scheme, source
	}
	if !schemeMatches(scheme, u.Scheme) {
		return false
	}
	host, path, slash := strings.Cut(rest, "/")
	host, ports, _ := strings.Cut(host, ":")
	name := u.Hostname()
	if below, star := strings.CutPrefix(host, "*."); star {
		if !strings.HasSuffix(name, "."+below) {
			return false
		}
	} else if host != name {
		return false
	}
	switch {
	case ports == "" && port(u) != defaultPort[u.Scheme]:
		return false
	case ports != "" && ports != "*" && ports != port(u) && !(ports == "80" && port(u) == "443"):
		return false
	}
	return !slash || pathMatches("/"+path, u.EscapedPath())
}

// pathMatches is section 6.7.2.12.
func pathMatches(a, b string) bool {
	if b == "" {
		b = "/"
	}
	if a == "/" {
		return true
	}
	exact := !strings.HasSuffix(a, "/")
	as, bs := strings.Split(a, "/"), strings.Split(b, "/")
	if len(as) > len(bs) || exact && len(as) != len(bs) {
		return false
	}
	if !exact {
		as = as[:len(as)-1]
	}
	for i := range as {
		x, errA := url.PathUnescape(as[i])
		y, errB := url.PathUnescape(bs[i])
		if errA != nil || errB != nil || x != y {
			return false
		}
	}
	return true
}

func TestPolicy(t *testing.T) {
	c := &config.Config{
		Categories: []config.Category{{ID: "essential", Required: true}, {ID: "ads"}},
		Services: []config.Service{
			{ID: "basket", URLs: []string{"/basket"}},
			{ID: "pixel", Category: 1, URLs: []string{"*.ads.example", "/own/"}},
			{ID: "cdn", Category: 1, URLs: []string{"https://cdn.example:8443/a/b*.js", "Upper.example/tr?id=", "odd;script-src.example", "a,b.example", "[::1]:80", "y.example/x;y/z", "y.example/"}},
		},
	}
	x := NewIndex(c)
	const own = " 'self' http://localhost:8420 ws://localhost:8420"
	const rest = " 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval' data: blob: http://localhost:1 http://held.invalid ws://held.invalid"
	policy := func(list, more string) string {
		return "default-src" + list + rest + ";base-uri" + list + more
	}
	page := Page{Host: "localhost:8420", Folder: "http://localhost:8420/octroi/"}
	assert.Equal(t, policy(own, ";webrtc 'block'"), x.Policy(c, []bool{true, false, true, false, false}, page))
	assert.Equal(t, policy(own+" http://ads.example:* ws://ads.example:* http://*.ads.example:* ws://*.ads.example:*", ""),
		x.Policy(c, []bool{true, false, true, true, false}, page))
	assert.Equal(t, policy(own+" http://cdn.example:8443/a/ ws://cdn.example:8443/a/ http://upper.example:*/tr ws://upper.example:*/tr http://y.example:* ws://y.example:* http://y.example:* ws://y.example:*", ""),
		x.Policy(c, []bool{true, false, true, false, true}, page), "what a policy has no word for is left out")
	assert.Equal(t, policy(" 'self' https://shop.example wss://shop.example http://cdn.example:*/octroi/ ws://cdn.example:*/octroi/", ";webrtc 'block'"),
		x.Policy(c, []bool{true, false, true, false, false}, Page{"shop.example", true, "https://cdn.example/octroi/"}), "what the drop-in brings")
	assert.Equal(t, policy(" 'self' file:", ";webrtc 'block'"), x.Policy(c, []bool{true, false, true, false, false}, Page{Folder: "file:///app/octroi/"}))
	c.Receipts = "/consent"
	assert.Equal(t, policy(own, ";webrtc 'block'"), x.Policy(c, []bool{true, false, true, false, false}, page))
	c.Receipts = "https://receipts.example:8443/of/shop"
	assert.Equal(t, policy(own+" http://receipts.example:8443/of/ ws://receipts.example:8443/of/", ";webrtc 'block'"), x.Policy(c, []bool{true, false, true, false, false}, page), "where receipts go")
	assert.Equal(t, []bool{false, true, true}, []bool{Abroad(&c.Services[0]), Abroad(&c.Services[1]), Abroad(&c.Services[2])})
}

// What the gate allows the policy allows, and the reverse but for what policies have no
// word for.
func TestThePolicyIsTheGates(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	host := func() string {
		return pick("", "a.", "b.a.", "x-1.") + pick("ads.example", "cdn.example", "stats.test", "localhost", "127.0.0.1", "xn--bcher-kva.example")
	}
	path := func() string {
		text := ""
		for range r.IntN(4) {
			text += "/" + pick("", "a", "b", "ab", "a.js", "%61", "a%2Fb", "a;b", "a,b", "~a", "a+b", "'a'", "(a)", "a=b", "A", "-", "_")
		}
		return text
	}
	wanted := 100_000
	if testing.Short() {
		wanted = 5_000
	}
	allowed, both, wider := 0, 0, 0
	for allowed < wanted {
		c := &config.Config{Block: true, Categories: []config.Category{{ID: "essential", Required: true}, {ID: "ads"}}}
		for i := range 1 + r.IntN(5) {
			s := config.Service{ID: fmt.Sprint(i), Category: 1}
			for range r.IntN(4) {
				if u := pick("", "", "*.", "https://", "//", "http://*.") + host() + pick("", "", ":8080", ":443") + path() + pick("", "", "/", "*", "/*/b", "?a=", "/*.js"); r.IntN(8) > 0 {
					s.URLs = append(s.URLs, u)
				} else {
					s.URLs = append(s.URLs, pick("/own/", "/a*"))
				}
			}
			c.Services = append(c.Services, s)
		}
		open := make([]bool, 2+len(c.Services))
		for i := range open {
			open[i] = r.IntN(2) == 0
		}
		x := NewIndex(c)
		origin := pick("https://shop.example", "http://shop.example", "http://localhost:8420", "https://shop.example:8443", "http://127.0.0.1:80")
		self, err := url.Parse(origin)
		require.NoError(t, err)
		own := strings.TrimSuffix(origin, ":80")
		text := x.Policy(c, open, Page{strings.TrimSuffix(self.Host, ":80"), self.Scheme == "https", own + "/octroi/"})
		policy := parseCSP(text)
		for range 300 {
			address := own + path() + pick("/", "", "?a=1")
			if r.IntN(10) > 0 {
				address = pick("http", "https", "ws", "wss") + "://" + host() + pick("", "", ":8080", ":444") + path() + pick("", "/", "/b", "/x.js", "?a=1", "/b?a=/c")
			}
			parsed, err := url.Parse(address)
			require.NoError(t, err, address)
			if parsed.Path == "" { // as a browser writes it out
				parsed.Path = "/"
				address = parsed.String()
			}
			mine := strings.HasPrefix(address, own+"/")
			u := ParseURL(address)
			if Access(c, x, open, &u, mine).Verdict != Allow {
				if !policy.matches("default-src", origin, address) {
					both++
				} else if !reason(x, c, open, &u, mine || u.Host == strings.Split(self.Host, ":")[0]) {
					t.Fatalf("shut by the gate alone: %s, of %s, by %s", address, origin, text)
				} else {
					wider++
				}
				continue
			}
			if at, _, _ := strings.Cut(u.Path, "?"); string(normal(nil, at, true)) != at {
				continue // the same place by another spelling, which policies do not know
			}
			allowed++
			for _, directive := range []string{"default-src", "base-uri"} {
				require.True(t, policy.matches(directive, origin, address), "%s of %s: %s by %s", directive, origin, address, text)
			}
		}
	}
	t.Logf("%d allowed by both, %d shut by both, %d by the gate alone", allowed, both, wider)
	assert.Greater(t, both, wider)
}

// reason reports whether a policy has no word for what is shut: it is the page's own, or a
// pattern of what is open has its host, and its folder where it has one.
func reason(x *Index, c *config.Config, open []bool, u *URL, own bool) bool {
	if own {
		return true
	}
	for i := range x.patterns {
		p := &x.patterns[i]
		if open[len(c.Categories)+int(p.service)] && p.host != "" &&
			(u.Host == p.host || p.below && strings.HasSuffix(u.Host, "."+p.host)) {
			path, _, _ := strings.Cut(u.Path, "?")
			// Another service's, or behind what was cut off.
			shut := len(x.Find(u, false)) > 0
			if decoded, err := url.PathUnescape(path); err == nil && strings.HasPrefix(decoded, p.folder()) && (shut || p.folder() != p.path) {
				return true
			}
		}
	}
	return false
}
