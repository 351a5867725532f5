package sqlite

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/octroi-consent/octroi/server/receipts"
)

//go:embed migrations
var migrations embed.FS

// application marks a database as one of receipts: "Octr".
const application = 0x4f637472

// busy is how long another process's lock is waited for.
var busy = 5 * time.Second

// conn is a connection, with the statements that it has prepared.
type conn struct {
	*sqlite3.Conn
	prepared map[string]*sqlite3.Stmt
	file     os.FileInfo // that was opened
}

// connect opens a connection to a file, by a name that SQLite knows it by.
func connect(path, name string, flags sqlite3.OpenFlag) (*conn, error) {
	c, err := sqlite3.OpenFlags(name, flags)
	if err != nil {
		return nil, err
	}
	opened := &conn{Conn: c, prepared: map[string]*sqlite3.Stmt{}}
	opened.BusyTimeout(busy)
	// Neither a trigger nor a view that somebody put into the file does anything here.
	for _, option := range []sqlite3.DBConfig{sqlite3.DBCONFIG_ENABLE_TRIGGER, sqlite3.DBCONFIG_ENABLE_VIEW, sqlite3.DBCONFIG_TRUSTED_SCHEMA} {
		if _, err = opened.Config(option, false); err != nil {
			opened.close()
			return nil, err
		}
	}
	if opened.file, err = os.Stat(path); err != nil {
		opened.close()
		return nil, err
	}
	return opened, nil
}

func (c *conn) close() error {
	for _, s := range c.prepared {
		s.Close()
	}
	return c.Conn.Close()
}

// bound returns a statement with its parameters: int64, string, []byte or nil.
func (c *conn) bound(sql string, parameters ...any) (*sqlite3.Stmt, error) {
	s := c.prepared[sql]
	if s == nil {
		made, _, err := c.PrepareFlags(sql, sqlite3.PREPARE_PERSISTENT)
		if err != nil {
			return nil, err
		}
		s, c.prepared[sql] = made, made
	}
	for i, parameter := range parameters {
		var err error
		switch value := parameter.(type) {
		case int64:
			err = s.BindInt64(i+1, value)
		case string:
			err = s.BindText(i+1, value)
		case []byte:
			err = s.BindBlob(i+1, value)
		case nil:
			err = s.BindNull(i + 1)
		}
		if err != nil {
			return nil, err
		}
	}
	return s, nil
}

// rows runs a statement, and calls a function for each row until that says to stop.
func (c *conn) rows(row func(s *sqlite3.Stmt) (more bool), sql string, parameters ...any) error {
	s, err := c.bound(sql, parameters...)
	if err != nil {
		return err
	}
	for s.Step() && row(s) {
	}
	err = s.Err()
	// It says the same error again.
	if again := s.Reset(); err == nil {
		err = again
	}
	return err
}

// row runs a statement for its first row, and says whether there is one.
func (c *conn) row(row func(s *sqlite3.Stmt), sql string, parameters ...any) (is bool, err error) {
	err = c.rows(func(s *sqlite3.Stmt) bool { is = true; row(s); return false }, sql, parameters...)
	return is, err
}

// do runs a statement that has no rows.
func (c *conn) do(sql string, parameters ...any) error {
	return c.rows(func(*sqlite3.Stmt) bool { return true }, sql, parameters...)
}

// write runs a function in a transaction, which takes the lock at once.
func (c *conn) write(ctx context.Context, change func() error) error {
	c.SetInterrupt(ctx)
	defer c.SetInterrupt(context.Background())
	if err := ctx.Err(); err != nil {
		return err
	}
	tx, err := c.BeginImmediate()
	if err != nil {
		return err
	}
	if err = change(); err == nil {
		err = tx.Commit()
	}
	if err != nil && !c.GetAutocommit() {
		// Where this fails too, closing the connection undoes it.
		tx.Rollback()
	}
	return err
}

// number reads what a PRAGMA or a count tells.
func (c *conn) number(sql string) (n int, err error) {
	_, err = c.row(func(s *sqlite3.Stmt) { n = s.ColumnInt(0) }, sql)
	return n, err
}

// state says which version of the schema a database has; 0 for an empty one.
func (c *conn) state() (version int, err error) {
	tables, err := c.number("SELECT count(*) FROM sqlite_schema")
	if err != nil {
		return 0, err
	}
	of, err := c.number("PRAGMA application_id")
	if err != nil {
		return 0, err
	}
	if version, err = c.number("PRAGMA user_version"); err != nil {
		return 0, err
	}
	switch {
	case of == application && version > newest():
		return 0, newer(version)
	case of == application:
		return version, nil
	case tables > 0 || of != 0:
		return 0, errForeign
	}
	return 0, nil
}

