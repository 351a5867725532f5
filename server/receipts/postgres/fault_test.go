//go:build unix

package postgres_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/server/receipts"
	"github.com/octroi-consent/octroi/server/receipts/postgres"
	"github.com/octroi-consent/octroi/server/receipts/postgres/pgtest"
	"github.com/octroi-consent/octroi/server/receipts/storetest"
)

// noon is when tests' receipts are received.
var noon = storetest.Noon

// admin is a connection past the store.
func admin(t testing.TB, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(background, url)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close(background) })
	return conn
}

// do runs SQL past the store.
func do(t testing.TB, conn *pgx.Conn, sql string, args ...any) {
	t.Helper()
	_, err := conn.Exec(background, sql, args...)
	require.NoError(t, err)
}

// value asks for one value past the store.
func value[T any](t testing.TB, conn *pgx.Conn, sql string, args ...any) (v T) {
	t.Helper()
	require.NoError(t, conn.QueryRow(background, sql, args...).Scan(&v))
	return v
}

// keep appends and wants all to be kept.
func keep(t testing.TB, s receipts.Store, writer string, received time.Time, items ...receipts.Item) {
	t.Helper()
	outcomes, err := s.Append(background, writer, received, items)
	require.NoError(t, err)
	for i, outcome := range outcomes {
		require.Equal(t, receipts.Kept, outcome, "%d", i)
	}
}

// refused wants an append to fail with a sentence, and nothing to be written.
func refused(t testing.TB, s receipts.Store, sentence string, items ...receipts.Item) {
	t.Helper()
	outcomes, err := s.Append(background, "a", noon, items)
	require.ErrorContains(t, err, sentence)
	require.Empty(t, outcomes)
}

// count counts all entries, and wants the chains to be whole.
func count(t testing.TB, s receipts.Store) int {
	t.Helper()
	storetest.Chained(t, s)
	return len(storetest.Entries(t, s, receipts.Query{}))
}

// proxy stands between a store and its database, and cuts connections.
type proxy struct {
	net.Listener
	to  string
	cut atomic.Int32 // so many answers to a commit are swallowed, and their connections cut
}

func newProxy(t *testing.T, to string) *proxy {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{Listener: listener, to: to}
	t.Cleanup(func() { p.Close() })
	go func() {
		for {
			client, err := p.Accept()
			if err != nil {
				return
			}
			go p.serve(client)
		}
	}()
	return p
}

func (p *proxy) serve(client net.Conn) {
	server, err := net.Dial("tcp", p.to)
	if err != nil {
		client.Close()
		return
	}
	var once sync.Once
	end := func() { once.Do(func() { client.Close(); server.Close() }) }
	go func() {
		io.Copy(server, client)
		end()
	}()
	defer end()
	answer := make([]byte, 1<<16)
	for {
		n, err := server.Read(answer)
		if err != nil {
			return
		}
		// CommandComplete of the commit: the receipts are durable, and the client does not know.
		if bytes.Contains(answer[:n], []byte("COMMIT\x00")) && p.cut.Add(-1) >= 0 {
			return
		}
		if _, err := client.Write(answer[:n]); err != nil {
			return
		}
	}
}

func TestAConnectionLostAfterTheCommit(t *testing.T) {
	server := pgtest.Shared(t)
	url := server.Schema(t)
	p := newProxy(t, server.Address())
	s := open(t, strings.Replace(url, server.Address(), p.Addr().String(), 1))
	keep(t, s, "a", noon, storetest.Items(0, 3, noon)...)

	p.cut.Store(1)
	keep(t, s, "a", noon, storetest.Items(3, 8, noon)...)
	require.Equal(t, 8, count(t, s), "each is there once")

	// The second try finds that all is there, and changes nothing that could be lost again; so it is cut
	// in the try after a first receipt that is new.
	p.cut.Store(2)
	outcomes, err := s.Append(background, "a", noon, append(storetest.Items(8, 12, noon), storetest.Item(8, noon)))
	require.NoError(t, err)
	require.Len(t, outcomes, 5)
	require.Equal(t, 12, count(t, s))
	p.cut.Store(0)
	outcomes, err = s.Append(background, "a", noon, storetest.Items(8, 13, noon))
	require.NoError(t, err)
	require.Equal(t, []receipts.Outcome{receipts.There, receipts.There, receipts.There, receipts.There, receipts.Kept}, outcomes)
	require.Equal(t, 13, count(t, s))
}

