package receipts

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/octroi-consent/octroi/engine/digest"
)

// Trust is what does not come from the store that is verified.
type Trust struct {
	Keys  Keys      // whose signatures count; without any, signatures are not looked at
	Heads []Head    // kept elsewhere: the store has to have them still
	Now   time.Time // time.Now() unless given
}

// Report is what a verification has found.
type Report struct {
	Chains       []Chain `json:"chains"`
	Entries      int64   `json:"entries"` // in all chains
	Erased       int64   `json:"erased"`  // of these
	Heads        int64   `json:"heads"`
	Declarations int64   `json:"declarations"`
	Signatures   bool    `json:"signatures"` // they were looked at
	Faults       []Fault `json:"faults"`
	More         int64   `json:"more"` // faults that are not listed
}

// Chain is how one chain stands.
type Chain struct {
	Writer   string    `json:"writer"`
	First    int64     `json:"first"` // the first entry's number; the ones before were pruned
	Last     int64     `json:"last"`
	Erased   int64     `json:"erased"`
	Received time.Time `json:"received"` // when the last was received
	Signed   int64     `json:"signed"`   // the last entry that a head vouches for, itself or one that follows it; 0 for none
	Until    string    `json:"until"`    // that head's day
}

// Fault is something that is not as this package writes it.
type Fault struct {
	Kind   FaultKind `json:"kind"`
	Writer string    `json:"writer,omitempty"` // "" where it is of no chain
	Seq    int64     `json:"seq,omitempty"`    // 0 where it is of no entry
	ID     string    `json:"id,omitempty"`     // the receipt's, where it is known
	Text   string    `json:"text"`             // one sentence: where, and what is wrong
}

func (f Fault) String() string { return f.Text }

// FaultKind is what kind of fault it is.
type FaultKind string

// The kinds of fault.
const (
	FaultChanged     FaultKind = "changed"     // an entry is not what its hash was made of
	FaultBody        FaultKind = "body"        // an id or a receipt is not what its entry was made of
	FaultGap         FaultKind = "gap"         // entries are missing
	FaultFork        FaultKind = "fork"        // two entries have one number
	FaultOrder       FaultKind = "order"       // an entry does not follow the one ahead of it
	FaultEmptied     FaultKind = "emptied"     // a receipt is gone, and was not erased
	FaultRestored    FaultKind = "restored"    // a receipt is there that was erased
	FaultForeign     FaultKind = "foreign"     // what is kept is no receipt, or another's
	FaultTime        FaultKind = "time"        // a time goes back, or lies in the future
	FaultDuplicate   FaultKind = "duplicate"   // two entries have one receipt's id
	FaultBase        FaultKind = "base"        // what was pruned does not fit what is left
	FaultDeclaration FaultKind = "declaration" // an archived declaration is not what its hash names, or is missing
	FaultSignature   FaultKind = "signature"   // a head is not what its signature was made of
	FaultKey         FaultKind = "key"         // a head was signed by a key that is not known
	FaultRewritten   FaultKind = "rewritten"   // an entry is not the one that was signed
	FaultTruncated   FaultKind = "truncated"   // a chain ends before an entry that was signed
	FaultHead        FaultKind = "head"        // a head is missing, or not in its place
	FaultUnsigned    FaultKind = "unsigned"    // a day is past, and no head vouches for it
)

// faultsMost is how many faults a report lists.
const faultsMost = 1000

// Verify goes through a whole store, and tells everything that is not as this package writes it.
// It holds few entries at a time. Receipts may be appended, erased and pruned meanwhile.
//
// What it cannot find: that the latest receipts were removed that no head vouches for yet, which
// are those of one day; and, without heads that were kept elsewhere, that a chain was removed with
// all of its heads.
func Verify(ctx context.Context, store Store, trust Trust) (*Report, error) {
	if trust.Now.IsZero() {
		trust.Now = time.Now()
	}
	v := &verification{store: store, trust: trust, report: &Report{Signatures: len(trust.Keys) > 0}}
	for _, step := range []func(context.Context) error{v.declarations, v.heads, v.chains, v.duplicates} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return v.report, nil
}

