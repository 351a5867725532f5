package rewrite

import (
	"bufio"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	tagged = `<script src="https://stats.example/t.js"></script>`
	gated  = `<script type="text/plain" data-octroi="stats" data-src="https://stats.example/t.js"></script>`
)

// served has a handler's answers rewritten.
func served(t *testing.T, r *Rewriter, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(r.Handler(h))
	t.Cleanup(s.Close)
	return s
}

// get asks as a browser does that goes to a page.
func get(t *testing.T, method, url string, header ...string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequest(method, url, nil)
	require.NoError(t, err)
	request.Header.Set("Accept", "text/html,*/*")
	request.Header.Set("Accept-Encoding", "identity")
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	answer, err := http.DefaultTransport.RoundTrip(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer, string(body)
}

func TestHandler(t *testing.T) {
	r := rewriter(t, "", Options{})
	var asked http.Header
	s := served(t, r, func(w http.ResponseWriter, r *http.Request) {
		asked = r.Header
		h := w.Header()
		switch r.URL.Path {
		case "/page":
			h.Set("Content-Type", "text/html; charset=utf-8")
			h.Set("Content-Length", fmt.Sprint(len(tagged)))
			h.Set("Etag", `"one"`)
			h.Set("Accept-Ranges", "bytes")
			h.Set("Content-Digest", "sha-256=:x:")
			if r.Header.Get("If-None-Match") == `W/"one"` {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			io.WriteString(w, tagged)
		case "/sniffed":
			io.WriteString(w, "<!doctype html>"+tagged)
		case "/error":
			h.Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusNotFound)
			io.WriteString(w, tagged)
		case "/text":
			h.Set("Content-Type", "text/plain")
			h.Set("Etag", `"two"`)
			h.Set("Content-Length", fmt.Sprint(len(tagged)))
			io.WriteString(w, tagged)
		case "/gzip":
			h.Set("Content-Type", "text/html")
			h.Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			io.WriteString(z, strings.Repeat(tagged, 1000))
			z.Close()
		case "/br":
			h.Set("Content-Type", "text/html")
			h.Set("Content-Encoding", "br")
			io.WriteString(w, "\x0b\x02\x80")
		case "/css.br":
			h.Set("Content-Type", "text/css")
			h.Set("Content-Encoding", "br")
			io.WriteString(w, "\x0b\x02\x80")
		case "/range":
			http.ServeContent(w, r, "a.html", time.Time{}, strings.NewReader(tagged))
		case "/nothing":
			w.WriteHeader(http.StatusNoContent)
		case "/big5":
			h.Set("Content-Type", "text/html; charset=big5")
			io.WriteString(w, "<p title=\xa4\x5c\x3e\xa5\x5c>"+tagged+"\xff\xfe")
		case "/utf-16":
			h.Set("Content-Type", "text/html; charset=utf-16le")
			for _, c := range "<p>é" + tagged {
				w.Write([]byte{byte(c), byte(c >> 8)})
			}
		}
	})

	answer, body := get(t, "GET", s.URL+"/page")
	assert.Equal(t, gated, body)
	assert.Equal(t, int64(len(gated)), answer.ContentLength, "counted by net/http, for what goes out")
	tag := answer.Header.Get("Etag")
	assert.Regexp(t, `^W/"one-octroi\.[a-z0-9]+"$`, tag)
	for _, name := range []string{"Accept-Ranges", "Content-Digest", "Vary"} {
		assert.Empty(t, answer.Header.Get(name), name)
	}
	answer, body = get(t, "GET", s.URL+"/page", "If-None-Match", `W/"zero", `+tag)
	assert.Equal(t, []any{http.StatusNotModified, tag, ""}, []any{answer.StatusCode, answer.Header.Get("Etag"), body})
	_, body = get(t, "GET", s.URL+"/page", "If-None-Match", `"one"`, "If-Modified-Since", "Mon, 02 Jan 2034 15:04:05 GMT")
	assert.Equal(t, gated, body, "what the browser has from a time before does not hold")
	assert.Empty(t, asked.Get("If-Modified-Since"))
	_, body = get(t, "GET", s.URL+"/page", "If-None-Match", strings.Replace(tag, "octroi.", "octroi.0", 1))
	assert.Equal(t, gated, body, "nor does what was made by another declaration")
	answer, body = get(t, "HEAD", s.URL+"/page")
	assert.Equal(t, []any{"", tag, int64(-1)}, []any{body, answer.Header.Get("Etag"), answer.ContentLength})

	_, body = get(t, "GET", s.URL+"/sniffed")
	assert.Equal(t, "<!doctype html>"+gated, body)
	answer, body = get(t, "GET", s.URL+"/error")
	assert.Equal(t, []any{gated, http.StatusNotFound}, []any{body, answer.StatusCode})
	answer, body = get(t, "GET", s.URL+"/text")
	assert.Equal(t, []any{tagged, `"two"`, int64(len(tagged))}, []any{body, answer.Header.Get("Etag"), answer.ContentLength})

	answer, body = get(t, "GET", s.URL+"/gzip", "Accept-Encoding", "br, gzip;q=0.5, zstd")
	assert.Equal(t, "gzip", asked.Get("Accept-Encoding"))
	assert.Equal(t, "gzip", answer.Header.Get("Content-Encoding"))
	z, err := gzip.NewReader(strings.NewReader(body))
	require.NoError(t, err)
	unzipped, err := io.ReadAll(z)
	require.NoError(t, err)
	assert.Equal(t, strings.Repeat(gated, 1000), string(unzipped))
	answer, body = get(t, "GET", s.URL+"/gzip", "Accept-Encoding", "br, gzip;q=0")
	assert.Equal(t, "identity", asked.Get("Accept-Encoding"))
	assert.Equal(t, strings.Repeat(gated, 1000), body, "sent all the same")
	assert.Empty(t, answer.Header.Get("Content-Encoding"))
	answer, body = get(t, "GET", s.URL+"/br")
	assert.Equal(t, http.StatusBadGateway, answer.StatusCode)
	assert.Contains(t, body, `compressed as "br", which cannot be gated`)
	answer, body = get(t, "GET", s.URL+"/css.br", "Accept-Encoding", "br", "Sec-Fetch-Dest", "style")
	assert.Equal(t, []any{"br", "\x0b\x02\x80", "br"}, []any{asked.Get("Accept-Encoding"), body, answer.Header.Get("Content-Encoding")})

	answer, body = get(t, "GET", s.URL+"/range", "Range", "bytes=10-20")
	assert.Equal(t, []any{http.StatusOK, gated, ""}, []any{answer.StatusCode, body, answer.Header.Get("Content-Range")})
	answer, _ = get(t, "GET", s.URL+"/nothing")
	assert.Equal(t, http.StatusNoContent, answer.StatusCode)
	_, body = get(t, "GET", s.URL+"/big5")
	assert.Equal(t, "<p title=\xa4\x5c\x3e\xa5\x5c>"+gated+"\xff\xfe", body, "no byte is another")
	answer, body = get(t, "GET", s.URL+"/utf-16")
	assert.Equal(t, "\xef\xbb\xbf<p>é"+gated, body)
	assert.Equal(t, "text/html; charset=utf-8", answer.Header.Get("Content-Type"))
}

// What browsers take for HTML is gated, whatever its server says that it is; what they do not is
// left alone, and what nobody can read here they are told not to guess.
func TestPagesAreGatedWhateverTheirTypeSays(t *testing.T) {
	nosniff := func(w http.ResponseWriter) { w.Header().Set("X-Content-Type-Options", "nosniff") }
	flush := func(w http.ResponseWriter) { w.(http.Flusher).Flush() }
	html := []string{"text/html"}
	for name, c := range map[string]struct {
		types  []string
		before string // of the body
		change func(http.ResponseWriter)
		gated  bool
	}{
		"HTML":                      {types: html, gated: true},
		"with a charset":            {types: []string{"Text/HTML; charset=UTF-8"}, gated: true},
		"with a charset twice":      {types: []string{"text/html; charset=utf-8; charset=utf-8"}, gated: true},
		"with odd parameters":       {types: []string{`text/html;;=;charset="`}, gated: true},
		"twice":                     {types: []string{"text/plain", "text/html"}, gated: true},
		"twice, HTML first":         {types: []string{"text/html", "text/plain"}, gated: true},
		"in one line":               {types: []string{"text/plain, text/html; charset=utf-8"}, gated: true},
		"none":                      {gated: true},
		"none, flushed at once":     {change: flush, gated: true},
		"none, behind white space":  {before: strings.Repeat(" \n", 600) + "<html>", gated: true},
		"none, a name and no more":  {before: "<html\nlang=en>", gated: true},
		"none, a name of Firefox's": {before: "<META charset=utf-8>", gated: true},
		"none, a longer name":       {before: "<article>", gated: true},
		"none, short":               {before: "<p>", gated: true},
		"none, a comment":           {before: "<!-- -->", gated: true},
		"none, an instruction":      {before: "<?php?>", gated: true},
		"none, XML":                 {before: "<?xml version='1.0'?>"},
		"none, another element":     {before: "<rss>"},
		"none, behind text":         {before: "a "},
		"an empty one":              {types: []string{""}, gated: true},
		"no type":                   {types: []string{"html"}, gated: true},
		"unknown":                   {types: []string{"application/unknown"}, gated: true},
		"anything":                  {types: []string{"*/*"}, gated: true},
		"none, not to be looked":    {change: nosniff},
		"a text":                    {types: []string{"text/plain"}},
		"a script":                  {types: []string{"text/javascript; charset=utf-8"}},
		"JSON":                      {types: []string{"application/json"}},
	} {
		for _, way := range []string{"whole", "byte by byte", "gzip", "gzip, byte by byte", "a part"} {
			before := c.before
			if before == "" && !c.gated {
				before = "<html>"
			}
			body := before + tagged
			s := served(t, rewriter(t, "", Options{}), func(w http.ResponseWriter, r *http.Request) {
				w.Header()["Content-Type"] = c.types
				var out io.Writer = w
				if strings.HasPrefix(way, "gzip") {
					w.Header().Set("Content-Encoding", "gzip")
					z := gzip.NewWriter(w)
					defer z.Close()
					out = z
				}
				if c.change != nil {
					c.change(w)
				}
				if way == "a part" && r.Header.Get("Range") != "" {
					w.WriteHeader(http.StatusPartialContent)
				}
				if !strings.HasSuffix(way, "byte by byte") {
					io.WriteString(out, body)
					return
				}
				for i := range body {
					io.WriteString(out, body[i:i+1])
					if z, is := out.(*gzip.Writer); is && i%7 == 0 {
						z.Flush()
					}
				}
			})
			got, text := get(t, "GET", s.URL, "Range", "bytes=0-")
			if got.Header.Get("Content-Encoding") == "gzip" {
				z, err := gzip.NewReader(strings.NewReader(text))
				require.NoError(t, err)
				all, err := io.ReadAll(z)
				require.NoError(t, err)
				text = string(all)
			}
			if c.gated {
				assert.Equal(t, before+gated, text, "%s, %s", name, way)
				assert.True(t, strings.HasPrefix(strings.ToLower(got.Header.Get("Content-Type")), "text/html"), "%s, %s", name, way)
			} else {
				assert.Equal(t, body, text, "%s, %s", name, way)
				assert.False(t, strings.HasPrefix(got.Header.Get("Content-Type"), "text/html"), "%s, %s", name, way)
			}
		}
	}

	unread := served(t, rewriter(t, "", Options{}), func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Content-Type"] = nil
		w.Header().Set("Content-Encoding", "br")
		io.WriteString(w, "\x0b\x02\x80")
	})
	got, _ := get(t, "GET", unread.URL)
	assert.Equal(t, "nosniff", got.Header.Get("X-Content-Type-Options"))
	got, _ = get(t, "GET", unread.URL, "Sec-Fetch-Dest", "image")
	assert.Empty(t, got.Header.Get("X-Content-Type-Options"))
}

