package sqlite_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/server/receipts"
	"github.com/octroi-consent/octroi/server/receipts/sqlite"
	"github.com/octroi-consent/octroi/server/receipts/storetest"
)

// open makes a database of its own for a test.
func open(t testing.TB) (s *sqlite.Store, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "it's 100% a #1 receipts?.db")
	s, err := sqlite.Open(context.Background(), path, true)
	require.NoError(t, err)
	return s, path
}

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) receipts.Store { s, _ := open(t); return s })
}
