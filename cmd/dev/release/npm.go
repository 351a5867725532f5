package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/octroi-consent/octroi/internal/npm"
)

// source is the folder of the package's own files.
const source = "npm/octroi"

// npmPackage is the tarball of the package octroi.
func npmPackage(linked []module, version string) ([]byte, error) {
	program, err := os.MkdirTemp("", "octroi-node-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(program)
	compile := exec.Command("go", "run", "./cmd/dev/cli", "-o", program)
	compile.Stderr = os.Stderr
	if err := compile.Run(); err != nil {
		return nil, fmt.Errorf("the command for Node: %w", err)
	}
	files, err := npm.Files(".", version, program)
	if err != nil {
		return nil, err
	}
	if files["package.json"], err = manifest(files["package.json"], version); err != nil {
		return nil, err
	}
	files["THIRD-PARTY-LICENSES.txt"] = licences(linked)
	return packedPackage(files)
}

// manifest names the packages with native programs.
func manifest(text []byte, version string) ([]byte, error) {
	const after = "\n  \"files\": ["
	if !bytes.Contains(text, []byte(after)) || bytes.Contains(text, []byte("optionalDependencies")) {
		return nil, fmt.Errorf("%s/package.json has another form than it had", source)
	}
	var native []string
	for _, p := range platforms {
		native = append(native, fmt.Sprintf("    %q: %q", p.pkg(), version))
	}
	optional := "\n  \"optionalDependencies\": {\n" + strings.Join(native, ",\n") + "\n  }," + after
	text = bytes.Replace(text, []byte(after), []byte(optional), 1)
	// npm always has these in a package; others that make packages want to be told.
	return bytes.Replace(text, []byte(after), []byte(after+"\n    \"THIRD-PARTY-LICENSES.txt\","), 1), nil
}

// platform is a kind of machine, in Node's words and in Go's.
type platform struct{ os, cpu, goos, goarch string }

var platforms = []platform{
	{"linux", "x64", "linux", "amd64"},
	{"linux", "arm64", "linux", "arm64"},
	{"darwin", "x64", "darwin", "amd64"},
	{"darwin", "arm64", "darwin", "arm64"},
	{"win32", "x64", "windows", "amd64"},
}

func (p platform) name() string { return p.os + "-" + p.cpu }

// pkg is the package that has its native program; npm/octroi/bin looks for it by this name.
func (p platform) pkg() string { return "@octroi/audit-" + p.name() }

// program is the native one's name in its package.
func (p platform) program() string {
	if p.os == "win32" {
		return "bin/octroi.exe"
	}
	return "bin/octroi"
}

// auditPackage is the tarball of a package with the native program.
func auditPackage(p platform, linked []module, version string) ([]byte, error) {
	files, err := tracked("LICENSE")
	if err != nil {
		return nil, err
	}
	if files[p.program()], err = native(p); err != nil {
		return nil, err
	}
	files["package.json"], err = npm.Indented(map[string]any{
		"name": p.pkg(), "version": version, "license": "MIT", "os": []string{p.os}, "cpu": []string{p.cpu}, "preferUnplugged": true,
		"description": "The native program of package octroi for this kind of machine, which its audit needs.",
		"files":       []string{"bin", "THIRD-PARTY-LICENSES.txt"},
	})
	if err != nil {
		return nil, err
	}
	files["README.md"] = []byte("# " + p.pkg() + "\n\nThe native program of package `octroi`, for `octroi audit`. `npm install octroi` brings it where it fits the machine.\n")
	files["THIRD-PARTY-LICENSES.txt"] = licences(linked)
	return packedPackage(files)
}

// native compiles the owner's command. No path, time or setting of this machine gets into it.
func native(p platform) ([]byte, error) {
	folder, err := os.MkdirTemp("", "octroi-native-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	program := filepath.Join(folder, "octroi")
	compile := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", program, "./cmd/octroi")
	compile.Env = append(os.Environ(), "GOOS="+p.goos, "GOARCH="+p.goarch, "CGO_ENABLED=0", "GOAMD64=v1", "GOARM64=v8.0", "GOFLAGS=", "GOEXPERIMENT=", "GOWORK=off")
	compile.Stderr = os.Stderr
	if err := compile.Run(); err != nil {
		return nil, fmt.Errorf("the command for %s: %w", p.name(), err)
	}
	return os.ReadFile(program)
}