// What is complete goes out when a handler flushes, and nothing else is waited for.
func TestFlushes(t *testing.T) {
	for _, zipped := range []bool{false, true} {
		t.Run(fmt.Sprint("zipped ", zipped), func(t *testing.T) {
			heard := make(chan bool)
			s := served(t, rewriter(t, "", Options{}), func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				var out io.Writer = w
				flush := func() {}
				if zipped {
					w.Header().Set("Content-Encoding", "gzip")
					z := gzip.NewWriter(w)
					defer z.Close()
					out, flush = z, func() { z.Flush() }
				}
				for _, part := range []string{"<p>one" + tagged + "<p", " class=a>two<script>fb", "q(1)</script>three"} {
					io.WriteString(out, part)
					flush()
					assert.NoError(t, http.NewResponseController(w).Flush())
					<-heard
				}
			})
			request, err := http.NewRequest("GET", s.URL, nil)
			require.NoError(t, err)
			request.Header.Set("Accept-Encoding", "gzip")
			answer, err := http.DefaultTransport.RoundTrip(request)
			require.NoError(t, err)
			defer answer.Body.Close()
			var in io.Reader = answer.Body
			if zipped {
				in, err = gzip.NewReader(in)
				require.NoError(t, err)
			}
			read := func(want string) {
				t.Helper()
				b := make([]byte, len(want))
				_, err := io.ReadFull(in, b)
				require.NoError(t, err)
				assert.Equal(t, want, string(b))
				heard <- true
			}
			read("<p>one" + gated)
			read("<p class=a>two")
			read(`<script type="text/plain" data-octroi="pixel">fbq(1)</script>three`)
			rest, err := io.ReadAll(in)
			assert.Equal(t, []any{"", nil}, []any{string(rest), err})
		})
	}
}

