package main

import (
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/octroi-consent/octroi/wasm/prebuilt"
)

// keptFolder is the folder of what is kept in the repository of what was built, so that not
// everybody needs the tools; see its package.
const keptFolder = "wasm/prebuilt"

// sources tell what is kept from what it was made from: checksums, and the compilers.
type sources struct {
	Engine  string            `json:"engine"`  // see engineSum
	By      compilers         `json:"by"`      // what made the engine
	Page    string            `json:"page"`    // see pageSum
	Site    string            `json:"site"`    // of the parts of a site's scripts, before terser
	Scripts map[string]string `json:"scripts"` // of the drop-in's scripts, before terser, by source
}

// compilers are the versions of those that the engine's bytes hang on.
type compilers struct {
	Go      string `json:"go"`
	TinyGo  string `json:"tinygo"`
	WasmOpt string `json:"wasm-opt"`
}

// kept reads what prebuilt/ was made from.
func kept() (s sources, err error) {
	text, err := os.ReadFile(filepath.Join(keptFolder, "sources.json"))
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(text, &s)
}

// keptFile reads a file of prebuilt/.
func keptFile(name string) ([]byte, error) {
	packed, err := os.ReadFile(filepath.Join(keptFolder, name+".gz"))
	if err != nil {
		return nil, err
	}
	return prebuilt.Unpack(packed)
}

// engineKept is the checksum of the engine's sources, and whether what is kept was made of these.
func engineKept() (now string, is bool, err error) {
	if now, err = engineSum(); err != nil {
		return "", false, err
	}
	old, err := kept()
	return now, err == nil && old.Engine == now, err
}

// write writes a file, and its folder.
func write(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o666)
}
