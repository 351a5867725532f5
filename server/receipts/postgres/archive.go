package postgres

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/octroi-consent/octroi/server/receipts"
)

// Archive implements [receipts.Store].
func (s *Store) Archive(ctx context.Context, hash receipts.Hash, text []byte) error {
	_, err := s.pool.Exec(ctx, "INSERT INTO octroi_declarations (hash, body) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING", hash[:], append([]byte{}, text...))
	return explain(err)
}

// Declaration implements [receipts.Store].
func (s *Store) Declaration(ctx context.Context, hash receipts.Hash) (text []byte, err error) {
	err = s.pool.QueryRow(ctx, "SELECT body FROM octroi_declarations WHERE hash = $1", hash[:]).Scan(&text)
	if errors.Is(err, pgx.ErrNoRows) {
		err = receipts.ErrNotFound
	}
	return text, explain(err)
}

// Declarations implements [receipts.Store].
func (s *Store) Declarations(ctx context.Context) (hashes []receipts.Hash, err error) {
	rows, err := s.pool.Query(ctx, "SELECT hash FROM octroi_declarations WHERE length(hash) = 32")
	if err != nil {
		return nil, explain(err)
	}
	hashes, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (receipts.Hash, error) {
		var hash []byte
		err := row.Scan(&hash)
		return receipts.Hash(hash), err
	})
	slices.SortFunc(hashes, func(a, b receipts.Hash) int { return bytes.Compare(a[:], b[:]) })
	return hashes, explain(err)
}

// AddHead implements [receipts.Store].
func (s *Store) AddHead(ctx context.Context, h receipts.Head) error {
	_, err := s.pool.Exec(ctx, `INSERT INTO octroi_heads (writer, day, seq, hash, previous, key, signature)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (writer, day) DO NOTHING`,
		h.Writer, h.Day, h.Seq, h.Hash[:], h.Previous[:], h.Key, h.Signature)
	return explain(err)
}

// Heads implements [receipts.Store].
func (s *Store) Heads(ctx context.Context) iter.Seq2[receipts.Head, error] {
	return func(yield func(receipts.Head, error) bool) {
		var last receipts.Head
		for {
			heads, err := s.heads(ctx, last)
			if err != nil {
				yield(receipts.Head{}, explain(err))
				return
			}
			for _, head := range heads {
				if !yield(head, nil) {
					return
				}
				last = head
			}
			if len(heads) < page {
				return
			}
		}
	}
}

// heads is the page of heads that comes after one.
func (s *Store) heads(ctx context.Context, last receipts.Head) ([]receipts.Head, error) {
	rows, err := s.pool.Query(ctx, `SELECT writer, day, seq, hash, previous, key, signature FROM octroi_heads
		WHERE (writer, day) > ($1, $2) ORDER BY writer, day LIMIT $3`, last.Writer, last.Day, page)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (h receipts.Head, err error) {
		var hash, previous []byte
		err = row.Scan(&h.Writer, &h.Day, &h.Seq, &hash, &previous, &h.Key, &h.Signature)
		copy(h.Hash[:], hash)
		copy(h.Previous[:], previous)
		return h, err
	})
}
