package postgres

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/octroi-consent/octroi/server/receipts"
)

// page is how many entries are held at a time.
const page = 500

// columns are those that scan reads, of a table r and the table w of writers.
const columns = "w.name, r.seq, r.received, r.at, r.id, r.body, r.body_hash, r.previous, r.hash, r.erased"

// link are the columns of an entry that outlast it, as a base.
const link = "writer, seq, received, at, body_hash, previous, hash"

// scan reads an entry.
func scan(row pgx.CollectableRow) (e receipts.Entry, err error) {
	var at time.Time
	var id *[16]byte
	var bodyHash, previous, hash []byte
	var erased *time.Time
	err = row.Scan(&e.Writer, &e.Seq, &e.Received, &at, &id, &e.Body, &bodyHash, &previous, &hash, &erased)
	if err != nil {
		return e, err
	}
	e.Received, e.At = e.Received.UTC(), receipts.MinuteOf(at)
	if id != nil {
		e.ID = formatUUID(*id)
	}
	if erased != nil {
		e.Erased = erased.UTC()
	}
	// Hashes that somebody made shorter or longer are wrong, whatever they are.
	copy(e.BodyHash[:], bodyHash)
	copy(e.Previous[:], previous)
	copy(e.Hash[:], hash)
	return e, nil
}

// entries runs a query for entries.
func (s *Store) entries(ctx context.Context, sql string, args ...any) ([]receipts.Entry, error) {
	rows, err := s.pool.Query(ctx, sql, args...)
	if err != nil {
		return nil, explain(err)
	}
	entries, err := pgx.CollectRows(rows, scan)
	return entries, explain(err)
}

// one runs a query for one entry.
func (s *Store) one(ctx context.Context, sql string, args ...any) (receipts.Entry, error) {
	entries, err := s.entries(ctx, sql, args...)
	if err == nil && len(entries) == 0 {
		err = receipts.ErrNotFound
	}
	if err != nil {
		return receipts.Entry{}, err
	}
	return entries[0], nil
}

// Get implements [receipts.Store].
func (s *Store) Get(ctx context.Context, id string) (receipts.Entry, error) {
	uuid, ok := parseUUID(id)
	if !ok {
		return receipts.Entry{}, receipts.ErrNotFound
	}
	return s.one(ctx, "SELECT "+columns+" FROM octroi_receipts r JOIN octroi_writers w ON w.number = r.writer WHERE r.id = $1", uuid)
}

