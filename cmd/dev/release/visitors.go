package main

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path"

	"github.com/octroi-consent/octroi/internal/bundle"
	"github.com/octroi-consent/octroi/jsbridge"
)

// visitors reads the files of dist/ that pages load and their owners read, and adds what tells of
// them.
func visitors(version string) (map[string][]byte, error) {
	files := map[string][]byte{}
	all := os.DirFS(dist)
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
	told, err := indented(map[string]any{"version": version, "protocol": jsbridge.Version, "record": recordFormat})
	if err != nil {
		return nil, err
	}
	files["version.json"] = told
	files["integrity.json"], err = integrity(files, version)
	return files, err
}

// recordFormat is the first byte of a record, by which older ones are told apart.
const recordFormat = 2

// file is what integrity.json tells of one.
type file struct {
	Bytes     int    `json:"bytes"`
	Integrity string `json:"integrity"` // for Subresource Integrity
}

// integrity tells it of every file, those that octroi.js loads later too.
func integrity(files map[string][]byte, version string) ([]byte, error) {
	told := map[string]file{}
	for name, content := range files {
		told[name] = file{len(content), bundle.Integrity(content)}
	}
	return indented(map[string]any{"version": version, "files": told})
}

// indented is a value as JSON that people read, too.
func indented(value any) ([]byte, error) {
	text, err := json.MarshalIndent(value, "", "  ")
	return append(text, '\n'), err
}

// catalogLicence is that of the facts that catalog.json takes from others.
const catalogLicence = "catalog/OPEN-COOKIE-DATABASE-LICENSE"

// pageZips are the zip of what pages load, and that of the audit's page.
func pageZips(shipped map[string][]byte, version string) (map[string][]byte, error) {
	about, err := tracked("LICENSE", "CHANGELOG.md", "README.md", catalogLicence)
	if err != nil {
		return nil, err
	}
	files := maps.Clone(shipped)
	for name, content := range about {
		files[path.Base(name)] = content
	}
	audit := map[string][]byte{"LICENSE": about["LICENSE"]}
	for _, name := range []string{"index.html", "audit.js", "audit.css", "audit.wasm", "wasm_exec.js"} {
		if audit[name], err = os.ReadFile(dist + "/audit/" + name); err != nil {
			return nil, err
		}
	}
	archives := map[string][]byte{}
	for name, content := range map[string]map[string][]byte{"octroi-" + version: files, "octroi-audit-" + version: audit} {
		if archives[name+".zip"], err = zipped(below(name, content)); err != nil {
			return nil, err
		}
	}
	return archives, nil
}
