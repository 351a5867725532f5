package sqlite_test

import (
	"context"
	"os"
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

// opened opens a database for storetest.
func opened(ctx context.Context, where string) (receipts.Store, error) {
	s, err := sqlite.Open(ctx, where, true)
	if err != nil {
		return nil, err
	}
	return s, nil
}

func TestMain(m *testing.M) { storetest.Main(m, opened) }

// A few rounds, or fifty with OCTROI_WHOLE=1.
func TestKill(t *testing.T) {
	rounds := 3
	if os.Getenv("OCTROI_WHOLE") != "" {
		rounds = 50
	}
	storetest.Kill(t, filepath.Join(t.TempDir(), "receipts.db"), rounds, opened)
}

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) receipts.Store { s, _ := open(t); return s })
}
