// Package wordpress puts the WordPress plugin together, from its source in octroi/ and from what
// dist/ has for pages.
package wordpress

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

// shipped are the files of dist/ that pages and the settings load.
var shipped = []string{
	"octroi.js", "octroi.rest.js", "octroi.nowasm.js", "octroi.app.js", "octroi.inherit.js", "octroi.vendors.js", "octroi.receipts.js", "octroi.register.js", "octroi.worker.js", "octroi.debug.js",
	"catalog.json", "locales",
}

// Files returns the plugin's files, by their paths in its zip, as "octroi/octroi.php". Root is this
// repository, whose dist/ has been built.
func Files(root, version string) (map[string][]byte, error) {
	files := map[string][]byte{}
	take := func(from, to string) error {
		return filepath.WalkDir(filepath.Join(root, from), func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			below, err := filepath.Rel(filepath.Join(root, from), name)
			if err != nil {
				return err
			}
			b, err := os.ReadFile(name)
			files[path.Join("octroi", to, filepath.ToSlash(below))] = b
			return err
		})
	}
	faults := []error{take("wordpress/octroi", ""), take("LICENSE", "LICENSE"), take("web/ui/faults.js", "ui/faults.js"),
		take("catalog/OPEN-COOKIE-DATABASE-LICENSE", "assets/OPEN-COOKIE-DATABASE-LICENSE")}
	for _, name := range shipped {
		faults = append(faults, take("dist/"+name, "assets/"+name))
	}
	for name, unset := range map[string]string{"octroi/octroi.php": "Version: 0.0.0", "octroi/readme.txt": "Stable tag: 0.0.0"} {
		if !bytes.Contains(files[name], []byte(unset)) {
			faults = append(faults, fmt.Errorf("%s: there is no %q to fill in", name, unset))
		}
		set := strings.Replace(unset, "0.0.0", version, 1)
		files[name] = bytes.Replace(files[name], []byte(unset), []byte(set), 1)
	}
	return files, errors.Join(faults...)
}
