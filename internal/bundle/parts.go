// Package bundle makes the files that one site's visitors load, of the site's declaration and
// of parts that are the same for all sites.
package bundle

import (
	"embed"

	"github.com/octroi-consent/octroi/wasm/prebuilt"
)

// Its folder parts has those that ./build.sh build has made of changed sources.
//
//go:embed all:parts
var parts embed.FS

// part returns one: that of this build, or else that which the repository keeps.
func part(name string) ([]byte, error) {
	if content, err := parts.ReadFile("parts/" + name); err == nil {
		return content, nil
	}
	return prebuilt.Site(name)
}
