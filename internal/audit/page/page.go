// Package page holds the audit's page and its program. Its folder built has them once
// ./build.sh build or ./build.sh audit has run; without that, Go compiles the program anew.
package page

import (
	"embed"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing/fstest"

	"github.com/octroi-consent/octroi/wasm/prebuilt"
)

//go:embed all:built
var built embed.FS

// Files are the page's files. Where they were not built before this program was, as go install
// builds it, Go compiles what is missing, from the sources that this program was built from; told
// hears of that, for it takes a while.
func Files(told io.Writer) (fs.FS, error) {
	files, err := fs.Sub(built, "built")
	if err != nil || Complete(files) {
		return files, err
	}
	root, err := sources()
	if err != nil {
		return nil, err
	}
	fmt.Fprintln(told, "compiling the audit's page with Go: half a minute the first time, then some seconds")
	folder, err := os.MkdirTemp("", "octroi-audit-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	program, err := Compile(root, folder)
	if err != nil {
		return nil, err
	}
	all := fstest.MapFS{}
	for name, content := range program {
		all[name] = &fstest.MapFile{Data: content}
	}
	for _, name := range []string{"index.html", "audit.js", "audit.css"} {
		content, err := prebuilt.Audit(name)
		if err != nil {
			return nil, err
		}
		all[name] = &fstest.MapFile{Data: content}
	}
	return all, nil
}

// sources is the folder of this module that this program was built from.
func sources() (string, error) {
	_, file, _, _ := runtime.Caller(0)
	root := filepath.Join(filepath.Dir(file), "..", "..", "..")
	if _, err := os.Stat(filepath.Join(root, "wasm", "audit", "main.go")); err != nil {
		return "", fmt.Errorf("this program has no audit's page in it, and the sources that it was built from are not there to make one. In a clone of the repository run ./build.sh build, then go build -o octroi ./cmd/octroi; or give its dist/audit with --dist")
	}
	return root, nil
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
