package open

import (
	"context"

	"github.com/octroi-consent/octroi/server/receipts"
	"github.com/octroi-consent/octroi/server/receipts/postgres"
)

func init() {
	kinds["postgres"], kinds["postgresql"] = inPostgres, inPostgres
}

// inPostgres opens a store in PostgreSQL.
func inPostgres(ctx context.Context, address string, create bool) (receipts.Store, error) {
	s, err := postgres.Open(ctx, address, create)
	if err != nil {
		return nil, err
	}
	return s, nil
}
