package erase

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/publicsuffix"

	"github.com/octroi-consent/octroi/server/consent"
)

const declared = `{
	"site": {"name": "Shop", "controller": "Shop SAS", "contact": "mailto:a@shop.example"},
	"policy": {"url": "/cookies", "revision": "1"},
	"erase": {"endpoint": "/erase"},
	"categories": [{"id": "essential", "label": "E", "text": "E", "required": true}, {"id": "statistics", "label": "S", "text": "S"}],
	"services": [
		{"id": "account", "category": "essential", "name": "A", "provider": "A", "purpose": "A", "cookies": [{"name": "session", "httpOnly": true}, {"name": "track_keep", "httpOnly": true}]},
		{"id": "stats", "category": "statistics", "name": "S", "provider": "S", "purpose": "S", "policy": "/p",
			"cookies": [{"name": "uid", "httpOnly": true}, {"name": "track_*", "httpOnly": true}, {"name": "deep", "httpOnly": true, "path": "/account"}, {"name": "deep_*", "httpOnly": true, "path": "/account"},
				{"name": "__Host-h", "httpOnly": true}, {"name": "__Secure-s", "httpOnly": true}, {"name": "both", "domain": "shop.example", "httpOnly": true}, {"name": "far", "domain": "stats.example"}, {"name": "session"}],
			"storage": [{"name": "st:*"}]}
	]
}`

func handler(t *testing.T) *Handler {
	t.Helper()
	d, err := consent.Parse([]byte(declared))
	require.NoError(t, err)
	return New(d)
}

// ask sends what a page of the site sends.
func ask(h http.Handler, body string, change func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "https://www.shop.example/erase", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", "https://www.shop.example")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) {
		if r.Header.Del(name); value != "" {
			r.Header.Set(name, value)
		}
	}
}