// steps are the names of the migrations, in order.
func steps() []string {
	names, _ := fs.Glob(migrations, "migrations/*.sql")
	slices.Sort(names)
	return names
}

// newest is the version of the schema that this package writes.
func newest() int { return len(steps()) }

// prepare makes a connection one that writes durably, and brings the schema up to date.
func (c *conn) prepare(ctx context.Context) error {
	version, err := c.state()
	if err != nil {
		return err
	}
	var mode string
	if _, err = c.row(func(s *sqlite3.Stmt) { mode = s.ColumnText(0) }, "PRAGMA journal_mode = WAL"); err != nil {
		return err
	}
	if mode != "wal" {
		return errors.New("its file system has no shared memory, which the write-ahead log needs; keep it on a local disk")
	}
	// Each commit waits for the disk; what is deleted is overwritten.
	if err = c.Exec("PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA secure_delete = ON; PRAGMA cache_size = -16000"); err != nil {
		return err
	}
	if version == newest() {
		return nil
	}
	return c.write(ctx, func() error {
		// Another process may have been first.
		if version, err = c.state(); err != nil {
			return err
		}
		for _, name := range steps()[version:] {
			sql, err := migrations.ReadFile(name)
			if err != nil {
				return err
			}
			if err = c.Exec(string(sql)); err != nil {
				return err
			}
		}
		return c.Exec(fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", application, newest()))
	})
}

// newer is the version of a schema that this package does not know.
type newer int

func (n newer) Error() string {
	return fmt.Sprintf("a newer version of Octroi has written it (schema %d; this one knows up to %d); use that version or a newer one", int(n), newest())
}

var errForeign = errors.New("it is an SQLite database of something else; name another file")

// Error is what went wrong with a database, in a sentence.
type Error struct {
	Path  string
	Right string // what is wrong, and what to do
	Err   error
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s (%v)", e.Path, e.Right, e.Err) }

// Unwrap returns the error as SQLite or the system has it.
func (e *Error) Unwrap() error { return e.Err }

// worded says an error in a sentence.
func worded(path string, err error) error {
	right := ""
	switch {
	case errors.As(err, new(*Error)):
		return err
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.As(err, new(newer)), errors.Is(err, errForeign):
		return fmt.Errorf("%s: %w", path, err)
	case errors.Is(err, sqlite3.FULL), errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EFBIG), errors.Is(err, syscall.EDQUOT):
		right = "there is no room for more: the disk is full, or the file may not grow; make room, and it goes on"
	case errors.Is(err, fs.ErrNotExist):
		right = "there is no such file; octroi serve makes one"
		if _, gone := os.Stat(filepath.Dir(path)); gone != nil {
			right = "there is no such folder; make it first"
		}
	case errors.Is(err, sqlite3.READONLY), errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		right = "it may not be written; let this user write the file and its folder"
	case errors.Is(err, sqlite3.BUSY), errors.Is(err, sqlite3.LOCKED):
		right = "another process holds it locked; end that process or its transaction, and it goes on"
	case errors.Is(err, sqlite3.NOTADB):
		right = "it is no SQLite database, or its beginning is damaged; restore a copy, or name another file"
	case errors.Is(err, sqlite3.CORRUPT), errors.Is(err, sqlite3.FORMAT):
		right = "it is damaged; restore a copy"
	case errors.Is(err, sqlite3.CANTOPEN):
		right = "it cannot be opened; let this user write the file and its folder"
	case errors.Is(err, sqlite3.IOERR_WRITE), errors.Is(err, sqlite3.IOERR_SHMSIZE), errors.Is(err, sqlite3.IOERR_FSYNC), errors.Is(err, sqlite3.IOERR_TRUNCATE):
		right = "there is no room for more, or the disk fails: make room or another disk, and it goes on"
	case errors.Is(err, sqlite3.INTERRUPT):
		return context.Canceled
	default:
		right = "it could not be used"
	}
	return &Error{path, right, err}
}

// passing says whether a connection is as good as before after an error.
func passing(err error) bool {
	return errors.Is(err, receipts.ErrClock) || errors.Is(err, receipts.ErrNotFound) || errors.Is(err, sqlite3.FULL) || errors.Is(err, sqlite3.BUSY) || errors.Is(err, sqlite3.INTERRUPT) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
