package origin

import (
	"crypto/sha256"
	"net/http"
	"regexp"
	"slices"

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
	earlier              []string         // names of files of earlier editions, the latest first
	parts                map[string]part  // by path, what the declaration names
	site                 http.Handler     // everything else: the site itself
}

// part is what answers at one path, and what metrics call it.
type part struct {
	name string
	http.Handler
}

// hold finds the address of octroi.hold.js in octroi.js, with the name of their build.
var hold = regexp.MustCompile(`octroi\.hold\.js\?[0-9a-f]{16}`)

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
	e := &edition{Declaration: d, sum: sha256.Sum256(text), files: map[string]*file{}, parts: map[string]part{}}
	for name, content := range made.Files {
		e.files[name] = newFile(name, content)
	}
	// octroi.js works with no other build of octroi.hold.js than that which it names.
	if name := hold.Find(made.Files["octroi.js"]); name != nil {
		e.files[string(name)] = newFile(string(name), made.Files["octroi.hold.js"])
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
	const most = 32
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
