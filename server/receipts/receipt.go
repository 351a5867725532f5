// Package receipts keeps proof of consent: what was shown, what was chosen, when and how, and
// nothing that identifies anybody.
//
// A receipt is made by the visitor's page when a choice is made, and kept by the server as it
// came. Entries are chained by their hashes, so that a change, a removal or another order is
// found; erasing and pruning leave the chain whole.
package receipts

import "time"

// Format is the first and, so far, only format of a receipt.
const Format = 1

// Receipt is what a page sends of one choice.
type Receipt struct {
	Format      int    // 1
	ID          string // a random UUID, version 4 (RFC 9562, section 5.4), in lower case
	At          Minute // when the choice was made
	Until       Minute // when the first of it ends
	Host        string // the host of the page
	Octroi      string // the engine's version
	Declaration Hash   // SHA-256 of the declaration as the engine read it
	Texts       Hash   // SHA-256 of the interface's texts as shown
	Language    string // of these texts: a BCP 47 tag
	Layout      string // as declared: see Layouts
	Layer       string // where the choice was made: see Layers
	Method      string // how: see Methods
	Granted     []Category
}

// Category is what was chosen for one category.
type Category struct {
	ID       string
	Whole    bool     // the whole category, with each of its services
	Services []string // ids of the services granted where Whole is false
	Marks    string   // in the place of Services, where there are many: see [Receipt.Resolve]
}

// Words that a receipt may have.
var (
	Layouts = []string{"corner", "bar", "dialog"}
	Layers  = []string{"first", "second", "stand-in", "policy", "page", "app"}
	Methods = []string{"accept", "refuse", "select", "page", "inherit", "app", "gpc"}
)

// Minute is an instant in whole minutes since 1970-01-01T00:00Z.
type Minute int64

// minuteForm is how receipts write a minute.
const minuteForm = "2006-01-02T15:04Z"

// MinuteOf is the minute that an instant is in.
func MinuteOf(t time.Time) Minute {
	seconds := t.Unix()
	return Minute((seconds - (seconds%60+60)%60) / 60)
}

// Time is the minute's beginning, in UTC.
func (m Minute) Time() time.Time { return time.Unix(int64(m)*60, 0).UTC() }

// String writes a minute as receipts do: 2026-11-27T17:33Z.
func (m Minute) String() string { return m.Time().Format(minuteForm) }
