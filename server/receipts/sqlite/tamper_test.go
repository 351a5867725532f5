package sqlite_test

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/server/receipts"
	"github.com/octroi-consent/octroi/server/receipts/sqlite"
	"github.com/octroi-consent/octroi/server/receipts/storetest"
)

// owner is whoever can write the database's file, and does so with SQLite alone.
type owner struct {
	t  *testing.T
	db *sqlite3.Conn
}

// run runs statements.
func (o *owner) run(sql string, parameters ...any) {
	o.t.Helper()
	sql = fmt.Sprintf(sql, parameters...)
	require.NoError(o.t, o.db.Exec(sql), sql)
}

// changed runs a statement that has to change rows.
func (o *owner) changed(sql string, parameters ...any) {
	o.t.Helper()
	o.run(sql, parameters...)
	require.Positive(o.t, o.db.Changes(), sql)
}

// free makes the table of entries anew, without what SQLite keeps unique in it.
func (o *owner) free() {
	o.run(`CREATE TABLE other (writer TEXT, seq INTEGER, received INTEGER, id TEXT, at INTEGER, body BLOB, body_hash BLOB, previous BLOB, hash BLOB, erased INTEGER);
		INSERT INTO other SELECT * FROM entries; DROP TABLE entries; ALTER TABLE other RENAME TO entries`)
}

// rewrite makes all hashes of a chain fit again, from an entry on, as one who knows this package can.
// Bodies' hashes are made anew too, but those of what was erased.
func (o *owner) rewrite(writer string, from int64) {
	o.t.Helper()
	ahead := receipts.Entry{}
	read, _, err := o.db.Prepare("SELECT * FROM (SELECT seq, hash, 0, 0, '', 0, x'', x'' FROM bases WHERE writer = ?1 UNION ALL SELECT seq, hash, rowid, received, id, at, body, body_hash FROM entries WHERE writer = ?1) ORDER BY seq")
	require.NoError(o.t, err)
	defer read.Close()
	require.NoError(o.t, read.BindText(1, writer))
	write, _, err := o.db.Prepare("UPDATE entries SET body_hash = ?, previous = ?, hash = ? WHERE rowid = ?")
	require.NoError(o.t, err)
	defer write.Close()
	for read.Step() {
		e := receipts.Entry{Writer: writer, Seq: read.ColumnInt64(0), Hash: receipts.Hash(read.ColumnBlob(1, nil))}
		if e.Seq >= from {
			e.Received, e.At, e.Previous = time.UnixMilli(read.ColumnInt64(3)), receipts.Minute(read.ColumnInt64(5)), ahead.Hash
			e.BodyHash = receipts.Hash(read.ColumnBlob(7, nil))
			if read.ColumnType(6) != sqlite3.NULL {
				e.BodyHash = receipts.HashBody(read.ColumnText(4), read.ColumnBlob(6, nil))
			}
			e.Hash = receipts.Link(&e)
			write.BindBlob(1, e.BodyHash[:])
			write.BindBlob(2, e.Previous[:])
			write.BindBlob(3, e.Hash[:])
			write.BindInt64(4, read.ColumnInt64(2))
			require.NoError(o.t, write.Exec())
		}
		ahead = e
	}
	require.NoError(o.t, read.Err())
}

// head signs a head of a chain's entry by a key, in the place of what was there.
func (o *owner) head(writer, day string, seq int64, previous receipts.Hash, key ed25519.PrivateKey) {
	h := receipts.Head{Writer: writer, Day: day, Seq: seq, Previous: previous}
	read, _, err := o.db.Prepare("SELECT hash FROM entries WHERE writer = ? AND seq = ?")
	require.NoError(o.t, err)
	defer read.Close()
	read.BindText(1, writer)
	read.BindInt64(2, seq)
	require.True(o.t, read.Step())
	h.Hash = receipts.Hash(read.ColumnBlob(0, nil))
	h.Sign(key)
	o.run("INSERT OR REPLACE INTO heads VALUES ('%s', '%s', %d, x'%s', x'%s', '%s', x'%x')", h.Writer, h.Day, h.Seq, h.Hash, h.Previous, h.Key, h.Signature)
}

// found is what a verification has to tell, among other things.
type found struct {
	kind   receipts.FaultKind
	writer string
	seq    int64
}

