package consent

import (
	"bufio"
	"context"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/enginetest"
)

func newEngine() *engine.Engine { return &engine.Engine{} }

// granted is the cookie of a visitor who has just accepted all.
func granted(d *Declaration) string {
	b := enginetest.NewBrowser(time.Now().Add(-time.Minute).UTC())
	b.Open(newEngine(), enginetest.Page{Config: string(d.Text()), Languages: "en"}).Act("accept")
	return d.cfg.Name + "=" + b.Cookies[d.cfg.Name].Value
}

func TestVaryIsSentWhereTheStateWasAskedFor(t *testing.T) {
	all := readVectors(t)
	shop, objects := parse(t, all.Declarations["shop"]), parse(t, all.Declarations["objects"])
	asks := func(r *http.Request) { FromContext(r.Context()).Allows("matomo") }
	for name, c := range map[string]struct {
		d       *Declaration
		handler http.HandlerFunc
		want    []string
	}{
		"nobody asks":            {shop, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "a") }, nil},
		"asked":                  {shop, func(w http.ResponseWriter, r *http.Request) { asks(r); io.WriteString(w, "a") }, []string{"Cookie"}},
		"asked, and no body":     {shop, func(w http.ResponseWriter, r *http.Request) { asks(r) }, []string{"Cookie"}},
		"asked, and a status":    {shop, func(w http.ResponseWriter, r *http.Request) { asks(r); w.WriteHeader(http.StatusTeapot) }, []string{"Cookie"}},
		"asked, and a redirect":  {shop, func(w http.ResponseWriter, r *http.Request) { asks(r); http.Redirect(w, r, "/a", http.StatusSeeOther) }, []string{"Cookie"}},
		"asked, and flushed":     {shop, func(w http.ResponseWriter, r *http.Request) { asks(r); w.(http.Flusher).Flush() }, []string{"Cookie"}},
		"flushed by controller":  {shop, func(w http.ResponseWriter, r *http.Request) { asks(r); http.NewResponseController(w).Flush() }, []string{"Cookie"}},
		"a file":                 {shop, func(w http.ResponseWriter, r *http.Request) { asks(r); http.ServeFile(w, r, "state.go") }, []string{"Cookie"}},
		"what is there is kept":  {shop, func(w http.ResponseWriter, r *http.Request) { asks(r); w.Header().Set("Vary", "Accept-Encoding") }, []string{"Accept-Encoding", "Cookie"}},
		"it is there":            {shop, func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Vary", "accept, cookie"); asks(r) }, []string{"accept, cookie"}},
		"a star":                 {shop, func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Vary", "*"); asks(r) }, []string{"*"}},
		"early hints come first": {shop, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusEarlyHints); asks(r) }, []string{"Cookie"}},
		"the browser's no too":   {objects, func(w http.ResponseWriter, r *http.Request) { asks(r) }, []string{"Cookie", "Sec-GPC"}},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(c.d.Middleware(c.handler))
			defer server.Close()
			client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
			response, err := client.Get(server.URL)
			require.NoError(t, err)
			response.Body.Close()
			assert.Equal(t, c.want, response.Header.Values("Vary"))
		})
	}
}

// Caches cannot be told any more.
func TestWhoeverAsksLateIsToldThatNothingIsGranted(t *testing.T) {
	shop := parse(t, readVectors(t).Declarations["shop"])
	var log strings.Builder
	shop.Logger = slog.New(slog.NewTextHandler(&log, nil))
	for _, asksFirst := range []bool{true, false, false} {
		var before, after bool
		handler := shop.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if asksFirst {
				before = FromContext(r.Context()).Allows("matomo")
			}
			io.WriteString(w, "a")
			s := FromContext(r.Context())
			after = s.Allows("matomo")
			assert.True(t, s.Allows("basket"))
		}))
		r := httptest.NewRequest(http.MethodGet, "/late", nil)
		r.Header.Set("Cookie", granted(shop))
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		assert.Equal(t, asksFirst, before)
		assert.Equal(t, asksFirst, after)
		assert.Equal(t, asksFirst, w.Header().Get("Vary") == "Cookie")
	}
	assert.Equal(t, 1, strings.Count(log.String(), "\n"), log.String())
	assert.Contains(t, log.String(), "path=/late")
}

