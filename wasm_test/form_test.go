package wasmtest

import (
	"crypto/sha256"
	"encoding/hex"
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

// form is in which form pages load Octroi: the drop-in, or "compiled": each page then gets what
// octroi build makes of the declaration that stands in it.
var form = os.Getenv("OCTROI_FORM")

// declared finds a declaration in a page.
var declared = regexp.MustCompile(`(?s)<script[^>]* id="?octroi-config"?[^>]*>(.*?)</script>`)

// made are the sites' own files, by the hash of their declaration.
var made sync.Map

// madeFor returns the folder of the files of a declaration; "" where nothing is built of it.
func madeFor(declaration string) string {
	sum := sha256.Sum256([]byte(declaration))
	name := hex.EncodeToString(sum[:6])
	if _, known := made.Load(name); !known {
		var files map[string][]byte
		if site, err := bundle.Build([]byte(declaration), web.Languages()...); err == nil {
			files = site.Files
		}
		made.Store(name, files)
	}
	files, _ := made.Load(name)
	if files.(map[string][]byte) == nil {
		return ""
	}
	return "/made/" + name + "/"
}

// serveMade serves the files of sites' own.
func serveMade(w http.ResponseWriter, r *http.Request) bool {
	rest, is := strings.CutPrefix(r.URL.Path, "/made/")
	if !is {
		return false
	}
	name, file, _ := strings.Cut(rest, "/")
	files, _ := made.Load(name)
	content, there := files.(map[string][]byte)[file]
	if !there {
		http.NotFound(w, r)
		return true
	}
	w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(file)))
	if strings.HasPrefix(file, "engine.") {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	w.Write(content)
	return true
}

// compiler has a page load what is made of its own declaration.
type compiler struct {
	http.ResponseWriter
	done bool
}

func (c *compiler) Write(b []byte) (int, error) {
	if c.done || !strings.HasPrefix(c.Header().Get("Content-Type"), "text/html") {
		return c.ResponseWriter.Write(b)
	}
	found := declared.FindSubmatch(b)
	if found == nil {
		return c.ResponseWriter.Write(b)
	}
	c.done = true
	folder := madeFor(string(found[1]))
	if folder == "" {
		return c.ResponseWriter.Write(b)
	}
	c.Header().Del("Content-Length")
	page := strings.Replace(string(b), string(found[0]), "", 1)
	page = strings.ReplaceAll(page, "/octroi/octroi.js", folder+"octroi.js")
	_, err := c.ResponseWriter.Write([]byte(page))
	return len(b), err
}

func (c *compiler) Flush() { c.ResponseWriter.(http.Flusher).Flush() }

func (c *compiler) Unwrap() http.ResponseWriter { return c.ResponseWriter }
