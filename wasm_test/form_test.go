package wasmtest

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"os"
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/octroi-consent/octroi/internal/bundle"
	"github.com/octroi-consent/octroi/web"
)

// form says in which form pages load Octroi: the drop-in, or "compiled": each page then gets what
// octroi build makes of the declaration that stands in it.
var form = os.Getenv("OCTROI_FORM")

// dropInOnly are the tests that say nothing of built files, and why: those are skipped there.
var dropInOnly = map[string]string{
	"TestThePagesView":                         atOnce,
	"TestTagsAsTheyAreDoNotRun":                atOnce,
	"TestAHiddenBanner":                        atOnce,
	"TestPagesThatRenderThemselves":            atOnce,
	"TestALargeDeclaration":                    "it weighs what a declaration costs the drop-in, which reads it in the page",
	"TestItsFilesAreFound":                     "it bundles the drop-in's own file",
	"TestTheFirstLayerIsThereAheadOfTheEngine": "it makes files of its own, and withholds their engine",
	"TestAGrantWaitsForTheCodeOfItsReceipt":    "it withholds the drop-in's octroi.rest.js",
}

const atOnce = "it asks at once for what built files bring only with the engine"

// leftOut tells why a test says nothing in the form at work; nothing where it does.
func leftOut(test string) string {
	test, _, _ = strings.Cut(test, "/")
	if form == "" {
		return ""
	}
	return dropInOnly[test]
}

// declared finds a declaration in a page.
var declared = regexp.MustCompile(`(?s)<script[^>]* id="?octroi-config"?[^>]*>(.*?)</script>`)

// made are the sites' own files, by the hash of their declaration.
var made sync.Map

// pagesMade tells, by the address of a page, which of them it loads.
var pagesMade sync.Map

// madeFor returns the files of a declaration; nil where nothing is built of it.
func madeFor(declaration string) map[string][]byte {
	sum := sha256.Sum256([]byte(declaration))
	files, known := made.Load(sum)
	if !known {
		var built map[string][]byte
		site, err := bundle.Build([]byte(declaration), web.Languages()...)
		if faults := (bundle.Faults)(nil); err == nil {
			built = site.Files
		} else if !errors.As(err, &faults) && json.Valid([]byte(declaration)) {
			panic(err) // a page with the drop-in would pass for one with built files
		}
		files, _ = made.LoadOrStore(sum, built)
	}
	return files.(map[string][]byte)
}

// serveMade serves what is made for the page that asks, in the place of the drop-in's files.
func (s *site) serveMade(w http.ResponseWriter, r *http.Request) bool {
	file, is := strings.CutPrefix(r.URL.Path, "/octroi/")
	if !s.compiled || !is {
		return false
	}
	if _, own := s.pages.Handler(r); own != "/" {
		return false // the test serves it
	}
	// A page that has changed its address has another query at the most.
	page, _, _ := strings.Cut(r.Referer(), "?")
	files, known := pagesMade.Load(r.Referer())
	if !known {
		files, known = pagesMade.Load(page)
	}
	if !known {
		return false
	}
	content := files.(map[string][]byte)[file]
	if content == nil {
		return false
	}
	w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(file)))
	w.Header().Set("Cache-Control", "no-store") // another page has another at this address
	if strings.HasPrefix(file, "engine.") {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	w.Write(content)
	return true
}

// compiler notes which files a page must get, by the declaration in it.
type compiler struct {
	http.ResponseWriter
	page string
}

func (c *compiler) Write(b []byte) (int, error) {
	if strings.HasPrefix(c.Header().Get("Content-Type"), "text/html") {
		if found := declared.FindSubmatch(b); found != nil && bytes.Contains(b, []byte("/octroi/octroi.js")) {
			pagesMade.Store(c.page, madeFor(string(found[1])))
		}
	}
	return c.ResponseWriter.Write(b)
}

func (c *compiler) Flush() { c.ResponseWriter.(http.Flusher).Flush() }

func (c *compiler) Unwrap() http.ResponseWriter { return c.ResponseWriter }
