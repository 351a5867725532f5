package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"regexp"
	"strings"
)

// Pin adds octroi.js under a name that has the version, for pages whose tag has its integrity.
// Under the one name that stays, a page that a cache has kept would know the integrity of a file
// that is not there any more: browsers run nothing then, and what the page has as plain tags is
// held by nobody.
func (s *Site) Pin() {
	s.pinned = "octroi." + s.Version + ".js"
	s.Files[s.pinned] = s.Files["octroi.js"]
}

// HTML is what a page needs, where the files are in a folder of the site, as "/octroi/", or of
// another host: its first script, and its link to the visitor's choices. The script's address has
// the version, so that no cache answers with an earlier one.
func (s *Site) HTML(path string) []string {
	tag := fmt.Sprintf(`<script src="%soctroi.js?v=%s"`, path, s.Version)
	if s.pinned != "" {
		tag = fmt.Sprintf(`<script src="%s%s" integrity="%s"`, path, s.pinned, Integrity(s.Files[s.pinned]))
	}
	if strings.Contains(path, "//") {
		// What the host lets scripts read can also be had before the page goes on.
		tag += ` crossorigin="anonymous"`
	}
	return []string{tag + "></script>", `<a href="#octroi">Cookies</a>`}
}

// InlineFile holds octroi.js as it stands in a page itself.
const InlineFile = "octroi.inline.html"

// ends is what would end a script in a page's markup, or hide its end (HTML, "Restrictions for
// contents of script elements").
var ends = regexp.MustCompile(`(?i)<(!--|/script)`)

// Inline adds [InlineFile]: a page that has it in the place of the tag needs no request before it
// asks. Path is that of the files' folder, as [Site.HTML] has it.
func (s *Site) Inline(path string) {
	s.Files[InlineFile] = []byte(`<script data-base="` + html.EscapeString(path) + `">` + string(ends.ReplaceAll(s.Files["octroi.js"], []byte(`\x3c$1`))) + "</script>\n")
}

// InlineHash is that by which a Content-Security-Policy lets that script run, as
// 'sha384-…' in script-src.
func (s *Site) InlineHash() string {
	_, text, _ := bytes.Cut(s.Files[InlineFile], []byte(">"))
	return Integrity(bytes.TrimSuffix(text, []byte("</script>\n")))
}

// DropIn are the drop-in's files, as a site that is not built has them.
func DropIn(files map[string][]byte) *Site {
	return &Site{Files: files, Version: short(sha256.Sum256(files["octroi.js"]))}
}

// short is enough of a hash to tell files apart.
func short(sum [sha256.Size]byte) string { return hex.EncodeToString(sum[:8]) }
