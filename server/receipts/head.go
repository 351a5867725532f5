package receipts

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"time"
)

// Text is what a head's signature is of: seven lines, each with a line feed at its end.
func (h *Head) Text() []byte {
	return fmt.Appendf(nil, "octroi head 1\n%s\n%s\n%d\n%s\n%s\n%s\n", h.Writer, h.Day, h.Seq, h.Hash, h.Previous, h.Key)
}

// Sum is what the writer's next head has as Previous: the SHA-256 of the text and the signature.
func (h *Head) Sum() Hash { return sha256.Sum256(append(h.Text(), h.Signature...)) }

// Sign puts a key's name and signature into a head.
func (h *Head) Sign(key ed25519.PrivateKey) {
	h.Key = KeyName(key.Public().(ed25519.PublicKey))
	h.Signature = ed25519.Sign(key, h.Text())
}

// ParseHeads reads heads that were kept elsewhere: JSON values, one after the other.
func ParseHeads(text []byte) (heads []Head, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	for {
		var h Head
		switch err := d.Decode(&h); {
		case errors.Is(err, io.EOF):
			return heads, nil
		case err != nil:
			return nil, fmt.Errorf("head %d: this is none (%v); octroi receipts heads writes them", len(heads)+1, err)
		}
		heads = append(heads, h)
	}
}

// Keys are public keys by their names.
type Keys map[string]ed25519.PublicKey

// KeyName names a key: the first 16 hex digits of the SHA-256 of its 32 bytes.
func KeyName(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:8])
}

// NewKey makes a key, and writes it and its public half as PEM (PKCS #8 and PKIX).
func NewKey() (key ed25519.PrivateKey, private, public []byte, err error) {
	half, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, nil, err
	}
	whole, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, nil, err
	}
	known, err := x509.MarshalPKIXPublicKey(half)
	if err != nil {
		return nil, nil, nil, err
	}
	return key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: whole}), pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: known}), nil
}

