// Package page holds the audit's page and its program, as the build puts them together:
// its folder built has them once ./build.sh build or ./build.sh audit has run.
package page

import (
	"embed"
	"io/fs"
)

//go:embed all:built
var built embed.FS

// Files are the page's files; false where they were not built before this program was.
func Files() (files fs.FS, there bool) {
	files, err := fs.Sub(built, "built")
	if err != nil {
		return nil, false
	}
	return files, Complete(files)
}

// Complete reports whether a folder has the page and its program.
func Complete(files fs.FS) bool {
	for _, name := range []string{"index.html", "audit.js", "audit.css", "audit.wasm", "wasm_exec.js"} {
		if _, err := fs.Stat(files, name); err != nil {
			return false
		}
	}
	return true
}