// verification is one run of Verify.
type verification struct {
	store    Store
	trust    Trust
	report   *Report
	archived map[Hash]bool     // false once it was told that it is missing
	signed   map[string][]Head // by writer, in the order of their days
}

// fault notes a fault.
func (v *verification) fault(kind FaultKind, writer string, seq int64, id, format string, args ...any) {
	if len(v.report.Faults) >= faultsMost {
		v.report.More++
		return
	}
	text := fmt.Sprintf(format, args...)
	switch {
	case seq > 0:
		text = fmt.Sprintf("chain %s, entry %d: %s", writer, seq, text)
	case writer != "":
		text = fmt.Sprintf("chain %s: %s", writer, text)
	}
	v.report.Faults = append(v.report.Faults, Fault{kind, writer, seq, id, text})
}

// declarations compares archived texts with the hashes that they are kept by.
func (v *verification) declarations(ctx context.Context) error {
	hashes, err := v.store.Declarations(ctx)
	if err != nil {
		return err
	}
	v.archived = map[Hash]bool{}
	for _, hash := range hashes {
		text, err := v.store.Declaration(ctx, hash)
		if err != nil {
			return err
		}
		v.archived[hash] = true
		v.report.Declarations++
		if is := Hash(digest.Declaration(text)); is != hash {
			v.fault(FaultDeclaration, "", 0, "", "the archived declaration %s: its text is another's, with the hash %s", hash, is)
		}
	}
	return nil
}

// heads reads all heads, and looks at what can be said of each and of their order without entries.
func (v *verification) heads(ctx context.Context) error {
	v.signed = map[string][]Head{}
	for h, err := range v.store.Heads(ctx) {
		if err != nil {
			return err
		}
		v.report.Heads++
		v.signed[h.Writer] = append(v.signed[h.Writer], h)
		v.signature(&h)
	}
	for _, h := range v.trust.Heads {
		there := slices.ContainsFunc(v.signed[h.Writer], func(is Head) bool { return is.Day == h.Day && is.Sum() == h.Sum() })
		if there || !v.signature(&h) {
			continue
		}
		v.fault(FaultHead, h.Writer, 0, "", "the head of %s, which was kept elsewhere, is not the one that is here, or none is", h.Day)
		v.signed[h.Writer] = append(v.signed[h.Writer], h)
	}
	for writer, list := range v.signed {
		slices.SortStableFunc(list, func(a, b Head) int { return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Seq, b.Seq)) })
		previous := Hash{}
		for i := range list {
			h := &list[i]
			if i > 0 && h.Day == list[i-1].Day {
				continue // told above
			}
			if h.Previous != previous {
				v.fault(FaultHead, writer, 0, "", "the head of %s does not follow the one before: a head between them was removed or replaced", h.Day)
			}
			if i > 0 && h.Seq <= list[i-1].Seq {
				v.fault(FaultHead, writer, 0, "", "the head of %s vouches for entry %d, and that of %s, an earlier day, for entry %d", h.Day, h.Seq, list[i-1].Day, list[i-1].Seq)
			}
			previous = h.Sum()
		}
	}
	return nil
}

// signature says whether a head is what a known key has signed.
func (v *verification) signature(h *Head) bool {
	if _, err := time.Parse(time.DateOnly, h.Day); err != nil || h.Day > dayOf(v.trust.Now) || h.Seq < 1 {
		v.fault(FaultHead, h.Writer, 0, "", "a head is of a day that has not ended, or of no entry")
	}
	if len(v.trust.Keys) == 0 {
		return true
	}
	key, known := v.trust.Keys[h.Key]
	switch {
	case !known:
		v.fault(FaultKey, h.Writer, 0, "", "the head of %s was signed by a key that was not given", h.Day)
	case !ed25519.Verify(key, h.Text(), h.Signature):
		v.fault(FaultSignature, h.Writer, 0, "", "the head of %s is not what was signed", h.Day)
	default:
		return true
	}
	return false
}

