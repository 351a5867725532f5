// Package octroi is the root of a consent engine that runs in visitors' browsers. It holds what
// every part of the repository has in common: its version.
//
// Site owners want the command, which makes all that a site's visitors load of a declaration:
//
//	go install github.com/octroi-consent/octroi/cmd/octroi@latest
//	octroi build octroi.json
//
// Programs in Go that serve such a site can read a visitor's record, by the rules that the
// browser's engine decides by:
//
//   - package engine tells what a declaration asks visitors today ([engine.Terms]);
//   - package engine/consent reads a record, and tells what it grants ([consent.Stand]);
//   - package engine/config reads a declaration, and tells its faults ([config.Parse]);
//   - package catalog has known services, for tools that write declarations.
//
// docs/versions.md says what stays as it is from version to version. The other packages are parts
// of the engine or of its build, and change with them.
//
// [engine.Terms]: https://pkg.go.dev/github.com/octroi-consent/octroi/engine#Terms
// [consent.Stand]: https://pkg.go.dev/github.com/octroi-consent/octroi/engine/consent#Stand
// [config.Parse]: https://pkg.go.dev/github.com/octroi-consent/octroi/engine/config#Parse
package octroi

import (
	_ "embed"
	"strings"
)

//go:embed version.txt
var version string

// Home is where the documentation stands; internal/site makes it.
const Home = "https://octroi-consent.github.io/octroi/"

// Version is Octroi's, as window.octroi.version, the shipped files and the audit tell it.
func Version() string { return strings.TrimSpace(version) }
