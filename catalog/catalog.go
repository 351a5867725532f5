// Package catalog is what is known of services that many sites use: who runs them,
// what they call and what they keep. Each of its files holds one purpose, and can be
// edited by hand; the test says what is wrong.
package catalog

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"sync"
)

//go:embed *.json
var files embed.FS

// Advertising is the category of services that advertise.
const Advertising = "advertising"

// File is one purpose and the services that serve it.
type File struct {
	Source   string            // where its facts are from
	Licence  string            // of the file
	Category string            // what a declaration may call it
	Purpose  map[string]string // one sentence, by language
	Plays    bool              // what its services embed are players
	Services []Service
}

// Service is one known tool.
type Service struct {
	ID       string
	Name     string
	Provider string // the company that answers for it in Europe, where there is one
	Country  string // of that company, ISO 3166-1 alpha-2
	Policy   string // its privacy policy
	URLs     []string
	Cookies  []Cookie
	Storage  []string // keys in local or session storage
	Signals  []string // of consent, that it understands
	Markers  []string // parts of its inline snippet, without white space and with ' for "; the audit knows it by them

	Category string            `json:"-"`
	Purpose  map[string]string `json:"-"`
	Plays    bool              `json:"-"`
}

// Cookie is one that a service sets.
type Cookie struct {
	Name      string // "*" stands for any run of characters
	Life      string // as a declaration takes it: 13 months at most; "" where it is not known
	Published string // what the provider says, where that is longer
	Domain    string // of another site's; "" where the site's own pages carry it
}

// Load returns all services; each has what its file says of all.
func Load() ([]Service, error) {
	services, err := readOnce()
	return slices.Clone(services), err
}

// readOnce reads the files for all who ask: a check of a declaration asks four times.
var readOnce = sync.OnceValues(readAll)

func readAll() (services []Service, err error) {
	names, err := fs.Glob(files, "*.json")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		file, err := load(name)
		if err != nil {
			return nil, err
		}
		for _, s := range file.Services {
			s.Category, s.Purpose, s.Plays = file.Category, file.Purpose, file.Plays
			services = append(services, s)
		}
	}
	return services, nil
}

// Shipped is catalog.json, which the developer's overlay reads: all services as a declaration has
// them, each in the category that is proposed for it.
func Shipped() ([]byte, error) {
	known, err := Load()
	if err != nil {
		return nil, err
	}
	var list []map[string]any
	for i := range known {
		list = append(list, known[i].Declare(known[i].Category))
	}
	return json.Marshal(list)
}

func load(name string) (*File, error) {
	b, err := files.ReadFile(name)
	if err != nil {
		return nil, err
	}
	file := new(File)
	if err := json.Unmarshal(b, file); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return file, nil
}

// Declare writes a service as a declaration's, in a category of the declaration.
func (s *Service) Declare(category string) map[string]any {
	d := map[string]any{
		"id": s.ID, "category": category, "name": s.Name, "provider": s.Provider,
		"purpose": s.Purpose, "purposeId": s.Category, "policy": s.Policy, "urls": s.URLs,
	}
	var cookies, storage []map[string]string
	for _, c := range s.Cookies {
		item := map[string]string{"name": c.Name, "onEnd": "renew"}
		if c.Life != "" {
			item["life"] = c.Life
		}
		if c.Domain != "" {
			item["domain"] = c.Domain
		}
		cookies = append(cookies, item)
	}
	for _, key := range s.Storage {
		storage = append(storage, map[string]string{"name": key, "onEnd": "renew"})
	}
	if s.Plays {
		d["plays"] = true
	}
	if cookies != nil {
		d["cookies"] = cookies
	}
	if storage != nil {
		d["storage"] = storage
	}
	return d
}