func TestTheResponseStaysWhatItIs(t *testing.T) {
	shop := parse(t, readVectors(t).Declarations["shop"])
	mux := http.NewServeMux()
	mux.HandleFunc("/hijack", func(w http.ResponseWriter, r *http.Request) {
		c, _, err := w.(http.Hijacker).Hijack()
		if assert.NoError(t, err) {
			io.WriteString(c, "HTTP/1.1 299 Mine\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
			c.Close()
		}
	})
	mux.HandleFunc("/deadline", func(w http.ResponseWriter, r *http.Request) {
		assert.NoError(t, http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Minute)))
	})
	mux.HandleFunc("/stream", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "first\n")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	server := httptest.NewServer(shop.Middleware(mux))
	defer server.Close()
	response, err := http.Get(server.URL + "/hijack")
	require.NoError(t, err)
	assert.Equal(t, 299, response.StatusCode)
	response, err = http.Get(server.URL + "/deadline")
	require.NoError(t, err)
	assert.Equal(t, 200, response.StatusCode)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/stream", nil)
	require.NoError(t, err)
	response, err = http.DefaultClient.Do(request)
	require.NoError(t, err)
	line, err := bufio.NewReader(response.Body).ReadString('\n')
	require.NoError(t, err)
	assert.Equal(t, "first\n", line, "before the response ends")
}

func TestADeclarationIsPickedForARequest(t *testing.T) {
	all := readVectors(t)
	byPath := map[string]*Declaration{"/en": parse(t, all.Declarations["shop"]), "/fr": parse(t, all.Declarations["renamed"])}
	handler := Middleware(func(r *http.Request) *Declaration { return byPath[r.URL.Path] })(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := FromContext(r.Context())
		w.Header().Set("Granted", strings.Join(s.Granted(), " "))
	}))
	for path, want := range map[string]string{"/en": "", "/fr": "basket pixel matomo ga", "/other": ""} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Cookie", granted(byPath["/fr"]))
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if path == "/en" {
			want = "basket"
		}
		assert.ElementsMatch(t, strings.Fields(want), strings.Fields(w.Header().Get("Granted")), path)
	}
}

func TestAContextCanBeMade(t *testing.T) {
	shop := parse(t, readVectors(t).Declarations["shop"])
	s := shop.FromCookies(granted(shop), false, time.Now())
	assert.True(t, FromContext(NewContext(t.Context(), s)).Allows("matomo"))
	assert.False(t, FromContext(t.Context()).Allows("matomo"))
	assert.False(t, FromContext(NewContext(t.Context(), State{})).Allows("matomo"))
}

// A template that is rendered for several visitors at once tells each of their own choices.
func TestTemplatesAreOfOneVisitor(t *testing.T) {
	shop := parse(t, readVectors(t).Declarations["shop"])
	page, err := template.New("page").Funcs(State{}.Funcs()).Parse(`{{if allows "matomo"}}counted{{else}}not counted{{end}}`)
	require.NoError(t, err)
	handler := shop.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		own, err := FromContext(r.Context()).Template(page)
		if assert.NoError(t, err) {
			assert.NoError(t, own.Execute(w, nil))
		}
	}))
	var all sync.WaitGroup
	for i := range 64 {
		all.Go(func() {
			r, want := httptest.NewRequest(http.MethodGet, "/", nil), "not counted"
			if i%2 == 0 {
				r.Header.Set("Cookie", granted(shop))
				want = "counted"
			}
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			assert.Equal(t, want, w.Body.String())
			assert.Equal(t, "Cookie", w.Header().Get("Vary"))
		})
	}
	all.Wait()
	var bare strings.Builder
	copied, err := page.Clone()
	require.NoError(t, err)
	require.NoError(t, copied.Execute(&bare, nil))
	assert.Equal(t, "not counted", bare.String(), "as it was parsed, nothing is granted")
}
