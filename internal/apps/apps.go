// Package apps reads what examples/apps holds: whole apps, one for each framework, that use the
// package as its users do.
package apps

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// App is an app of examples/apps, as its app.json tells it.
type App struct {
	// ID is its folder's name.
	ID string `json:"-"`
	// Folder has its sources.
	Folder string `json:"-"`
	// Name is the framework's, as the table has it.
	Name string `json:"name"`
	// Versions are packages of its package.json whose versions the table has.
	Versions []string `json:"versions"`
	// Sources is another app's folder, whose files come first; those of its own come over them.
	Sources string `json:"sources,omitempty"`
	// Static is the folder that npm run build writes, where that is all that a server needs.
	// Without one, npm start serves the app at $PORT.
	Static string `json:"static,omitempty"`
	// Fallback is the file of a static app that stands for addresses without one.
	Fallback string `json:"fallback,omitempty"`
	// Dev is the script of package.json that serves the app at $PORT for its developer, where
	// the framework tells of more than it does on a site: it is looked at for warnings.
	Dev string `json:"dev,omitempty"`
	// Policy is how the app's own scripts are allowed by a strict content security policy:
	// "nonce": each has the nonce, which the app takes from the headers of a request or has as
	// __NONCE__ in its files; "hash": the server names those in the page by their hashes;
	// "self": there are none in the page. "" where no such policy can be had.
	Policy string `json:"policy"`
	// Prerendered are files that the build writes of pages, relative to its folder: they are
	// there where static pages stay static.
	Prerendered []string `json:"prerendered,omitempty"`
	// Adapter is the file in lib/ that a visitor loads a part of.
	Adapter string `json:"adapter"`
}

// Policies are what App.Policy may be.
var Policies = []string{"", "nonce", "hash", "self"}

// All reads every app below a folder, in the order of their names.
func All(folder string) ([]App, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*", "app.json"))
	if err != nil {
		return nil, err
	}
	var all []App
	for _, file := range files {
		app, err := Read(filepath.Dir(file))
		if err != nil {
			return nil, err
		}
		all = append(all, app)
	}
	return all, nil
}

// Read reads one app.
func Read(folder string) (App, error) {
	app := App{ID: filepath.Base(folder), Folder: folder}
	file := filepath.Join(folder, "app.json")
	content, err := os.ReadFile(file)
	if err != nil {
		return app, err
	}
	decoder := json.NewDecoder(strings.NewReader(string(content)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&app); err != nil {
		return app, fmt.Errorf("%s: %w", file, err)
	}
	if app.Name == "" || !slices.Contains(Policies, app.Policy) {
		return app, fmt.Errorf("%s: it needs a name, and a policy of %q", file, Policies)
	}
	return app, nil
}

// Layers are the folders of an app's sources, in the order in which they are copied.
func (a App) Layers() []string {
	if a.Sources == "" {
		return []string{a.Folder}
	}
	return []string{filepath.Join(a.Folder, a.Sources), a.Folder}
}

var exact = regexp.MustCompile(`^\d+\.\d+\.\d+(-[\w.]+)?$`)

// VersionsUsed are those of the packages that the table names, as "react 19.3.1".
func (a App) VersionsUsed() (string, error) {
	content, err := os.ReadFile(filepath.Join(a.Folder, "package.json"))
	if err != nil {
		return "", err
	}
	var manifest struct{ Dependencies, DevDependencies map[string]string }
	if err := json.Unmarshal(content, &manifest); err != nil {
		return "", fmt.Errorf("%s: %w", a.Folder, err)
	}
	var used []string
	for _, name := range a.Versions {
		version := manifest.Dependencies[name]
		if version == "" {
			version = manifest.DevDependencies[name]
		}
		if !exact.MatchString(version) {
			return "", fmt.Errorf("%s/package.json: %s is %q, and an exact version is wanted", a.Folder, name, version)
		}
		used = append(used, name+" "+version)
	}
	return strings.Join(used, ", "), nil
}
