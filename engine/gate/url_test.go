package gate

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/config"
)

func TestParseURL(t *testing.T) {
	for text, want := range map[string]URL{
		"https://shop.example/a?b#c":            {Scheme: "https", Host: "shop.example", Path: "/a?b"},
		"http://u:p@shop.example.:8080/":        {Scheme: "http", Host: "shop.example", Port: "8080", Path: "/"},
		"https://[2001:db8::1]:444/x":           {Scheme: "https", Host: "[2001:db8::1]", Port: "444", Path: "/x"},
		"https://[::1]/":                        {Scheme: "https", Host: "[::1]", Path: "/"},
		"//cdn.example":                         {Host: "cdn.example"},
		"/basket?x=https://y.example/":          {Path: "/basket?x=https://y.example/"},
		"data:text/html,<b>":                    {Scheme: "data", Path: "text/html,<b>"},
		"blob:https://shop.example/1":           {Scheme: "blob", Path: "https://shop.example/1"},
		"javascript:alert(1)":                   {Scheme: "javascript", Path: "alert(1)"},
		"https://xn--bcher-kva.example/":        {Scheme: "https", Host: "xn--bcher-kva.example", Path: "/"},
		"https://evil.example@good.example/x@y": {Scheme: "https", Host: "good.example", Path: "/x@y"},
		"https://good.example?@evil.example/":   {Scheme: "https", Host: "good.example", Path: "?@evil.example/"},
		"wss://a:1:2/":                          {Scheme: "wss", Host: "a:1", Port: "2", Path: "/"},
		"":                                      {}, "x": {Path: "x"}, "https:": {Scheme: "https"}, "https://": {Scheme: "https"}, "//@:": {}, "://": {},
	} {
		assert.Equal(t, want, ParseURL(text), text)
	}
}

func index(patterns ...string) *Index {
	c := &config.Config{}
	for _, p := range patterns {
		c.Services = append(c.Services, config.Service{URLs: strings.Fields(p)})
	}
	return NewIndex(c)
}

