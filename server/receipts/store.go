package receipts

import (
	"context"
	"errors"
	"iter"
	"time"
)

// Hash is a SHA-256.
type Hash [32]byte

// Entry is a receipt as it is kept: a link of its writer's chain.
type Entry struct {
	Writer   string    // names the chain: each process that writes has one of its own
	Seq      int64     // 1, 2, 3… within the chain
	Received time.Time // when the server took it, in whole milliseconds, UTC
	ID       string    // the receipt's; empty once it was erased
	At       Minute    // the receipt's
	Body     []byte    // the receipt's bytes as they came; nil once it was erased
	BodyHash Hash      // of ID and Body; stays when they are erased
	Previous Hash      // of the entry before; zero for the first
	Hash     Hash      // of all above but ID and Body: see Link
}

// Head is the last entry of a chain at the end of a day, signed.
type Head struct {
	Writer    string
	Day       string // 2026-11-27, UTC
	Seq       int64
	Hash      Hash
	Key       string // names the key: the first 16 hex digits of the SHA-256 of the public key
	Signature []byte // ed25519, of HeadText
}

// Outcome is what became of one receipt that was to be kept.
type Outcome int

// What can become of a receipt.
const (
	Kept     Outcome = iota // it is durable now
	There                   // the same bytes were kept before
	Conflict                // other bytes are kept by this id
	Gone                    // it was kept, and erased since
)

// ErrNotFound says that there is no such receipt, declaration or head.
var ErrNotFound = errors.New("not found")

// Item is a receipt to keep.
type Item struct {
	ID   string
	At   Minute
	Body []byte
}

// Query selects entries; the zero value selects all.
type Query struct {
	Writer   string // of this chain only
	After    int64  // with Writer: entries with a greater Seq
	From, To Minute // At is at least From, and before To unless that is 0
}

// Store keeps entries. Its methods may be called at the same time by several goroutines; several
// processes may use one store, each with a writer's name of its own.
type Store interface {
	// Append keeps items at the end of the writer's chain, all of them or none, and returns what
	// became of each. What it returns without an error is durable: it survives kill -9 and a loss
	// of power.
	Append(ctx context.Context, writer string, received time.Time, items []Item) ([]Outcome, error)
	// Get returns the entry of a receipt, or ErrNotFound.
	Get(ctx context.Context, id string) (Entry, error)
	// Entries yields what a query selects, by writer and Seq. It holds few of them at a time.
	Entries(ctx context.Context, q Query) iter.Seq2[Entry, error]
	// Writers returns the names of all chains.
	Writers(ctx context.Context) ([]string, error)
	// Last returns the last entry of a chain, or ErrNotFound.
	Last(ctx context.Context, writer string) (Entry, error)
	// Erase forgets a receipt's id and body, and leaves its link in the chain; ErrNotFound if it is not there.
	Erase(ctx context.Context, id string) error
	// Prune forgets all receipts that were received before an instant, and returns how many. Each
	// chain keeps its last pruned link as a Base, so that what follows verifies.
	Prune(ctx context.Context, before time.Time) (int64, error)
	// Bases returns the last pruned link of each chain that was pruned.
	Bases(ctx context.Context) ([]Entry, error)
	// Archive keeps a declaration's text by its hash; keeping it again changes nothing.
	Archive(ctx context.Context, hash Hash, text []byte) error
	// Declaration returns an archived text, or ErrNotFound.
	Declaration(ctx context.Context, hash Hash) ([]byte, error)
	// Declarations returns the hashes of all archived texts.
	Declarations(ctx context.Context) ([]Hash, error)
	// AddHead keeps a signed head; of one writer and day the first stays.
	AddHead(ctx context.Context, h Head) error
	// Heads yields all heads by writer and day.
	Heads(ctx context.Context) iter.Seq2[Head, error]
	// Check says whether the store can keep receipts now.
	Check(ctx context.Context) error
	// Close ends the use of the store.
	Close() error
}