// ParseKey reads a private key as NewKey, or openssl genpkey -algorithm ed25519, writes it.
func ParseKey(text []byte) (ed25519.PrivateKey, error) {
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "PRIVATE KEY" {
		return nil, errors.New("no private key in PEM: octroi receipts key makes one")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, is := parsed.(ed25519.PrivateKey)
	if err != nil || !is {
		return nil, errors.New("no ed25519 key: octroi receipts key makes one")
	}
	return key, nil
}

// ParseKeys reads public keys in PEM, one after the other; of a private key it takes the public half.
func ParseKeys(text []byte) (Keys, error) {
	keys := Keys{}
	for {
		block, rest := pem.Decode(text)
		if block == nil {
			break
		}
		text = rest
		var public ed25519.PublicKey
		switch block.Type {
		case "PRIVATE KEY":
			key, err := ParseKey(pem.EncodeToMemory(block))
			if err != nil {
				return nil, err
			}
			public = key.Public().(ed25519.PublicKey)
		case "PUBLIC KEY":
			parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
			key, is := parsed.(ed25519.PublicKey)
			if err != nil || !is {
				return nil, errors.New("no ed25519 key: octroi receipts key makes one")
			}
			public = key
		default:
			return nil, fmt.Errorf("%s is no key: a PUBLIC KEY is wanted", block.Type)
		}
		keys[KeyName(public)] = public
	}
	if len(keys) == 0 || len(bytes.TrimSpace(text)) > 0 {
		return nil, errors.New("no keys in PEM: octroi receipts key makes one")
	}
	return keys, nil
}

// dayOf is the day of an instant, in UTC.
func dayOf(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// startOf is the beginning of an instant's day, in UTC.
func startOf(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// SignHeads signs, for every chain and each day before now's, the last entry that was received on
// it, unless a head is there. It walks from the head before to the new one, and signs nothing of a
// chain that is broken in between. It returns how many it has signed.
func SignHeads(ctx context.Context, store Store, key ed25519.PrivateKey, now time.Time) (signed int, err error) {
	latest := map[string]*Head{}
	for h, err := range store.Heads(ctx) {
		if err != nil {
			return 0, err
		}
		if before := latest[h.Writer]; before == nil || h.Day > before.Day {
			latest[h.Writer] = &h
		}
	}
	writers, err := store.Writers(ctx)
	if err != nil {
		return 0, err
	}
	var broken []error
	for _, writer := range writers {
		n, err := signChain(ctx, store, key, writer, latest[writer], startOf(now))
		signed += n
		if err != nil {
			broken = append(broken, err)
		}
	}
	return signed, errors.Join(broken...)
}

// signChain signs the heads of one chain that come after its latest.
func signChain(ctx context.Context, store Store, key ed25519.PrivateKey, writer string, latest *Head, today time.Time) (signed int, err error) {
	due, err := dueHeads(ctx, store, writer, latest, today)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	w := walk{writer: writer}
	if err := w.begin(ctx, store, latest); err != nil {
		return 0, err
	}
	for e, err := range store.Entries(ctx, Query{Writer: writer, After: w.seq}) {
		if err != nil {
			return signed, err
		}
		if err := w.step(&e); err != nil {
			return signed, err
		}
		head := due[0]
		if e.Seq < head.Seq {
			continue
		}
		if e.Hash != head.Hash {
			return signed, fmt.Errorf("chain %s, entry %d: it changed while its head was signed", writer, e.Seq)
		}
		if latest != nil {
			head.Previous = latest.Sum()
		}
		head.Sign(key)
		if err := store.AddHead(ctx, head); err != nil {
			return signed, err
		}
		signed++
		latest = &head
		if due = due[1:]; len(due) == 0 {
			return signed, nil
		}
	}
	return signed, fmt.Errorf("chain %s: it ends before entry %d, which was there: no head is signed", writer, due[0].Seq)
}

// dueHeads are the heads that a chain lacks, without signatures, in order.
func dueHeads(ctx context.Context, store Store, writer string, latest *Head, today time.Time) (due []Head, err error) {
	for before := today; ; {
		e, err := store.Last(ctx, writer, before)
		switch {
		case errors.Is(err, ErrNotFound):
			return due, nil
		case err != nil:
			return nil, err
		case latest != nil && e.Seq <= latest.Seq:
			return due, nil
		case e.ID == "" && e.Body == nil && e.Erased.IsZero():
			// The base: what it stands for is gone, and nobody can say any more that it was right.
			return due, nil
		}
		day := dayOf(e.Received)
		if latest != nil && day <= latest.Day {
			// The clock was ahead when that day was signed: the entries that came after count with yesterday.
			if day = dayOf(today.Add(-time.Hour)); day <= latest.Day {
				return due, nil
			}
		}
		due = append([]Head{{Writer: writer, Day: day, Seq: e.Seq, Hash: e.Hash}}, due...)
		before = startOf(e.Received)
	}
}

// walk follows a chain from link to link.
type walk struct {
	writer string
	seq    int64
	hash   Hash
}

// begin stands at the latest head, or, where that was pruned, at the chain's base.
func (w *walk) begin(ctx context.Context, store Store, latest *Head) error {
	if latest != nil {
		w.seq, w.hash = latest.Seq, latest.Hash
	}
	bases, err := store.Bases(ctx)
	if err != nil {
		return err
	}
	for _, base := range bases {
		if base.Writer != w.writer || base.Seq < w.seq {
			continue
		}
		if base.Seq == w.seq && base.Hash != w.hash {
			return fmt.Errorf("chain %s, entry %d: it is not what was signed", w.writer, w.seq)
		}
		w.seq, w.hash = base.Seq, base.Hash
	}
	return nil
}

// step goes on to the next entry, or says why it is none.
func (w *walk) step(e *Entry) error {
	if e.Seq != w.seq+1 || e.Previous != w.hash || e.Hash != Link(e) || e.Body != nil && e.BodyHash != HashBody(e.ID, e.Body) {
		return fmt.Errorf("chain %s, entry %d: it does not follow what is ahead of it, so that no head is signed; octroi receipts verify says more", w.writer, e.Seq)
	}
	w.seq, w.hash = e.Seq, e.Hash
	return nil
}
