package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
)

// source is the folder of the package's own files.
const source = "npm/octroi"

// npmPackage is the tarball of the package octroi.
func npmPackage(shipped, command map[string][]byte, linked []module, version string) ([]byte, error) {
	own, err := tracked(source)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for name, content := range own {
		name = strings.TrimPrefix(name, source+"/")
		if !strings.HasPrefix(name, "test/") {
			files[name] = content
		}
	}
	if files["package.json"], err = manifest(files["package.json"], version); err != nil {
		return nil, err
	}
	pages, err := tracked("docs", "README.md", "CHANGELOG.md", "LICENSE")
	if err != nil {
		return nil, err
	}
	for name, content := range pages {
		if path.Ext(name) == ".md" || name == "LICENSE" {
			files[name] = content
		}
	}
	maps.Copy(files, below("dist", shipped))
	catalogue, err := tracked(catalogLicence)
	if err != nil {
		return nil, err
	}
	files["dist/"+path.Base(catalogLicence)] = catalogue[catalogLicence]
	maps.Copy(files, below("bin", command))
	files["THIRD-PARTY-LICENSES.txt"] = licences(linked)
	return packedPackage(files)
}

// manifest fills in the version, and names the packages with native programs.
func manifest(text []byte, version string) ([]byte, error) {
	const unset, after = `"version": "0.0.0"`, "\n  \"files\": ["
	if !bytes.Contains(text, []byte(unset)) || !bytes.Contains(text, []byte(after)) || bytes.Contains(text, []byte("optionalDependencies")) {
		return nil, fmt.Errorf("%s/package.json has another form than it had", source)
	}
	var native []string
	for _, p := range platforms {
		native = append(native, fmt.Sprintf("    %q: %q", p.pkg(), version))
	}
	text = bytes.Replace(text, []byte(unset), fmt.Appendf(nil, `"version": %q`, version), 1)
	optional := "\n  \"optionalDependencies\": {\n" + strings.Join(native, ",\n") + "\n  }," + after
	text = bytes.Replace(text, []byte(after), []byte(optional), 1)
	// npm always has these in a package; others that make packages want to be told.
	return bytes.Replace(text, []byte(after), []byte(after+"\n    \"CHANGELOG.md\",\n    \"THIRD-PARTY-LICENSES.txt\","), 1), nil
}

// forNode compiles the owner's command for Node, and returns the files of bin/ that are made.
func forNode() (map[string][]byte, error) {
	folder, err := os.MkdirTemp("", "octroi-node-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	make := exec.Command("go", "run", "./cmd/dev/cli", "-o", folder)
	make.Stderr = os.Stderr
	if err := make.Run(); err != nil {
		return nil, fmt.Errorf("the command for Node: %w", err)
	}
	made, err := os.ReadDir(folder)
	files := map[string][]byte{}
	for _, entry := range made {
		if files[entry.Name()], err = os.ReadFile(filepath.Join(folder, entry.Name())); err != nil {
			return nil, err
		}
	}
	return files, err
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
	files["package.json"], err = indented(map[string]any{
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