func TestWhatMayBeErasedIs(t *testing.T) {
	h := handler(t)
	w := ask(h, `{"erase": ["uid"]}`, nil)
	assert.Equal(t, http.StatusNoContent, w.Code)
	assert.Equal(t, "no-store", w.Header().Get("Cache-Control"))
	assert.Equal(t, []string{
		"uid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/", "uid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; Secure; Partitioned",
		"uid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; Domain=www.shop.example", "uid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; Domain=www.shop.example; Secure; Partitioned",
		"uid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; Domain=shop.example", "uid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; Domain=shop.example; Secure; Partitioned",
	}, w.Header().Values("Set-Cookie"))
	for name, c := range map[string]struct {
		body, cookies string
		change        func(*http.Request)
		erased        []string // names
		status        int
		sentence      string
	}{
		"nothing":                    {body: `{"erase": []}`, status: 204},
		"twice":                      {body: `{"erase": ["uid", "uid"]}`, erased: []string{"uid"}, status: 204},
		"what the page erases":       {body: `{"erase": ["st:1"]}`, status: 204},
		"a pattern":                  {body: `{"erase": ["track_*"]}`, cookies: `a=1; track_a=1;track_b={"x": 1, "y"}; track_keep=1; uid=1`, erased: []string{"track_a", "track_b"}, status: 204},
		"a pattern for nothing":      {body: `{"erase": ["track_*"]}`, cookies: `a=1`, status: 204},
		"with a prefix":              {body: `{"erase": ["__Host-h", "__Secure-s"]}`, erased: []string{"__Host-h", "__Secure-s"}, status: 204},
		"of this domain":             {body: `{"erase": ["both"]}`, erased: []string{"both"}, status: 204},
		"essential":                  {body: `{"erase": ["session", "uid"]}`, erased: []string{"uid"}, status: 403, sentence: `"session" is essential, and stays.`},
		"essential, in a pattern":    {body: `{"erase": ["track_keep"]}`, status: 403, sentence: `"track_keep" is essential, and stays.`},
		"the record":                 {body: `{"erase": ["octroi"]}`, status: 403, sentence: `"octroi" is essential, and stays.`},
		"all":                        {body: `{"erase": ["*"]}`, cookies: "session=1; uid=1", status: 403, sentence: `"*" is no cookie of a service in the declaration.`},
		"nobody's":                   {body: `{"erase": ["other"]}`, status: 403, sentence: `"other" is no cookie of a service in the declaration.`},
		"another site's":             {body: `{"erase": ["far", "uid"]}`, erased: []string{"uid"}, status: 422, sentence: `"far" is another site's cookie: no server of this site can erase it.`},
		"a pattern with a path":      {body: `{"erase": ["deep_*"]}`, status: 422, sentence: `Which cookies "deep_*" stands for cannot be seen from here, for they have a path of their own: declare each by its name.`},
		"no name":                    {body: `{"erase": [""]}`, status: 400, sentence: `"" is no cookie's name.`},
		"what would be a field":      {body: `{"erase": ["track_;\r\nSet-Cookie: session"]}`, status: 400, sentence: `"track_;\r\nSet-Cookie: session" is no cookie's name.`},
		"markup":                     {body: `{"erase": ["<script>alert(1)</script>"]}`, status: 403, sentence: `"<script>alert(1)</script>" is no cookie of a service in the declaration.`},
		"another method":             {change: func(r *http.Request) { r.Method = http.MethodGet }, status: 405, sentence: `This erases cookies: send POST with {"erase": [names]}.`},
		"another origin":             {change: header("Sec-Fetch-Site", "cross-site"), status: 403, sentence: "This request came from another origin: only the site's own pages can have its cookies erased."},
		"a host beside":              {change: header("Sec-Fetch-Site", "same-site"), status: 403, sentence: "This request came from another origin: only the site's own pages can have its cookies erased."},
		"another origin, of old":     {change: func(r *http.Request) { r.Header.Del("Sec-Fetch-Site"); r.Header.Set("Origin", "https://evil.example") }, status: 403, sentence: "This request came from another origin: only the site's own pages can have its cookies erased."},
		"no origin at all":           {change: func(r *http.Request) { r.Header.Del("Sec-Fetch-Site"); r.Header.Set("Origin", "null") }, status: 403, sentence: "This request came from another origin: only the site's own pages can have its cookies erased."},
		"its own, of an old browser": {body: `{"erase": ["uid"]}`, change: header("Sec-Fetch-Site", ""), erased: []string{"uid"}, status: 204},
		"a form":                     {body: `{"erase": ["uid"]}`, change: header("Content-Type", "text/plain"), status: 415, sentence: "The body has to be application/json."},
		"not JSON":                   {body: `{"erase": ["uid"]`, status: 400, sentence: `The body has to be {"erase": [names]}, a list of texts.`},
		"no list":                    {body: `{"erase": "uid"}`, status: 400, sentence: `The body has to be {"erase": [names]}, a list of texts.`},
		"no texts":                   {body: `{"erase": [1]}`, status: 400, sentence: `The body has to be {"erase": [names]}, a list of texts.`},
		"no names":                   {body: `{}`, status: 400, sentence: `The body has to be {"erase": [names]}, a list of texts.`},
		"much":                       {body: `{"erase": ["` + strings.Repeat("a", maxBody) + `"]}`, status: 413, sentence: "The body is longer than 8192 bytes: ask for fewer names at a time."},
		"many":                       {body: `{"erase": ["a"` + strings.Repeat(`,"a"`, maxNames) + `]}`, status: 413, sentence: "More than 256 names: ask for fewer at a time."},
		"many cookies":               {body: `{"erase": ["track_*"]}`, cookies: strings.Repeat("a=1;", maxCookies), status: 431, sentence: "The request has more than 1000 cookies."},
	} {
		t.Run(name, func(t *testing.T) {
			w := ask(h, c.body, func(r *http.Request) {
				if header("Cookie", c.cookies)(r); c.change != nil {
					c.change(r)
				}
			})
			assert.Equal(t, c.status, w.Code)
			var erased []string
			for _, field := range w.Header().Values("Set-Cookie") {
				name, _, _ := strings.Cut(field, "=")
				erased = append(erased, name)
				assert.Contains(t, field, "=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=")
			}
			assert.Equal(t, c.erased, slices.Compact(erased))
			assert.Equal(t, c.sentence, strings.TrimSuffix(w.Body.String(), "\n"))
			if c.sentence != "" {
				assert.Equal(t, "text/plain; charset=utf-8", w.Header().Get("Content-Type"))
				assert.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
			}
		})
	}
}

func TestAResponseHasAnEnd(t *testing.T) {
	var names []string
	for i := range 900 {
		names = append(names, fmt.Sprintf("track_%03d=1", i))
	}
	w := ask(handler(t), `{"erase": ["track_*"]}`, header("Cookie", strings.Join(names, "; ")))
	assert.Equal(t, http.StatusRequestEntityTooLarge, w.Code)
	length := 0
	for _, field := range w.Header().Values("Set-Cookie") {
		length += len(field)
	}
	assert.LessOrEqual(t, length, maxHeader)
	assert.Greater(t, length, maxHeader-100)
}

func TestAHostBehindAProxy(t *testing.T) {
	h := handler(t)
	inside := func(r *http.Request) { r.Host = "10.0.0.7:8080"; r.Header.Del("Sec-Fetch-Site") }
	w := ask(h, `{"erase": ["uid"]}`, inside)
	assert.Equal(t, http.StatusForbidden, w.Code, "the page's origin is another host's")
	h.Host = "www.shop.example"
	w = ask(h, `{"erase": ["uid", "both"]}`, inside)
	assert.Equal(t, http.StatusNoContent, w.Code)
	assert.Contains(t, w.Header().Values("Set-Cookie"), "uid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; Domain=shop.example")
}

