package bundle

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/octroi-consent/octroi"
	"github.com/octroi-consent/octroi/catalog"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/locale"
	"github.com/octroi-consent/octroi/internal/octroijson"
	"github.com/octroi-consent/octroi/web"
)

// Mark is what stands in a script where something of a site's own comes.
func Mark(name string) string { return "__OCTROI_" + strings.ToUpper(name) + "__" }

// Shown are the texts that octroi.js brings: those of the first layer, and of what a choice
// there leads to.
var Shown = strings.Fields("title intro again objected consequence cookiepolicy accept refuse customise close services tab allallowed allrefused someallowed valid left deleted undo details dismiss")

// Site is what is made for one site.
type Site struct {
	Files     map[string][]byte // by name, with the folder of the texts before theirs
	Languages []string          // that the interface has, the declaration's own first
	Version   string            // of the files together, as their addresses have it; see [Stamp]

	// Unmeasured leaves the sizes with brotli out of the manifest; they take most of the time.
	Unmeasured bool

	pinned string // the file whose integrity the tag has; see [Site.Pin]
}

// Manifest describes the files; manifest.json is it.
type Manifest struct {
	Version   string          `json:"version"`   // of Octroi
	Build     string          `json:"build"`     // of the files: pages ask for octroi.js?v= with it
	Languages []string        `json:"languages"` // as [Site] has them
	Files     map[string]File `json:"files"`
	HTML      []string        `json:"html"` // as [Site.HTML] has it
}

// File describes one.
type File struct {
	Bytes     int    `json:"bytes"`
	Brotli    int    `json:"brotli,omitempty"` // bytes on the wire, at the best level; of a file above 1 MB, at level 6; 0 where it was not measured
	Integrity string `json:"integrity"`        // for Subresource Integrity
}

// Build makes a site's files of its declaration, with what it uses of the catalogue written
// out, but for manifest.json. The interface speaks the languages that the declaration has texts
// in, and those of more. The same input always gives the same bytes. [Faults] are an error.
func Build(declaration []byte, more ...string) (*Site, error) {
	var compacted bytes.Buffer
	if err := json.Compact(&compacted, declaration); err != nil {
		return nil, err
	}
	declaration = compacted.Bytes()
	engine, err := Engine(declaration)
	if err != nil {
		return nil, err
	}
	declared, _ := config.Parse(string(declaration))
	languages := languagesOf(declared)
	known, err := ahead(declaration, declared, languages)
	if err != nil {
		return nil, err
	}
	for _, lang := range more {
		if !slices.Contains(languages, lang) {
			languages = append(languages, lang)
		}
	}
	texts, err := web.Texts(languages[0])
	if err != nil {
		return nil, err
	}
	name := "engine." + short(sha256.Sum256(engine)) + ".wasm"
	first, all, err := compact(texts)
	if err != nil {
		return nil, err
	}
	own := map[string]string{
		"site": known, "engine": name, "declaration": string(declaration), "language": languages[0],
		"texts": first, "alltexts": all, "languages": strings.Join(languages, " "),
	}
	calls, err := defaults(declaration, declared.Site.Domain)
	if err != nil {
		return nil, err
	}
	services, err := catalog.Shipped()
	if err != nil {
		return nil, err
	}
	// The declaration itself is for the audit and other tools, the catalogue for the developer's
	// overlay: no visitor loads them.
	s := &Site{Files: map[string][]byte{name: engine, "declaration.json": declaration, "catalog.json": services}, Languages: languages}
	scripts := []string{"octroi.js", "octroi.hold.js", "octroi.rest.js", "octroi.nowasm.js", "octroi.debug.js"}
	if declared.App != nil {
		scripts = append(scripts, "octroi.app.js")
	}
	if declared.Inherit != nil {
		scripts = append(scripts, "octroi.inherit.js")
	}
	if declared.NeedsCode() {
		scripts = append(scripts, "octroi.vendors.js")
	}
	if declared.Receipts != "" {
		scripts = append(scripts, "octroi.receipts.js")
	}
	if declared.Worker.File != "" {
		scripts = append(scripts, "octroi.register.js")
	}
	if s.Files["octroi.worker.js"], err = worker(declared, engine, own); err != nil {
		return nil, err
	}
	for _, script := range scripts {
		template, err := part(script)
		if err != nil {
			return nil, err
		}
		s.Files[script] = bytes.ReplaceAll(fill(template, own), []byte(`"`+Mark("signals")+`"`), []byte("("+tellDefaults(calls)+")"))
	}
	if statement := octroijson.Statement(declared); statement != nil {
		s.Files["gpc.json"] = statement
	}
	for _, lang := range languages[1:] {
		text, err := web.Texts(lang)
		if err != nil {
			return nil, err
		}
		if _, all, err = compact(text); err != nil {
			return nil, err
		}
		s.Files["locales/"+lang+".json"] = []byte(all)
	}
	s.Version = Stamp(s.Files)
	return s, nil
}