func TestLinksInHeaders(t *testing.T) {
	s := served(t, rewriter(t, "", Options{}), func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Add("Link", `<https://stats.example/a.css>; rel=preload; as=style, </own.css>; rel="preload"`)
		w.WriteHeader(http.StatusEarlyHints)
		h.Add("Link", `<//a.stats.example>; rel="preconnect dns-prefetch", <https://stats.example/,b>; rel=next; title="a, <b>"`)
		h.Set("Speculation-Rules", `"https://stats.example/rules.json"`)
		h.Set("Content-Type", "text/html")
		io.WriteString(w, "x")
	})
	var early []string
	trace := &httptrace.ClientTrace{Got1xxResponse: func(code int, header textproto.MIMEHeader) error {
		early = append(early, fmt.Sprint(code, header["Link"]))
		return nil
	}}
	request, err := http.NewRequestWithContext(httptrace.WithClientTrace(context.Background(), trace), "GET", s.URL, nil)
	require.NoError(t, err)
	answer, err := http.DefaultTransport.RoundTrip(request)
	require.NoError(t, err)
	answer.Body.Close()
	assert.Equal(t, []string{`103 [</own.css>; rel="preload"]`}, early)
	assert.Equal(t, []string{`</own.css>; rel="preload", <https://stats.example/,b>; rel=next; title="a, <b>"`}, answer.Header["Link"])
	assert.Empty(t, answer.Header["Speculation-Rules"])
}

