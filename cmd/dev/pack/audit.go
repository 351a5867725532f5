package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// embedded is the folder of the audit's page whose files are part of cmd/octroi.
const embedded = "internal/audit/page/built"

// audit puts together dist/audit/: the audit's program, compiled by Go itself, and its
// page. What embeds them gets the same.
func audit() error {
	folder := filepath.Join(dist, "audit")
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	compile := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", filepath.Join(folder, "audit.wasm"), "./wasm/audit")
	compile.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	compile.Stderr = os.Stderr
	if err := compile.Run(); err != nil {
		return fmt.Errorf("the audit does not compile: %w", err)
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return err
	}
	script, err := bundled("web/audit/audit.js", map[string]string{"octroi:languages": "export default " + strconv.Quote(strings.Join(languages(), " "))}, dropIn)
	if err != nil {
		return err
	}
	files := map[string][]byte{"audit.js": []byte(banner + script)}
	for name, from := range map[string]string{
		// What runs Go's wasm has to be of the same version as Go.
		"wasm_exec.js": filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"),
		"index.html":   "web/audit/index.html",
		"audit.css":    "web/audit/audit.css",
	} {
		if files[name], err = os.ReadFile(from); err != nil {
			return err
		}
	}
	if files["audit.wasm"], err = os.ReadFile(filepath.Join(folder, "audit.wasm")); err != nil {
		return err
	}
	for name, content := range files {
		for _, into := range []string{folder, embedded} {
			if err := os.WriteFile(filepath.Join(into, name), content, 0o666); err != nil {
				return err
			}
		}
	}
	return nil
}
