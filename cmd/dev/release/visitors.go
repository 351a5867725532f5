package main

import (
	"maps"
	"os"
)

// pageZips are the zip of what pages load, and that of the audit's page.
func pageZips(shipped map[string][]byte, version string) (map[string][]byte, error) {
	about, err := tracked("LICENSE", "CHANGELOG.md", "README.md")
	if err != nil {
		return nil, err
	}
	files := maps.Clone(shipped)
	maps.Copy(files, about)
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