func TestTheHead(t *testing.T) {
	const line = `<script src="/octroi/octroi.js" integrity="sha384-new"></script>`
	r := rewriter(t, "", Options{Head: line})
	for in, want := range map[string]string{
		`<!doctype html><html><head><meta charset=utf-8><title>a</title><link rel=stylesheet href=/a>`: `<!doctype html><html><head><meta charset=utf-8><title>a</title>HERE<link rel=stylesheet href=/a>`,
		`<!doctype html><title>a</title><p>b`: `<!doctype html><title>a</title>HERE<p>b`,
		`<html><body>a`:                       `<html>HERE<body>a`,
		`<!doctype html>`:                     `<!doctype html>HERE`,
		`<!doctype html> <!-- a --> text`:     `<!doctype html> <!-- a --> HEREtext`,
		`<head></head>`:                       `<head>HERE</head>`,
		`<p>a part<script>a()</script>`:       `<p>a part<script>a()</script>`,
		`a part`:                              `a part`,
		`<head><script src="/octroi/octroi.js" integrity="sha384-new"></script><script src=/a></script>`:                             `<head>HERE<script src=/a></script>`,
		`<head><script src="/octroi/octroi.js" integrity="sha384-old"></script>`:                                                     `<head>HERE`,
		`<head><script type="application/json" id="octroi-config">{}</script><script src="octroi.js"></script>`:                      `<head><script type="application/json" id="octroi-config">{}</script><script src="octroi.js"></script>`,
		`<head><script>early()</script><script src="/octroi/octroi.js"></script>`:                                                    `<head>HERE<script>early()</script><script type="text/plain" src="/octroi/octroi.js"></script>`,
		`<head><script src=/a></script><meta charset="shift_jis">` + strings.Repeat(" ", 1024):                                       `<head><meta charset="shift_jis">HERE<script src=/a></script><meta charset="shift_jis">` + strings.Repeat(" ", 1024),
		`<head><script src=/a></script>` + strings.Repeat(" ", 1024) + `<meta charset="shift_jis">`:                                  `<head>HERE<script src=/a></script>` + strings.Repeat(" ", 1024) + `<meta charset="shift_jis">`,
		"\xef\xbb\xbf<head><link rel=icon href=/i><meta charset=utf-8>":                                                              "\xef\xbb\xbf<head>HERE<link rel=icon href=/i><meta charset=utf-8>",
		`<!doctype html><head><meta http-equiv=content-type content="text/html; charset=iso-2022-jp"><title>` + "\x1b$B$\"\x1b(B<p>": `<!doctype html><head><meta http-equiv=content-type content="text/html;charset=utf-8"><title>あ<p>`,
	} {
		want = strings.ReplaceAll(want, "HERE", line)
		assert.Equal(t, want, r.text(t, in, here))
		assert.Equal(t, want, r.parts(t, in, 3), "in parts")
	}
	assert.Equal(t, `<head><script nonce="a&quot;b" src="/octroi/octroi.js" integrity="sha384-new"></script><p>`, r.text(t, "<head><p>", Document{Nonce: `a"b`}))

	s := served(t, r, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Security-Policy", "default-src 'self'; script-src 'self' 'nonce-abc' 'strict-dynamic'")
		io.WriteString(w, "<head><p>")
	})
	_, body := get(t, "GET", s.URL)
	assert.Equal(t, `<head><script nonce="abc" src="/octroi/octroi.js" integrity="sha384-new"></script><p>`, body)

	for head, why := range map[string]string{
		`<script src="/octroi.css"></script>`: "the head has no tag of octroi.js",
		`<script src="/octroi.js"`:            "the head has a tag without an end",
	} {
		_, err := New([]byte(strings.Replace(declared, "MORE", "", 1)), Options{Head: head})
		assert.ErrorContains(t, err, why)
	}
}

