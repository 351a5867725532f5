// Package bundle makes the files that one site's visitors load, of the site's declaration and
// of what the build has made ready: its folder parts has that once ./build.sh build has run.
package bundle

import (
	"embed"
	"errors"
)

//go:embed all:parts
var parts embed.FS

// ErrNotBuilt is the error where the parts were not built before this program was.
var ErrNotBuilt = errors.New("this program was built without the parts of a site's files: run ./build.sh build in the repository, then go build -o octroi ./cmd/octroi")

func part(name string) ([]byte, error) {
	b, err := parts.ReadFile("parts/" + name)
	if err != nil {
		return nil, ErrNotBuilt
	}
	return b, nil
}
