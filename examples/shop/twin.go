package shop

import (
	"html/template"
	"io/fs"
	"net/http"
	"strings"
)

// Twin serves the shop's bad twin: the same drop-in, and everything around it done wrong,
// for the audit to find. Its pages call the third parties of the shop and nobody else.
func (s *Shop) Twin() http.Handler {
	folder, err := fs.Sub(files, "twin")
	if err != nil {
		panic(err)
	}
	read := func(name string) string {
		b, err := fs.ReadFile(folder, name)
		if err != nil {
			panic(err)
		}
		return strings.ReplaceAll(string(b), "{third}", s.Third)
	}
	mux := http.NewServeMux()
	dist := http.StripPrefix("/octroi/", http.FileServer(http.Dir(s.Dist)))
	mux.Handle("GET /octroi/", dist)
	// Forgotten when the files were copied.
	mux.HandleFunc("GET /octroi/octroi.nowasm.js", http.NotFound)
	mux.HandleFunc("GET /octroi/locales/fr.json", http.NotFound)
	mux.HandleFunc("GET /robots.txt", func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte("User-agent: *\nDisallow: /hidden\n"))
	})
	mux.HandleFunc("GET /sitemap.xml", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		w.Write([]byte(`<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>http://` + r.Host + `/basque</loc></url></urlset>`))
	})
	mux.HandleFunc("GET /{page...}", func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("page")
		if name == "" {
			name = "home"
		}
		if _, err := fs.Stat(folder, name+".html"); err != nil {
			http.NotFound(w, r)
			return
		}
		s.spoil(w, r, name)
		t, err := template.New(name).Parse(read(name + ".html"))
		if err == nil {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			err = t.Execute(w, map[string]any{"Config": template.JS(read("octroi.json"))})
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	return mux
}

// spoil sets what the twin's server should not.
func (s *Shop) spoil(w http.ResponseWriter, r *http.Request, name string) {
	set := func(cookie string) { w.Header().Add("Set-Cookie", cookie) }
	switch name {
	case "home":
		set("visitor=1; Path=/; Max-Age=34560000; SameSite=Lax") // 400 days, before any choice
		set("lang=en; Path=/; Max-Age=7776000; SameSite=Lax")    // 90 days; 30 are declared
	case "piece":
		if cookie(r, "octroi") != "" { // whatever was chosen
			set("_fbp=fb.1.1; Path=/; Max-Age=86400; SameSite=Lax")
		}
	case "policy":
		w.Header().Set("Content-Security-Policy", "default-src 'self'; script-src 'nonce-twin'; connect-src 'self'")
	case "slow":
		w.Header().Set("Content-Security-Policy", "script-src 'self' 'unsafe-inline' "+s.Third)
	}
}