// visitor has granted something, or nothing yet.
type visitor struct {
	granted
	decided bool
}

func (v visitor) Decided() bool { return v.decided }

// byCookie reads a cookie in the place of the record.
func byCookie(r *http.Request) Grants {
	c, err := r.Cookie("octroi")
	if err != nil {
		return visitor{}
	}
	return visitor{strings.Split(c.Value, "+"), true}
}

func TestVisitors(t *testing.T) {
	serve := func(more string, o Options) *httptest.Server {
		return served(t, rewriter(t, more, o), func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Header().Set("Etag", `"one"`)
			w.Header().Set("Content-Security-Policy", "img-src 'self'")
			io.WriteString(w, tagged)
		})
	}
	s := serve("", Options{Visitor: byCookie, PerVisitor: true})
	answer, body := get(t, "GET", s.URL)
	assert.Equal(t, []any{gated, "Cookie"}, []any{body, answer.Header.Get("Vary")})
	other, body := get(t, "GET", s.URL, "Cookie", "octroi=statistics+stats")
	assert.Equal(t, []any{tagged, "Cookie"}, []any{body, other.Header.Get("Vary")})
	assert.NotEqual(t, answer.Header.Get("Etag"), other.Header.Get("Etag"))
	assert.Equal(t, []string{"img-src 'self'"}, other.Header["Content-Security-Policy"])

	objected, err := New([]byte(strings.NewReplacer("MORE", "", `"id": "ads",`, `"id": "ads", "gpc": "refuse",`).Replace(declared)), Options{Visitor: byCookie, PerVisitor: true})
	require.NoError(t, err)
	answer, _ = get(t, "GET", served(t, objected, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Vary", "Accept-Language, cookie")
		io.WriteString(w, tagged)
	}).URL)
	assert.Equal(t, []string{"Accept-Language, cookie", "Sec-GPC"}, answer.Header["Vary"])

	policy := func(s *httptest.Server, header ...string) string {
		answer, body := get(t, "GET", s.URL, header...)
		assert.Equal(t, gated, body, "without PerVisitor")
		assert.Equal(t, "Cookie", answer.Header.Get("Vary"))
		policies := answer.Header["Content-Security-Policy"]
		assert.Equal(t, "img-src 'self'", policies[0], "the page's own stays")
		return strings.Join(policies[1:], "")
	}
	s = serve(`"unknown": "block", "enforce": "always",`, Options{Visitor: byCookie, Head: `<script src="https://files.example/o/octroi.js"></script>`})
	narrow := policy(s)
	assert.Contains(t, narrow, "default-src 'self' ")
	assert.Contains(t, narrow, "http://files.example:*/o/")
	assert.NotContains(t, narrow, "stats.example")
	assert.Equal(t, narrow, policy(s, "Cookie", "octroi=nothing"))
	wide := policy(s, "Cookie", "octroi=statistics+stats")
	assert.Contains(t, wide, "http://*.stats.example:*")
	assert.NotContains(t, wide, "pixel.example")

	s = serve(`"unknown": "block", "enforce": "refusal",`, Options{Visitor: byCookie})
	assert.Empty(t, policy(s), "the page's engine sets none before a choice, and would not know of one")
	assert.Contains(t, policy(s, "Cookie", "octroi=stats"), "stats.example")
	assert.Empty(t, policy(s, "Cookie", "octroi=stats+pixel+ads+statistics"))
}

