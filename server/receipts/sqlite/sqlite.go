// Package sqlite keeps receipts in an SQLite database: one file on a local disk, and beside it,
// while it is in use, what was written last.
//
// Each Append is one transaction, which has reached the disk when it returns. SQLite itself is
// part of the program (github.com/ncruces/go-sqlite3).
package sqlite

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"iter"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/octroi-consent/octroi/server/receipts"
)

// Store is a database.
type Store struct {
	path    string
	writer  chan *conn // holds one, nil where it has to be opened; who takes it may write
	readers chan *conn // that are not in use
}

var _ receipts.Store = (*Store)(nil)

const (
	readersMost = 4   // connections for reading that are kept open
	page        = 500 // entries that are read at once
	pruneMost   = 5000
)

// Open opens the database at a path. Where create is true it is made if it is not there; else it
// has to be there, and is opened for writing only once something is to be written. An older schema
// is brought up to date.
func Open(ctx context.Context, path string, create bool) (*Store, error) {
	s := &Store{path: path, writer: make(chan *conn, 1), readers: make(chan *conn, readersMost)}
	c, err := s.begin(ctx, create)
	if err != nil {
		return nil, worded(path, err)
	}
	s.writer <- c
	return s, nil
}

// begin opens what Open says.
func (s *Store) begin(ctx context.Context, create bool) (*conn, error) {
	info, err := os.Stat(s.path)
	if err == nil && info.IsDir() {
		return nil, errors.New("it is a folder; name a file in it, as receipts.db")
	}
	if create && (err == nil || errors.Is(err, fs.ErrNotExist)) {
		return open(ctx, s.path, sqlite3.OPEN_READWRITE|sqlite3.OPEN_CREATE)
	}
	if err != nil {
		return nil, err
	}
	version := 0
	err = s.read(ctx, func(c *conn) (err error) { version, err = c.state(); return err })
	if err != nil || version == newest() {
		return nil, err
	}
	if version == 0 {
		return nil, errors.New("it is empty; octroi serve writes receipts into it")
	}
	return open(ctx, s.path, sqlite3.OPEN_READWRITE)
}

