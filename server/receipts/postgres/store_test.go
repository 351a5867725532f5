//go:build unix

package postgres_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/server/receipts"
	opened "github.com/octroi-consent/octroi/server/receipts/open"
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

func TestWhatEachStoreDoes(t *testing.T) {
	server := pgtest.Shared(t)
	storetest.Run(t, func(t *testing.T) receipts.Store {
		s, err := opened.Open(background, server.Schema(t), true)
		require.NoError(t, err)
		return s
	})
}
