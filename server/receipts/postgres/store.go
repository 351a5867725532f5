// Package postgres keeps receipts in PostgreSQL, for servers that run on more than one machine.
//
// A receipt is a row, in a table of the month in which it was received; [Store.Prune] drops whole
// months. Each chain is written over one connection, which holds the chain's lock: a second process
// with the same writer's name is told so, and even a connection that PostgreSQL believes dead
// cannot fork the chain, since its last link is read and locked in the transaction that adds to it.
//
// CockroachDB has neither locks of sessions nor these tables of months: there one table holds all
// receipts, and two processes with one name take turns in one chain. The package was not run with it,
// nor with YugabyteDB, which is to be treated as PostgreSQL.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/octroi-consent/octroi/server/receipts"
)

// Store is a [receipts.Store] in PostgreSQL.
type Store struct {
	pool   *pgxpool.Pool
	config *pgx.ConnConfig
	plain  bool // without months and advisory locks: CockroachDB

	mu      sync.Mutex
	writers map[string]*writer
	months  map[month]bool // the months that have a table
}

var _ receipts.Store = (*Store)(nil)

// plainly is on in tests: any server is treated as CockroachDB.
var plainly bool

// longest is how long one statement may take that keeps, erases or prunes.
const longest = time.Minute

// Open connects to a database and brings its tables up to date. The URL is as libpq's:
//
//	postgres://user:password@host:5432/database?sslmode=verify-full
//
// Of several hosts, host1,host2, target_session_attrs=read-write finds the one that can be written.
// Tables are made in the first schema of search_path that there is; where create is false they have
// to be there. The connection has to be to the server itself or to a pool that gives each session a
// connection of its own (PgBouncer's pool_mode=session), since locks belong to a session.
func Open(ctx context.Context, url string, create bool) (*Store, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("this is no URL of a PostgreSQL database, postgres://user@host/database: %w", err)
	}
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = 5 * time.Second
	}
	s := &Store{config: config.ConnConfig.Copy(), writers: map[string]*writer{}, months: map[month]bool{}}
	config.AfterConnect = s.prepare
	// A server that has started again left dead connections behind, and one that is read-only may not
	// stay so.
	config.ShouldPing = func(context.Context, pgxpool.ShouldPingParams) bool { return true }
	config.AfterRelease = func(conn *pgx.Conn) bool {
		return conn.PgConn().ParameterStatus("default_transaction_read_only") != "on"
	}
	if s.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, explain(err)
	}
	if err := s.begin(ctx, create); err != nil {
		s.pool.Close()
		return nil, err
	}
	return s, nil
}

// begin looks at what server this is, and brings the tables up to date.
func (s *Store) begin(ctx context.Context, create bool) error {
	var version, fsync string
	err := s.pool.QueryRow(ctx, "SELECT version(), coalesce(current_setting('fsync', true), 'on')").Scan(&version, &fsync)
	if err != nil {
		return explain(err)
	}
	if fsync == "off" {
		return errors.New("the database runs with fsync = off, so that a loss of power would lose receipts: turn it on")
	}
	s.plain = plainly || strings.Contains(version, "CockroachDB")
	return explain(s.migrate(ctx, create))
}

// prepare makes each session wait for the disk, whatever the database's or the role's own settings,
// and lets the server find out soon that a client is gone, whose locks then end. Plans that were made
// while a month was empty stay in use; they may not read through the whole table once it is not.
func (s *Store) prepare(ctx context.Context, conn *pgx.Conn) error {
	if conn.PgConn().ParameterStatus("crdb_version") != "" {
		return nil
	}
	_, err := conn.Exec(ctx, `SELECT set_config('synchronous_commit', 'on', false),
		set_config('default_transaction_isolation', 'read committed', false),
		set_config('timezone', 'UTC', false),
		set_config('enable_seqscan', 'off', false),
		set_config('idle_in_transaction_session_timeout', $1, false),
		set_config('tcp_keepalives_idle', '10', false),
		set_config('tcp_keepalives_interval', '5', false),
		set_config('tcp_keepalives_count', '3', false)`, fmt.Sprint(longest.Milliseconds()))
	return err
}

// Check implements [receipts.Store].
func (s *Store) Check(ctx context.Context) error {
	_, err := s.pool.Exec(ctx, `INSERT INTO octroi_check (one, at) VALUES (1, now())
		ON CONFLICT (one) DO UPDATE SET at = excluded.at`)
	return explain(err)
}

// Close implements [receipts.Store].
func (s *Store) Close() error {
	s.mu.Lock()
	writers := s.writers
	s.writers = nil
	s.mu.Unlock()
	for _, w := range writers {
		w.turn <- struct{}{}
		w.disconnect()
		<-w.turn
	}
	s.pool.Close()
	return nil
}

// transact runs a function in a transaction, again where another transaction was in its way.
func (s *Store) transact(ctx context.Context, run func(pgx.Tx) error) error {
	for try := 0; ; try++ {
		err := pgx.BeginFunc(ctx, s.pool, run)
		if try >= retries || !inTheWay(err) {
			return err
		}
		if err := pause(ctx, try); err != nil {
			return err
		}
	}
}
