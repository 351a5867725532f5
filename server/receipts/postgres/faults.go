package postgres

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// retries is how often what another transaction was in the way of is tried again.
const retries = 10

// pause waits before another try: longer each time, and not as long as others do.
func pause(ctx context.Context, try int) error {
	span := time.Millisecond << min(try, 7)
	select {
	case <-time.After(span/2 + rand.N(span)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// state is the SQLSTATE of an error of the server, or "".
func state(err error) string {
	var failed *pgconn.PgError
	if errors.As(err, &failed) {
		return failed.Code
	}
	return ""
}

// inTheWay tells whether another transaction was: what it did is there at the next try.
func inTheWay(err error) bool {
	switch state(err) {
	case "40001", // serialization_failure
		"40P01", // deadlock_detected
		"23505", // unique_violation: another has just kept the same
		"42P07": // duplicate_table: another has just made it
		return true
	}
	return false
}

// noMonth tells whether the table of a month is missing: somebody has just pruned it.
func noMonth(err error) bool { return state(err) == "23514" }

// lost tells whether the connection ended, or none could be had, as while a server starts again.
func lost(err error) bool {
	switch state(err) {
	case "57P01", "57P02", "57P03", "57P05", "25P03": // shutdown, crash, starting; idle for too long
		return true
	case "":
		var other *inUse
		return err != nil && !errors.As(err, &other)
	}
	return false
}

// sentences say in plain words what the server answered.
var sentences = map[string]string{
	"25006": "the database is read-only: it is a standby, or default_transaction_read_only is on",
	"28000": "the database does not let this user in",
	"28P01": "the database does not take this user's password",
	"3D000": "there is no such database on the server",
	"3F000": "there is no schema to make tables in: create one that search_path names",
	"42501": "the database's user may not do this",
	"53100": "the database's disk is full",
	"53200": "the database has no memory left",
	"53300": "the database takes no more connections: raise max_connections, or end some",
	"53400": "the database is at a limit of its configuration",
	"55P03": "somebody else uses the tables: an export, a backup or another prune; try again",
	"57014": "the database took too long, and gave up",
	"57P01": "the database is being shut down",
	"57P02": "the database has crashed and is starting again",
	"57P03": "the database is starting or being shut down",
	"57P05": "the database has ended an idle connection",
	"58030": "the database cannot read or write its files",
	"XX001": "the database's files are damaged",
	"XX002": "the database's files are damaged",
}

// fault is an error with a sentence ahead of it, in one line.
type fault struct {
	sentence string
	cause    error
}

func (f *fault) Error() string {
	return f.sentence + ": " + strings.Join(strings.Fields(f.cause.Error()), " ")
}

func (f *fault) Unwrap() error { return f.cause }

// explain puts a plain sentence ahead of an error of the server's or the network's.
func explain(err error) error {
	if err == nil {
		return nil
	}
	if code := state(err); code != "" {
		sentence := sentences[code]
		if sentence == "" {
			sentence = "the database refused"
		}
		return &fault{sentence, err}
	}
	var connecting *pgconn.ConnectError
	var network net.Error
	if errors.As(err, &connecting) || errors.As(err, &network) {
		return &fault{"the database cannot be reached", err}
	}
	return err
}
