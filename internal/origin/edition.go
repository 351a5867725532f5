package origin

import (
	"crypto/sha256"
	"net/http"
	"slices"
	"strings"

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
	head                 string           // what pages load first: the line of octroi.js, with its build
	inline               string           // the same for who has yet to answer: octroi.js itself
	earlier              []string         // names of files of earlier editions, the latest first
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
	made.Inline(folder)
	if _, err := made.Describe(folder); err != nil {
		return nil, err
	}
	d, err := consent.Parse(text)
	if err != nil {
		return nil, err
	}
	e := &edition{Declaration: d, head: made.HTML(folder)[0], inline: strings.TrimSpace(string(made.Files[bundle.InlineFile])), sum: sha256.Sum256(text), files: map[string]*file{}, parts: map[string]part{}}
	for name, content := range made.Files {
		f := newFile(name, content)
		e.files[name] = f
		// The other files are asked for by their build.
		if !f.forever {
			built := *f
			built.forever = true
			e.files[name+"?v="+made.Version] = &built
		}
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
// sum of its content, as engines are, or by its build. Pages are open for days; what the last few
// editions had is kept.
func (e *edition) keepNames(earlier *edition) {
	const most = 200
	for name := range earlier.files {
		if hashed.MatchString(name) && e.files[name] == nil && !slices.Contains(earlier.earlier, name) {
			e.earlier = append(e.earlier, name)
		}
	}
	e.earlier = append(e.earlier, earlier.earlier...)
	e.earlier = e.earlier[:min(most, len(e.earlier))]
	for _, name := range e.earlier {
		if e.files[name] == nil {
			e.files[name] = earlier.files[name]
		}
	}
}
