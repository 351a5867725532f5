package config

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// declared parses a declaration with something in the pixel's place for it.
func declared(key string, value any) (*Config, []string) {
	text, _ := json.Marshal(value)
	c, faults := Parse(right[:strings.Index(right, `"urls": ["https://x`)] + fmt.Sprintf(`%q: %s}]}`, key, text))
	var texts []string
	for i := range faults {
		texts = append(texts, faults[i].String())
	}
	return c, texts
}

// rightPatterns are what addresses can match.
var rightPatterns = strings.Fields(`
	youtube.com www.youtube.com *.youtube.com youtube.com/ youtube.com/embed/ https://youtube.com https://www.youtube.com/embed/*
	http://a.b.c.example/x wss://socket.example/ //cdn.example //cdn.example/x ws://socket.example HTTPS://Upper.Example/Path UPPER.example
	localhost localhost:8080 http://localhost/x *.localhost *.localhost:8080/x 127.0.0.1 127.0.0.1:8420/ads/ http://10.0.0.1 [::1] [2001:db8::1]:444/x [1:2:3:4:5:6:7:8] [::] [1::] [1::8]
	host.example:1 host.example:443 host.example:65535 https://wiki/ wiki:8080 //wiki
	/ /path /path/ /path/*/x /* /.well-known/x /a.b*c /?x=1 /x?y=a|b&z={1} host.example/?v= host.example/* host.example/**
	xn--bcher-kva.example a_b.example my-host.example host.example. -.example
	cdn.example/jquery.*.min.js cdn.example/pixel.* cdn.example/Foo_(bar)/ cdn.example/[slug]/x cdn.example/a+b cdn.example/$1/ cdn.example/a//b cdn.example/%7Euser
	cdn.example/a@b cdn.example/x:y /a:b /a@b cdn.example/https://x.example/ t.co go.com ac.com *.github.io *.co.com co.example *.x.co.uk example.co.uk
	*.ttwstatic.com/ads/ d2wy8f7a9ursnm.cloudfront.net`)

func TestRightPatterns(t *testing.T) {
	for _, pattern := range rightPatterns {
		_, faults := declared("urls", []string{pattern})
		assert.Empty(t, faults, pattern)
	}
}

