package origin

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path"
	"strings"
)

// static serves a folder of files as hosts of static sites do: a folder by its index.html, an
// address without an ending by the page of that name, and 404.html for what is not there. It lists
// no folder, follows no link out of it, and keeps files whose names begin with a dot to itself.
func static(folder string) (http.Handler, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, fmt.Errorf("--site %s is no folder that can be read: name the one with the site's pages", folder)
	}
	files := root.FS()
	server := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "this site takes nothing: GET its pages", http.StatusMethodNotAllowed)
			return
		}
		name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
		switch {
		case hidden(name):
			missing(w, r, files)
		case is(files, path.Join(name, "index.html")), name != "" && is(files, name):
			server.ServeHTTP(w, r)
		case name != "" && !strings.HasSuffix(r.URL.Path, "/") && is(files, name+".html"):
			http.ServeFileFS(w, r, files, name+".html")
		default:
			missing(w, r, files)
		}
	}), nil
}

// hidden reports whether a part of a name begins with a dot; what is well known (RFC 8615) may.
func hidden(name string) bool {
	name = strings.TrimPrefix(name, ".well-known/")
	return strings.HasPrefix(name, ".") || strings.Contains(name, "/.")
}

// is reports whether there is a file of a name.
func is(files fs.FS, name string) bool {
	info, err := fs.Stat(files, name)
	return err == nil && info.Mode().IsRegular()
}

// missing answers for what is not there, by the site's own page if it has one.
func missing(w http.ResponseWriter, r *http.Request, files fs.FS) {
	text, err := fs.ReadFile(files, "404.html")
	if err != nil {
		http.Error(w, "there is no such page", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusNotFound)
	if r.Method != http.MethodHead {
		w.Write(text)
	}
}
