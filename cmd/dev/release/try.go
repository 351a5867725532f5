package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/octroi-consent/octroi"
	"github.com/octroi-consent/octroi/internal/bundle"
	"github.com/octroi-consent/octroi/internal/npm"
)

// declaration is what the packages are tried with.
const declaration = "examples/shop/octroi.json"

// try takes what dist/release/ has as its users do, in a folder that is there: it installs the
// packages of npm, has go install build the command from a clone, and fails where these do not make
// the same files of a declaration, or the zip has others than it tells.
func try(folder string) error {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return err
	}
	if err := tryZip(filepath.Join(out, "octroi-"+octroi.Version()+".zip")); err != nil {
		return err
	}
	programs, err := tryNPM(folder)
	if err != nil {
		return err
	}
	installed, err := tryGo(folder)
	if err != nil {
		return err
	}
	programs = append(programs, installed)
	text, err := filepath.Abs(declaration)
	if err != nil {
		return err
	}
	var first map[string]string
	for i, program := range programs {
		made := filepath.Join(folder, fmt.Sprintf("made-%d", i))
		if err := run(folder, program, "build", text, "-o", made); err != nil {
			return err
		}
		files, err := contents(made)
		switch {
		case err != nil:
			return err
		case first == nil:
			first = files
		case !maps.Equal(first, files):
			return fmt.Errorf("%s and %s make different files of one declaration", programs[0], program)
		}
		fmt.Printf("%s build: %d files\n", program, len(files))
	}
	return nil
}

// tryZip compares the files of the zip with what it tells of them.
func tryZip(name string) error {
	archive, err := zip.OpenReader(name)
	if err != nil {
		return err
	}
	defer archive.Close()
	root := strings.TrimSuffix(filepath.Base(name), ".zip") + "/"
	var told struct{ Files map[string]npm.File }
	text, err := fs.ReadFile(archive, root+"integrity.json")
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &told); err != nil {
		return err
	}
	if len(told.Files) == 0 {
		return errors.New("integrity.json tells of no file")
	}
	for name, is := range told.Files {
		content, err := fs.ReadFile(archive, root+name)
		if err != nil {
			return err
		}
		if bundle.Integrity(content) != is.Integrity || len(content) != is.Bytes {
			return fmt.Errorf("integrity.json tells of another %s", name)
		}
	}
	return nil
}

// tryNPM installs the packages, and returns the commands that they bring.
func tryNPM(folder string) ([]string, error) {
	app := filepath.Join(folder, "app")
	if err := os.MkdirAll(app, 0o777); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(app, "package.json"), []byte(`{"private": true, "type": "module"}`), 0o666); err != nil {
		return nil, err
	}
	tarball := func(name string) string {
		path, _ := filepath.Abs(filepath.Join(out, name+"-"+octroi.Version()+".tgz"))
		return path
	}
	args := []string{"install", "--silent", "--offline", "--no-audit", "--no-fund", "--omit=optional", tarball("octroi")}
	programs := []string{filepath.Join(app, "node_modules", ".bin", "octroi")}
	for _, p := range platforms {
		if p.goos == runtime.GOOS && p.goarch == runtime.GOARCH {
			args = append(args, tarball("octroi-audit-"+p.name()))
			programs = append(programs, filepath.Join(app, "node_modules", p.pkg(), p.program()))
		}
	}
	if err := run(app, "npm", args...); err != nil {
		return nil, err
	}
	return programs, run(app, "node", "--input-type=module", "--eval", `
		const octroi = await import('octroi');
		if (octroi.allows?.('stats')) throw new Error('granted on a server');
		const { default: told } = await import('octroi/integrity', { with: { type: 'json' } });
		if (!told.files['octroi.rest.js']) throw new Error('octroi/integrity does not tell of octroi.rest.js');
	`)
}

// tryGo has go install build the command from a clone of what is committed, and returns it.
func tryGo(folder string) (string, error) {
	clone := filepath.Join(folder, "clone")
	if err := run(".", "git", "clone", "--quiet", ".", clone); err != nil {
		return "", err
	}
	install := exec.Command("go", "install", "./cmd/octroi")
	install.Dir, install.Stderr = clone, os.Stderr
	install.Env = append(os.Environ(), "GOBIN="+filepath.Join(folder, "gobin"))
	return filepath.Join(folder, "gobin", "octroi"), install.Run()
}

// run runs a command in a folder; what it prints is told where it fails.
func run(folder, name string, args ...string) error {
	command := exec.Command(name, args...)
	command.Dir = folder
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, bytes.TrimSpace(out))
	}
	return nil
}

// contents are a folder's files, by their paths in it.
func contents(folder string) (map[string]string, error) {
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(folder, name))
		files[name] = string(text)
		return err
	})
	return files, err
}
