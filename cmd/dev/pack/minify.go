//go:build !kept

package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A minifier makes bundled scripts smaller, by source. It leaves the engine as JavaScript as it
// is: wasm2js has its own minifier, and terser's names make that 1 % larger.
type minifier func(scripts map[string]string) (map[string]string, error)

// asTheyAre makes nothing smaller, for `./build.sh dev`.
func asTheyAre(scripts map[string]string) (map[string]string, error) { return scripts, nil }

// minified takes from prebuilt/ what terser has made of the same scripts; terser makes the rest.
func minified(scripts map[string]string) (map[string]string, error) {
	old, err := kept()
	if err != nil {
		return nil, err
	}
	small, others := map[string]string{}, map[string]string{}
	for source, script := range scripts {
		if old.Scripts[source] == "" || old.Scripts[source] != scriptSum(script) {
			others[source] = script
			continue
		}
		content, err := keptFile("scripts/" + filepath.Base(source))
		if err != nil {
			return nil, err
		}
		small[source] = string(content)
	}
	made, err := tersed(others)
	maps.Copy(small, made)
	return small, err
}

// tersed returns scripts with the names that terser gives: they compress better than esbuild's,
// by 2 % of the drop-in's JavaScript.
func tersed(scripts map[string]string) (map[string]string, error) {
	small, wanted := map[string]string{}, maps.Clone(scripts)
	if source := apartSource("nowasm"); scripts[source] != "" {
		small[source] = scripts[source]
		delete(wanted, source)
	}
	if len(wanted) == 0 {
		return small, nil
	}
	folder, err := terserFolder()
	if err != nil {
		return nil, err
	}
	in, err := json.Marshal(wanted)
	if err != nil {
		return nil, err
	}
	node := exec.Command("node", minifyScript, folder)
	node.Stdin, node.Stderr = bytes.NewReader(in), os.Stderr
	out, err := node.Output()
	if err != nil {
		return nil, fmt.Errorf("terser: %w", err)
	}
	return small, json.Unmarshal(out, &small)
}

// terserFolder is the folder of packages that terser is in: that which OCTROI_TERSER names, or
// where build.sh brings it.
func terserFolder() (string, error) {
	if folder := os.Getenv("OCTROI_TERSER"); folder != "" {
		return folder, nil
	}
	bring := exec.Command("./build.sh", "terser")
	bring.Stderr = os.Stderr
	out, err := bring.Output()
	if err != nil {
		return "", errors.New("terser could not be brought: see above")
	}
	return strings.TrimSpace(string(out)), nil
}

// scriptSum is a checksum of a script and of how it is made smaller.
func scriptSum(script string) string {
	how, err := os.ReadFile(minifyScript)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(append(how, script...))
	return hex.EncodeToString(sum[:])
}

// sumsOf are those of the scripts that terser makes smaller.
func sumsOf(scripts map[string]string) map[string]string {
	sums := map[string]string{}
	for source, script := range scripts {
		if source != apartSource("nowasm") {
			sums[source] = scriptSum(script)
		}
	}
	return sums
}