// open opens a connection for writing.
func open(ctx context.Context, path string, flags sqlite3.OpenFlag) (*conn, error) {
	c, err := connect(path, path, flags)
	if err != nil {
		return nil, err
	}
	if err = c.prepare(ctx); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// write runs a change in a transaction. After an error that may be the connection's, the next
// write opens another.
func (s *Store) write(ctx context.Context, change func(c *conn) error) error {
	return s.writing(ctx, func(c *conn) error {
		return c.write(ctx, func() error { return change(c) })
	})
}

// writing runs a function with the one connection for writing.
func (s *Store) writing(ctx context.Context, use func(c *conn) error) (err error) {
	var c *conn
	select {
	case c = <-s.writer:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { s.writer <- c }()
	if c != nil && !s.same(c) {
		c.close()
		c = nil
	}
	if c == nil {
		if c, err = open(ctx, s.path, sqlite3.OPEN_READWRITE); err != nil {
			return worded(s.path, missing(s.path, err))
		}
	}
	if err = use(c); err != nil && !passing(err) {
		c.close()
		c = nil
	}
	if errors.Is(err, receipts.ErrClock) || errors.Is(err, receipts.ErrNotFound) {
		return err
	}
	return worded(s.path, err)
}

// same says whether the file at the path is the one that a connection has open: another may have
// been put in its place.
func (s *Store) same(c *conn) bool {
	info, err := os.Stat(s.path)
	return err == nil && os.SameFile(info, c.file)
}

// missing is the system's error of a file that is not there, for which SQLite has one for many cases.
func missing(path string, err error) error {
	if _, gone := os.Stat(path); gone != nil {
		return gone
	}
	return err
}

// read runs a function with a connection for reading.
func (s *Store) read(ctx context.Context, use func(c *conn) error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	var c *conn
	select {
	case c = <-s.readers:
	default:
	}
	if c != nil && !s.same(c) {
		c.close()
		c = nil
	}
	if c == nil {
		if c, err = connect(s.path, s.path, sqlite3.OPEN_READONLY); err != nil {
			return worded(s.path, missing(s.path, err))
		}
	}
	if err = c.read(ctx, use); err != nil && !errors.Is(err, receipts.ErrNotFound) {
		c.close()
		if errors.Is(err, sqlite3.READONLY) || errors.Is(err, sqlite3.CANTOPEN) {
			err = s.still(ctx, use, err)
		}
		return worded(s.path, err)
	}
	select {
	case s.readers <- c:
	default:
		c.close()
	}
	return err
}

// still reads a database that nobody writes, in a folder where nothing can be written beside it, as
// on a backup's medium. Where something lies beside it the database alone is not all, and the
// reason why it could not be read as usual stands.
func (s *Store) still(ctx context.Context, use func(c *conn) error, reason error) error {
	if info, err := os.Stat(s.path + "-wal"); err == nil && info.Size() > 0 {
		return reason
	}
	path, err := filepath.Abs(s.path)
	if err != nil {
		return reason
	}
	c, err := connect(path, "file:"+(&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()+"?immutable=1", sqlite3.OPEN_READONLY|sqlite3.OPEN_URI)
	if err != nil {
		return reason
	}
	defer c.close()
	return c.read(ctx, use)
}

// read runs a function until its context ends.
func (c *conn) read(ctx context.Context, use func(c *conn) error) error {
	c.SetInterrupt(ctx)
	defer c.SetInterrupt(context.Background())
	return use(c)
}

const columns = "writer, seq, received, id, at, body, body_hash, previous, hash, erased"

// entry reads a row of these columns.
func entry(s *sqlite3.Stmt) (e receipts.Entry) {
	e = receipts.Entry{Writer: s.ColumnText(0), Seq: s.ColumnInt64(1), Received: instant(s, 2), ID: s.ColumnText(3), At: receipts.Minute(s.ColumnInt64(4)), Erased: instant(s, 9)}
	if s.ColumnType(5) != sqlite3.NULL {
		e.Body = s.ColumnBlob(5, []byte{})
	}
	e.BodyHash, e.Previous, e.Hash = hash(s, 6), hash(s, 7), hash(s, 8)
	return e
}

// instant reads Unix milliseconds; the zero time where there are none.
func instant(s *sqlite3.Stmt, column int) time.Time {
	if s.ColumnType(column) == sqlite3.NULL {
		return time.Time{}
	}
	return time.UnixMilli(s.ColumnInt64(column)).UTC()
}

// hash reads 32 bytes; one of another length was not written here, and is the zero hash.
func hash(s *sqlite3.Stmt, column int) (h receipts.Hash) {
	if b := s.ColumnRawBlob(column); len(b) == len(h) {
		copy(h[:], b)
	}
	return h
}

// Append implements [receipts.Store].
func (s *Store) Append(ctx context.Context, writer string, received time.Time, items []receipts.Item) (outcomes []receipts.Outcome, err error) {
	received = received.UTC().Truncate(time.Millisecond)
	err = s.write(ctx, func(c *conn) error {
		outcomes = make([]receipts.Outcome, len(items))
		last, err := c.last(writer, time.Time{})
		ahead := &last
		switch {
		case errors.Is(err, receipts.ErrNotFound):
			ahead = nil
		case err != nil:
			return err
		case received.Before(last.Received):
			return receipts.ErrClock
		}
		for i, item := range items {
			e := receipts.Follow(ahead, writer, received, item)
			if outcomes[i], err = c.append(&e); err != nil {
				return err
			}
			if outcomes[i] == receipts.Kept {
				ahead = &e
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return outcomes, nil
}

// append inserts an entry, unless its receipt was kept before.
func (c *conn) append(e *receipts.Entry) (receipts.Outcome, error) {
	gone, err := c.row(func(*sqlite3.Stmt) {}, "SELECT 1 FROM entries WHERE body_hash = ? AND erased IS NOT NULL", e.BodyHash[:])
	if err != nil {
		return 0, err
	}
	if gone {
		return receipts.Gone, nil
	}
	body := e.Body
	if body == nil {
		body = []byte{}
	}
	err = c.do("INSERT INTO entries ("+columns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL) ON CONFLICT (id) DO NOTHING",
		e.Writer, e.Seq, e.Received.UnixMilli(), e.ID, int64(e.At), body, e.BodyHash[:], e.Previous[:], e.Hash[:])
	if err != nil {
		return 0, err
	}
	if c.Changes() > 0 {
		return receipts.Kept, nil
	}
	outcome := receipts.Conflict
	_, err = c.row(func(s *sqlite3.Stmt) {
		if bytes.Equal(s.ColumnRawBlob(0), e.Body) {
			outcome = receipts.There
		}
	}, "SELECT body FROM entries WHERE id = ?", e.ID)
	return outcome, err
}

// last is the last entry of a chain that was received before an instant.
func (c *conn) last(writer string, before time.Time) (e receipts.Entry, err error) {
	most := int64(1<<63 - 1)
	if !before.IsZero() {
		if most, err = c.first(writer, before); err != nil {
			return e, err
		}
	}
	is, err := c.row(func(s *sqlite3.Stmt) { e = entry(s) }, "SELECT "+columns+" FROM entries WHERE writer = ? AND seq < ? ORDER BY seq DESC LIMIT 1", writer, most)
	if err != nil || is {
		return e, err
	}
	is, err = c.row(func(s *sqlite3.Stmt) { e = entry(s) }, "SELECT "+baseColumns+" FROM bases WHERE writer = ?", writer)
	if err == nil && (!is || !before.IsZero() && !e.Received.Before(before)) {
		return receipts.Entry{}, receipts.ErrNotFound
	}
	return e, err
}

// first is the least number of a chain of which all from it on were received at an instant or
// after. Since the times of a chain never go back, it is found by halving.
func (c *conn) first(writer string, from time.Time) (int64, error) {
	var low, high int64
	_, err := c.row(func(s *sqlite3.Stmt) { low = s.ColumnInt64(0) }, "SELECT seq FROM entries WHERE writer = ? ORDER BY seq LIMIT 1", writer)
	if err != nil {
		return 0, err
	}
	_, err = c.row(func(s *sqlite3.Stmt) { high = s.ColumnInt64(0) + 1 }, "SELECT seq FROM entries WHERE writer = ? ORDER BY seq DESC LIMIT 1", writer)
	if err != nil {
		return 0, err
	}
	for low < high {
		middle := low + (high-low)/2
		early := false
		at := high
		_, err := c.row(func(s *sqlite3.Stmt) { at, early = s.ColumnInt64(0), s.ColumnInt64(1) < from.UnixMilli() },
			"SELECT seq, received FROM entries WHERE writer = ? AND seq >= ? ORDER BY seq LIMIT 1", writer, middle)
		switch {
		case err != nil:
			return 0, err
		case early:
			low = at + 1
		default:
			high = middle
		}
	}
	return low, nil
}

// Get implements [receipts.Store].
func (s *Store) Get(ctx context.Context, id string) (e receipts.Entry, err error) {
	err = s.read(ctx, func(c *conn) error {
		is, err := c.row(func(s *sqlite3.Stmt) { e = entry(s) }, "SELECT "+columns+" FROM entries WHERE id = ?", id)
		return found(is, err)
	})
	return e, err
}

// found is ErrNotFound where there was no row.
func found(is bool, err error) error {
	if err == nil && !is {
		return receipts.ErrNotFound
	}
	return err
}

// Entries implements [receipts.Store].
func (s *Store) Entries(ctx context.Context, q receipts.Query) iter.Seq2[receipts.Entry, error] {
	return func(yield func(receipts.Entry, error) bool) {
		writers, after := []string{q.Writer}, q.After
		if q.Writer == "" {
			var err error
			if writers, err = s.Writers(ctx); err != nil {
				yield(receipts.Entry{}, err)
				return
			}
			after = 0
		}
		for _, writer := range writers {
			if !s.chain(ctx, q, writer, after, yield) {
				return
			}
		}
	}
}

// chain yields what a query selects of one chain; false where no more is wanted. It reads some at
// a time, so that no transaction stays open while they are looked at. The order has the row's number
// in it for files in which somebody has given two entries the same place.
func (s *Store) chain(ctx context.Context, q receipts.Query, writer string, after int64, yield func(receipts.Entry, error) bool) bool {
	if q.From > 0 {
		// A receipt is made at most Ahead after it is received.
		err := s.read(ctx, func(c *conn) error {
			from, err := c.first(writer, q.From.Time().Add(-receipts.Ahead))
			after = max(after, from-1)
			return err
		})
		if err != nil {
			yield(receipts.Entry{}, err)
			return false
		}
	}
	seq, row := after, int64(1<<63-1)
	entries := make([]receipts.Entry, 0, page)
	for {
		n := 0
		entries = entries[:0]
		err := s.read(ctx, func(c *conn) error {
			return c.rows(func(st *sqlite3.Stmt) bool {
				e := entry(st)
				n++
				seq, row = e.Seq, st.ColumnInt64(10)
				if e.At >= q.From && (q.To == 0 || e.At < q.To) {
					entries = append(entries, e)
				}
				return true
			}, "SELECT "+columns+", rowid FROM entries WHERE writer = ? AND (seq, rowid) > (?, ?) ORDER BY seq, rowid LIMIT ?", writer, seq, row, int64(page))
		})
		if err != nil {
			yield(receipts.Entry{}, err)
			return false
		}
		for _, e := range entries {
			if !yield(e, nil) {
				return false
			}
		}
		if n < page {
			return true
		}
	}
}

// Writers implements [receipts.Store].
func (s *Store) Writers(ctx context.Context) (writers []string, err error) {
	err = s.read(ctx, func(c *conn) error {
		// By the index from name to name: a chain may be long.
		for name, more := "", true; more; {
			more, err = c.row(func(s *sqlite3.Stmt) { name = s.ColumnText(0) }, "SELECT writer FROM entries WHERE writer > ? ORDER BY writer LIMIT 1", name)
			if err != nil {
				return err
			}
			if more {
				writers = append(writers, name)
			}
		}
		return c.rows(func(s *sqlite3.Stmt) bool { writers = append(writers, s.ColumnText(0)); return true }, "SELECT writer FROM bases")
	})
	slices.Sort(writers)
	return slices.Compact(writers), err
}

// Last implements [receipts.Store].
func (s *Store) Last(ctx context.Context, writer string, before time.Time) (e receipts.Entry, err error) {
	err = s.read(ctx, func(c *conn) error { e, err = c.last(writer, before); return err })
	return e, err
}

// Duplicates implements [receipts.Store].
func (s *Store) Duplicates(ctx context.Context) (ids []string, err error) {
	err = s.read(ctx, func(c *conn) error {
		return c.rows(func(s *sqlite3.Stmt) bool { ids = append(ids, s.ColumnText(0)); return true },
			"SELECT id FROM entries WHERE id IS NOT NULL GROUP BY id HAVING count(*) > 1 LIMIT 100")
	})
	return ids, err
}

// Erase implements [receipts.Store].
func (s *Store) Erase(ctx context.Context, id string, now time.Time) error {
	return s.writing(ctx, func(c *conn) error {
		err := c.write(ctx, func() error {
			err := c.do("UPDATE entries SET id = NULL, body = NULL, erased = ? WHERE id = ?", now.UnixMilli(), id)
			return found(c.Changes() > 0, err)
		})
		if err != nil {
			return err
		}
		return c.forget()
	})
}

// forget empties the write-ahead log, which may have what was deleted.
func (c *conn) forget() error {
	_, _, err := c.WALCheckpoint("main", sqlite3.CHECKPOINT_TRUNCATE)
	return err
}

// Prune implements [receipts.Store].
func (s *Store) Prune(ctx context.Context, before time.Time) (pruned int64, err error) {
	writers, err := s.Writers(ctx)
	if err != nil {
		return 0, err
	}
	for _, writer := range writers {
		for {
			n := int64(0)
			err := s.write(ctx, func(c *conn) (err error) { n, err = c.prune(writer, before); return err })
			pruned += n
			if err != nil {
				return pruned, err
			}
			if n == 0 {
				break
			}
		}
	}
	if pruned > 0 {
		err = s.writing(ctx, func(c *conn) error { return c.forget() })
	}
	return pruned, err
}

const baseColumns = "writer, seq, received, NULL, at, NULL, body_hash, previous, hash, NULL"

// prune forgets some of a chain's oldest, and says how many.
func (c *conn) prune(writer string, before time.Time) (int64, error) {
	end, err := c.first(writer, before)
	if err != nil {
		return 0, err
	}
	// Where it stops: after so many, or at the end.
	last := int64(0)
	_, err = c.row(func(s *sqlite3.Stmt) { last = s.ColumnInt64(0) },
		"SELECT max(seq) FROM (SELECT seq FROM entries WHERE writer = ? AND seq < ? ORDER BY seq LIMIT ?)", writer, end, int64(pruneMost))
	if err != nil || last == 0 {
		return 0, err
	}
	err = c.do("INSERT OR REPLACE INTO bases (writer, seq, received, at, body_hash, previous, hash) SELECT writer, seq, received, at, body_hash, previous, hash FROM entries WHERE writer = ? AND seq = ?", writer, last)
	if err != nil {
		return 0, err
	}
	if err = c.do("DELETE FROM entries WHERE writer = ? AND seq <= ?", writer, last); err != nil {
		return 0, err
	}
	return c.Changes(), nil
}

// Bases implements [receipts.Store].
func (s *Store) Bases(ctx context.Context) (bases []receipts.Entry, err error) {
	err = s.read(ctx, func(c *conn) error {
		return c.rows(func(s *sqlite3.Stmt) bool { bases = append(bases, entry(s)); return true }, "SELECT "+baseColumns+" FROM bases ORDER BY writer")
	})
	return bases, err
}

// Archive implements [receipts.Store].
func (s *Store) Archive(ctx context.Context, hash receipts.Hash, text []byte) error {
	return s.write(ctx, func(c *conn) error {
		return c.do("INSERT INTO declarations (hash, text) VALUES (?, ?) ON CONFLICT DO NOTHING", hash[:], text)
	})
}

// Declaration implements [receipts.Store].
func (s *Store) Declaration(ctx context.Context, hash receipts.Hash) (text []byte, err error) {
	err = s.read(ctx, func(c *conn) error {
		is, err := c.row(func(s *sqlite3.Stmt) { text = s.ColumnBlob(0, nil) }, "SELECT text FROM declarations WHERE hash = ?", hash[:])
		return found(is, err)
	})
	return text, err
}

// Declarations implements [receipts.Store].
func (s *Store) Declarations(ctx context.Context) (hashes []receipts.Hash, err error) {
	err = s.read(ctx, func(c *conn) error {
		return c.rows(func(s *sqlite3.Stmt) bool { hashes = append(hashes, hash(s, 0)); return true }, "SELECT hash FROM declarations ORDER BY hash")
	})
	return hashes, err
}

// AddHead implements [receipts.Store].
func (s *Store) AddHead(ctx context.Context, h receipts.Head) error {
	return s.write(ctx, func(c *conn) error {
		return c.do("INSERT INTO heads (writer, day, seq, hash, previous, key, signature) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
			h.Writer, h.Day, h.Seq, h.Hash[:], h.Previous[:], h.Key, h.Signature)
	})
}

// Heads implements [receipts.Store].
func (s *Store) Heads(ctx context.Context) iter.Seq2[receipts.Head, error] {
	return func(yield func(receipts.Head, error) bool) {
		var heads []receipts.Head
		err := s.read(ctx, func(c *conn) error {
			return c.rows(func(s *sqlite3.Stmt) bool {
				heads = append(heads, receipts.Head{Writer: s.ColumnText(0), Day: s.ColumnText(1), Seq: s.ColumnInt64(2), Hash: hash(s, 3), Previous: hash(s, 4), Key: s.ColumnText(5), Signature: s.ColumnBlob(6, nil)})
				return true
			}, "SELECT writer, day, seq, hash, previous, key, signature FROM heads ORDER BY writer, day")
		})
		if err != nil {
			yield(receipts.Head{}, err)
			return
		}
		for _, h := range heads {
			if !yield(h, nil) {
				return
			}
		}
	}
}

// Check implements [receipts.Store].
func (s *Store) Check(ctx context.Context) error {
	return s.write(ctx, func(c *conn) error {
		return c.do("INSERT OR REPLACE INTO checks (n, at) VALUES (1, ?)", time.Now().UnixMilli())
	})
}

// Close implements [receipts.Store].
func (s *Store) Close() (err error) {
	for {
		select {
		case c := <-s.readers:
			err = errors.Join(err, c.close())
			continue
		default:
		}
		break
	}
	c := <-s.writer
	if c != nil {
		err = errors.Join(err, c.close())
	}
	s.writer <- nil
	return worded(s.path, err)
}