// wrongPatterns are what no address can match, or not what was meant, with what was.
var wrongPatterns = map[string]string{
	`youtube\.com/.*`: "youtube.com", `youtube\.com`: "youtube.com", `^https://youtube.com/`: "youtube.com/", `youtube.com$`: "youtube.com", `https?://youtube.com/`: "youtube.com/",
	`(www\.)?youtube\.com`: "", `(www|m).youtube.com`: "", `youtube.com/.*`: "youtube.com", `youtube.com/.+`: "", `youtube.com/(embed|v)/.*`: "", `youtube.com/[a-z]+/`: "", `youtube.com/v[0-9]/`: "",
	`youtube.com/embed(/.*)?`: "", `youtube.com/{embed,v}/`: "", `.*youtube.com.*`: "", `.*\.youtube\.com`: "*.youtube.com", `/youtube\.com/`: "/youtube.com/", `/own\.js$`: "/own.js", `^/own/`: "/own/", `/own/.*`: "/own/*",
	`https://*youtube.com/*`: "*.youtube.com", `*youtube.com`: "*.youtube.com", `*youtube*`: "", `you*.com`: "", `www.*.com`: "", `youtube.*`: "", `*.youtube.*`: "", `*.*.com`: "", `**.youtube.com`: "*.youtube.com", `*.*.youtube.com`: "*.youtube.com",
	`*`: "", `**`: "", `*.`: "", `*.*`: "", `*/*`: "", `*/ads/`: "/ads/", `https://*`: "", `https://*/*`: "", `*://*/*`: "", `<all_urls>`: "", `http*://youtube.com/*`: "youtube.com", `*://*.youtube.com/*`: "*.youtube.com", `*:*`: "",
	`ftp://youtube.com/`: "youtube.com/", `htps://youtube.com/`: "youtube.com/", `htp:youtube.com`: "", `https:youtube.com`: "youtube.com", `https:/youtube.com/x`: "youtube.com/x", `https//youtube.com`: "youtube.com", `mailto:a@b.example`: "b.example", `data:image/png`: "",
	`file:///x`: "/x", `javascript:alert`: "", `chrome-extension://x`: "", `blob:https://x.example`: "x.example", `https:\\youtube.com`: "",
	`https://`: "", `//`: "", `///x`: "/x", `:8080`: "", `https://:8080/`: "", `https:///x`: "/x", `//:80/`: "", `?x=1`: "/?x=1", `youtube.com?v=`: "youtube.com/?v=", `https://youtube.com?v=1`: "youtube.com/?v=1",
	`youtube.com:*`: "youtube.com", `youtube.com:0`: "youtube.com", `youtube.com:65536`: "youtube.com", `youtube.com:99999/x`: "youtube.com/x", `youtube.com:`: "youtube.com", `youtube.com:08080`: "youtube.com", `youtube.com:http`: "youtube.com", `localhost:*`: "localhost", `localhost:*/x`: "localhost/x",
	`user@youtube.com`: "youtube.com", `https://user:secret@youtube.com/x`: "youtube.com/x",
	`youtube.com#x`: "youtube.com", `youtube.com/#!/x`: "youtube.com/", `/path#part`: "/path", `https://youtube.com/x#`: "youtube.com/x",
	`you tube.com`: "", ` youtube.com`: "youtube.com", "youtube.com\n": "youtube.com", `a.example b.example`: "", `a.example,b.example`: "", `a.example;b.example`: "", `"youtube.com"`: "", `'youtube.com'`: "", `youtube.com/"x"`: "", `youtube.com/<id>/`: "",
	`.youtube.com`: "*.youtube.com", `youtube..com`: "", `youtube.com..`: "", `.`: "", `..`: "", `./x.js`: "/x.js", `../x.js`: "/x.js", `you%74ube.com`: "", `youtube.com%2Fx`: "",
	`bücher.example`: "xn--bcher-kva.example", `*.BÜCHER.example/ü`: "*.xn--bcher-kva.example/%C3%BC", `пример.рф`: "xn--e1afmkfd.xn--p1ai", `例え.jp`: "xn--r8jz45g.jp", `https://faß.de/`: "xn--fa-hia.de/", `/straße`: "/stra%C3%9Fe", `Ελλάδα.gr`: "xn--hxakic4aa.gr",
	`*.com`: "", `*.uk`: "", `*.co.uk`: "", `*.com.au/x`: "", `https://*.com/`: "", `co.uk`: "",
	`youtube`: "", `analytics.js`: "/analytics.js", `js/tag.js`: "/js/tag.js", `img/pixel.gif?x`: "/img/pixel.gif?x", `scripts`: "",
	`10.0.0`: "", `10.0.0.*`: "", `10.0.0.256`: "", `010.0.0.1`: "", `2130706433`: "", `*.10.0.0.1`: "", `1.2.3.4.5`: "", `0x7f.1`: "",
	`::1`: "", `[::1`: "", `[2001:0db8::1]`: "", `[0:0:0:0:0:0:0:1]`: "", `[::ffff:1.2.3.4]`: "", `[1:2]`: "", `[:::1]`: "", `[1::2::3]`: "", `[::g]`: "", `[]`: "", `[1:2:3:4:5:6:7::8]`: "", `[::1]x`: "",
	`C:\x`: "", `\\host\x`: "", `/a\b`: "", `you|tube.com`: "", `https://youtube.com|https://vimeo.com`: "", strings.Repeat("a", 64) + ".example": "", strings.Repeat("a.", 127) + "example": "",
}

func TestAWrongPatternIsAFaultThatSaysWhatWouldBeRight(t *testing.T) {
	for pattern, want := range wrongPatterns {
		_, faults := declared("urls", []string{"other.example", pattern})
		require.Len(t, faults, 1, pattern)
		assert.True(t, strings.HasPrefix(faults[0], "$.services[1].urls[1]: "), faults[0])
		_, right, _ := strings.Cut(faults[0], "; ")
		if want == "" {
			assert.True(t, strings.HasPrefix(right, "write one as"), "%s: %s", pattern, faults[0])
			continue
		}
		assert.Equal(t, `did you mean "`+want+`"?`, right, "%s: %s", pattern, faults[0])
		_, ok := address(want)
		assert.True(t, ok, want)
	}
}

func TestAPatternMayBeLong(t *testing.T) {
	_, faults := declared("urls", []string{"/" + strings.Repeat("x", maxPattern-1)})
	assert.Empty(t, faults)
	_, faults = declared("urls", []string{"/" + strings.Repeat("x", maxPattern)})
	assert.Equal(t, []string{"$.services[1].urls[0]: longer than 512 characters; write its beginning"}, faults)
}

