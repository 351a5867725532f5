// Package npm puts the npm package together: its own sources, what visitors load, and the
// documentation.
package npm

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

var errNotBuilt = errors.New("dist/octroi.js is not there: ./build.sh build makes it")

// Files are the package's files by their paths in it, of the repository at root and a version.
// Of dist/ all is taken that visitors may load, with integrity.json of it; of the folder program,
// unless that is "", what cmd/dev/cli makes.
func Files(root, version, program string) (map[string][]byte, error) {
	files := map[string][]byte{}
	add := func(from, to string, leave ...string) error {
		return each(filepath.Join(root, from), leave, func(name string, content []byte) { files[path.Join(to, name)] = content })
	}
	if err := add("npm/octroi", "", "test"); err != nil {
		return nil, err
	}
	shipped, err := Shipped(root, version)
	if err != nil {
		return nil, err
	}
	for name, content := range shipped {
		files["dist/"+name] = content
	}
	if program != "" {
		if err := each(program, nil, func(name string, content []byte) { files[path.Join("bin", name)] = content }); err != nil {
			return nil, err
		}
	}
	if files["LICENSE"], err = os.ReadFile(filepath.Join(root, "LICENSE")); err != nil {
		return nil, err
	}
	const placeholder = `"version": "0.0.0"`
	if !bytes.Contains(files["package.json"], []byte(placeholder)) {
		return nil, fmt.Errorf("npm/octroi/package.json: it needs %s, which the version replaces", placeholder)
	}
	files["package.json"] = bytes.Replace(files["package.json"], []byte(placeholder), []byte(`"version": "`+version+`"`), 1)
	return files, document(root, files)
}

// each reads all files below a folder but those in the folders left out, which stand at its top.
func each(folder string, leave []string, take func(name string, content []byte)) error {
	return filepath.WalkDir(folder, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(folder, file)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if entry.IsDir() {
			for _, one := range append(leave, "node_modules") {
				if name == one {
					return fs.SkipDir
				}
			}
			return nil
		}
		content, err := os.ReadFile(file)
		if err == nil && !strings.HasPrefix(path.Base(name), ".") {
			take(name, content)
		}
		return err
	})
}