// An append while the server is gone fails soon, with a sentence, and works once it is back.
func TestTheDatabaseStartsAgain(t *testing.T) {
	server := pgtest.New(t)
	s := open(t, server.URL())
	keep(t, s, "a", noon, storetest.Items(0, 3, noon)...)
	n := 3
	for _, end := range []func(){server.Stop, server.Kill} {
		end()
		began := time.Now()
		refused(t, s, "the database cannot be reached", storetest.Item(n, noon))
		assert.ErrorContains(t, s.Check(background), "the database cannot be reached")
		assert.Less(t, time.Since(began), 10*time.Second)
		require.NoError(t, server.Start())
		keep(t, s, "a", noon, storetest.Item(n, noon))
		assert.NoError(t, s.Check(background))
		// The connection is lost while nobody looks: the next receipt does not find out.
		require.NoError(t, server.Restart())
		keep(t, s, "a", noon, storetest.Item(n+1, noon))
		n += 2
		require.Equal(t, n, count(t, s))
	}
	require.NoError(t, server.Configure("fsync = off"))
	require.NoError(t, server.Restart())
	_, err := postgres.Open(background, server.URL(), true)
	require.ErrorContains(t, err, "fsync = off")
}

// On a full disk nothing is half written; once there is room it goes on.
func TestAFullDisk(t *testing.T) {
	server := pgtest.Shared(t)
	disk := server.Folder(t)
	whose, err := os.Stat(disk)
	require.NoError(t, err)
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, fmt.Sprintf("size=4m,uid=%d", whose.Sys().(*syscall.Stat_t).Uid)); err != nil {
		t.Skip("a small disk cannot be made here: ", err)
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(disk, syscall.MNT_DETACH)) })
	conn := admin(t, server.Schema(t))
	do(t, conn, "CREATE TABLESPACE small LOCATION '"+disk+"'")
	s := open(t, conn.Config().ConnString()+"&default_tablespace=small")
	t.Cleanup(func() {
		s.Close()
		do(t, conn, "DROP SCHEMA "+value[string](t, conn, "SELECT current_schema()")+" CASCADE")
		do(t, conn, "DROP TABLESPACE small")
	})
	keep(t, s, "a", noon, storetest.Items(0, 10, noon)...)
	// Something else fills the disk.
	ballast := filepath.Join(disk, "ballast")
	file, err := os.Create(ballast)
	require.NoError(t, err)
	_, err = io.Copy(file, strings.NewReader(strings.Repeat("x", 4<<20)))
	require.ErrorIs(t, err, syscall.ENOSPC)
	require.NoError(t, file.Close())
	n := 10
	for err == nil || errors.Is(err, syscall.ENOSPC) {
		if _, err = s.Append(background, "a", noon, storetest.Items(n, n+50, noon)); err == nil {
			n += 50
		}
	}
	require.ErrorContains(t, err, "the database's disk is full")
	require.Equal(t, n, count(t, s), "all of a batch or nothing")
	refused(t, s, "the database's disk is full", storetest.Items(n, n+50, noon)...)
	require.NoError(t, os.Remove(ballast))
	keep(t, s, "a", noon, storetest.Items(n, n+50, noon)...)
	require.Equal(t, n+50, count(t, s))
}

func TestAReadOnlyDatabase(t *testing.T) {
	server := pgtest.Shared(t)
	url := server.Schema(t)
	s := open(t, url)
	keep(t, s, "a", noon, storetest.Items(0, 3, noon)...)
	conn := admin(t, url)
	do(t, conn, "CREATE ROLE reader LOGIN SUPERUSER")
	do(t, conn, "ALTER ROLE reader SET default_transaction_read_only = on")
	reader := open(t, strings.Replace(url, "//postgres@", "//reader@", 1))
	require.NoError(t, s.Close())
	require.Equal(t, 3, count(t, reader), "it can be read")
	refused(t, reader, "the database is read-only", storetest.Item(3, noon))
	require.ErrorContains(t, reader.Check(background), "the database is read-only")
	_, err := reader.Prune(background, noon.Add(time.Hour))
	require.ErrorContains(t, err, "the database is read-only")
	do(t, conn, "ALTER ROLE reader RESET default_transaction_read_only")
	keep(t, reader, "a", noon, storetest.Item(3, noon))
	require.NoError(t, reader.Check(background))
	require.Equal(t, 4, count(t, reader))
}