// tamperings are what can be done to a database that storetest.Fill has made: of chain a, entries
// 1 to 6 were pruned, 7 to 30 are there, 16 was erased; heads vouch for 6, 12, 18 and 24.
var tamperings = []struct {
	name string
	do   func(o *owner)
	want []found
	away []found // what is told besides where heads are kept elsewhere
}{
	{"nothing", func(*owner) {}, nil, nil},
	{"a choice is turned into consent", func(o *owner) {
		o.changed(`UPDATE entries SET body = CAST(replace(CAST(body AS TEXT), '"ads":false', '"ads":true') AS BLOB) WHERE writer = 'a' AND seq = 10`)
	}, []found{{receipts.FaultBody, "a", 10}}, nil},
	{"a receipt's id is another", func(o *owner) {
		o.changed("UPDATE entries SET id = '%s' WHERE writer = 'a' AND seq = 10", storetest.ID(7))
	}, []found{{receipts.FaultBody, "a", 10}, {receipts.FaultForeign, "a", 10}}, nil},
	{"a receipt is changed with its hash", func(o *owner) {
		body := strings.Replace(string(storetest.Body(103, storetest.Noon.AddDate(0, 0, 1).Add(time.Hour))), `"ads":false`, `"ads":true`, 1)
		hash := receipts.HashBody(storetest.ID(103), []byte(body))
		o.changed("UPDATE entries SET body = CAST('%s' AS BLOB), body_hash = x'%s' WHERE id = '%s'", body, hash, storetest.ID(103))
	}, []found{{receipts.FaultChanged, "a", 10}}, nil},
	{"a receipt is changed with its entry's hash", func(o *owner) {
		o.changed(`UPDATE entries SET body = CAST(replace(CAST(body AS TEXT), '"ads":false', '"ads":true') AS BLOB) WHERE writer = 'a' AND seq = 10`)
		keep := o.hashes("a")
		o.rewrite("a", 10)
		for seq, hash := range keep {
			if seq > 10 {
				o.changed("UPDATE entries SET previous = x'%x', hash = x'%x' WHERE writer = 'a' AND seq = %d", hash[0], hash[1], seq)
			}
		}
	}, []found{{receipts.FaultOrder, "a", 11}}, nil},
	{"a receipt is changed, and all after it written anew", func(o *owner) {
		o.changed(`UPDATE entries SET body = CAST(replace(CAST(body AS TEXT), '"ads":false', '"ads":true') AS BLOB) WHERE writer = 'a' AND seq = 10`)
		o.rewrite("a", 10)
	}, []found{{receipts.FaultRewritten, "a", 12}, {receipts.FaultRewritten, "a", 18}, {receipts.FaultRewritten, "a", 24}}, nil},
	{"one is removed", func(o *owner) {
		o.changed("DELETE FROM entries WHERE writer = 'a' AND seq = 10")
	}, []found{{receipts.FaultGap, "a", 11}}, nil},
	{"one is removed, and the others close up", func(o *owner) {
		o.changed("DELETE FROM entries WHERE writer = 'a' AND seq = 10")
		for seq := 11; seq <= 30; seq++ {
			o.changed("UPDATE entries SET seq = %d WHERE writer = 'a' AND seq = %d", seq-1, seq)
		}
	}, []found{{receipts.FaultOrder, "a", 10}, {receipts.FaultChanged, "a", 10}}, nil},
	{"one is removed, the others close up and are written anew", func(o *owner) {
		o.changed("DELETE FROM entries WHERE writer = 'a' AND seq = 10")
		for seq := 11; seq <= 30; seq++ {
			o.changed("UPDATE entries SET seq = %d WHERE writer = 'a' AND seq = %d", seq-1, seq)
		}
		o.rewrite("a", 10)
	}, []found{{receipts.FaultRewritten, "a", 12}}, nil},
	{"the last are removed", func(o *owner) {
		o.changed("DELETE FROM entries WHERE writer = 'a' AND seq >= 23")
	}, []found{{receipts.FaultTruncated, "a", 0}}, nil},
	{"the first are removed", func(o *owner) {
		o.changed("DELETE FROM entries WHERE writer = 'a' AND seq <= 9")
	}, []found{{receipts.FaultGap, "a", 10}}, nil},
	{"pruning is forged with the wrong link", func(o *owner) {
		o.changed("UPDATE bases SET seq = 9 WHERE writer = 'a'")
		o.changed("DELETE FROM entries WHERE writer = 'a' AND seq <= 9")
	}, []found{{receipts.FaultBase, "a", 0}, {receipts.FaultOrder, "a", 10}}, nil},
	{"pruning is forged, with a base of one's own", func(o *owner) {
		o.changed("DELETE FROM entries WHERE writer = 'a' AND seq <= 12")
		base := receipts.Entry{Writer: "a", Seq: 12, Received: storetest.Noon, At: receipts.MinuteOf(storetest.Noon)}
		base.Hash = receipts.Link(&base)
		o.changed("UPDATE bases SET seq = 12, received = %d, at = %d, body_hash = x'%s', previous = x'%s', hash = x'%s' WHERE writer = 'a'", base.Received.UnixMilli(), base.At, base.BodyHash, base.Previous, base.Hash)
		o.rewrite("a", 13)
	}, []found{{receipts.FaultRewritten, "a", 12}, {receipts.FaultRewritten, "a", 18}}, nil},
	{"the base is removed", func(o *owner) {
		o.changed("DELETE FROM bases WHERE writer = 'a'")
	}, []found{{receipts.FaultGap, "a", 7}}, nil},
	{"what was pruned is put back", func(o *owner) {
		o.changed("INSERT INTO entries SELECT writer, 6, received, '%s', at, body, body_hash, previous, hash, erased FROM entries WHERE writer = 'a' AND seq = 7", storetest.ID(7))
	}, []found{{receipts.FaultBase, "a", 6}}, nil},
	{"two change places", func(o *owner) {
		o.changed("UPDATE entries SET seq = 99 WHERE writer = 'a' AND seq = 10")
		o.changed("UPDATE entries SET seq = 10 WHERE writer = 'a' AND seq = 11")
		o.changed("UPDATE entries SET seq = 11 WHERE writer = 'a' AND seq = 99")
	}, []found{{receipts.FaultOrder, "a", 10}, {receipts.FaultChanged, "a", 10}, {receipts.FaultChanged, "a", 11}}, nil},
	{"two receipts change places", func(o *owner) {
		o.run(`CREATE TEMP TABLE swap AS SELECT seq, id, body FROM entries WHERE writer = 'a' AND seq IN (10, 11)`)
		o.changed("UPDATE entries SET id = NULL WHERE writer = 'a' AND seq IN (10, 11)")
		o.changed("UPDATE entries SET (id, body) = (SELECT id, body FROM swap WHERE swap.seq = 21 - entries.seq) WHERE writer = 'a' AND seq IN (10, 11)")
	}, []found{{receipts.FaultBody, "a", 10}, {receipts.FaultBody, "a", 11}}, nil},
	{"two bodies change places", func(o *owner) {
		o.run(`CREATE TEMP TABLE swap AS SELECT seq, body FROM entries WHERE writer = 'a' AND seq IN (10, 11)`)
		o.changed("UPDATE entries SET body = (SELECT body FROM swap WHERE swap.seq = 21 - entries.seq) WHERE writer = 'a' AND seq IN (10, 11)")
	}, []found{{receipts.FaultBody, "a", 10}, {receipts.FaultForeign, "a", 10}, {receipts.FaultBody, "a", 11}, {receipts.FaultForeign, "a", 11}}, nil},
	{"one is inserted, and all after it written anew", func(o *owner) {
		for seq := 30; seq >= 10; seq-- {
			o.changed("UPDATE entries SET seq = %d WHERE writer = 'a' AND seq = %d", seq+1, seq)
		}
		o.insert("a", 10, 777, storetest.Noon.AddDate(0, 0, 1).Add(time.Hour))
		o.rewrite("a", 10)
	}, []found{{receipts.FaultRewritten, "a", 12}}, nil},
	{"one is put at the end without its hash", func(o *owner) {
		o.insert("a", 31, 777, storetest.Noon.AddDate(0, 0, 4).Add(2*time.Hour))
	}, []found{{receipts.FaultOrder, "a", 31}, {receipts.FaultChanged, "a", 31}}, nil},
	{"a fork: two entries of one number", func(o *owner) {
		o.free()
		o.insert("a", 10, 777, storetest.Noon.AddDate(0, 0, 1).Add(time.Hour))
	}, []found{{receipts.FaultFork, "a", 10}}, nil},
	{"a receipt is there twice", func(o *owner) {
		o.free()
		o.run("INSERT INTO entries SELECT writer, 31, received, id, at, body, body_hash, previous, hash, erased FROM entries WHERE writer = 'a' AND seq = 30")
		o.rewrite("a", 31)
	}, []found{{receipts.FaultDuplicate, "", 0}}, nil},
	{"the time of arrival is another", func(o *owner) {
		o.changed("UPDATE entries SET received = received + 1 WHERE writer = 'a' AND seq = 10")
	}, []found{{receipts.FaultChanged, "a", 10}}, nil},
	{"the time of the choice is another", func(o *owner) {
		o.changed("UPDATE entries SET at = at - 1 WHERE writer = 'a' AND seq = 10")
	}, []found{{receipts.FaultChanged, "a", 10}, {receipts.FaultForeign, "a", 10}}, nil},
	{"a link is another", func(o *owner) {
		o.changed("UPDATE entries SET previous = x'%s' WHERE writer = 'a' AND seq = 10", receipts.Hash{1})
	}, []found{{receipts.FaultOrder, "a", 10}, {receipts.FaultChanged, "a", 10}}, nil},
	{"a hash is cut", func(o *owner) {
		o.changed("UPDATE entries SET hash = substr(hash, 1, 31) WHERE writer = 'a' AND seq = 10")
	}, []found{{receipts.FaultChanged, "a", 10}, {receipts.FaultOrder, "a", 11}}, nil},
	{"one is counted to another chain", func(o *owner) {
		o.changed("UPDATE entries SET writer = 'b', seq = 31 WHERE writer = 'a' AND seq = 30")
	}, []found{{receipts.FaultOrder, "b", 31}, {receipts.FaultChanged, "b", 31}}, nil},
	{"a chain has another name", func(o *owner) {
		o.changed("UPDATE entries SET writer = 'c' WHERE writer = 'a'")
	}, []found{{receipts.FaultTruncated, "a", 0}, {receipts.FaultGap, "c", 7}, {receipts.FaultChanged, "c", 7}}, nil},
	{"a receipt is taken out without being erased", func(o *owner) {
		o.changed("UPDATE entries SET body = NULL, id = NULL WHERE writer = 'a' AND seq = 10")
	}, []found{{receipts.FaultEmptied, "a", 10}}, nil},
	{"a body alone is taken out", func(o *owner) {
		o.changed("UPDATE entries SET body = NULL WHERE writer = 'a' AND seq = 10")
	}, []found{{receipts.FaultEmptied, "a", 10}}, nil},
	{"a receipt counts as erased, and is there", func(o *owner) {
		o.changed("UPDATE entries SET erased = received WHERE writer = 'a' AND seq = 10")
	}, []found{{receipts.FaultRestored, "a", 10}}, nil},
	{"what was erased is put back as another", func(o *owner) {
		body := strings.Replace(string(storetest.Body(203, storetest.Noon.AddDate(0, 0, 2).Add(time.Hour))), `"ads":false`, `"ads":true`, 1)
		o.changed("UPDATE entries SET id = '%s', body = CAST('%s' AS BLOB), erased = NULL WHERE writer = 'a' AND seq = 16", storetest.ID(203), body)
	}, []found{{receipts.FaultBody, "a", 16}}, nil},
	{"the tail is written anew with what is no receipt", func(o *owner) {
		o.changed("UPDATE entries SET body = CAST('{}' AS BLOB) WHERE writer = 'a' AND seq = 29")
		o.rewrite("a", 29)
	}, []found{{receipts.FaultForeign, "a", 29}}, nil},
	{"the tail is written anew, filed by another minute", func(o *owner) {
		o.changed("UPDATE entries SET at = at - 60 WHERE writer = 'a' AND seq = 29")
		o.rewrite("a", 29)
	}, []found{{receipts.FaultForeign, "a", 29}}, nil},
	{"the tail is written anew, received before what is ahead", func(o *owner) {
		o.changed("UPDATE entries SET received = received - 7200000 WHERE writer = 'a' AND seq = 30")
		o.rewrite("a", 30)
	}, []found{{receipts.FaultTime, "a", 30}}, nil},
	{"the tail is written anew, received in the future", func(o *owner) {
		o.changed("UPDATE entries SET received = received + 72000000 WHERE writer = 'a' AND seq = 30")
		o.rewrite("a", 30)
	}, []found{{receipts.FaultTime, "a", 30}}, nil},
	{"a head's signature is another", func(o *owner) {
		o.changed("UPDATE heads SET signature = zeroblob(64) WHERE writer = 'a' AND day = '2026-11-29'")
	}, []found{{receipts.FaultSignature, "a", 0}, {receipts.FaultHead, "a", 0}}, nil},
	{"a head is fitted to a chain that was written anew", func(o *owner) {
		o.changed(`UPDATE entries SET body = CAST(replace(CAST(body AS TEXT), '"ads":false', '"ads":true') AS BLOB) WHERE writer = 'a' AND seq = 20`)
		o.rewrite("a", 20)
		o.changed("UPDATE heads SET hash = (SELECT hash FROM entries WHERE writer = 'a' AND seq = 24) WHERE writer = 'a' AND seq = 24")
	}, []found{{receipts.FaultSignature, "a", 0}}, nil},
	{"a head is of another day", func(o *owner) {
		o.changed("UPDATE heads SET day = '2026-12-01' WHERE writer = 'a' AND day = '2026-11-30'")
	}, []found{{receipts.FaultSignature, "a", 0}}, nil},
	{"a head is another chain's", func(o *owner) {
		o.changed("DELETE FROM heads WHERE writer = 'b' AND day = '2026-11-30'")
		o.changed("UPDATE heads SET writer = 'b' WHERE writer = 'a' AND day = '2026-11-30'")
	}, []found{{receipts.FaultSignature, "b", 0}, {receipts.FaultRewritten, "b", 24}, {receipts.FaultUnsigned, "a", 0}}, nil},
	{"a head is signed by one's own key", func(o *owner) {
		o.changed(`UPDATE entries SET body = CAST(replace(CAST(body AS TEXT), '"ads":false', '"ads":true') AS BLOB) WHERE writer = 'a' AND seq = 20`)
		o.rewrite("a", 20)
		h := o.stored("a", "2026-11-29")
		o.head("a", "2026-11-30", 24, h.Sum(), ed25519.NewKeyFromSeed([]byte(strings.Repeat("x", 32))))
	}, []found{{receipts.FaultKey, "a", 0}}, nil},
	{"a head is signed by one's own key under the known name", func(o *owner) {
		o.changed(`UPDATE entries SET body = CAST(replace(CAST(body AS TEXT), '"ads":false', '"ads":true') AS BLOB) WHERE writer = 'a' AND seq = 20`)
		o.rewrite("a", 20)
		h := o.stored("a", "2026-11-29")
		o.head("a", "2026-11-30", 24, h.Sum(), ed25519.NewKeyFromSeed([]byte(strings.Repeat("x", 32))))
		o.changed("UPDATE heads SET key = '%s' WHERE writer = 'a' AND day = '2026-11-30'", receipts.KeyName(storetest.Key.Public().(ed25519.PublicKey)))
	}, []found{{receipts.FaultSignature, "a", 0}}, nil},
	{"a head in between is removed", func(o *owner) {
		o.changed("DELETE FROM heads WHERE writer = 'a' AND day = '2026-11-28'")
	}, []found{{receipts.FaultHead, "a", 0}}, nil},
	{"the head of pruned entries is removed", func(o *owner) {
		o.changed("DELETE FROM heads WHERE writer = 'a' AND day = '2026-11-27'")
	}, []found{{receipts.FaultHead, "a", 0}}, nil},
	{"the last head is removed", func(o *owner) {
		o.changed("DELETE FROM heads WHERE writer = 'a' AND day = '2026-11-30'")
	}, []found{{receipts.FaultUnsigned, "a", 0}}, []found{{receipts.FaultHead, "a", 0}}},
	{"all heads are removed, and a chain is written anew", func(o *owner) {
		o.changed("DELETE FROM heads")
		o.changed(`UPDATE entries SET body = CAST(replace(CAST(body AS TEXT), '"ads":false', '"ads":true') AS BLOB) WHERE writer = 'a' AND seq = 10`)
		o.rewrite("a", 10)
	}, []found{{receipts.FaultUnsigned, "a", 0}}, []found{{receipts.FaultHead, "a", 0}, {receipts.FaultRewritten, "a", 12}}},
	{"a chain is removed, and its heads stay", func(o *owner) {
		o.changed("DELETE FROM entries WHERE writer = 'b'")
		o.changed("DELETE FROM bases WHERE writer = 'b'")
	}, []found{{receipts.FaultTruncated, "b", 0}}, nil},
	{"a chain is removed with all that names it", func(o *owner) {
		o.changed("DELETE FROM entries WHERE writer = 'b'")
		o.changed("DELETE FROM bases WHERE writer = 'b'")
		o.changed("DELETE FROM heads WHERE writer = 'b'")
	}, nil, []found{{receipts.FaultHead, "b", 0}, {receipts.FaultTruncated, "b", 0}}},
	{"all is removed", func(o *owner) {
		o.run("DELETE FROM entries; DELETE FROM bases; DELETE FROM heads; DELETE FROM declarations")
	}, nil, []found{{receipts.FaultTruncated, "a", 0}, {receipts.FaultTruncated, "b", 0}}},
	{"an archived declaration is another", func(o *owner) {
		o.changed(`UPDATE declarations SET text = CAST(replace(CAST(text AS TEXT), 'Shows offers', 'Counts offers') AS BLOB)`)
	}, []found{{receipts.FaultDeclaration, "", 0}}, nil},
	{"an archived declaration is removed", func(o *owner) {
		o.changed("DELETE FROM declarations")
	}, []found{{receipts.FaultDeclaration, "a", 7}}, nil},
}