func TestDomains(t *testing.T) {
	for host, want := range map[string][]string{
		"www.shop.example": {"", "www.shop.example", "shop.example"}, "shop.co.uk": {"", "shop.co.uk"}, "me.github.io": {"", "me.github.io"},
		"localhost": {""}, "127.0.0.1": {""}, "::1": {""}, "": {""}, "co.uk": {""},
	} {
		assert.Equal(t, want, domainsOf(host), host)
	}
	for host, want := range map[string]string{"Shop.Example:8443": "shop.example", "[::1]:80": "::1", "[::1]": "::1", "shop.example.": "shop.example"} {
		assert.Equal(t, want, hostOf(host), host)
	}
}

// A cookie jar, which is no browser's but is not ours either, holds every variant, and afterwards none.
func TestAJarIsEmptyAfterwards(t *testing.T) {
	jar, err := cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List})
	require.NoError(t, err)
	site, err := url.Parse("https://www.shop.example/account/orders")
	require.NoError(t, err)
	plant := func(fields ...string) {
		response := http.Response{Header: http.Header{"Set-Cookie": fields}}
		jar.SetCookies(site, response.Cookies())
	}
	for _, domain := range []string{"", "; Domain=www.shop.example", "; Domain=shop.example"} {
		plant("uid=1; Path=/; HttpOnly"+domain, "track_a=1; Path=/; Secure; HttpOnly"+domain, "deep=1; Path=/account; HttpOnly"+domain, "deep=1; Path=/account/; HttpOnly"+domain, "session=1; Path=/; HttpOnly"+domain)
	}
	plant("__Host-h=1; Path=/; Secure; HttpOnly", "__Secure-s=1; Path=/; Secure; HttpOnly")
	require.Len(t, jar.Cookies(site), 2*5+2, "it does not tell apart whether a host was named")
	w := ask(handler(t), `{"erase": ["uid", "track_*", "deep", "__Host-h", "__Secure-s"]}`, func(r *http.Request) {
		for _, c := range jar.Cookies(site) {
			r.AddCookie(c)
		}
	})
	require.Equal(t, http.StatusNoContent, w.Code, w.Body.String())
	jar.SetCookies(site, w.Result().Cookies())
	var left []string
	for _, c := range jar.Cookies(site) {
		left = append(left, c.Name)
	}
	assert.Equal(t, []string{"session", "session"}, left)
}

func ExampleNew() {
	declaration, err := consent.Parse([]byte(declared)) // octroi.json
	if err != nil {
		fmt.Println(err)
		return
	}
	mux := http.NewServeMux()
	// [handle]
	mux.Handle("/erase", New(declaration)) // as "erase": {"endpoint": "/erase"} says
	// [/handle]

	r := httptest.NewRequest(http.MethodPost, "https://shop.example/erase", strings.NewReader(`{"erase": ["session"]}`))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	fmt.Print(w.Code, " ", w.Body)
	// Output:
	// 403 "session" is essential, and stays.
}

// FuzzErase looks for a Set-Cookie field that does anything but erase a declared cookie.
func FuzzErase(f *testing.F) {
	d, err := consent.Parse([]byte(declared))
	if err != nil {
		f.Fatal(err)
	}
	h := New(d)
	f.Add(`{"erase": ["uid", "track_*", "far"]}`, "track_a=1; track_keep=1; session=2")
	f.Add(`{"erase": ["track_;x", "track_\r\nSet-Cookie: a=b", "deep"]}`, "track_\n=1; =; track_*=")
	f.Fuzz(func(t *testing.T, body, cookies string) {
		w := ask(h, body, func(r *http.Request) { r.Header["Cookie"] = []string{cookies} })
		for _, field := range w.Header().Values("Set-Cookie") {
			name, rest, _ := strings.Cut(field, "=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=")
			assert.NotEmpty(t, rest, "%q", field)
			assert.NotContains(t, []string{"session", "track_keep", "octroi", "far"}, name)
			assert.Equal(t, -1, strings.IndexFunc(name, func(c rune) bool { return c < ' ' || c == ';' || c == '=' }), "%q", field)
			assert.False(t, h.find(name, "www.shop.example").needed)
		}
		if w.Code != http.StatusNoContent {
			text, err := io.ReadAll(w.Body)
			assert.NoError(t, err)
			assert.Equal(t, 1, strings.Count(string(text), "\n"), "one line: %q", text)
		}
	})
}