func TestTooManyConnections(t *testing.T) {
	server := pgtest.Shared(t)
	url := server.Schema(t)
	conn := admin(t, url)
	do(t, conn, "CREATE ROLE few LOGIN")
	do(t, conn, "ALTER SCHEMA "+value[string](t, conn, "SELECT current_schema()")+" OWNER TO few")
	s := open(t, strings.Replace(url, "//postgres@", "//few@", 1))
	do(t, conn, "ALTER ROLE few CONNECTION LIMIT 1")
	refused(t, s, "the database takes no more connections", storetest.Item(0, noon))
	do(t, conn, "ALTER ROLE few CONNECTION LIMIT 10")
	keep(t, s, "a", noon, storetest.Item(0, noon))
}

// A second process with a writer's name is told so; once the first is gone it may go on.
func TestTwoProcessesWithOneName(t *testing.T) {
	url := pgtest.Shared(t).Schema(t)
	first, second := open(t, url), open(t, url)
	keep(t, first, "a", noon, storetest.Item(0, noon))
	refused(t, second, "another process adds to the chain a (from 127.0.0.1, since 20", storetest.Item(1, noon))
	keep(t, second, "b", noon, storetest.Item(1, noon))
	keep(t, first, "a", noon, storetest.Item(2, noon))
	require.NoError(t, first.Close())
	_, err := first.Append(background, "a", noon, storetest.Items(3, 4, noon))
	require.ErrorContains(t, err, "closed")
	keep(t, second, "a", noon, storetest.Item(3, noon))
	require.Equal(t, 4, count(t, second))
}

// Without advisory locks and months, as with CockroachDB, they take turns.
func TestWithoutAdvisoryLocksAndMonths(t *testing.T) {
	url := pgtest.Shared(t).Schema(t)
	var all sync.WaitGroup
	for k := range 2 {
		s, err := postgres.OpenPlain(background, url)
		require.NoError(t, err)
		defer s.Close()
		all.Go(func() {
			for n := range 20 {
				keep(t, s, "a", noon, storetest.Items(k*1000+n*3, k*1000+n*3+3, noon)...)
			}
		})
	}
	all.Wait()
	s, err := postgres.OpenPlain(background, url)
	require.NoError(t, err)
	require.Equal(t, 120, count(t, s))
	require.NoError(t, s.Close())
	if whole {
		storetest.Run(t, func(t *testing.T) receipts.Store {
			s, err := postgres.OpenPlain(background, pgtest.Shared(t).Schema(t))
			require.NoError(t, err)
			return s
		})
	}
}

// whole tells whether what takes long is to run too.
var whole = os.Getenv("OCTROI_WHOLE") == "1"

// Two chains get the same receipts at once, each in another order: each receipt is kept once, though
// the transactions stand in each other's way.
func TestDeadlocksAndFailuresToSerialize(t *testing.T) {
	url := pgtest.Shared(t).Schema(t)
	s := open(t, url+"&deadlock_timeout=5ms")
	conn := admin(t, url)
	keep(t, s, "a", noon, storetest.Item(0, noon))
	keep(t, s, "b", noon, storetest.Item(1, noon))
	// Rows that come slowly make deadlocks sure; and the first of some batches fail to serialize.
	do(t, conn, `CREATE SEQUENCE tries;
		CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			PERFORM pg_sleep(0.002);
			IF nextval('tries') % 25 = 0 THEN RAISE EXCEPTION 'another was first' USING ERRCODE = '40001'; END IF;
			RETURN NEW;
		END $$;
		CREATE TRIGGER slow BEFORE INSERT ON octroi_receipts FOR EACH ROW EXECUTE FUNCTION slow()`)
	var all sync.WaitGroup
	kept := map[string]*atomic.Int32{"a": {}, "b": {}}
	for writer, n := range kept {
		all.Go(func() {
			for from := 10; from < 50; from += 10 {
				items := storetest.Items(from, from+10, noon)
				if writer == "b" {
					for i := range 5 {
						items[i], items[9-i] = items[9-i], items[i]
					}
				}
				outcomes, err := s.Append(background, writer, noon, items)
				assert.NoError(t, err)
				for _, outcome := range outcomes {
					if outcome == receipts.Kept {
						n.Add(1)
					} else {
						assert.Equal(t, receipts.There, outcome)
					}
				}
			}
		})
	}
	all.Wait()
	assert.EqualValues(t, 40, kept["a"].Load()+kept["b"].Load())
	assert.Equal(t, 42, count(t, s))
	assert.Greater(t, value[int64](t, conn, "SELECT last_value FROM tries"), int64(60), "tries were undone")
}

