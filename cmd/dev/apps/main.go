// Command apps builds the apps of examples/apps by their frameworks' own tools, each in a folder
// of its own outside the repository, with the package as npm installs it.
//
//	apps FOLDER [NAME…]
//
// $OCTROI_TARBALL is the package; unless given it is put together of npm/octroi and dist/. $OCTROI
// is a native program that the package's plug-ins run instead of the package's own, which is slower.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/octroi-consent/octroi/internal/apps"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "apps FOLDER [NAME…]")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "apps:", err)
		os.Exit(1)
	}
}

func run(folder string, names []string) error {
	all, err := apps.All("examples/apps")
	if err != nil {
		return err
	}
	chosen, err := choose(all, names)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	tarball, err := pack(folder)
	if err != nil {
		return err
	}
	for _, app := range chosen {
		begun := time.Now()
		if err := build(app, filepath.Join(folder, app.ID), tarball); err != nil {
			return fmt.Errorf("%s: %w", app.ID, err)
		}
		fmt.Printf("%s: built in %.0f s\n", app.ID, time.Since(begun).Seconds())
	}
	return nil
}

// choose are the apps of these names, or all where none is named.
func choose(all []apps.App, names []string) ([]apps.App, error) {
	if len(names) == 0 {
		return all, nil
	}
	var chosen []apps.App
	for _, name := range names {
		at := slices.IndexFunc(all, func(a apps.App) bool { return a.ID == name })
		if at < 0 {
			var have []string
			for _, app := range all {
				have = append(have, app.ID)
			}
			return nil, fmt.Errorf("no app %q; there are: %s", name, strings.Join(have, " "))
		}
		chosen = append(chosen, all[at])
	}
	return chosen, nil
}

// pack makes the package's tarball.
func pack(folder string) (string, error) {
	if given := os.Getenv("OCTROI_TARBALL"); given != "" {
		return filepath.Abs(given)
	}
	temp, err := os.MkdirTemp("", "octroi-package-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(temp)
	program, packed := filepath.Join(temp, "program"), filepath.Join(temp, "package")
	if out, err := command(".", "go", "run", "./cmd/dev/cli", "-o", program); err != nil {
		return "", fmt.Errorf("cmd/dev/cli: %w\n%s", err, out)
	}
	if out, err := command(".", "go", "run", "./cmd/dev/npm", packed, program); err != nil {
		return "", fmt.Errorf("cmd/dev/npm: %w\n%s", err, out)
	}
	folder, err = filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	out, err := command(packed, "npm", "pack", "--silent", "--pack-destination", folder)
	lines := strings.Fields(out)
	if err != nil || len(lines) == 0 {
		return "", fmt.Errorf("npm pack: %w\n%s", err, out)
	}
	return filepath.Join(folder, lines[len(lines)-1]), nil
}

// installed is the file that has what npm has installed last.
const installed = ".installed"

// build copies an app, installs what it needs and runs its build. What npm has installed stays
// while the app needs the same.
func build(app apps.App, folder, tarball string) error {
	if err := clear(folder); err != nil {
		return err
	}
	for _, layer := range app.Layers() {
		if err := copyOver(folder, layer); err != nil {
			return err
		}
	}
	declaration, err := os.ReadFile("examples/apps/octroi.json")
	if err != nil {
		return err
	}
	if own, err := os.ReadFile(filepath.Join(folder, "octroi.json")); err == nil && !bytes.Equal(own, declaration) {
		return errors.New("its octroi.json is another than examples/apps/octroi.json")
	}
	if err := install(folder, tarball); err != nil {
		return err
	}
	if out, err := command(folder, "npm", "run", "build"); err != nil {
		return fmt.Errorf("npm run build: %w\n%s", err, out)
	}
	return nil
}

// clear takes away all but what npm has brought.
func clear(folder string) error {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if !slices.Contains([]string{"node_modules", "package-lock.json", installed}, entry.Name()) {
			if err := os.RemoveAll(filepath.Join(folder, entry.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// copyOver copies a folder's files over those of another, but for what npm has brought.
func copyOver(to, from string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && entry.Name() == "node_modules" {
			return fs.SkipDir
		}
		relative, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return os.MkdirAll(filepath.Join(to, relative), 0o777)
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		// What npm has installed it makes executable; what is unpacked anew is as it was packed.
		return os.WriteFile(filepath.Join(to, relative), content, info.Mode().Perm())
	})
}

// install has npm bring what an app needs, with the package of the tarball.
func install(folder, tarball string) error {
	file := filepath.Join(folder, "package.json")
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var manifest map[string]any
	if err := json.Unmarshal(content, &manifest); err != nil {
		return err
	}
	dependencies, _ := manifest["dependencies"].(map[string]any)
	if dependencies["octroi"] != "*" {
		return errors.New(`package.json: its dependencies need "octroi": "*"`)
	}
	hash := fmt.Sprintf("%x", sha256.Sum256(content))
	dependencies["octroi"] = "file:" + tarball
	content, err = json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, content, 0o666); err != nil {
		return err
	}
	own := filepath.Join(folder, "node_modules", "octroi")
	if before, err := os.ReadFile(filepath.Join(folder, installed)); err == nil && string(before) == hash {
		// npm takes a tarball of the same version for the same.
		if err := os.RemoveAll(own); err != nil {
			return err
		}
		if err := os.MkdirAll(own, 0o777); err != nil {
			return err
		}
		_, err := command(own, "tar", "-xzf", tarball, "--strip-components=1")
		return err
	}
	for _, name := range []string{installed, "package-lock.json", "node_modules"} {
		if err := os.RemoveAll(filepath.Join(folder, name)); err != nil {
			return err
		}
	}
	if out, err := command(folder, "npm", "install", "--no-fund", "--no-audit"); err != nil {
		return fmt.Errorf("npm install: %w\n%s", err, out)
	}
	return os.WriteFile(filepath.Join(folder, installed), []byte(hash), 0o666)
}

// command runs a program in a folder and returns what it says.
func command(folder, name string, arguments ...string) (string, error) {
	c := exec.Command(name, arguments...)
	c.Dir = folder
	c.Env = append(os.Environ(), "CI=1", "NEXT_TELEMETRY_DISABLED=1", "NUXT_TELEMETRY_DISABLED=1", "ASTRO_TELEMETRY_DISABLED=1", "NG_CLI_ANALYTICS=false")
	out, err := c.CombinedOutput()
	return string(out), err
}
