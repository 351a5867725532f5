// Package prebuilt is what the build makes with tools that not everybody has: the engine's
// modules, compiled by TinyGo and binaryen, and the page half's scripts, minified by terser. Where
// the sources are those that it was made from, the build takes it, and needs none of these tools;
// Go programs that were installed without a build have it in them.
//
// ./build.sh record writes it. Each file is compressed with gzip; sources.json tells what all was
// made from, and by what.
package prebuilt

import (
	"bytes"
	"compress/gzip"
	"embed"
	"io"
)

//go:embed site/*.gz audit/*.gz
var files embed.FS

// Site returns a part of a site's own files, as package bundle puts them together, by its name
// as "octroi.js".
func Site(name string) ([]byte, error) { return read("site/" + name) }

// Audit returns a file of the audit's page that is no program, by its name as "index.html".
func Audit(name string) ([]byte, error) { return read("audit/" + name) }

func read(name string) ([]byte, error) { return readOf(files, name) }

func readOf(files embed.FS, name string) ([]byte, error) {
	packed, err := files.ReadFile(name + ".gz")
	if err != nil {
		return nil, err
	}
	return Unpack(packed)
}

// Unpack returns the content of one of the files.
func Unpack(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
