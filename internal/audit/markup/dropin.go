package markup

import (
	"crypto/sha512"
	"encoding/base64"
	"regexp"
	"strings"

	"github.com/octroi-consent/octroi/internal/loads"
)

// dropIn takes in the tags of Octroi itself.
func (r *reader) dropIn(e *element) bool {
	p := r.page
	if e.attrs["id"] == "octroi-config" {
		if p.DeclarationLine == 0 {
			p.DeclarationLine = e.line
		}
		return true
	}
	src := e.attrs["src"]
	if folder := e.attrs["data-base"]; folder != "" && src == "" && runs(e) {
		src = folder + "octroi.js"
	}
	switch file := base(src); {
	case file == "octroi.js" || file == "octroi.split.js" || Pinned(file):
		if p.DropIn == nil && runs(e) && r.noscript == 0 && len(r.templates) == 0 {
			d := &DropIn{Src: src, Nonce: e.attrs["nonce"], Integrity: e.attrs["integrity"], Config: e.attrs["data-config"], Line: e.line}
			for _, late := range []string{"async", "defer"} {
				if _, has := e.attrs[late]; has {
					d.Late = late
				}
			}
			if strings.EqualFold(e.attrs["type"], "module") {
				d.Late = "module"
			}
			for _, t := range p.Things {
				if (t.Kind == loads.Script || t.Kind == Inline) && !t.Gated {
					d.Scripts++
				}
			}
			p.DropIn = d
			if e.attrs["src"] == "" {
				e.own = d
			}
		}
		return true
	case strings.HasPrefix(file, "octroi.") && strings.HasSuffix(file, ".js"):
		return true
	}
	return false
}

// Integrity is by what a tag's integrity, or a policy, names a script's text.
func Integrity(text string) string {
	sum := sha512.Sum384([]byte(text))
	return "sha384-" + base64.StdEncoding.EncodeToString(sum[:])
}

var pinned = regexp.MustCompile(`(?:^|/)octroi\.[0-9a-f]{16}\.js$`)

// Pinned reports whether a path is that of an octroi.js whose name has its version, as octroi
// build --integrity writes it: what has this name never changes.
func Pinned(path string) bool { return pinned.MatchString(path) }

// base is the last part of an address's path.
func base(address string) string {
	address, _, _ = strings.Cut(address, "?")
	address, _, _ = strings.Cut(address, "#")
	return address[strings.LastIndexByte(address, '/')+1:]
}