// Writers implements [receipts.Store].
func (s *Store) Writers(ctx context.Context) ([]string, error) {
	rows, err := s.pool.Query(ctx, "SELECT name FROM octroi_writers WHERE seq > 0")
	if err != nil {
		return nil, explain(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	slices.Sort(names)
	return names, explain(err)
}

// numberOf is the number of a writer.
func (s *Store) numberOf(ctx context.Context, writer string) (number int32, err error) {
	err = s.pool.QueryRow(ctx, "SELECT number FROM octroi_writers WHERE name = $1", writer).Scan(&number)
	if errors.Is(err, pgx.ErrNoRows) {
		err = receipts.ErrNotFound
	}
	return number, explain(err)
}

// Entries implements [receipts.Store]. It reads page by page, with no transaction around them.
func (s *Store) Entries(ctx context.Context, q receipts.Query) iter.Seq2[receipts.Entry, error] {
	return func(yield func(receipts.Entry, error) bool) {
		writers, after := []string{q.Writer}, q.After
		if q.Writer == "" {
			after = 0
			var err error
			if writers, err = s.Writers(ctx); err != nil {
				yield(receipts.Entry{}, err)
				return
			}
		}
		for _, writer := range writers {
			if !s.chain(ctx, writer, after, q, yield) {
				return
			}
		}
	}
}

// chain yields what a query selects of one chain, and tells whether to go on.
func (s *Store) chain(ctx context.Context, writer string, after int64, q receipts.Query, yield func(receipts.Entry, error) bool) bool {
	number, err := s.numberOf(ctx, writer)
	if errors.Is(err, receipts.ErrNotFound) {
		return true
	}
	next := func() ([]receipts.Entry, error) { return s.after(ctx, number, after) }
	if q.From != 0 || q.To != 0 {
		next = s.during(ctx, number, &after, q)
	}
	for err == nil {
		var entries []receipts.Entry
		if entries, err = next(); err != nil {
			break
		}
		if len(entries) == 0 {
			return true
		}
		for _, e := range entries {
			if !yield(e, nil) {
				return false
			}
			after = e.Seq
		}
	}
	yield(receipts.Entry{}, err)
	return false
}

// after is the page of a chain that comes after an entry.
func (s *Store) after(ctx context.Context, number int32, after int64) ([]receipts.Entry, error) {
	return s.entries(ctx, "SELECT "+columns+` FROM octroi_receipts r JOIN octroi_writers w ON w.number = r.writer
		WHERE r.writer = $1 AND r.seq > $2 ORDER BY r.seq LIMIT $3`, number, after, page)
}

// during reads a chain's entries of a span of minutes. What comes first and last of them is asked for
// once; in between it goes on in steps of Seq, each of which is as short work as any other, however
// few of its entries are of the span.
func (s *Store) during(ctx context.Context, number int32, after *int64, q receipts.Query) func() ([]receipts.Entry, error) {
	const of = " FROM octroi_receipts r WHERE r.writer = $1 AND r.seq > $2 AND r.at >= $3 AND r.at < $4 AND r.received >= $5"
	from, to := q.From.Time(), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	if q.To != 0 {
		to = q.To.Time()
	}
	received := from.Add(-receipts.Ahead)
	var at, last *int64
	begun := false
	return func() ([]receipts.Entry, error) {
		if !begun {
			begun = true
			if err := s.pool.QueryRow(ctx, "SELECT min(r.seq) - 1, max(r.seq)"+of, number, *after, from, to, received).Scan(&at, &last); err != nil {
				return nil, explain(err)
			}
		}
		for at != nil && *at < *last {
			until := *at + page
			entries, err := s.entries(ctx, "SELECT "+columns+` FROM octroi_receipts r JOIN octroi_writers w ON w.number = r.writer
				WHERE r.writer = $1 AND r.seq > $2 AND r.seq <= $6 AND r.at >= $3 AND r.at < $4 AND r.received >= $5 ORDER BY r.seq`,
				number, *at, from, to, received, until)
			if err != nil || len(entries) > 0 {
				*at = until
				return entries, err
			}
			// Nothing of the span is in this step, or somebody has made a gap: go on where there is something.
			at = nil
			if err := s.pool.QueryRow(ctx, "SELECT min(r.seq) - 1"+of, number, until, from, to, received).Scan(&at); err != nil {
				return nil, explain(err)
			}
		}
		return nil, nil
	}
}

// Last implements [receipts.Store].
func (s *Store) Last(ctx context.Context, writer string, before time.Time) (receipts.Entry, error) {
	number, err := s.numberOf(ctx, writer)
	if err != nil {
		return receipts.Entry{}, err
	}
	seq, err := s.lastBefore(ctx, number, before)
	if err != nil {
		return receipts.Entry{}, err
	}
	if seq > 0 {
		return s.one(ctx, "SELECT "+columns+` FROM octroi_receipts r JOIN octroi_writers w ON w.number = r.writer
			WHERE r.writer = $1 AND r.seq = $2`, number, seq)
	}
	bases, err := s.bases(ctx, "AND r.writer = $1", number)
	if err == nil && (len(bases) == 0 || !before.IsZero() && !bases[0].Received.Before(before)) {
		err = receipts.ErrNotFound
	}
	if err != nil {
		return receipts.Entry{}, err
	}
	return bases[0], nil
}

// lastBefore is the Seq of a chain's last entry that was received before an instant, or of the last
// of all where that is zero; 0 where there is none. It halves the chain, whose entries are in the
// order in which they were received.
func (s *Store) lastBefore(ctx context.Context, number int32, before time.Time) (int64, error) {
	// probe finds the first entry from a Seq on, or the last up to it.
	probe := func(where string, seq int64) (found int64, early bool, err error) {
		var received time.Time
		err = s.pool.QueryRow(ctx, "SELECT seq, received FROM octroi_receipts WHERE writer = $1 AND seq "+where+" LIMIT 1", number, seq).Scan(&found, &received)
		if errors.Is(err, pgx.ErrNoRows) {
			return 0, false, nil
		}
		return found, before.IsZero() || received.Before(before), explain(err)
	}
	const forward, back = ">= $2 ORDER BY seq", "<= $2 ORDER BY seq DESC"
	late, early, err := probe(back, 1<<62)
	if early || err != nil || late == 0 {
		return late, err
	}
	low, early, err := probe(forward, 0)
	if !early || err != nil {
		return 0, err
	}
	for low+1 < late {
		found, early, err := probe(back, low+(late-low)/2)
		switch {
		case err != nil:
			return 0, err
		case early && found > low:
			low = found
		case early: // a gap between low and the middle
			if found, early, err = probe(forward, low+1); err != nil {
				return 0, err
			} else if !early || found >= late {
				return low, nil
			}
			low = found
		default:
			late = found
		}
	}
	return low, nil
}

// Duplicates implements [receipts.Store].
func (s *Store) Duplicates(ctx context.Context) ([]string, error) {
	rows, err := s.pool.Query(ctx, "SELECT id::text FROM octroi_receipts WHERE id IS NOT NULL GROUP BY id HAVING count(*) > 1 LIMIT 100")
	if err != nil {
		return nil, explain(err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	slices.Sort(ids)
	return ids, explain(err)
}

// Bases implements [receipts.Store].
func (s *Store) Bases(ctx context.Context) ([]receipts.Entry, error) {
	bases, err := s.bases(ctx, "")
	slices.SortFunc(bases, func(a, b receipts.Entry) int {
		if a.Writer < b.Writer {
			return -1
		}
		return 1
	})
	return bases, err
}

func (s *Store) bases(ctx context.Context, where string, args ...any) ([]receipts.Entry, error) {
	return s.entries(ctx, "SELECT w.name, r.seq, r.received, r.at, NULL::uuid, NULL::bytea, r.body_hash, r.previous, r.hash, NULL::timestamptz"+
		" FROM octroi_bases r JOIN octroi_writers w ON w.number = r.writer "+where, args...)
}
