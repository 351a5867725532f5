package npm

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/octroi-consent/octroi/internal/bundle"
	"github.com/octroi-consent/octroi/jsbridge"
)

// RecordFormat is the first byte of a record, by which older ones are told apart.
const RecordFormat = 2

const catalogLicence = "OPEN-COOKIE-DATABASE-LICENSE"

// Shipped reads the files of the repository's dist/ that pages load and their owners read, and
// adds version.json and integrity.json, which tell of them, and the catalogue's licence.
func Shipped(root, version string) (map[string][]byte, error) {
	files := map[string][]byte{}
	all := os.DirFS(filepath.Join(root, "dist"))
	for _, pattern := range []string{"octroi*", "catalog.json", "config.schema.json", "locales/*.json"} {
		names, err := fs.Glob(all, pattern)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if files[name], err = fs.ReadFile(all, name); err != nil {
				return nil, err
			}
		}
	}
	if files["octroi.js"] == nil {
		return nil, errNotBuilt
	}
	// Facts in catalog.json are others'.
	licence, err := os.ReadFile(filepath.Join(root, "catalog", catalogLicence))
	if err != nil {
		return nil, err
	}
	files[catalogLicence] = licence
	told, err := Indented(map[string]any{"version": version, "protocol": jsbridge.Version, "record": RecordFormat})
	if err != nil {
		return nil, err
	}
	files["version.json"] = told
	files["integrity.json"], err = integrity(files, version)
	return files, err
}

// File is what integrity.json tells of one.
type File struct {
	Bytes     int    `json:"bytes"`
	Integrity string `json:"integrity"` // for Subresource Integrity
}

// integrity tells it of every file, those that octroi.js loads later too.
func integrity(files map[string][]byte, version string) ([]byte, error) {
	told := map[string]File{}
	for name, content := range files {
		told[name] = File{len(content), bundle.Integrity(content)}
	}
	return Indented(map[string]any{"version": version, "files": told})
}

// Indented is a value as JSON that people read, too.
func Indented(value any) ([]byte, error) {
	text, err := json.MarshalIndent(value, "", "  ")
	return append(text, '\n'), err
}
