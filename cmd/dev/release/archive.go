package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"maps"
	"slices"
	"time"
)

// written is when all files of archives were, as npm has it: no archive tells when it was made.
var written = time.Date(1985, time.October, 26, 8, 15, 0, 0, time.UTC)

// programs are the files that can be run, by their paths in a package.
var programs = []string{"package/bin/octroi", "package/bin/octroi.js", "package/bin/octroi.exe"}

// mode is a file's.
func mode(name string) int64 {
	if slices.Contains(programs, name) {
		return 0o755
	}
	return 0o644
}

// zipped packs files, by their paths, into a zip.
func zipped(files map[string][]byte) ([]byte, error) {
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		header := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: written}
		header.SetMode(0o644)
		f, err := w.CreateHeader(header)
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(files[name]); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return archive.Bytes(), err
}

// packedPackage packs files, by their paths, into a tarball as npm has them.
func packedPackage(files map[string][]byte) ([]byte, error) {
	var archive bytes.Buffer
	compressed, err := gzip.NewWriterLevel(&archive, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	w := tar.NewWriter(compressed)
	files = below("package", files)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		header := &tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: mode(name), Size: int64(len(files[name])), ModTime: written, Format: tar.FormatUSTAR}
		if err := w.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := w.Write(files[name]); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	err = compressed.Close()
	return archive.Bytes(), err
}