// One id comes at once to servers whose clocks are in different months.
func TestOneIdInTwoMonths(t *testing.T) {
	s := open(t, pgtest.Shared(t).Schema(t))
	march := time.Date(2026, time.March, 31, 23, 59, 59, 0, time.UTC)
	for n := range 20 {
		var kept atomic.Int32
		var all sync.WaitGroup
		for k, writer := range []string{"a", "b", "c"} {
			all.Go(func() {
				received := march.Add(time.Duration(k) * time.Second)
				if writer == "c" {
					received = time.Now()
				}
				outcomes, err := s.Append(background, writer, received, []receipts.Item{storetest.Item(n, march)})
				if assert.NoError(t, err) && outcomes[0] == receipts.Kept {
					kept.Add(1)
				}
			})
		}
		all.Wait()
		assert.EqualValues(t, 1, kept.Load())
	}
	ids, err := s.Duplicates(background)
	require.NoError(t, err)
	require.Empty(t, ids)
	require.Equal(t, 20, count(t, s))
}

// The database and the role want commits that do not wait for the disk; the store does wait.
func TestCommitsWaitForTheDisk(t *testing.T) {
	server := pgtest.Shared(t)
	url := server.Schema(t)
	conn := admin(t, url)
	do(t, conn, "CREATE ROLE hasty LOGIN SUPERUSER")
	do(t, conn, "ALTER ROLE hasty SET synchronous_commit = off")
	s := open(t, strings.Replace(url, "//postgres@", "//hasty@", 1)+"&synchronous_commit=off")
	keep(t, s, "a", noon, storetest.Item(0, noon))
	do(t, conn, `CREATE TABLE seen (setting text);
		CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NULL;
		END $$;
		CREATE TRIGGER see AFTER INSERT OR UPDATE OR DELETE ON octroi_receipts EXECUTE FUNCTION see();
		CREATE TRIGGER see AFTER INSERT ON octroi_heads EXECUTE FUNCTION see();
		CREATE TRIGGER see AFTER INSERT ON octroi_declarations EXECUTE FUNCTION see()`)
	keep(t, s, "a", noon, storetest.Item(1, noon))
	require.NoError(t, s.Erase(background, storetest.ID(0), noon))
	require.NoError(t, s.AddHead(background, receipts.Head{Writer: "a", Signature: []byte{1}}))
	require.NoError(t, s.Archive(background, receipts.Hash{}, nil))
	_, err := s.Prune(background, noon.Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, "5 on", value[string](t, conn, "SELECT count(*) || ' ' || string_agg(DISTINCT setting, ',') FROM seen"))
}

// Nothing of what was erased is found in the database's files.
func TestErasedReceiptsAreInNoFile(t *testing.T) {
	server := pgtest.Shared(t)
	url := server.Schema(t)
	s := open(t, url)
	conn := admin(t, url)
	items := storetest.Items(0, 50, noon)
	for i := range items {
		items[i].Body = fmt.Appendf(items[i].Body[:len(items[i].Body)-1], `,"mark":"mark %d of 50"}`, i)
	}
	keep(t, s, "a", noon, items...)
	folder := value[string](t, conn, "SELECT current_setting('data_directory')")
	files := func(text string) int {
		do(t, conn, "CHECKPOINT")
		out, _ := exec.Command("grep", "-rlaF", text, filepath.Join(folder, "base")).Output()
		return len(strings.Fields(string(out)))
	}
	require.NotZero(t, files("mark 17 of 50"), "so it can be found")
	require.NoError(t, s.Erase(background, storetest.ID(17), noon))
	require.NoError(t, s.Erase(background, storetest.ID(49), noon))
	require.Zero(t, files("mark 17 of 50"))
	require.Zero(t, files("mark 49 of 50"))
	require.NotZero(t, files("mark 18 of 50"))
}