func (x *Index) services(text string, own bool) (found []int) {
	u := ParseURL(text)
	for _, f := range x.Find(&u, own) {
		found = append(found, f.Service)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func TestFindTheServicesOfAnAddress(t *testing.T) {
	x := index(
		"stats.example",                           // 0
		"*.ads.example https://ads.example/x",     // 1
		"https://cdn.example/one/",                // 2
		"cdn.example/one/deep*.js",                // 3
		"cdn.example/one/deep*.js //cdn.example",  // 4
		"/basket /account/*/edit",                 // 5
		"Upper.Example/Path http://localhost:444", // 6
		"video.example/*/embed/",                  // 7
		"www.google.example/recaptcha/",           // 8
		"*.google.example",                        // 9
	)
	for text, want := range map[string][]int{
		"https://stats.example/":                       {0},
		"wss://stats.example:9/any?thing":              {0},
		"https://sub.stats.example/":                   nil,
		"https://stats.example.evil/":                  nil,
		"https://xstats.example/":                      nil,
		"https://a.b.ads.example/":                     {1},
		"https://ads.example/":                         {1},
		"https://ads.example/x/y":                      {1},
		"https://notads.example/":                      nil,
		"https://cdn.example/one":                      {4},
		"https://cdn.example/one/":                     {2},
		"https://cdn.example/one/deeper.js?v=1":        {3, 4},
		"https://cdn.example/one/deep/er.css":          {2},
		"https://cdn.example/two":                      {4},
		"https://upper.example/Path":                   {6},
		"https://upper.example/path":                   nil,
		"http://localhost:444/x":                       {6},
		"http://localhost:445/x":                       nil,
		"https://video.example/a/embed/1":              {7},
		"https://video.example/embed/1":                nil,
		"https://www.google.example/recaptcha/a.js":    {8},
		"https://www.google.example/maps":              {9},
		"https://stats.example@shop.example/":          nil,
		"https://shop.example/?https://stats.example/": nil,
		"https://stats.example./":                      {0},
		"data:,stats.example":                          nil,
		"":                                             nil,
	} {
		assert.Equal(t, want, x.services(text, false), text)
	}
	for text, want := range map[string][]int{
		"https://shop.example/basket":         {5},
		"https://shop.example/basket/x":       {5},
		"https://shop.example/account/7/edit": {5},
		"https://shop.example/account/7":      nil,
		"https://shop.example/":               nil,
		"https://stats.example/":              {0},
	} {
		assert.Equal(t, want, x.services(text, true), text)
	}
	assert.Nil(t, x.services("https://shop.example/basket", false), "a path of the site's own says nothing of others")
	assert.Nil(t, index().services("https://stats.example/", false))
	long := "https://stats.example/" + strings.Repeat("é/", 50_000)
	assert.Equal(t, []int{0}, x.services(long, false))
}

// Servers read paths in many spellings: none gets by, and no other path is met.
func TestOneSpellingOfAPath(t *testing.T) {
	x := index("/own-tracker/", "cdn.example/a%20b/ cdn.example/%7euser/*/x", "cdn.example//double//", "host.example:443/s host.example:80/p", "/wss/", "cdn.example/st%2ar")
	for text, want := range map[string][]int{
		"https://shop.example/own-tracker/t.js":                {0},
		"https://shop.example/%6fwn-tracker/t.js":              {0},
		"https://shop.example/%6Fwn%2dtracker/t.js":            {0},
		"https://shop.example//own-tracker/t.js":               {0},
		"https://shop.example////own-tracker//t.js":            {0},
		"https://shop.example/own-tracker%2ft.js":              {0},
		"https://shop.example/%2fown-tracker/t.js":             {0},
		"https://shop.example/./own-tracker/t.js":              {0},
		"https://shop.example/x%2f..%2fown-tracker/t.js":       {0},
		"https://shop.example/x/y/%2e%2e/..%2fown-tracker%2f?": {0},
		"wss://shop.example/own-tracker/":                      {0},
		"wss://shop.example/%77ss/":                            {4},
		"https://shop.example/own-tracker":                     nil,
		"https://shop.example/x/own-tracker/":                  nil,
		"https://shop.example/own-tracker/..":                  nil,
		"https://shop.example/own-tracker/../x":                nil,
		"https://shop.example/?/own-tracker/":                  nil,
		"https://shop.example/%3f/../own-tracker/":             {0},
		"https://shop.example/%256fwn-tracker/":                nil,
		"https://shop.example/%zzown-tracker/":                 nil,
		"https://shop.example/%":                               nil,
		"https://cdn.example/a%20b/c":                          {1},
		"https://cdn.example/~user/1/x":                        {1},
		"https://cdn.example/%7Euser//1%2fx":                   {1},
		"https://cdn.example/double/x":                         {2},
		"https://cdn.example//double/x":                        {2},
		"https://host.example/s":                               {3},
		"wss://host.example/s":                                 {3},
		"http://host.example/p":                                {3},
		"https://host.example/p":                               nil,
		"http://host.example/s":                                nil,
		"https://cdn.example/st%2ar":                           {5},
		"https://cdn.example/star":                             nil,
	} {
		assert.Equal(t, want, x.services(text, true), text)
	}
	long := "https://shop.example/" + strings.Repeat("%41/..%2f", 30_000)
	assert.Equal(t, []int{0}, x.services(long+"own-tracker/", true))
}

// spelt is [normal] by other means.
func spelt(path string, whole bool) string {
	path, query, asks := strings.Cut(path, "?")
	decode := func(s string) string {
		return regexp.MustCompile(`%[0-9A-Fa-f]{2}`).ReplaceAllStringFunc(s, func(code string) string {
			b, _ := hex.DecodeString(code[1:])
			if b[0] > ' ' && b[0] < 0x7f && !strings.ContainsAny(string(b), "%?#*") {
				return string(b)
			}
			return strings.ToUpper(code)
		})
	}
	segments := strings.Split(decode(path), "/")
	out := segments[:1]
	for i, segment := range segments[1:] {
		last := i == len(segments)-2
		switch {
		case last && !whole && !asks:
			out = append(out, segment)
		case segment == ".." || segment == ".":
			if segment == ".." && len(out) > 1 {
				out = out[:len(out)-1]
			}
			if last {
				out = append(out, "")
			}
		case segment != "" || last:
			out = append(out, segment)
		}
	}
	path = strings.Join(out, "/")
	if asks {
		path += "?" + decode(query)
	}
	return path
}

func FuzzNormal(f *testing.F) {
	f.Add("/a/%2e%2e/b//c%2f.?x=%41//..", true)
	f.Add("/../x", false)
	f.Fuzz(func(t *testing.T, path string, whole bool) {
		if path != "" && path[0] != '/' {
			path = "/" + path
		}
		got := string(normal(nil, path, whole))
		assert.Equal(t, spelt(path, whole), got, path)
		if plain(path) {
			assert.Equal(t, path, got)
		}
	})
}

// What is found is what trying every pattern finds.
func FuzzFind(f *testing.F) {
	f.Add("a.example b.a.example/x *.example a.example/x*y", "https://b.a.example/xzy")
	f.Add("/x x/ *.x :1 a:1/b", "http://a:1/b")
	f.Fuzz(func(t *testing.T, patterns, text string) {
		if len(patterns) > 200 || len(text) > 400 {
			return
		}
		list := strings.Fields(patterns)
		x := index(list...)
		var best []int
		host, path := -1, -1
		u := ParseURL(text)
		if u.Path = string(normal(nil, u.Path, true)); u.Port == "" {
			u.Port = map[string]string{"http": "80", "ws": "80", "https": "443", "wss": "443"}[u.Scheme]
		}
		for i := range x.patterns {
			p := &x.patterns[i]
			above := len(u.Host) > len(p.host) && p.below && p.host != "" && strings.HasSuffix(u.Host, "."+p.host)
			if p.host == "" || u.Host != p.host && !above || p.port != "" && p.port != u.Port || p.literal > maxPath || !Match(p.path+"*", u.Path) {
				continue
			}
			if len(p.host) > host || len(p.host) == host && int(p.literal) > path {
				host, path, best = len(p.host), int(p.literal), nil
			}
			if len(p.host) == host && int(p.literal) == path {
				best = append(best, int(p.service))
			}
		}
		slices.Sort(best)
		assert.Equal(t, slices.Compact(best), x.services(text, false), "%q", list)
	})
}

// A pattern that the declaration's reader takes meets the address that it spells.
func FuzzARightPatternMeetsItsAddress(f *testing.F) {
	for _, pattern := range []string{"youtube.com", "*.Youtube.com:443/x/*/y", "https://[::1]:8080/a?b", "/a/%2e%2e//b*", "//cdn.example.", "127.0.0.1/%7e", "/.", "a.example/x%2ay"} {
		f.Add(pattern)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		text, err := json.Marshal(pattern)
		require.NoError(t, err)
		c, faults := config.Parse(`{"site": {"name": "S", "controller": "S", "contact": "/"}, "policy": {"url": "/", "revision": "1"},
			"categories": [{"id": "e", "label": "E", "text": "E", "required": true}, {"id": "c", "label": "C", "text": "C"}],
			"services": [{"id": "s", "category": "c", "name": "S", "provider": "S", "purpose": "S", "policy": "/", "urls": [` + string(text) + `]}]}`)
		if len(faults) > 0 || len(pattern) > 300 {
			return
		}
		own := pattern[0] == '/' && !strings.HasPrefix(pattern, "//")
		if _, rest, found := strings.Cut(pattern, "//"); found && (strings.HasPrefix(pattern, "//") || regexp.MustCompile(`^[A-Za-z]+://`).MatchString(pattern)) {
			pattern = rest
		}
		if own {
			pattern = "shop.example" + pattern
		} else if strings.HasPrefix(pattern, "*.") {
			pattern = "www." + pattern[2:]
		}
		host, path := pattern, ""
		if at := strings.IndexByte(pattern, '/'); at >= 0 {
			host, path = pattern[:at], pattern[at:]
		}
		if path != "" {
			path += "z" // "." is no segment of an address, and may begin one
		}
		address := "https://" + strings.ToLower(host) + strings.ReplaceAll(path, "*", "x")
		assert.Equal(t, []int{0}, NewIndex(c).services(address, own), "%s by %s", address, text)
	})
}

// For what a browser writes out, the parts are net/url's.
func FuzzParseURL(f *testing.F) {
	f.Add("https://user@shop.example:8080/a/b?c=d#e")
	f.Fuzz(func(t *testing.T, text string) {
		got := ParseURL(text)
		want, err := url.Parse(text)
		if err != nil || want.Scheme == "" || want.Host == "" || strings.HasSuffix(want.Hostname(), ".") || strings.ContainsAny(text, "\\%[] ") || want.Opaque != "" || strings.Contains(want.Host, "@") {
			return
		}
		assert.Equal(t, want.Hostname(), got.Host, text)
		assert.Equal(t, want.Port(), got.Port, text)
	})
}

// The cost is the address's, not the number of rules.
func BenchmarkFind(b *testing.B) {
	for _, rules := range []int{10, 1_000, 50_000} {
		c := &config.Config{}
		for i := range rules {
			c.Services = append(c.Services, config.Service{URLs: []string{fmt.Sprintf("tag%d.example/path%d/", i, i), fmt.Sprintf("*.net%d.example", i)}})
		}
		x := NewIndex(c)
		for name, text := range map[string]string{"known": "https://tag7.example/path7/collect?v=2&tid=G-123&cid=456.789", "unknown": "https://static.shop.example/assets/app.js?v=12"} {
			b.Run(fmt.Sprintf("%s/%d", name, rules), func(b *testing.B) {
				found := 0
				for b.Loop() {
					u := ParseURL(text)
					found += len(x.Find(&u, false))
				}
			})
		}
	}
}
