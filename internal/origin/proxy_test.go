package origin

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const plain = `{
	"language": "en",
	"site": {"name": "Shop", "controller": "Shop SA", "contact": "mailto:privacy@shop.example"},
	"policy": {"url": "/cookies", "revision": "1"},
	"categories": [{"id": "needed", "label": "Needed", "text": "So that it works.", "required": true}, {"id": "counting", "label": "Counting", "text": "How it is used."}],
	"services": [{"id": "stats", "category": "counting", "name": "Stats", "provider": "Stats SA", "purpose": "Counts.", "policy": "https://stats.example/privacy", "urls": ["https://stats.example/"]}]
}`

// before starts a server in front of another, and returns its address and what it logs.
func before(t *testing.T, upstream string, change ...func(*Options)) (address string, log *bytes.Buffer) {
	t.Helper()
	log = new(bytes.Buffer)
	u, err := url.Parse(upstream)
	require.NoError(t, err)
	o := Options{Read: func() ([]byte, error) { return []byte(plain), nil }, Path: "/octroi/", Upstream: u,
		Log: slog.New(slog.NewJSONHandler(log, nil))}
	for _, f := range change {
		f(&o)
	}
	s, err := New(o)
	require.NoError(t, err)
	server := httptest.NewUnstartedServer(s)
	server.Config = s.server(s)
	server.Start()
	t.Cleanup(server.Close)
	return server.URL, log
}

// raw is a server that reads a request and answers with bytes, by the path that was asked.
func raw(t *testing.T, answers func(path string) string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				if r, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
					io.WriteString(c, answers(r.URL.Path))
				}
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

// answered is what a browser is told.
type answered struct {
	Proto, Status    string
	Early            []string // of 103
	Header, Trailer  http.Header
	Length           int64
	Body             string
	TransferEncoding []string
	Err              string
}

// ask asks without a client's own ideas of compression and redirects.
func ask(t *testing.T, method, address string, header ...string) (a answered) {
	t.Helper()
	ctx := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
		a.Early = append(a.Early, fmt.Sprint(code, h["Link"]))
		return nil
	}})
	r, err := http.NewRequestWithContext(ctx, method, address, nil)
	require.NoError(t, err)
	r.Header.Set("User-Agent", "") // none
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	transport := &http.Transport{DisableCompression: true, DisableKeepAlives: true}
	got, err := transport.RoundTrip(r)
	if err != nil {
		a.Err = "no answer"
		return a
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		a.Err = err.Error()
	}
	a.Proto, a.Status, a.Header, a.Length, a.Body, a.TransferEncoding = got.Proto, got.Status[:3], got.Header.Clone(), got.ContentLength, string(body), got.TransferEncoding
	a.Header.Del("Date")
	a.Header.Del("Connection")
	a.Trailer = got.Trailer
	return a
}

