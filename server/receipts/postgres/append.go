package postgres

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/octroi-consent/octroi/server/receipts"
)

// writer is one chain that this process adds to.
type writer struct {
	store *Store
	name  string
	turn  chan struct{} // holds one while somebody adds to the chain

	// conn holds the chain's lock; nil until the first receipt, and after a loss.
	conn   *pgx.Conn
	number int32
}

// errClosed says that a store is used after its end.
var errClosed = errors.New("the store is closed")

// writerOf is the writer of a name.
func (s *Store) writerOf(name string) (*writer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.writers == nil {
		return nil, errClosed
	}
	w := s.writers[name]
	if w == nil {
		w = &writer{store: s, name: name, turn: make(chan struct{}, 1)}
		s.writers[name] = w
	}
	return w, nil
}

// Append implements [receipts.Store]. Where the connection ends, it tries once more with a new one:
// what the lost one has kept is found by its ids.
func (s *Store) Append(ctx context.Context, name string, received time.Time, items []receipts.Item) ([]receipts.Outcome, error) {
	if err := ctx.Err(); err != nil || len(items) == 0 {
		return nil, err
	}
	a := addition{received: received.UTC().Truncate(time.Millisecond), items: items, ahead: -1}
	for _, item := range items {
		id, ok := parseUUID(item.ID)
		if !ok {
			return nil, fmt.Errorf("the receipt's id %.60q is no UUID in lower case", item.ID)
		}
		a.ids = append(a.ids, id)
		sum := receipts.HashBody(item.ID, item.Body)
		a.sums = append(a.sums, sum[:])
	}
	w, err := s.writerOf(name)
	if err != nil {
		return nil, err
	}
	select {
	case w.turn <- struct{}{}:
		defer func() { <-w.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	losses := 0
	for try := 0; ; try++ {
		outcomes, err := w.add(ctx, &a)
		switch {
		case err == nil, errors.Is(err, receipts.ErrClock):
			return outcomes, err
		case ctx.Err() != nil:
			w.disconnect()
			return nil, ctx.Err()
		case noMonth(err):
			s.forget()
		case inTheWay(err):
		case lost(err):
			w.disconnect()
			if losses++; losses > 1 {
				return nil, explain(err)
			}
		default:
			if state(err) == "25006" { // read_only_sql_transaction: the session may stay so for ever
				w.disconnect()
			}
			return nil, explain(err)
		}
		if try >= retries {
			return nil, explain(err)
		}
		if err := pause(ctx, try); err != nil {
			return nil, err
		}
	}
}

// connect takes a connection for the chain, and the chain's lock.
func (w *writer) connect(ctx context.Context) error {
	if w.conn != nil && !w.conn.IsClosed() {
		return nil
	}
	conn, err := pgx.ConnectConfig(ctx, w.store.config)
	if err != nil {
		return err
	}
	w.conn = conn
	if err = w.store.prepare(ctx, conn); err == nil && !w.store.plain {
		err = w.lock(ctx)
	}
	if err == nil {
		err = w.register(ctx)
	}
	if err != nil {
		w.disconnect()
	}
	return err
}

// inUse says that another process adds to the chain.
type inUse struct{ name, who string }

func (e *inUse) Error() string {
	return fmt.Sprintf("another process adds to the chain %s%s: give each process a writer's name of its own", e.name, e.who)
}

// lock takes the chain's lock, for as long as the connection lasts. The server may not have seen
// yet that an earlier connection ended, so that it is waited for a moment.
func (w *writer) lock(ctx context.Context) error {
	const key = "hashtextextended('octroi ' || current_schema() || ' writer ' || $1::text, 0)"
	for deadline := time.Now().Add(time.Second); ; {
		var taken bool
		if err := w.conn.QueryRow(ctx, "SELECT pg_try_advisory_lock("+key+")", w.name).Scan(&taken); err != nil || taken {
			return err
		}
		if time.Now().After(deadline) {
			break
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	var who string
	err := w.conn.QueryRow(ctx, `SELECT ' (from ' || coalesce(host(a.client_addr), 'this host') || ', since ' || to_char(a.backend_start, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || ')'
		FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory' AND l.granted
		AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
		AND (l.classid::bigint << 32 | l.objid::bigint) = `+key+` LIMIT 1`, w.name).Scan(&who)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	return &inUse{w.name, who}
}

// register finds the chain's number, or gives it one.
func (w *writer) register(ctx context.Context) error {
	const find = "SELECT number FROM octroi_writers WHERE name = $1"
	err := w.conn.QueryRow(ctx, find, w.name).Scan(&w.number)
	if !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	_, err = w.conn.Exec(ctx, `INSERT INTO octroi_writers (number, name, seq, hash)
		SELECT coalesce(max(number), 0) + 1, $1, 0, $2 FROM octroi_writers`, w.name, make([]byte, 32))
	if err != nil {
		return err
	}
	return w.conn.QueryRow(ctx, find, w.name).Scan(&w.number)
}

// disconnect gives the connection up, without waiting for a server that may be gone.
func (w *writer) disconnect() {
	if w.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = w.conn.Close(ctx)
	w.conn = nil
}

// addition is what one call of Append is to keep.
type addition struct {
	received time.Time
	items    []receipts.Item
	ids      [][16]byte
	sums     [][]byte
	ahead    int64 // Seq of the chain's last entry at the first try; -1 before
}

// add tries to keep an addition, in one transaction and two round trips.
func (w *writer) add(ctx context.Context, a *addition) ([]receipts.Outcome, error) {
	if err := w.store.need(ctx, a.received); err != nil {
		return nil, err
	}
	if err := w.connect(ctx); err != nil {
		return nil, err
	}
	outcomes, err := w.transaction(ctx, a)
	if err != nil && w.conn != nil && !w.conn.IsClosed() && w.conn.PgConn().TxStatus() != 'I' {
		if _, undone := w.conn.Exec(ctx, "rollback"); undone != nil {
			w.disconnect()
		}
	}
	return outcomes, err
}

// ordinary is the SQL of the lock that lets no id be kept in two months at once. What is unique is
// so within a month's table; other months are looked at before. All who add to the present month
// share the lock, since the table's index keeps them apart; who adds to another one, or within five
// minutes of a month's end by the database's clock, has the lock alone.
var ordinary = fmt.Sprintf(`SELECT CASE
	WHEN date_trunc('month', now() - interval '5 min') <= $1 AND $1 < date_trunc('month', now() + interval '5 min') + interval '1 month'
		AND date_trunc('month', now() - interval '5 min') = date_trunc('month', now() + interval '5 min')
	THEN pg_advisory_xact_lock_shared(%[1]s) ELSE pg_advisory_xact_lock(%[1]s) END`, lockMonth.key())

// kept is what is there of an id, or of a body that was erased.
type kept struct {
	sum    []byte
	writer int32
	seq    int64
	now    bool // by this very transaction
}

// transaction finds out what is new, adds it to the chain, and commits.
func (w *writer) transaction(ctx context.Context, a *addition) ([]receipts.Outcome, error) {
	var last *receipts.Entry
	there := map[[16]byte]kept{}
	erased := map[string]bool{} // by the body's hash
	var batch pgx.Batch
	batch.Queue("begin")
	batch.Queue("SELECT seq, hash, received FROM octroi_writers WHERE number = $1 FOR UPDATE", w.number).QueryRow(func(row pgx.Row) error {
		var e receipts.Entry
		var hash []byte
		var received *time.Time
		err := row.Scan(&e.Seq, &hash, &received)
		if err == nil && received != nil {
			e.Received = *received
			copy(e.Hash[:], hash)
			last = &e
		}
		return err
	})
	if !w.store.plain {
		batch.Queue(ordinary, a.received)
	}
	batch.Queue(`SELECT id, body_hash, writer, seq FROM octroi_receipts WHERE id = ANY($1)
		UNION ALL SELECT NULL, body_hash, writer, seq FROM octroi_receipts WHERE erased IS NOT NULL AND body_hash = ANY($2)`,
		a.ids, a.sums).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			var id *[16]byte
			var k kept
			if err := rows.Scan(&id, &k.sum, &k.writer, &k.seq); err != nil {
				return err
			}
			if id == nil {
				erased[string(k.sum)] = true
			} else {
				there[*id] = k
			}
		}
		return rows.Err()
	})
	if err := w.conn.SendBatch(ctx, &batch).Close(); err != nil {
		return nil, err
	}
	if last != nil && a.received.Before(last.Received) {
		return nil, fmt.Errorf("%w: it says %s, and the last of chain %s was received at %s", receipts.ErrClock,
			a.received.Format(time.RFC3339), w.name, last.Received.UTC().Format(time.RFC3339))
	}
	if a.ahead < 0 {
		a.ahead = 0
		if last != nil {
			a.ahead = last.Seq
		}
	}
	outcomes := make([]receipts.Outcome, len(a.items))
	var added rows
	for i, item := range a.items {
		k, known := there[a.ids[i]]
		same := bytes.Equal(k.sum, a.sums[i])
		switch {
		case known && same && !k.now && k.writer == w.number && k.seq > a.ahead:
			// An earlier try of this call has kept it, and the connection was lost before that could be heard.
			outcomes[i] = receipts.Kept
		case known && same:
			outcomes[i] = receipts.There
		case known:
			outcomes[i] = receipts.Conflict
		case erased[string(a.sums[i])]:
			outcomes[i] = receipts.Gone
		default:
			e := receipts.Follow(last, w.name, a.received, item)
			added.add(&e, a.ids[i])
			there[a.ids[i]] = kept{sum: a.sums[i], now: true}
			last = &e
		}
	}
	if len(added.seqs) == 0 {
		_, err := w.conn.Exec(ctx, "rollback")
		return outcomes, err
	}
	return outcomes, w.commit(ctx, a.received, last, &added)
}

// rows are entries, column by column.
type rows struct {
	ats                            []time.Time
	seqs                           []int64
	ids                            [][16]byte
	sums, previous, hashes, bodies [][]byte
}

func (r *rows) add(e *receipts.Entry, id [16]byte) {
	r.ats = append(r.ats, e.At.Time())
	r.seqs = append(r.seqs, e.Seq)
	r.ids = append(r.ids, id)
	r.sums = append(r.sums, e.BodyHash[:])
	r.previous = append(r.previous, e.Previous[:])
	r.hashes = append(r.hashes, e.Hash[:])
	r.bodies = append(r.bodies, e.Body)
}

// commit writes entries and the chain's new end. Of what a server is sent at once it skips all that
// comes after an error, the commit too.
func (w *writer) commit(ctx context.Context, received time.Time, last *receipts.Entry, added *rows) error {
	var batch pgx.Batch
	batch.Queue(`INSERT INTO octroi_receipts (received, writer, at, seq, id, body_hash, previous, hash, body)
		SELECT $1, $2, n.* FROM unnest($3::timestamptz[], $4::bigint[], $5::uuid[], $6::bytea[], $7::bytea[], $8::bytea[], $9::bytea[])
			AS n (at, seq, id, body_hash, previous, hash, body)`,
		received, w.number, added.ats, added.seqs, added.ids, added.sums, added.previous, added.hashes, added.bodies)
	batch.Queue("UPDATE octroi_writers SET seq = $1, hash = $2, received = $3 WHERE number = $4", last.Seq, last.Hash[:], received, w.number)
	batch.Queue("commit")
	results := w.conn.SendBatch(ctx, &batch)
	defer results.Close()
	for range 2 {
		if _, err := results.Exec(); err != nil {
			return err
		}
	}
	done, err := results.Exec()
	if err == nil && done.String() != "COMMIT" {
		err = fmt.Errorf("the database answered a commit with %s", done)
	}
	return err
}

// parseUUID reads a UUID in lower case (RFC 9562, section 4).
func parseUUID(text string) (id [16]byte, ok bool) {
	if len(text) != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
		return id, false
	}
	digits := text[:8] + text[9:13] + text[14:18] + text[19:23] + text[24:]
	_, err := hex.Decode(id[:], []byte(digits))
	return id, err == nil && formatUUID(id) == text
}

// formatUUID writes a UUID in lower case.
func formatUUID(id [16]byte) string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}