// Stamp names the build of files in each of them, and returns that name, which is made of them
// all: they ask for each other by it, and none works with one of another build.
func Stamp(files map[string][]byte) string {
	all := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(all, "%s %d\n", name, len(files[name]))
		all.Write(files[name])
	}
	build := short([sha256.Size]byte(all.Sum(nil)))
	for name, content := range files {
		if path.Ext(name) == ".js" {
			files[name] = bytes.ReplaceAll(content, []byte(Mark("build")), []byte(build))
		}
	}
	return build
}

// Describe makes manifest.json of the other files. Path is that of their folder on the site,
// as "/octroi/".
func (s *Site) Describe(path string) (Manifest, error) {
	m := s.describe(path)
	var manifest bytes.Buffer
	e := json.NewEncoder(&manifest)
	e.SetEscapeHTML(false)
	e.SetIndent("", "\t")
	err := e.Encode(m)
	s.Files["manifest.json"] = manifest.Bytes()
	return m, err
}

// languagesOf returns those of the interface that a declaration has texts in; its own comes
// first.
func languagesOf(c *config.Config) (list []string) {
	have := strings.Join(web.Languages(), " ")
	add := func(tags ...string) {
		for _, tag := range tags {
			if lang, _ := locale.Choose(tag, have, ""); lang != "" && !slices.Contains(list, lang) {
				list = append(list, lang)
			}
		}
	}
	add(c.Language)
	if list == nil {
		list = []string{"en"}
	}
	add(c.Site.Name.Languages()...)
	add(c.Policy.URL.Languages()...)
	for i := range c.Categories {
		add(c.Categories[i].Label.Languages()...)
		add(c.Categories[i].Text.Languages()...)
	}
	for i := range c.Services {
		add(c.Services[i].Name.Languages()...)
		add(c.Services[i].Purpose.Languages()...)
		add(c.Services[i].Policy.Languages()...)
	}
	slices.Sort(list[1:])
	return list
}

// compact returns a language's texts without white space: those of the first layer, and all.
func compact(text []byte) (first, all string, err error) {
	var whole bytes.Buffer
	if err := json.Compact(&whole, text); err != nil {
		return "", "", err
	}
	var named map[string]json.RawMessage
	if err := json.Unmarshal(text, &named); err != nil {
		return "", "", err
	}
	var pairs []string
	for _, name := range Shown {
		if value, there := named[name]; there {
			var small bytes.Buffer
			if err := json.Compact(&small, value); err != nil {
				return "", "", err
			}
			pairs = append(pairs, fmt.Sprintf("%q:%s", name, small.String()))
		}
	}
	return "{" + strings.Join(pairs, ",") + "}", whole.String(), nil
}

// fill writes what is a site's own in the place of marks, as strings of JavaScript.
func fill(script []byte, own map[string]string) []byte {
	for _, name := range slices.Sorted(maps.Keys(own)) {
		script = bytes.ReplaceAll(script, []byte(`"`+Mark(name)+`"`), quoted(own[name]))
	}
	return script
}

func quoted(text string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a string always can be
	return bytes.TrimSpace(b.Bytes())
}

func (s *Site) describe(path string) Manifest {
	m := Manifest{Version: octroi.Version(), Build: s.Version, Languages: s.Languages, Files: map[string]File{}, HTML: s.HTML(path)}
	var all sync.WaitGroup
	var writing sync.Mutex
	for name, content := range s.Files {
		all.Go(func() {
			file := File{Bytes: len(content), Integrity: Integrity(content)}
			if !s.Unmeasured {
				file.Brotli = brotliSize(content, brotliLevel(content))
			}
			writing.Lock()
			m.Files[name] = file
			writing.Unlock()
		})
	}
	all.Wait()
	return m
}

// Integrity is a file's metadata for Subresource Integrity.
func Integrity(content []byte) string {
	sum := sha512.Sum384(content)
	return "sha384-" + base64.StdEncoding.EncodeToString(sum[:])
}
