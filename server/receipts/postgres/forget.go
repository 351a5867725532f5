package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/octroi-consent/octroi/server/receipts"
)

// Erase implements [receipts.Store]. PostgreSQL leaves the old row in its file until the table is
// vacuumed, which is done at once; what an open transaction may still see stays until the next time.
// Its log of writes and the backups of it keep the row for as long as they are kept.
func (s *Store) Erase(ctx context.Context, id string, now time.Time) error {
	uuid, ok := parseUUID(id)
	if !ok {
		return receipts.ErrNotFound
	}
	var table string
	err := s.transact(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `UPDATE octroi_receipts SET id = NULL, body = NULL, erased = $2 WHERE id = $1
			RETURNING tableoid::regclass::text`, uuid, now.UTC().Truncate(time.Millisecond))
		if err != nil {
			return err
		}
		tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err == nil && len(tables) == 0 {
			return receipts.ErrNotFound
		}
		if err == nil {
			table = tables[0]
		}
		return err
	})
	if err != nil || s.plain {
		return explain(err)
	}
	_, err = s.pool.Exec(ctx, "VACUUM (INDEX_CLEANUP ON, TRUNCATE OFF) "+table)
	return explain(err)
}

// chunk is how many rows are deleted in one transaction.
const chunk = 10_000

// Prune implements [receipts.Store]. It drops the tables of whole months, and deletes what is left in
// small steps, so that nobody waits long.
func (s *Store) Prune(ctx context.Context, before time.Time) (pruned int64, err error) {
	if !s.plain {
		months, err := s.monthsBefore(ctx, before)
		if err != nil {
			return 0, explain(err)
		}
		for _, m := range months {
			n, err := s.drop(ctx, m)
			if err != nil {
				return pruned, explain(err)
			}
			pruned += n
		}
	}
	rows, err := s.pool.Query(ctx, "SELECT number FROM octroi_writers")
	if err != nil {
		return pruned, explain(err)
	}
	numbers, err := pgx.CollectRows(rows, pgx.RowTo[int32])
	if err != nil {
		return pruned, explain(err)
	}
	for _, number := range numbers {
		last, err := s.lastBefore(ctx, number, before)
		for n := int64(chunk); n == chunk && err == nil && last > 0; pruned += n {
			n, err = s.delete(ctx, number, last)
		}
		if err != nil {
			return pruned, explain(err)
		}
	}
	return pruned, nil
}

// rebase keeps links, which a query yields, as bases.
const rebase = `INSERT INTO octroi_bases (` + link + `) %s
	ON CONFLICT (writer) DO UPDATE SET seq = excluded.seq, received = excluded.received, at = excluded.at,
		body_hash = excluded.body_hash, previous = excluded.previous, hash = excluded.hash
	WHERE octroi_bases.seq < excluded.seq`

// drop drops a month's table, and returns how many rows it had. The last step waits for those who
// read or write other months, and these then wait for it: not for long, or it gives up.
func (s *Store) drop(ctx context.Context, m month) (n int64, err error) {
	table := m.table()
	err = s.transact(ctx, func(tx pgx.Tx) error {
		for _, statement := range []string{
			"SET LOCAL lock_timeout = '2s'",
			"SELECT pg_advisory_xact_lock(" + lockTables.key() + ")",
			"LOCK TABLE ONLY " + table + " IN SHARE MODE",
		} {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		if err := tx.QueryRow(ctx, "SELECT count(*) FROM "+table).Scan(&n); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, fmt.Sprintf(rebase, "SELECT l.* FROM octroi_writers w CROSS JOIN LATERAL (SELECT "+link+
			" FROM "+table+" r WHERE r.writer = w.number ORDER BY r.seq DESC LIMIT 1) l WHERE true")); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DROP TABLE "+table)
		return err
	})
	s.forget()
	return n, err
}

// delete deletes a chunk of a chain from its beginning, up to an entry, and returns how many rows
// it had.
func (s *Store) delete(ctx context.Context, number int32, last int64) (n int64, err error) {
	err = s.transact(ctx, func(tx pgx.Tx) error {
		var end *int64
		if err := tx.QueryRow(ctx, `SELECT max(seq) FROM (SELECT seq FROM octroi_receipts
			WHERE writer = $1 AND seq <= $2 ORDER BY seq LIMIT $3) c`, number, last, chunk).Scan(&end); err != nil || end == nil {
			return err
		}
		if _, err := tx.Exec(ctx, fmt.Sprintf(rebase, "SELECT "+link+" FROM octroi_receipts r WHERE r.writer = $1 AND r.seq = $2"), number, *end); err != nil {
			return err
		}
		done, err := tx.Exec(ctx, "DELETE FROM octroi_receipts WHERE writer = $1 AND seq <= $2", number, *end)
		n = done.RowsAffected()
		return err
	})
	return n, err
}
