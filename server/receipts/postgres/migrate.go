package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// migrations are the steps from an empty database to the newest tables, in order; step n makes
// version n. One that was released never changes.
//
//go:embed migrations/*.sql
var migrations embed.FS

// locked is what an advisory lock is taken for; its key is made of it and of the schema.
type locked string

const (
	lockTables locked = "tables" // whoever makes or drops tables
	lockMonth  locked = "month"  // see ordinary
)

// key is the SQL of a lock's key.
func (l locked) key() string {
	return "hashtextextended('octroi ' || current_schema() || ' " + string(l) + "', 0)"
}

// migrate brings the tables to the newest version, and refuses to use those of a newer program.
func (s *Store) migrate(ctx context.Context, create bool) error {
	steps, err := fs.ReadDir(migrations, "migrations")
	if err != nil {
		return err
	}
	version, err := s.version(ctx, s.pool)
	if err != nil {
		return err
	}
	if version > len(steps) {
		return fmt.Errorf("the database's tables have version %d, and this program knows them up to %d: use a newer octroi", version, len(steps))
	}
	if version == 0 && !create {
		return errors.New("there are no receipts in this database: octroi serve makes the tables for them")
	}
	if version == len(steps) {
		return nil
	}
	return s.transact(ctx, func(tx pgx.Tx) error { return s.step(ctx, tx, steps) })
}

// step takes the steps that are missing, in one transaction.
func (s *Store) step(ctx context.Context, tx pgx.Tx, steps []fs.DirEntry) error {
	if !s.plain {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock("+lockTables.key()+")"); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, `CREATE TABLE IF NOT EXISTS octroi_migrations (
		version integer PRIMARY KEY, at timestamptz NOT NULL)`); err != nil {
		return err
	}
	// Another process may have taken them while this one waited.
	version, err := s.version(ctx, tx)
	if err != nil {
		return err
	}
	for n := version; n < len(steps); n++ {
		text, err := migrations.ReadFile("migrations/" + steps[n].Name())
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, s.dialect(string(text))); err != nil {
			return fmt.Errorf("migration %s: %w", steps[n].Name(), err)
		}
		if _, err := tx.Exec(ctx, "INSERT INTO octroi_migrations (version, at) VALUES ($1, now())", n+1); err != nil {
			return err
		}
	}
	if s.plain && version == 0 {
		_, err = tx.Exec(ctx, indexes("octroi_receipts"))
	}
	return err
}

// dialect leaves out what CockroachDB has not, or has without being told.
func (s *Store) dialect(sql string) string {
	if s.plain {
		return strings.NewReplacer(" PARTITION BY RANGE (received)", "", ` COLLATE "C"`, "").Replace(sql)
	}
	return sql
}

// version is that of the database's tables; 0 where there are none.
func (s *Store) version(ctx context.Context, db interface {
	QueryRow(context.Context, string, ...any) pgx.Row
}) (version int, err error) {
	err = db.QueryRow(ctx, "SELECT coalesce(max(version), 0) FROM octroi_migrations").Scan(&version)
	var failed *pgconn.PgError
	if errors.As(err, &failed) && failed.Code == "42P01" { // undefined_table
		return 0, nil
	}
	return version, err
}