// A host that is declared alone is told of, and shuts nothing.
func TestHints(t *testing.T) {
	for patterns, want := range map[string][]string{
		"youtube.com": {`$.services[1].urls[0]: holds youtube.com without www.youtube.com and all else below it; write "*.youtube.com…" where they are meant`},
		"x.example https://youtube.com/embed/ *.x.example": {`$.services[1].urls[1]: holds youtube.com without www.youtube.com and all else below it; write "*.youtube.com…" where they are meant`},
		"Shop.co.uk":                             {`$.services[1].urls[0]: holds shop.co.uk without www.shop.co.uk and all else below it; write "*.shop.co.uk…" where they are meant`},
		"youtube.com www.youtube.com":            nil,
		"youtube.com *.youtube.com/embed/":       nil,
		"*.youtube.com www.x.example":            nil,
		"youtube.com a.b.c.YouTube.com/?x":       nil,
		"shop.co.uk www.shop.co.uk:8443":         nil,
		"/path localhost 127.0.0.1 [::1] //wiki": nil,
		"/pixel.*":                               {`$.services[1].urls[0]: holds what has a point there; whatever begins so is held without a *; write "/pixel" where that is meant`},
	} {
		c, faults := declared("urls", strings.Fields(patterns))
		require.Empty(t, faults, patterns)
		var got []string
		for _, hint := range c.Hints() {
			got = append(got, hint.String())
		}
		assert.Equal(t, want, got, patterns)
	}
}

// Twice as many addresses take twice as much. An address in capitals is copied at each reading.
func TestHintsReadAnAddressOnce(t *testing.T) {
	taken := func(addresses int) float64 {
		c := Config{Services: []Service{{}}}
		for i := range addresses {
			c.Services[0].URLs = append(c.Services[0].URLs, fmt.Sprintf("*.HOST%d.example/path/", i), fmt.Sprintf("host%d.example/", i))
		}
		return testing.AllocsPerRun(1, func() { assert.Empty(t, c.Hints()) })
	}
	assert.Less(t, taken(800), 5*taken(200))
}

func TestWrongNames(t *testing.T) {
	for key, list := range map[string]struct{ right, wrong string }{
		"cookies":   {`_ga _ga_* _pk_id.* *_id a.b $x a(b) {a} [x] a/b /a optimizely_data$$*`, `* ** ^_ga _ga$ _ga\.* _ga(.*) _ga_[A-Z0-9]+ _ga|_gid _ga,_gid _ga=1 _ga; /^_ga/ /_ga/ _ga.+ (?:_ga) _ga_[^x]`},
		"storage":   {`_ga k:* a|b a,b a=b $x x$ /a/ {"a":1}`, `* ^k k\.a k(.*) k_[a-z]+ k.+ (?i)k`},
		"databases": {`db db*`, `* ^db db\d`},
		"caches":    {`v1 v*-x`, `** v[0-9] v(?:1)`},
		"workers":   {`/sw.js /sw*.js /a/b/sw.js *sw.js`, `sw.js ./sw.js //x.example/sw.js https://x.example/sw.js * /sw.js#x /sw.js?v=1 ^/sw.js /sw\.js /\sw.js`},
	} {
		for _, name := range strings.Fields(list.right) {
			_, faults := declared(key, []map[string]string{{"name": name}})
			assert.Empty(t, faults, "%s %s", key, name)
		}
		for _, name := range strings.Fields(list.wrong) {
			_, faults := declared(key, []map[string]string{{"name": name}})
			if assert.Len(t, faults, 1, "%s %s", key, name) {
				assert.True(t, strings.HasPrefix(faults[0], "$.services[1]."+key+"[0].name: not "), faults[0])
			}
		}
	}
	for text, ok := range map[string]bool{"fbq('init'": true, "_fbq": true, "/*! Tag": true, "a = b": true, "a b": false, "": false, "    ": false, "a": false, "ga(": true, "a(": false, "fbq(*": false, "*fbq(": false, "x */": true, "tag */": true} {
		_, faults := declared("inline", []string{text})
		assert.Equal(t, ok, faults == nil, "%q: %q", text, faults)
	}
}

// What editors are told of patterns is what the engine says, as far as an expression can.
func TestTheEditorsSchemaKnowsWrongPatterns(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "web", "config.schema.json"))
	require.NoError(t, err)
	var schema struct {
		Defs map[string]struct{ Pattern string } `json:"$defs"`
	}
	require.NoError(t, json.Unmarshal(b, &schema))
	require.NotEmpty(t, schema.Defs["address"].Pattern)
	expression := regexp.MustCompile(schema.Defs["address"].Pattern)
	for _, pattern := range rightPatterns {
		assert.Regexp(t, expression, pattern)
	}
	var missed []string
	for pattern := range wrongPatterns {
		if expression.MatchString(pattern) {
			missed = append(missed, pattern)
		}
	}
	assert.Less(t, len(missed), len(wrongPatterns)/4, "%q", missed)
}

func FuzzAddress(f *testing.F) {
	for pattern := range wrongPatterns {
		f.Add(pattern)
	}
	for _, pattern := range rightPatterns {
		f.Add(pattern)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		if pattern == "" || len(pattern) > 300 {
			return
		}
		if _, ok := address(pattern); ok {
			assert.NotContains(t, pattern, "#")
			return
		}
		if like := meant(pattern); like != "" {
			_, ok := address(like)
			assert.True(t, ok, "%q for %q", like, pattern)
		}
	})
}
