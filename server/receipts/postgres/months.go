package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// month counts months since the year 0.
type month int

// monthOf is the month, in UTC, that an instant is in.
func monthOf(t time.Time) month {
	t = t.UTC()
	return month(t.Year()*12 + int(t.Month()) - 1)
}

// begin is the month's first instant.
func (m month) begin() time.Time {
	return time.Date(int(m)/12, time.Month(int(m)%12+1), 1, 0, 0, 0, 0, time.UTC)
}

// table is the name of the month's table.
func (m month) table() string { return m.begin().Format("octroi_receipts_2006_01") }

// indexes are what is unique in a table of receipts, and how it is searched. Receipts lie about in
// about the order of their minutes: a month's index of ranges, which is next to nothing, finds those.
func indexes(table string) string {
	return fmt.Sprintf(`
		CREATE UNIQUE INDEX %[1]s_id ON %[1]s (id);
		CREATE UNIQUE INDEX %[1]s_seq ON %[1]s (writer, seq);
		CREATE INDEX %[1]s_erased ON %[1]s (body_hash) WHERE erased IS NOT NULL`, table)
}

// need makes the table of the month of an instant, and of the month after it, so that no receipt
// has to wait for one when a month begins.
func (s *Store) need(ctx context.Context, at time.Time) error {
	if s.plain {
		return nil
	}
	this := monthOf(at)
	s.mu.Lock()
	there := s.months[this]
	s.mu.Unlock()
	if there {
		return nil
	}
	for _, m := range []month{this, this + 1} {
		if err := s.transact(ctx, func(tx pgx.Tx) error { return m.create(ctx, tx) }); err != nil {
			return err
		}
	}
	s.mu.Lock()
	s.months[this] = true
	s.mu.Unlock()
	return nil
}

// forget takes no month's table for granted any more: one was missing.
func (s *Store) forget() {
	s.mu.Lock()
	clear(s.months)
	s.mu.Unlock()
}

// create makes a month's table unless it is there. Attaching it, where CREATE … PARTITION OF would
// do, waits for nobody who reads or writes.
func (m month) create(ctx context.Context, tx pgx.Tx) error {
	var there bool
	if err := tx.QueryRow(ctx, "SELECT to_regclass($1) IS NOT NULL", m.table()).Scan(&there); err != nil || there {
		return err
	}
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock("+lockTables.key()+")"); err != nil {
		return err
	}
	if err := tx.QueryRow(ctx, "SELECT to_regclass($1) IS NOT NULL", m.table()).Scan(&there); err != nil || there {
		return err
	}
	_, err := tx.Exec(ctx, fmt.Sprintf(`
		CREATE TABLE %[1]s (LIKE octroi_receipts INCLUDING DEFAULTS);
		%[2]s;
		CREATE INDEX %[1]s_at ON %[1]s USING brin (at);
		ALTER TABLE octroi_receipts ATTACH PARTITION %[1]s FOR VALUES FROM ('%[3]s') TO ('%[4]s')`,
		m.table(), indexes(m.table()), m.begin().Format(time.RFC3339), (m+1).begin().Format(time.RFC3339)))
	return err
}

// monthsBefore lists the tables of months that ended at an instant or before it, the oldest first.
func (s *Store) monthsBefore(ctx context.Context, before time.Time) (months []month, err error) {
	rows, err := s.pool.Query(ctx, `SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
		WHERE i.inhparent = 'octroi_receipts'::regclass ORDER BY c.relname`)
	if err != nil {
		return nil, err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	for _, name := range names {
		begin, err := time.Parse("octroi_receipts_2006_01", name)
		if err != nil {
			continue // somebody else's
		}
		if m := monthOf(begin); !(m + 1).begin().After(before) {
			months = append(months, m)
		}
	}
	return months, err
}
