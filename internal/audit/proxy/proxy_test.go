package proxy

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/audit/crawl"
	"github.com/octroi-consent/octroi/internal/audit/inquiry"
)

const here = "http://octroi-audit.localhost:8430"

func TestTheSitesOwnAddressesBecomeThisOrigins(t *testing.T) {
	for _, c := range []struct{ site, from, to string }{
		{site: "https://www.shop.example", from: `<a href="https://www.shop.example/x">`, to: `<a href="` + here + `/x">`},
		{site: "https://www.shop.example", from: `//www.shop.example/x`, to: `//octroi-audit.localhost:8430/x`},
		{site: "https://www.shop.example", from: `HTTP://WWW.Shop.example:443?q`, to: here + `?q`},
		{site: "https://www.shop.example", from: `{"u":"https:\/\/www.shop.example\/x"}`, to: `{"u":"http:\/\/octroi-audit.localhost:8430\/x"}`},
		{site: "https://www.shop.example", from: `https://www.shop.example`, to: here},
		{site: "https://www.shop.example", from: `https://www.shop.example.evil.test/ https://www.shop.example:8443/ https://a.www.shop.example/ https://shop.example/`},
		{site: "http://localhost:8420", from: `http://localhost:8420/x http://localhost:84200/ http://localhost/`, to: here + `/x http://localhost:84200/ http://localhost/`},
		{site: "http://localhost:8420", from: `"http://localhost:8420","http://localhost:8420"`, to: `"` + here + `","` + here + `"`},
	} {
		site, err := url.Parse(c.site)
		require.NoError(t, err)
		if c.to == "" {
			c.to = c.from
		}
		assert.Equal(t, c.to, string(replacer(site, here)([]byte(c.from))))
	}
}

func TestPoliciesLetTheAuditFrame(t *testing.T) {
	for from, to := range map[string]string{
		"frame-ancestors 'none'; default-src 'self'":                 "default-src 'self'",
		"default-src 'self'; upgrade-insecure-requests; img-src *":   "default-src 'self'; img-src *",
		"default-src 'self', frame-ancestors 'none'; script-src 'x'": "default-src 'self', frame-ancestors 'none'; script-src 'x'",
		"script-src 'self'": "script-src 'self'",
	} {
		assert.Equal(t, to, unframed(from), from)
	}
}

// site is what the proxy stands in for, through it.
func site(t *testing.T, h http.HandlerFunc) (get func(path string, header ...string) (*http.Response, string), origin string) {
	t.Helper()
	behind := httptest.NewServer(h)
	t.Cleanup(behind.Close)
	target, err := url.Parse(behind.URL + "/start?x=1")
	require.NoError(t, err)
	dist := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dist, "audit.js"), []byte("own"), 0o666))
	p := New(target, here, os.DirFS(dist))
	return func(path string, header ...string) (*http.Response, string) {
		r := httptest.NewRequest(http.MethodGet, here+path, nil)
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		if host := r.Header.Get("Host"); host != "" {
			r.Host = host
		}
		w := httptest.NewRecorder()
		p.ServeHTTP(w, r)
		b, err := io.ReadAll(w.Result().Body)
		require.NoError(t, err)
		return w.Result(), string(b)
	}, behind.URL
}

func TestAnswersBecomeThisOrigins(t *testing.T) {
	var got *http.Request
	get, origin := site(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		own := "http://" + r.Host
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, own+"/new", http.StatusMovedPermanently)
		case "/away":
			http.Redirect(w, r, "https://elsewhere.example/x", http.StatusFound)
		case "/picture":
			w.Header().Set("Content-Type", "image/png")
			fmt.Fprint(w, own)
		default:
			h := w.Header()
			h.Set("Content-Type", "text/html")
			h.Set("X-Frame-Options", "DENY")
			h.Set("Strict-Transport-Security", "max-age=1")
			h.Set("Content-Security-Policy", "script-src "+own+"; frame-ancestors 'none'")
			h.Add("Set-Cookie", "a=1; Domain=shop.example; Path=/; Secure")
			h.Add("Set-Cookie", "b=2, c; HttpOnly; Expires=Wed, 01 Jan 2031 00:00:00 GMT")
			fmt.Fprintf(w, `<a href="%s/x">`, own)
		}
	})
	r, body := get("/page?q=1", "Referer", here+"/from", "Origin", here)
	assert.Equal(t, `<a href="`+here+`/x">`, body)
	assert.Equal(t, fmt.Sprint(len(body)), r.Header.Get("Content-Length"))
	assert.Empty(t, r.Header.Get("X-Frame-Options")+r.Header.Get("Strict-Transport-Security"))
	assert.Equal(t, "script-src "+here, r.Header.Get("Content-Security-Policy"))
	assert.Equal(t, []string{"a=1; Path=/; Secure", "b=2, c; HttpOnly; Expires=Wed, 01 Jan 2031 00:00:00 GMT"}, r.Header["Set-Cookie"])
	told, err := url.QueryUnescape(r.Header.Get(inquiry.SetCookies))
	require.NoError(t, err)
	assert.Equal(t, "a=1; Domain=shop.example; Path=/; Secure\nb=2, c; HttpOnly; Expires=Wed, 01 Jan 2031 00:00:00 GMT", told, "HttpOnly ones too")
	assert.Equal(t, here+"/page?q=1", r.Header.Get(crawl.FinalURL))
	assert.Equal(t, strings.TrimPrefix(origin, "http://"), got.Host)
	assert.Equal(t, origin+"/from", got.Referer())
	assert.Equal(t, origin, got.Header.Get("Origin"))

	r, _ = get("/moved")
	assert.Equal(t, here+"/new", r.Header.Get("Location"))
	r, _ = get("/away", "Sec-Fetch-Mode", "navigate")
	assert.Equal(t, "https://elsewhere.example/x", r.Header.Get("Location"))
	r, _ = get("/away", "Sec-Fetch-Mode", "same-origin")
	assert.Equal(t, "redirects to elsewhere.example", r.Header.Get(crawl.Unreachable), "a browser would only say that it failed")
	assert.Equal(t, http.StatusBadGateway, r.StatusCode)
	_, body = get("/picture")
	assert.Equal(t, origin, body, "what is no text stays as it is")
}

