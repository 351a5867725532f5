package page

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Compile compiles the page's program in a folder of the module's sources, and returns it with
// what runs it, by the names of the files; scratch is a folder for what comes on the way. The same
// sources and the same Go give the same bytes.
func Compile(root, scratch string) (map[string][]byte, error) {
	scratch, err := filepath.Abs(scratch)
	if err != nil {
		return nil, err
	}
	program := filepath.Join(scratch, "audit.wasm")
	if _, err := command(root, "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", program, "./wasm/audit"); err != nil {
		return nil, fmt.Errorf("the audit's page does not compile: %w", err)
	}
	goroot, err := command(root, "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for name, from := range map[string]string{
		"audit.wasm": program,
		// What runs Go's wasm has to be of the same version as Go.
		"wasm_exec.js": filepath.Join(goroot, "lib", "wasm", "wasm_exec.js"),
	} {
		if files[name], err = os.ReadFile(from); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// command runs Go for the page's program, and returns what it prints.
func command(folder string, args ...string) (string, error) {
	var out, told bytes.Buffer
	run := exec.Command("go", args...)
	run.Dir, run.Stdout, run.Stderr = folder, &out, &told
	run.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOWORK=off")
	if err := run.Run(); err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", args[0], err, told.Bytes())
	}
	return strings.TrimSpace(out.String()), nil
}
