// Package open opens a store of receipts by its name, whichever kind it is.
package open

import (
	"context"
	"fmt"
	"strings"

	"github.com/octroi-consent/octroi/server/receipts"
	"github.com/octroi-consent/octroi/server/receipts/sqlite"
)

// kinds are what opens the address of a server, by its scheme.
var kinds = map[string]func(ctx context.Context, address string, create bool) (receipts.Store, error){}

// Open opens the store at a path, which is an SQLite database, or at an address such as
// postgres://…. Where create is false it has to be there.
func Open(ctx context.Context, where string, create bool) (receipts.Store, error) {
	if scheme, _, is := strings.Cut(where, "://"); is {
		kind := kinds[scheme]
		if kind == nil {
			return nil, fmt.Errorf("%s:// is no kind of store; give the path of an SQLite database, as receipts.db, or the address of a PostgreSQL one, as postgres://host/name", scheme)
		}
		return kind(ctx, where, create)
	}
	s, err := sqlite.Open(ctx, where, create)
	if err != nil {
		return nil, err
	}
	return s, nil
}
