package postgres

import "context"

// OpenPlain opens a database as if it were CockroachDB: without months and advisory locks.
func OpenPlain(ctx context.Context, url string) (*Store, error) {
	plainly = true
	defer func() { plainly = false }()
	return Open(ctx, url, true)
}
