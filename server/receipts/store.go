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
	Received time.Time // when the server took it, in whole milliseconds, UTC; never before the entry ahead
	ID       string    // the receipt's; empty once it was erased
	At       Minute    // the receipt's
	Body     []byte    // the receipt's bytes as they came; nil once it was erased
	BodyHash Hash      // of ID and Body, see HashBody; stays when they are erased
	Previous Hash      // of the entry ahead; zero for the first
	Hash     Hash      // of all above but ID and Body, see Link
	Erased   time.Time // when ID and Body were erased, in whole milliseconds, UTC; zero while they are there
}

// Head is the last entry of a chain at the end of a day, signed.
type Head struct {
	Writer    string `json:"writer"`
	Day       string `json:"day"` // 2026-11-27, UTC
	Seq       int64  `json:"seq"`
	Hash      Hash   `json:"hash"`      // the entry's
	Previous  Hash   `json:"previous"`  // of the writer's head before, see Head.Sum; zero for the first
	Key       string `json:"key"`       // names the key: see KeyName
	Signature []byte `json:"signature"` // ed25519, of Head.Text
}

// Outcome is what became of one receipt that was to be kept.
type Outcome int

// What can become of a receipt.
const (
	Kept     Outcome = iota // it is durable now
	There                   // the same bytes were kept before
	Conflict                // other bytes are kept by this id
	Gone                    // the same bytes were kept, and erased since
)

// ErrNotFound says that there is no such receipt, entry or declaration.
var ErrNotFound = errors.New("not found")

// ErrClock says that receipts were not kept because they were received before the last entry of
// their chain: the clock was turned back.
var ErrClock = errors.New("the clock is behind the last receipt")

// Item is a receipt to keep.
type Item struct {
	ID   string
	At   Minute // at most Ahead after it is received
	Body []byte
}

// Ahead is how far a page's clock may be ahead of the server's.
const Ahead = 2 * time.Minute

// Query selects entries; the zero value selects all.
type Query struct {
	Writer   string // of this chain only; of all where it is empty
	After    int64  // with Writer: entries with a greater Seq
	From, To Minute // At is at least From, and before To unless that is 0
}

// Store keeps entries. Its methods may be called at the same time by several goroutines; several
// processes may use one store, each with a writer's name of its own.
//
// Entries are neither changed nor removed but by Erase and Prune. What Store promises is a table
// of tests: package storetest.
type Store interface {
	// Append keeps items at the end of the writer's chain, all of them or none, and returns what
	// became of each. What it returns without an error is durable: it survives kill -9 and a loss
	// of power. It is ErrClock where received is before the chain's last entry. Of two items with
	// one id, the first is kept.
	Append(ctx context.Context, writer string, received time.Time, items []Item) ([]Outcome, error)
	// Get returns the entry of a receipt, or ErrNotFound.
	Get(ctx context.Context, id string) (Entry, error)
	// Entries yields what a query selects, by writer and Seq. It holds few of them at a time, and
	// appending goes on meanwhile. After an error it yields no more.
	Entries(ctx context.Context, q Query) iter.Seq2[Entry, error]
	// Writers returns the names of all chains, in order.
	Writers(ctx context.Context) ([]string, error)
	// Last returns the last entry of a chain that was received before an instant, or, where that
	// is zero, the last of all. It is the base where that is what is left, else ErrNotFound. The
	// instant is one of whole milliseconds.
	Last(ctx context.Context, writer string, before time.Time) (Entry, error)
	// Duplicates returns ids that several entries have, at most 100: there are none unless
	// somebody has written past this package.
	Duplicates(ctx context.Context) ([]string, error)
	// Erase forgets a receipt's id and body, and leaves its link in the chain; ErrNotFound if it
	// is not there. Nothing of the body stays in the store's files.
	Erase(ctx context.Context, id string, now time.Time) error
	// Prune forgets all receipts that were received before an instant, and returns how many. Each
	// chain keeps its last pruned link as its base, so that what follows verifies. It may go on in
	// several steps; where it ends with an error, what was pruned until then is counted.
	Prune(ctx context.Context, before time.Time) (int64, error)
	// Bases returns the last pruned link of each chain that was pruned, by writer. It has neither
	// ID nor Body.
	Bases(ctx context.Context) ([]Entry, error)
	// Archive keeps a declaration's text by its hash; keeping it again changes nothing.
	Archive(ctx context.Context, hash Hash, text []byte) error
	// Declaration returns an archived text, or ErrNotFound.
	Declaration(ctx context.Context, hash Hash) ([]byte, error)
	// Declarations returns the hashes of all archived texts, in order.
	Declarations(ctx context.Context) ([]Hash, error)
	// AddHead keeps a signed head; of one writer and day the first stays.
	AddHead(ctx context.Context, h Head) error
	// Heads yields all heads by writer and day.
	Heads(ctx context.Context) iter.Seq2[Head, error]
	// Check says whether the store can keep receipts now, by writing something durable that is no
	// receipt.
	Check(ctx context.Context) error
	// Close ends the use of the store.
	Close() error
}