// Whatever a site's server answers, visitors get it as it was.
func TestAnswersPassAsTheyAre(t *testing.T) {
	type answering struct {
		method, answer string
		header         []string
	}
	table := map[string]answering{
		"a page":                  {answer: "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<p>Hello</p>\r\n"},
		"no type":                 {answer: "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<html><p>Hello\n"},
		"an empty type":           {answer: "HTTP/1.1 200 OK\r\nContent-Type:\r\nContent-Length: 15\r\n\r\n<html><p>Hello\n"},
		"no content":              {answer: "HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n"},
		"not modified":            {answer: "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n", header: []string{"If-None-Match", `"a"`}},
		"an own status":           {answer: "HTTP/1.1 799 Odd\r\nContent-Length: 2\r\n\r\nok"},
		"an error with a page":    {answer: "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 9\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\nwait"},
		"cookies in order":        {answer: "HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Path=/\r\nSet-Cookie: b=2; HttpOnly\r\nSet-Cookie: a=; Max-Age=0\r\nContent-Length: 0\r\n\r\n"},
		"what is no UTF-8":        {answer: "HTTP/1.1 200 OK\r\nX-A: caf\xe9\r\nContent-Type: text/html; charset=iso-8859-1\r\nContent-Length: 5\r\n\r\ncaf\xe9\x00"},
		"a redirect":              {answer: "HTTP/1.1 301 Moved Permanently\r\nLocation: //other.example/a?b=c;d#e\r\nContent-Length: 0\r\n\r\n"},
		"an empty page":           {answer: "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n"},
		"in chunks":               {answer: "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n<p>\r\n2;ext=1\r\nhi\r\n0\r\n\r\n"},
		"with trailers":           {answer: "HTTP/1.1 200 OK\r\nTrailer: X-Sum, X-More\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 7\r\nX-More: 8\r\n\r\n"},
		"until it closes":         {answer: "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nall of it"},
		"cut off":                 {answer: "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\n<p>half"},
		"cut off in a chunk":      {answer: "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n<p>half"},
		"compressed":              {answer: "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nVary: Accept-Encoding\r\nContent-Length: 3\r\n\r\n\x1f\x8b\x08", header: []string{"Accept-Encoding", "gzip, br"}},
		"compressed, oddly":       {answer: "HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\nContent-Length: 3\r\n\r\nabc", header: []string{"Accept-Encoding", "zstd"}},
		"a part":                  {answer: "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 2-4/10\r\nContent-Length: 3\r\n\r\ncde", header: []string{"Range", "bytes=2-4"}},
		"parts":                   {answer: "HTTP/1.1 206 Partial Content\r\nContent-Type: multipart/byteranges; boundary=X\r\nContent-Length: 9\r\n\r\n--X\r\n\r\na\r\n", header: []string{"Range", "bytes=0-0,2-2"}},
		"a part that is not":      {answer: "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */10\r\nContent-Length: 0\r\n\r\n", header: []string{"Range", "bytes=20-"}},
		"only the head":           {method: "HEAD", answer: "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1234\r\n\r\n"},
		"only the head, in parts": {method: "HEAD", answer: "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"},
		"early hints":             {answer: "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </b.js>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"},
		"a policy":                {answer: "HTTP/1.1 200 OK\r\nContent-Security-Policy: default-src 'self'\r\nContent-Security-Policy: img-src *\r\nContent-Security-Policy-Report-Only: default-src 'none'\r\nContent-Length: 0\r\n\r\n"},
		"forty headers":           {answer: "HTTP/1.1 200 OK\r\n" + strings.Repeat("X-Many: v\r\n", 40) + "Content-Length: 0\r\n\r\n"},
		"a server of its own":     {answer: "HTTP/1.1 200 OK\r\nServer: old/1.0\r\nX-Powered-By: it\r\nContent-Length: 0\r\n\r\n"},
		"methods of its own":      {method: "PROPFIND", answer: "HTTP/1.1 207 Multi-Status\r\nContent-Type: application/xml\r\nContent-Length: 4\r\n\r\n<a/>"},
		"a worker's headers":      {answer: "HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\nService-Worker-Allowed: /\r\nContent-Length: 1\r\n\r\n1"},
	}
	site := raw(t, func(path string) string { return table[path[1:]].answer })
	front, _ := before(t, site)
	for name, c := range table {
		t.Run(name, func(t *testing.T) {
			if c.method == "" {
				c.method = "GET"
			}
			path := "/" + url.PathEscape(name)
			want := ask(t, c.method, site+path, c.header...)
			is := ask(t, c.method, front+path, c.header...)
			if strings.HasPrefix(c.answer, "HTTP/1.0") {
				want.Proto, want.TransferEncoding, is.TransferEncoding = is.Proto, nil, nil // there is no older one any more
			}
			require.NotEqual(t, "no answer", want.Err)
			if want.Err != "" { // what is cut off must not look whole
				require.NotEmpty(t, is.Err)
				return
			}
			if c.method == "HEAD" {
				want.TransferEncoding, is.TransferEncoding = nil, nil // nothing is transferred
			}
			assert.Equal(t, want, is)
		})
	}
}

// A site's server is asked what was asked: nothing is put right on the way.
func TestRequestsPassAsTheyAre(t *testing.T) {
	var got []string
	site := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, r.Method+" "+r.RequestURI+" "+string(body))
	}))
	site.Config.DisableGeneralOptionsHandler = true // OPTIONS * too
	site.Start()
	defer site.Close()
	front, _ := before(t, site.URL)
	for _, line := range []string{"GET /", "GET //a/../b/./c", "GET /a%2Fb%20c?x=%zz&a;b=1&&", "GET /?", "GET /%E2%82%AC?q=\xc3\xa9", "DELETE /a?b#c", "OPTIONS *", "GET /octroi", "GET /-/healthy"} {
		c, err := net.Dial("tcp", strings.TrimPrefix(front, "http://"))
		require.NoError(t, err)
		fmt.Fprintf(c, "%s HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi", line)
		answer, err := http.ReadResponse(bufio.NewReader(c), nil)
		require.NoError(t, err, line)
		require.Equal(t, 200, answer.StatusCode, line)
		c.Close()
	}
	assert.Equal(t, []string{"GET / hi", "GET //a/../b/./c hi", "GET /a%2Fb%20c?x=%zz&a;b=1&& hi", "GET /? hi", "GET /%E2%82%AC?q=\xc3\xa9 hi", "DELETE /a?b#c hi", "OPTIONS * hi", "GET /octroi hi", "GET /-/healthy hi"}, got)
}