// What next does to its ResponseWriter goes on working.
func TestOtherWritersWork(t *testing.T) {
	s := served(t, rewriter(t, "", Options{}), func(w http.ResponseWriter, r *http.Request) {
		c, _, err := http.NewResponseController(w).Hijack()
		if assert.NoError(t, err) {
			io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
			c.Close()
		}
	})
	_, body := get(t, "GET", s.URL)
	assert.Equal(t, "ok", body)

	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "a.html"), []byte("<p>"+tagged), 0o666))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "a.bin"), []byte(strings.Repeat("x", 1<<20)), 0o666))
	files := httptest.NewServer(rewriter(t, "", Options{}).Handler(http.FileServer(http.Dir(folder))))
	defer files.Close()
	_, body = get(t, "GET", files.URL+"/a.html")
	assert.Equal(t, "<p>"+gated, body)
	_, body = get(t, "GET", files.URL+"/a.bin", "Range", "bytes=0-9")
	assert.Equal(t, "xxxxxxxxxx", body)
	_, body = get(t, "GET", files.URL+"/a.bin")
	assert.Len(t, body, 1<<20)

	failing := httptest.NewServer(rewriter(t, "", Options{}).Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Encoding", "gzip")
		io.WriteString(w, "\x1f\x8b")
		panic(http.ErrAbortHandler)
	})))
	defer failing.Close()
	request, err := http.NewRequest("GET", failing.URL, nil)
	require.NoError(t, err)
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err == nil {
		_, err = io.ReadAll(bufio.NewReader(answer.Body))
		answer.Body.Close()
	}
	assert.Error(t, err, "nothing is told to be whole that is not")
}

