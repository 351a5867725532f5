package receipts

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"time"
)

// String writes a hash in lower-case hex.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// ParseHash reads 64 digits of lower-case hex.
func ParseHash(text string) (h Hash, err error) {
	if !isHash(text) {
		return h, errors.New("no SHA-256: 64 digits of lower-case hex are wanted")
	}
	_, err = hex.Decode(h[:], []byte(text))
	return h, err
}

// MarshalText writes a hash as String does.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads it, as ParseHash does.
func (h *Hash) UnmarshalText(text []byte) (err error) {
	*h, err = ParseHash(string(text))
	return err
}

// HashBody is the hash of a receipt's id and bytes. The id is random, so that of an erased receipt
// nothing can be found out by trying.
func HashBody(id string, body []byte) (sum Hash) {
	h := sha256.New()
	h.Write([]byte("octroi receipt 1\n" + id + "\n"))
	h.Write(body)
	h.Sum(sum[:0])
	return sum
}

// Link is the hash of an entry: the SHA-256 of "octroi link 1", a line feed, Previous, Seq,
// Received and At as 8 bytes each (big endian; Unix milliseconds and minutes), BodyHash and Writer.
func Link(e *Entry) Hash {
	const mark = "octroi link 1\n"
	b := make([]byte, 0, 256)
	b = append(b, mark...)
	b = append(b, e.Previous[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(e.Seq))
	b = binary.BigEndian.AppendUint64(b, uint64(e.Received.UnixMilli()))
	b = binary.BigEndian.AppendUint64(b, uint64(e.At))
	b = append(b, e.BodyHash[:]...)
	b = append(b, e.Writer...)
	return sha256.Sum256(b)
}

// Follow makes the entry of an item that comes after another; nil stands for the beginning of the
// chain.
func Follow(last *Entry, writer string, received time.Time, item Item) Entry {
	e := Entry{
		Writer: writer, Seq: 1, Received: received.UTC().Truncate(time.Millisecond),
		ID: item.ID, At: item.At, Body: item.Body, BodyHash: HashBody(item.ID, item.Body),
	}
	if last != nil {
		e.Seq, e.Previous = last.Seq+1, last.Hash
	}
	e.Hash = Link(&e)
	return e
}