func TestWhoAsksIsToldOn(t *testing.T) {
	var got *http.Request
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { got = r }))
	defer site.Close()
	for trust, want := range map[bool][]string{
		false: {"127.0.0.1", "http", "HOST", "", ""},
		true:  {"203.0.113.9, 127.0.0.1", "https", "shop.example", "", ""},
	} {
		front, _ := before(t, site.URL, func(o *Options) { o.Trust = trust })
		ask(t, "GET", front, "X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "shop.example", "Connection", "X-Secret", "X-Secret", "1", "Forwarded", "for=203.0.113.9")
		if !trust {
			want[2] = strings.TrimPrefix(front, "http://")
		}
		assert.Equal(t, want[2], got.Host, "the site's name stays")
		assert.Equal(t, want, []string{got.Header.Get("X-Forwarded-For"), got.Header.Get("X-Forwarded-Proto"), got.Header.Get("X-Forwarded-Host"), got.Header.Get("X-Secret"), got.Header.Get("Forwarded")})
		assert.Empty(t, got.Header["User-Agent"], "none is made up")
		assert.Empty(t, got.Header["Accept-Encoding"])
	}
}

// What a server sends piece by piece comes piece by piece.
func TestStreamsPass(t *testing.T) {
	more := make(chan struct{})
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		io.WriteString(w, "data: 1\n\n")
		w.(http.Flusher).Flush()
		<-more
		io.WriteString(w, "data: 2\n\n")
	}))
	defer site.Close()
	front, _ := before(t, site.URL)
	answer, err := http.Get(front)
	require.NoError(t, err)
	defer answer.Body.Close()
	first := make([]byte, 9)
	_, err = io.ReadFull(answer.Body, first)
	require.NoError(t, err)
	assert.Equal(t, "data: 1\n\n", string(first))
	close(more)
	rest, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	assert.Equal(t, "data: 2\n\n", string(rest))
}

func TestWebSocketsPass(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"echo"}, InsecureSkipVerify: true})
		if err != nil {
			return
		}
		kind, text, err := c.Read(r.Context())
		if err == nil {
			c.Write(r.Context(), kind, append([]byte("echo "), text...))
		}
		c.Close(websocket.StatusNormalClosure, "")
	}))
	defer site.Close()
	front, _ := before(t, site.URL)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	c, _, err := websocket.Dial(ctx, front+"/socket", &websocket.DialOptions{Subprotocols: []string{"echo"}})
	require.NoError(t, err)
	assert.Equal(t, "echo", c.Subprotocol())
	require.NoError(t, c.Write(ctx, websocket.MessageBinary, []byte{0, 1, 255}))
	_, text, err := c.Read(ctx)
	require.NoError(t, err)
	assert.Equal(t, "echo \x00\x01\xff", string(text))
}

// Where there is no server, visitors are told so, by a page that loads nothing; who asked is not
// written down.
func TestNoServerAnswers(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	l.Close()
	front, log := before(t, "http://"+l.Addr().String())
	a := ask(t, "GET", front+"/account?user=jane")
	assert.Equal(t, "502", a.Status)
	assert.Contains(t, a.Body, "The site’s server does not answer.")
	assert.Equal(t, "default-src 'none'", a.Header.Get("Content-Security-Policy"))
	assert.Equal(t, "no-store", a.Header.Get("Cache-Control"))
	assert.Contains(t, log.String(), `"the site's server does not answer"`)
	assert.Contains(t, log.String(), "refused")
	for _, secret := range []string{"127.0.0.1", "jane", "account"} {
		assert.NotContains(t, log.String(), secret)
	}
	assert.Equal(t, "200", ask(t, "GET", front+"/octroi/octroi.js").Status, "its own files need no other")

	garbage, _ := before(t, raw(t, func(string) string { return "SSH-2.0-OpenSSH\r\n\r\n" }))
	assert.Equal(t, "502", ask(t, "GET", garbage).Status)
}
