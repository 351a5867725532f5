// Command release makes what is published, in dist/release/, of what has been built: the files for
// pages, the packages of npm, the plug-in for WordPress, their checksums, and what they are made of.
// The same commit gives the same bytes on every machine that has the same Go.
//
//	go run ./cmd/dev/release            makes it
//	go run ./cmd/dev/release try FOLDER takes it as its users do, in this folder
package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/octroi-consent/octroi"
	"github.com/octroi-consent/octroi/internal/npm"
	"github.com/octroi-consent/octroi/wordpress"
)

const (
	dist = "dist"
	out  = "dist/release"
)

func main() {
	var err error
	switch {
	case len(os.Args) == 1:
		err = release()
	case len(os.Args) == 3 && os.Args[1] == "try":
		err = try(os.Args[2])
	default:
		err = errors.New("usage: release [try FOLDER]")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// release makes all in a folder beside its own, which it then takes the place of: there is a whole
// release, or the one before.
func release() error {
	began, version := time.Now(), octroi.Version()
	next := out + ".new"
	if err := os.RemoveAll(next); err != nil {
		return err
	}
	if err := os.MkdirAll(next, 0o777); err != nil {
		return err
	}
	say := func(what string) {
		fmt.Printf("%5.1f s  %s\n", time.Since(began).Seconds(), what)
	}
	shipped, err := npm.Shipped(".", version)
	if err != nil {
		return err
	}
	archives := map[string][]byte{}
	page, err := pageZips(shipped, version)
	if err != nil {
		return err
	}
	maps.Copy(archives, page)
	say("compiling the owner's command for Node, and the licences of what is in it")
	linked, err := modules()
	if err != nil {
		return err
	}
	if archives["octroi-"+version+".tgz"], err = npmPackage(linked, version); err != nil {
		return err
	}
	for _, p := range platforms {
		say("compiling it for " + p.name())
		if archives["octroi-audit-"+p.name()+"-"+version+".tgz"], err = auditPackage(p, linked, version); err != nil {
			return err
		}
	}
	plugin, err := wordpress.Files(".", version)
	if err != nil {
		return err
	}
	if archives["octroi-wordpress-"+version+".zip"], err = zipped(plugin); err != nil {
		return err
	}
	if archives["octroi-"+version+".cdx.json"], err = billOfMaterials(linked, version); err != nil {
		return err
	}
	archives["checksums.txt"] = checksums(archives)
	for name, content := range archives {
		if err := os.WriteFile(filepath.Join(next, name), content, 0o666); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	if err := os.Rename(next, out); err != nil {
		return err
	}
	say("in " + out + ":")
	for _, name := range slices.Sorted(maps.Keys(archives)) {
		fmt.Printf("%10d  %s\n", len(archives[name]), name)
	}
	return nil
}

// checksums are the files' SHA-256, as sha256sum -c reads them.
func checksums(files map[string][]byte) []byte {
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(&text, "%x  %s\n", sha256.Sum256(files[name]), name)
	}
	return []byte(text.String())
}

// tracked reads the files below some folders that are part of the repository, by their paths.
func tracked(folders ...string) (map[string][]byte, error) {
	list := exec.Command("git", append([]string{"ls-files", "-z", "--"}, folders...)...)
	list.Stderr = os.Stderr
	names, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("a release is made in a clone of the repository: git ls-files: %w", err)
	}
	files := map[string][]byte{}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(names), "\x00"), "\x00") {
		if files[name], err = os.ReadFile(name); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// below returns files with a folder before their paths.
func below(folder string, files map[string][]byte) map[string][]byte {
	moved := map[string][]byte{}
	for name, content := range files {
		moved[path.Join(folder, name)] = content
	}
	return moved
}
