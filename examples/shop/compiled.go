package shop

import (
	"bytes"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/octroi-consent/octroi/internal/bundle"
)

// Folders of the site that what octroi build makes is served in: of the shop's declaration,
// and of the recipes'.
const (
	shopFolder    = "/octroi/"
	recipesFolder = "/octroi/recipes/"
)

// made is what octroi build makes of a declaration.
type made struct {
	site     *bundle.Site
	manifest func() []byte // weighs the files, which takes a second or two
}

// compiled are the declarations that files are made of, by the folder of these: the third parties
// at whatever port, so that what is made is the same at each.
func (s *Shop) compiled() map[string]string {
	third, err := url.Parse(s.Third)
	if err != nil {
		panic(err)
	}
	at := &Shop{Third: third.Hostname()}
	return map[string]string{shopFolder: at.Declaration(), recipesFolder: at.recipesDeclaration()}
}

// Compiled are the declarations that Compile makes files of on this machine, by the folder of
// these on the site.
func Compiled() map[string]string { return (&Shop{Third: "http://127.0.0.1"}).compiled() }

// Compile has pages load what octroi build makes of their declarations, in the place of the
// drop-in with the declaration in each page.
func (s *Shop) Compile() error {
	s.made = map[string]*made{}
	for folder, declaration := range s.compiled() {
		site, err := bundle.Build([]byte(declaration))
		if err != nil {
			return err
		}
		s.made[folder] = &made{site, sync.OnceValue(func() []byte {
			described := &bundle.Site{Files: maps.Clone(site.Files), Languages: site.Languages}
			if _, err := described.Describe(folder); err != nil {
				panic(err)
			}
			return described.Files["manifest.json"]
		})}
	}
	return nil
}

// first is what a page with a declaration has before its other scripts.
func (s *Shop) first(folder, declaration string) template.HTML {
	if made := s.made[folder]; made != nil {
		return template.HTML(made.site.HTML(folder)[0])
	}
	return template.HTML(`<script type="application/json" id="octroi-config">` + declaration + `</script>
<script src="/octroi/octroi.js"></script>`)
}

// serveOctroi serves what the first script of a page loads.
func (s *Shop) serveOctroi(mux *http.ServeMux) {
	dist := http.FileServer(http.Dir(s.Dist))
	if s.made == nil {
		mux.Handle("/octroi/", http.StripPrefix("/octroi/", dist))
		return
	}
	mux.Handle("GET /octroi/audit/", http.StripPrefix("/octroi/", dist))
	for folder, made := range s.made {
		mux.HandleFunc("GET "+folder+"{file...}", made.serve)
	}
}

func (m *made) serve(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	content, there := m.site.Files[name]
	if name == "manifest.json" {
		content, there = m.manifest(), true
	}
	if !there {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-cache")
	if strings.HasPrefix(name, "engine.") { // its name has its hash
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
}