// A start may lead to where the site really is; a name and a password go with it.
func TestWhereTheStartLeads(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, password, _ := r.BasicAuth()
		switch {
		case r.URL.Path == "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case r.URL.Path == "/own":
			http.Redirect(w, r, "/fr", http.StatusFound)
		case name+":"+password != "owner:secret":
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	t.Cleanup(site.Close)
	port := site.URL[strings.LastIndex(site.URL, ":"):]
	moved := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://localhost"+port+"/start#part", http.StatusMovedPermanently)
	}))
	t.Cleanup(moved.Close)
	for from, to := range map[string]string{
		site.URL + "/own":  site.URL + "/own",
		site.URL + "/loop": site.URL + "/loop",
		moved.URL + "/":    "http://localhost" + port + "/start",
		"http://a:b@" + moved.URL[len("http://"):] + "/": "http://localhost" + port + "/start", // 127.0.0.1 is another name
		"http://owner:secret@localhost" + port + "/own":  "http://owner:secret@localhost" + port + "/own",
	} {
		u, err := url.Parse(from)
		require.NoError(t, err)
		lead, err := Lead(t.Context(), u)
		require.NoError(t, err)
		assert.Equal(t, to, lead.String(), from)
	}
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.StartTLS()
	t.Cleanup(secure.Close)
	upgrade := httptest.NewServer(http.RedirectHandler(secure.URL+"/", http.StatusMovedPermanently))
	t.Cleanup(upgrade.Close)
	_, err := Lead(t.Context(), &url.URL{Scheme: "http", Host: upgrade.Listener.Addr().String()})
	assert.ErrorContains(t, err, "certificate", "where it leads has to be who it says it is")
	_, err = Lead(t.Context(), &url.URL{Scheme: "http", Host: "127.0.0.1:1", User: url.UserPassword("owner", "secret")})
	assert.ErrorContains(t, err, "connection refused")
	assert.NotContains(t, err.Error(), "secret")

	for start, want := range map[string]int{site.URL: http.StatusUnauthorized, "http://owner:secret@" + site.URL[len("http://"):]: http.StatusOK} {
		target, err := url.Parse(start + "/")
		require.NoError(t, err)
		w := httptest.NewRecorder()
		New(target, here, os.DirFS(t.TempDir())).ServeHTTP(w, httptest.NewRequest(http.MethodGet, here+"/", nil))
		assert.Equal(t, want, w.Code, start)
	}
}

func TestOwnFilesAndOtherNames(t *testing.T) {
	get, origin := site(t, func(w http.ResponseWriter, r *http.Request) { t.Error("the site was asked for " + r.URL.Path) })
	_, body := get(Prefix + "audit.js")
	assert.Equal(t, "own", body)
	_, body = get(Prefix + "site.json")
	assert.JSONEq(t, `{"origin": "`+origin+`", "start": "/start?x=1"}`, body)
	r, _ := get("/", "Host", "evil.example:8430")
	assert.Equal(t, http.StatusMisdirectedRequest, r.StatusCode, "another name for this machine")
}

func TestASiteThatIsNotThere(t *testing.T) {
	target, _ := url.Parse("http://127.0.0.1:1/")
	w := httptest.NewRecorder()
	New(target, here, os.DirFS(t.TempDir())).ServeHTTP(w, httptest.NewRequest(http.MethodGet, here+"/", nil))
	assert.Equal(t, http.StatusBadGateway, w.Code)
	assert.Contains(t, w.Body.String(), "the site does not answer")
	assert.Contains(t, w.Header().Get(crawl.Unreachable), "connection refused")
}
