// Package open opens a store of receipts by its name, whichever kind it is.
package open

import (
	"context"
	"errors"

	"github.com/octroi-consent/octroi/server/receipts"
)

// Open opens the store at a path, which is an SQLite database, or at a postgres:// address. Where
// create is false it has to be there.
func Open(ctx context.Context, where string, create bool) (receipts.Store, error) {
	return nil, errors.New("not yet")
}