func TestMonths(t *testing.T) {
	url := pgtest.Shared(t).Schema(t)
	s := open(t, url)
	conn := admin(t, url)
	months := func() string {
		return value[string](t, conn, `SELECT coalesce(string_agg(right(inhrelid::regclass::text, 7), ' ' ORDER BY inhrelid::regclass::text), '')
			FROM pg_inherits WHERE inhparent = 'octroi_receipts'::regclass`)
	}
	require.Empty(t, months())
	day := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 0, 0, 0, 0, time.UTC) }
	keep(t, s, "a", day(1, 31), storetest.Items(0, 5, noon)...)
	require.Equal(t, "2026_01 2026_02", months(), "the next is there ahead")
	keep(t, s, "a", day(2, 1), storetest.Items(5, 10, noon)...)
	keep(t, s, "a", day(4, 1).Add(-time.Millisecond), storetest.Items(10, 15, noon)...)
	keep(t, s, "b", day(1, 3), storetest.Items(15, 20, noon)...)
	require.Equal(t, "2026_01 2026_02 2026_03 2026_04", months())
	outcomes, err := s.Append(background, "b", day(5, 1), storetest.Items(0, 6, noon))
	require.NoError(t, err)
	require.Equal(t, []receipts.Outcome{receipts.There, receipts.There, receipts.There, receipts.There, receipts.There, receipts.There}, outcomes, "found in other months")

	// Somebody reads for a long time: pruning gives up soon, and nothing is half pruned.
	tx, err := conn.Begin(background)
	require.NoError(t, err)
	_, err = tx.Exec(background, "SELECT FROM octroi_receipts LIMIT 1")
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(background, 200*time.Millisecond)
	_, err = s.Prune(ctx, day(3, 1))
	cancel()
	require.Error(t, err)
	keep(t, s, "a", day(4, 1), storetest.Item(20, noon))
	require.NoError(t, tx.Rollback(background))
	require.Equal(t, 21, count(t, s))

	pruned, err := s.Prune(background, day(3, 1))
	require.NoError(t, err)
	require.EqualValues(t, 15, pruned)
	require.Equal(t, "2026_03 2026_04 2026_05 2026_06", months(), "whole months are dropped")
	require.Equal(t, 6, count(t, s))
	keep(t, s, "c", day(2, 3), storetest.Item(30, noon))
	require.Equal(t, "2026_02 2026_03 2026_04 2026_05 2026_06", months(), "one that was dropped is made again")
	require.Equal(t, 7, count(t, s))
}

func TestMigrations(t *testing.T) {
	url := pgtest.Shared(t).Schema(t)
	_, err := postgres.Open(background, url, false)
	require.ErrorContains(t, err, "there are no receipts in this database")
	var all sync.WaitGroup
	for k := range 6 {
		all.Go(func() {
			s, err := postgres.Open(background, url, true)
			if assert.NoError(t, err, "several processes at once") {
				keep(t, s, fmt.Sprint(k), noon, storetest.Item(k, noon))
				assert.NoError(t, s.Close())
			}
		})
	}
	all.Wait()
	require.Equal(t, 6, count(t, open(t, url)))
	conn := admin(t, url)
	do(t, conn, "INSERT INTO octroi_migrations (version, at) VALUES (1000, now())")
	_, err = postgres.Open(background, url, true)
	require.ErrorContains(t, err, "the database's tables have version 1000, and this program knows them up to")
	require.ErrorContains(t, err, "use a newer octroi")
}

func TestAddressesThatDoNotWork(t *testing.T) {
	server := pgtest.Shared(t)
	host := server.Address()
	for url, sentence := range map[string]string{
		"postgres://":                                  "the database",
		"http://shop.example/":                         "this is no URL of a PostgreSQL database",
		"postgres://postgres@127.0.0.1:1/":             "the database cannot be reached",
		"postgres://postgres:secret@" + host + "/none": "there is no such database on the server",
		"postgres://nobody@" + host + "/postgres":      "the database does not let this user in",
		server.URL() + "?search_path=none":             "there is no schema to make tables in",
	} {
		_, err := postgres.Open(background, url, true)
		assert.ErrorContains(t, err, sentence, url)
		assert.NotContains(t, err.Error(), "secret", url)
		assert.NotContains(t, err.Error(), "\n", url)
	}
}
