package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// audit puts together dist/audit/: the site owner's program, compiled by Go itself, and
// its page.
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
	script, err := bundle("web/audit/audit.js", map[string]string{"octroi:languages": "export default " + strconv.Quote(strings.Join(languages(), " "))})
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
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o666); err != nil {
			return err
		}
	}
	return nil
}
