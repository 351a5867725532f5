//go:build unix

package postgres_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/server/receipts"
	byAddress "github.com/octroi-consent/octroi/server/receipts/open"
	"github.com/octroi-consent/octroi/server/receipts/postgres"
	"github.com/octroi-consent/octroi/server/receipts/postgres/pgtest"
	"github.com/octroi-consent/octroi/server/receipts/storetest"
)

var background = context.Background()

// open opens a store, which ends with the test.
func open(t testing.TB, url string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(background, url, true)
	require.NoError(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

// opened opens a store by its address, as the command does.
func opened(ctx context.Context, where string) (receipts.Store, error) {
	return byAddress.Open(ctx, where, true)
}

func TestWhatEachStoreDoes(t *testing.T) {
	server := pgtest.Shared(t)
	storetest.Run(t, func(t *testing.T) receipts.Store {
		s, err := opened(background, server.Schema(t))
		require.NoError(t, err)
		return s
	})
}
