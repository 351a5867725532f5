// Package octroi holds what every part of the repository has in common: its version.
package octroi

import (
	_ "embed"
	"strings"
)

//go:embed version.txt
var version string

// Version is Octroi's, as window.octroi.version, the shipped files and the audit tell it.
func Version() string { return strings.TrimSpace(version) }
