//go:build unix

package postgres_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/server/receipts"
	"github.com/octroi-consent/octroi/server/receipts/postgres/pgtest"
	"github.com/octroi-consent/octroi/server/receipts/storetest"
)

// What a database's owner changes by SQL comes to Verify as it is, and is found; the tests of SQLite
// have more kinds. Each statement is followed by one that undoes it.
func TestTamperingIsSeen(t *testing.T) {
	url := pgtest.Shared(t).Schema(t)
	s := open(t, url)
	now := storetest.Fill(t, s).Add(3 * time.Hour)
	require.Empty(t, storetest.Verified(t, s, now).Faults)
	conn := admin(t, url)
	for _, one := range []struct {
		do   string
		want receipts.FaultKind
		undo string
	}{
		{"UPDATE octroi_receipts SET body = body || ' ' WHERE writer = 1 AND seq = 20", receipts.FaultBody,
			"UPDATE octroi_receipts SET body = substr(body, 1, length(body) - 1) WHERE writer = 1 AND seq = 20"},
		{"CREATE TABLE away AS SELECT * FROM octroi_receipts WHERE writer = 1 AND seq = 15; DELETE FROM octroi_receipts WHERE writer = 1 AND seq = 15", receipts.FaultGap,
			"INSERT INTO octroi_receipts SELECT * FROM away"},
		{"UPDATE octroi_receipts SET hash = 'short' WHERE writer = 1 AND seq = 20", receipts.FaultChanged,
			"UPDATE octroi_receipts r SET hash = n.previous FROM octroi_receipts n WHERE n.writer = 1 AND n.seq = 21 AND r.writer = 1 AND r.seq = 20"},
		{"UPDATE octroi_receipts SET at = at - interval '1 day' WHERE writer = 1 AND seq = 20", receipts.FaultChanged,
			"UPDATE octroi_receipts SET at = at + interval '1 day' WHERE writer = 1 AND seq = 20"},
		{"UPDATE octroi_heads SET signature = 'short' WHERE writer = 'a' AND day = '2026-11-29'", receipts.FaultSignature, ""},
		{"DROP TABLE octroi_receipts_2026_11", receipts.FaultGap, ""},
	} {
		_, err := conn.Exec(background, one.do)
		require.NoError(t, err)
		faults := storetest.Verified(t, s, now).Faults
		assert.True(t, slices.ContainsFunc(faults, func(f receipts.Fault) bool { return f.Kind == one.want }), "%s: %v", one.do, faults)
		if one.undo != "" {
			do(t, conn, one.undo)
			require.Empty(t, storetest.Verified(t, s, now).Faults, one.undo)
		}
	}
}