// hashes are those of a chain's entries, by number: of the one ahead, and of the entry.
func (o *owner) hashes(writer string) map[int64][2][]byte {
	all := map[int64][2][]byte{}
	read, _, err := o.db.Prepare("SELECT seq, previous, hash FROM entries WHERE writer = ?")
	require.NoError(o.t, err)
	defer read.Close()
	read.BindText(1, writer)
	for read.Step() {
		all[read.ColumnInt64(0)] = [2][]byte{read.ColumnBlob(1, nil), read.ColumnBlob(2, nil)}
	}
	return all
}

// stored is the head of a day.
func (o *owner) stored(writer, day string) (h receipts.Head) {
	read, _, err := o.db.Prepare("SELECT seq, hash, previous, key, signature FROM heads WHERE writer = ? AND day = ?")
	require.NoError(o.t, err)
	defer read.Close()
	read.BindText(1, writer)
	read.BindText(2, day)
	require.True(o.t, read.Step())
	return receipts.Head{Writer: writer, Day: day, Seq: read.ColumnInt64(0), Hash: receipts.Hash(read.ColumnBlob(1, nil)), Previous: receipts.Hash(read.ColumnBlob(2, nil)), Key: read.ColumnText(3), Signature: read.ColumnBlob(4, nil)}
}

