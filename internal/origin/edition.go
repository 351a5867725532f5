package origin

import (
	"crypto/sha256"
	"maps"
	"net/http"

	"github.com/octroi-consent/octroi/internal/bundle"
	"github.com/octroi-consent/octroi/server/consent"
	"github.com/octroi-consent/octroi/server/erase"
	"github.com/octroi-consent/octroi/server/gpc"
)

// edition is all that is made of one declaration.
type edition struct {
	*consent.Declaration // with what it uses written out
	sum                  [sha256.Size]byte
	files                map[string]*file // by name in the folder, as "octroi.js"
	html                 []string         // what a page needs, as [bundle.Site.HTML] has it
	parts                map[string]part  // by path, what the declaration names
	site                 http.Handler     // everything else: the site itself
}

// part is what answers at one path, and what metrics call it.
type part struct {
	name string
	http.Handler
}

// newEdition builds a site's files of its declaration, for a folder on the site, as "/octroi/".
func newEdition(text []byte, folder string, languages []string) (*edition, error) {
	made, err := bundle.Build(text, languages...)
	if err != nil {
		return nil, err
	}
	made.Unmeasured = true
	if _, err := made.Describe(folder); err != nil {
		return nil, err
	}
	d, err := consent.Parse(text)
	if err != nil {
		return nil, err
	}
	e := &edition{Declaration: d, sum: sha256.Sum256(text), files: map[string]*file{}, html: made.HTML(folder), parts: map[string]part{}}
	for name, content := range made.Files {
		e.files[name] = newFile(name, content)
	}
	if statement := e.files["gpc.json"]; statement != nil {
		e.parts[gpc.Path] = part{"gpc", statement}
	}
	if path := d.Config().Endpoint; path != "" {
		e.parts[path] = part{"erase", erase.New(d)}
	}
	return e, nil
}

// keepNames keeps what pages ask for that were loaded with an earlier edition: what is named by a
// sum of its content, as engines are. Pages are open for days, and kept is what the last few had.
func (e *edition) keepNames(earlier *edition) {
	const most = 16
	old := maps.Clone(earlier.files)
	maps.DeleteFunc(old, func(name string, _ *file) bool { return !hashed.MatchString(name) || e.files[name] != nil })
	if len(old) < most {
		maps.Copy(e.files, old)
	}
}
