package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
)

// serve serves a site that was made, on this machine alone, until it is stopped.
func serve(folder string, port int) error {
	l, err := open(os.Stdout, folder, port)
	if err != nil {
		return err
	}
	return http.Serve(l, handler(folder))
}

// open takes a port for a folder's site, and tells where its pages are.
func open(told io.Writer, folder string, port int) (net.Listener, error) {
	if _, err := os.Stat(filepath.Join(folder, "index.html")); err != nil {
		return nil, fmt.Errorf("there is no site in %s: ./build.sh site makes one", folder)
	}
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("port %d is taken: give another with ./build.sh site --serve PORT", port), err)
	}
	fmt.Fprintf(told, `
The documentation: http://localhost:%d/
The configurator:  http://localhost:%d/configurator/

Stop with Ctrl-C.
`, portOf(l), portOf(l))
	return l, nil
}

func portOf(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }

// handler serves the files of a folder. A site that is made again is seen at once.
func handler(folder string) http.Handler {
	files := http.FileServer(http.Dir(folder))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		files.ServeHTTP(w, r)
	})
}