// insert puts the nth receipt into a chain, with its body's hash and no link.
func (o *owner) insert(writer string, seq, n int, received time.Time) {
	o.changed("INSERT INTO entries VALUES ('%s', %d, %d, '%s', %d, CAST('%s' AS BLOB), x'%s', zeroblob(32), zeroblob(32), NULL)",
		writer, seq, received.UnixMilli(), storetest.ID(n), receipts.MinuteOf(received), storetest.Body(n, received), receipts.HashBody(storetest.ID(n), storetest.Body(n, received)))
}

// Each way in which a database's owner could change what was kept is found, and told with its place.
func TestTampering(t *testing.T) {
	require.Greater(t, len(tamperings), 40)
	s, original := open(t)
	now := storetest.Fill(t, s).Add(3 * time.Hour)
	elsewhere := storetest.Heads(t, s)
	require.NoError(t, s.Close())
	file, err := os.ReadFile(original)
	require.NoError(t, err)
	for _, one := range tamperings {
		t.Run(one.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "receipts.db")
			require.NoError(t, os.WriteFile(path, file, 0o600))
			db, err := sqlite3.OpenFlags(path, sqlite3.OPEN_READWRITE)
			require.NoError(t, err)
			one.do(&owner{t, db})
			require.NoError(t, db.Close())
			s, err := sqlite.Open(context.Background(), path, false)
			require.NoError(t, err)
			defer s.Close()
			for _, known := range []struct {
				heads []receipts.Head
				want  []found
			}{{nil, one.want}, {elsewhere, one.away}} {
				r := storetest.Verified(t, s, now, known.heads...)
				for _, f := range r.Faults {
					t.Log(f.Kind, ": ", f.Text)
					assert.NotContains(t, f.Text, "\n")
				}
				for _, want := range known.want {
					assert.True(t, slices.ContainsFunc(r.Faults, func(f receipts.Fault) bool {
						return f.Kind == want.kind && f.Writer == want.writer && f.Seq == want.seq
					}), "%+v was found", want)
				}
				if known.heads == nil || len(one.want) == 0 {
					assert.Equal(t, len(known.want) == 0, len(r.Faults) == 0)
				}
			}
		})
	}
}