// chains goes through each chain.
func (v *verification) chains(ctx context.Context) error {
	writers, err := v.store.Writers(ctx)
	if err != nil {
		return err
	}
	for writer := range v.signed {
		if !slices.Contains(writers, writer) {
			v.fault(FaultTruncated, writer, 0, "", "nothing of it is there, and its heads are")
		}
	}
	for _, writer := range writers {
		c := &chain{verification: v, heads: v.signed[writer], state: Chain{Writer: writer}}
		if err := c.run(ctx); err != nil {
			return err
		}
		v.report.Chains = append(v.report.Chains, c.state)
	}
	return nil
}

// chain is the way through one chain.
type chain struct {
	*verification
	state    Chain
	heads    []Head // that come after the entry where it stands
	base     *Entry
	seq      int64 // of the entry where it stands
	hash     Hash
	received time.Time
	started  bool
	unsigned *Entry // the last of a past day that no head vouches for yet
}

func (c *chain) run(ctx context.Context) error {
	if err := c.readBase(ctx); err != nil {
		return err
	}
	if b := c.base; b != nil {
		c.seq, c.hash, c.received = b.Seq, b.Hash, b.Received
		c.state.Received = b.Received
		if b.Hash != Link(b) {
			c.fault(FaultBase, b.Writer, 0, "", "its base, entry %d, is not what its hash was made of", b.Seq)
		}
		c.vouch(b)
	}
	today := startOf(c.trust.Now)
	for e, err := range c.store.Entries(ctx, Query{Writer: c.state.Writer}) {
		if err != nil {
			return err
		}
		if err := c.place(ctx, &e); err != nil {
			return err
		}
		c.contents(&e)
		c.vouch(&e)
		if e.Received.Before(today) {
			c.unsigned = &Entry{Seq: e.Seq, Received: e.Received}
		}
		c.seq, c.hash, c.received, c.started = e.Seq, e.Hash, e.Received, true
		c.report.Entries++
	}
	c.end()
	return nil
}

// readBase reads the chain's base; nil where there is none.
func (c *chain) readBase(ctx context.Context) error {
	bases, err := c.store.Bases(ctx)
	if err != nil {
		return err
	}
	for _, base := range bases {
		if base.Writer == c.state.Writer {
			c.base = &base
		}
	}
	return nil
}

// place looks at where an entry stands.
func (c *chain) place(ctx context.Context, e *Entry) error {
	writer := c.state.Writer
	if e.Seq > c.seq+1 {
		// It may have been pruned since.
		if err := c.readBase(ctx); err != nil {
			return err
		}
		if c.base != nil && c.base.Seq == e.Seq-1 && c.base.Seq > c.seq {
			c.seq, c.hash, c.received = c.base.Seq, c.base.Hash, c.base.Received
			c.vouch(c.base)
		}
	}
	if !c.started {
		c.state.First = e.Seq
	}
	switch {
	case e.Seq > c.seq+1 && !c.started && c.base == nil:
		c.fault(FaultGap, writer, e.Seq, e.ID, "the chain begins here: what came before is missing, and was not pruned")
	case e.Seq > c.seq+1:
		c.fault(FaultGap, writer, e.Seq, e.ID, "%s missing before it", span(c.seq+1, e.Seq-1))
	case e.Seq == c.seq && c.started:
		c.fault(FaultFork, writer, e.Seq, e.ID, "a second entry has this number")
	case e.Seq <= c.seq:
		c.fault(FaultBase, writer, e.Seq, e.ID, "it is there, and the chain's base says that all up to entry %d were pruned", c.seq)
	case e.Previous != c.hash:
		c.fault(FaultOrder, writer, e.Seq, e.ID, "it was not written after the entry that is ahead of it")
	}
	if e.Received.Before(c.received) {
		c.fault(FaultTime, writer, e.Seq, e.ID, "it was received %s, before the entry ahead of it", e.Received.Format(time.RFC3339))
	}
	if e.Received.After(c.trust.Now.Add(Ahead)) {
		c.fault(FaultTime, writer, e.Seq, e.ID, "it was received in the future, %s", e.Received.Format(time.RFC3339))
	}
	return nil
}

