//go:build !kept

package main

import (
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/octroi-consent/octroi/internal/audit/page"
)

// embedded is the folder of the audit's page whose files are part of cmd/octroi.
const embedded = "internal/audit/page/built"

// audit puts together dist/audit/: the audit's program, compiled by Go itself, and its
// page. What embeds them gets the same.
func audit() error {
	folder := filepath.Join(dist, "audit")
	files, err := auditPage()
	if err != nil {
		return err
	}
	program, err := page.Compile(".", folder)
	if err != nil {
		return err
	}
	maps.Copy(files, program)
	for name, content := range files {
		for _, into := range []string{folder, embedded} {
			if err := write(filepath.Join(into, name), content); err != nil {
				return err
			}
		}
	}
	return nil
}

// auditPage returns the page's files, but for its program and what runs that.
func auditPage() (map[string][]byte, error) {
	script, err := bundled("web/audit/audit.js", map[string]string{"octroi:languages": "export default " + strconv.Quote(strings.Join(languages(), " "))}, dropIn)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"audit.js": []byte(banner + script)}
	for _, name := range []string{"index.html", "audit.css"} {
		if files[name], err = os.ReadFile(filepath.Join("web/audit", name)); err != nil {
			return nil, err
		}
	}
	return files, nil
}
