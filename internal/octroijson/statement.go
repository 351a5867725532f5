package octroijson

import (
	"fmt"

	"github.com/octroi-consent/octroi/engine/config"
)

// Statement is what a site says at /.well-known/gpc.json that abides by Global Privacy Control
// (https://www.w3.org/TR/gpc/, section 4): since when, where the declaration tells; nil where the
// browser's own no refuses nothing.
func Statement(declared *config.Config) []byte {
	switch {
	case !declared.Objects():
		return nil
	case declared.Policy.Updated == "":
		return []byte(`{"gpc": true}` + "\n")
	}
	return fmt.Appendf(nil, "{\"gpc\": true, \"lastUpdate\": %q}\n", declared.Policy.Updated)
}
