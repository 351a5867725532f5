package shop

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPagesLoadAgain(t *testing.T) {
	const page, script = "<!doctype html><html><head><title>A</title></head></html>", "let a = '<head>';"
	mux := http.NewServeMux()
	mux.HandleFunc("/page", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, page[:20])
		fmt.Fprint(w, page[20:])
	})
	mux.HandleFunc("/gone", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/page", http.StatusSeeOther) })
	mux.HandleFunc("/a.js", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		fmt.Fprint(w, script)
	})
	reload := NewReload()
	server := httptest.NewServer(reload.Handler(mux))
	defer server.Close()
	get := func(path string) (string, http.Header) {
		r, err := http.Get(server.URL + path)
		require.NoError(t, err)
		defer r.Body.Close()
		b, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		return string(b), r.Header
	}
	got, header := get("/gone")
	assert.Equal(t, strings.Replace(page, "<head>", "<head>"+reloadTag, 1), got)
	assert.Equal(t, "no-store", header.Get("Cache-Control"))
	got, header = get("/a.js")
	assert.Equal(t, script, got, "only pages have the script")
	assert.Equal(t, "no-store", header.Get("Cache-Control"))

	r, err := http.Get(server.URL + "/dev/events")
	require.NoError(t, err)
	defer r.Body.Close()
	events := bufio.NewReader(r.Body)
	next := func() string {
		line, err := events.ReadString('\n')
		require.NoError(t, err)
		_, err = events.ReadString('\n')
		require.NoError(t, err)
		return strings.TrimSpace(strings.TrimPrefix(line, "data: "))
	}
	first := next()
	code, _ := get("/dev/reload.js")
	assert.Contains(t, code, "'"+first+"'", "what is current does not load again")
	reload.Now()
	second := next()
	assert.NotEqual(t, first, second)
	code, _ = get("/dev/reload.js")
	assert.Contains(t, code, "'"+second+"'")
}