func span(from, to int64) string {
	if from == to {
		return fmt.Sprintf("entry %d is", from)
	}
	return fmt.Sprintf("entries %d to %d are", from, to)
}

// contents looks at what an entry holds.
func (c *chain) contents(e *Entry) {
	writer := c.state.Writer
	if e.Hash != Link(e) {
		c.fault(FaultChanged, writer, e.Seq, e.ID, "its number, times or hashes are not those that it was written with")
	}
	erased := !e.Erased.IsZero()
	switch {
	case erased && (e.ID != "" || e.Body != nil):
		c.fault(FaultRestored, writer, e.Seq, e.ID, "its receipt was erased, and is there")
		return
	case erased:
		c.state.Erased++
		c.report.Erased++
		return
	case e.Body == nil || e.ID == "":
		c.fault(FaultEmptied, writer, e.Seq, e.ID, "its receipt is gone, and was not erased")
		return
	case e.BodyHash != HashBody(e.ID, e.Body):
		c.fault(FaultBody, writer, e.Seq, e.ID, "its receipt is not the one that it was written with")
	}
	r, err := Parse(e.Body)
	switch {
	case err != nil:
		c.fault(FaultForeign, writer, e.Seq, e.ID, "what it holds is no receipt: %v", err)
		return
	case r.ID != e.ID || r.At != e.At:
		c.fault(FaultForeign, writer, e.Seq, e.ID, "it is filed by another id or minute than its receipt has")
	case e.At.Time().After(e.Received.Add(Ahead)):
		c.fault(FaultTime, writer, e.Seq, e.ID, "its choice was made after it was received")
	}
	if there, known := c.archived[r.Declaration]; !there {
		if !known {
			c.archived[r.Declaration] = false
			c.fault(FaultDeclaration, writer, e.Seq, e.ID, "the declaration %s, which it names, is not in the archive", r.Declaration)
		}
	}
}

// vouch compares an entry with the heads that are of it.
func (c *chain) vouch(e *Entry) {
	for len(c.heads) > 0 && c.heads[0].Seq <= e.Seq {
		h := c.heads[0]
		c.heads = c.heads[1:]
		if h.Seq == e.Seq && h.Hash != e.Hash {
			c.fault(FaultRewritten, c.state.Writer, e.Seq, e.ID, "it is not the one that was signed on %s: it, or what came before, was written anew", h.Day)
		}
		c.state.Signed, c.state.Until = max(c.state.Signed, h.Seq), max(c.state.Until, h.Day)
	}
}

// end looks at what is missing at the end.
func (c *chain) end() {
	c.state.Last = c.seq
	if c.started {
		c.state.Received = c.received
	}
	for _, h := range c.heads {
		c.fault(FaultTruncated, c.state.Writer, 0, "", "it ends with entry %d, and entry %d was there on %s", c.seq, h.Seq, h.Day)
	}
	if c.unsigned != nil && c.unsigned.Seq > c.state.Signed && (len(c.trust.Keys) > 0 || len(c.signed) > 0) {
		c.fault(FaultUnsigned, c.state.Writer, 0, "", "no head vouches for the entries from %d to %d, received until %s: a head was removed, or nothing has signed since; octroi receipts heads --sign signs what is due", c.state.Signed+1, c.unsigned.Seq, dayOf(c.unsigned.Received))
	}
}

// duplicates has the store look for ids that several entries have.
func (v *verification) duplicates(ctx context.Context) error {
	ids, err := v.store.Duplicates(ctx)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	for _, id := range ids {
		v.fault(FaultDuplicate, "", 0, id, "receipt %s: several entries have it", id)
	}
	return nil
}
