package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A site that was made is served where its lines say, and a browser asks for each file anew.
func TestASiteIsServed(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{"index.html": "start", "configurator/index.html": "form", "configurator/make.js": "js"} {
		name = filepath.Join(folder, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o777))
		require.NoError(t, os.WriteFile(name, []byte(content), 0o666))
	}
	var told strings.Builder
	l, err := open(&told, folder, 0)
	require.NoError(t, err)
	server := &http.Server{Handler: handler(folder)}
	t.Cleanup(func() { server.Close() })
	go server.Serve(l)

	addresses := regexp.MustCompile(`http://localhost:[0-9]+\S*`).FindAllString(told.String(), -1)
	require.Len(t, addresses, 2, told.String())
	for address, want := range map[string]string{addresses[0]: "start", addresses[1]: "form", addresses[1] + "make.js": "js"} {
		r, err := http.Get(address)
		require.NoError(t, err)
		b, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		r.Body.Close()
		assert.Equal(t, want, string(b), address)
		assert.Equal(t, "no-cache", r.Header.Get("Cache-Control"), address)
	}
	assert.Contains(t, told.String(), "The configurator:  "+addresses[1])
}

// What keeps a site from being served is told with what to do.
func TestASiteIsNotServed(t *testing.T) {
	_, err := open(io.Discard, t.TempDir(), 0)
	assert.ErrorContains(t, err, "./build.sh site makes one")

	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "index.html"), nil, 0o666))
	l, err := open(io.Discard, folder, 0)
	require.NoError(t, err)
	defer l.Close()
	_, err = open(io.Discard, folder, portOf(l))
	assert.ErrorContains(t, err, "is taken: give another with ./build.sh site --serve PORT")
}