// An octroi.js may stand in the page itself: it is put in as it is, found again, and held by none
// of its own rules, which it has in its text.
func TestTheHeadInThePageItself(t *testing.T) {
	const inline = `<script data-base="/octroi/">fbq('init'); "https://pixel.example/"</script>`
	r := rewriter(t, `"unknown": "block",`, Options{Head: inline})
	for in, want := range map[string]string{
		`<!doctype html><title>a</title><p>b`:                                    `<!doctype html><title>a</title>HERE<p>b`,
		`<head>HERE<link rel=icon href=/i>`:                                      `<head>HERE<link rel=icon href=/i>`,
		`<head><script src="/octroi/octroi.js"></script><p>`:                     `<head><script src="/octroi/octroi.js"></script><p>`,
		`<head><script data-base="/o/">fbq(older)</script><p>`:                   `<head><script data-base="/o/">fbq(older)</script><p>`,
		`<head>HERE<script>fbq('init')</script>`:                                 `<head>HERE<script type="text/plain" data-octroi="pixel">fbq('init')</script>`,
		`<head>HERE<script data-base="/o/" src="//pixel.example/a.js"></script>`: `<head>HERE<script type="text/plain" data-octroi="pixel" data-base="/o/" data-src="//pixel.example/a.js"></script>`,
	} {
		in, want := strings.ReplaceAll(in, "HERE", inline), strings.ReplaceAll(want, "HERE", inline)
		assert.Equal(t, want, r.text(t, in, here))
		assert.Equal(t, want, r.parts(t, in, 3), "in parts")
	}
	nonced := strings.Replace(inline, "<script", `<script nonce="n"`, 1)
	assert.Equal(t, "<head>"+nonced+"<p>", r.text(t, "<head><p>", Document{Nonce: "n"}))
	assert.Equal(t, "<head>"+nonced+"<p>", r.text(t, "<head>"+nonced+"<p>", Document{Nonce: "n"}))
	const tag = `<head><script src="/octroi/octroi.js"></script><p>`
	assert.Equal(t, tag, r.text(t, tag, Document{Nonce: "n"}), "the page's own stays")
}

// asked is a visitor who has answered, or has yet to.
type asked bool

func (asked) Allows(...string) bool { return false }

func (a asked) Decided() bool { return bool(a) }

// Who has yet to answer gets octroi.js in the page, unless a policy would not let it run.
func TestWhoIsAskedGetsTheScriptInThePage(t *testing.T) {
	const head = `<script src="/octroi/octroi.js?v=1"></script>`
	const inline = `<script data-base="/octroi/">run()</script>`
	r := rewriter(t, "", Options{Head: head, Inline: inline, Visitor: func(r *http.Request) Grants { return asked(r.Header.Get("Cookie") != "") }})
	var policy, page string
	s := served(t, r, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		if policy != "" {
			w.Header().Set("Content-Security-Policy", policy)
		}
		io.WriteString(w, page)
	})
	for _, row := range []struct{ policy, page, cookie, want string }{
		{"", `<head><p>`, "", `<head>` + inline + `<p>`},
		{"", `<head><p>`, "a=b", `<head>` + head + `<p>`},
		{"script-src 'self'", `<head><p>`, "", `<head>` + head + `<p>`},
		{"script-src 'nonce-n'", `<head><p>`, "", `<head><script nonce="n" data-base="/octroi/">run()</script><p>`},
		{"", `<head><meta http-equiv="Content-Security-Policy" content="script-src 'self'"><p>`, "", `<head><meta http-equiv="Content-Security-Policy" content="script-src 'self'">` + head + `<p>`},
		{"", `<head>` + head + `<p>`, "", `<head>` + head + `<p>`},
	} {
		policy, page = row.policy, row.page
		answer, body := get(t, "GET", s.URL, "Cookie", row.cookie)
		assert.Equal(t, row.want, body)
		assert.Contains(t, strings.Join(answer.Header["Vary"], ", "), "Cookie", "each is one visitor's")
	}

	for _, o := range []Options{
		{Head: head, Inline: inline},
		{Head: head, Inline: head, Visitor: r.o.Visitor},
		{Head: head, Inline: `<p>`, Visitor: r.o.Visitor},
		{Head: head, Inline: `<script data-base="/other/"></script>`, Visitor: r.o.Visitor},
	} {
		_, err := New([]byte(strings.Replace(declared, "MORE", "", 1)), o)
		assert.Error(t, err)
	}
}
