//go:build linux

package sqlite_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/server/receipts"
	"github.com/octroi-consent/octroi/server/receipts/sqlite"
	"github.com/octroi-consent/octroi/server/receipts/storetest"
)

var background = context.Background()

// keeps says whether one more receipt can be kept.
func keeps(s *sqlite.Store, n int) error {
	_, err := s.Append(background, "main", storetest.Noon, []receipts.Item{storetest.Item(n, storetest.Noon)})
	return err
}

// sentence asserts that an error is one sentence that names the file.
func sentence(t *testing.T, err error, path, says string) {
	t.Helper()
	if assert.Error(t, err) {
		assert.Contains(t, err.Error(), path)
		assert.Contains(t, err.Error(), says)
		assert.NotContains(t, err.Error(), "\n")
	}
}

// filled keeps receipts until there is no room, and returns how many. What was written beside the
// database makes some room again when it is given up, so that one failure is not the end.
func filled(t *testing.T, s *sqlite.Store, path string) (n int) {
	t.Helper()
	for failed := 0; failed < 5; {
		require.Less(t, n, 100_000, "it never became full")
		_, err := s.Append(background, "main", storetest.Noon, storetest.Items(n, n+50, storetest.Noon))
		if err == nil {
			n, failed = n+50, 0
			continue
		}
		failed++
		sentence(t, err, path, "there is no room for more")
	}
	assert.Len(t, storetest.Entries(t, s, receipts.Query{}), n, "nothing half written")
	return n
}

// goesOn asserts that a store keeps receipts again after a number of them.
func goesOn(t *testing.T, s *sqlite.Store, n int) {
	t.Helper()
	require.NoError(t, keeps(s, 1_000_000))
	assert.NoError(t, s.Check(background))
	assert.Len(t, storetest.Entries(t, s, receipts.Query{}), n+1)
	storetest.Chained(t, s)
}

func TestAFullDisk(t *testing.T) {
	folder := t.TempDir()
	if err := syscall.Mount("none", folder, "tmpfs", 0, "size=1m"); err != nil {
		t.Skip("only root can mount a small disk: ", err)
	}
	defer syscall.Unmount(folder, syscall.MNT_DETACH)
	ballast := filepath.Join(folder, "ballast")
	require.NoError(t, os.WriteFile(ballast, make([]byte, 300_000), 0o600))
	path := filepath.Join(folder, "receipts.db")
	s, err := sqlite.Open(background, path, true)
	require.NoError(t, err)
	defer s.Close()
	n := filled(t, s, path)
	require.Positive(t, n)
	require.NoError(t, os.Remove(ballast))
	goesOn(t, s, n)
}

// limited marks the process in which files may not grow beyond a limit.
const limited = "OCTROI_LIMITED_FILE"

// The same by a limit on the size of files, which a process cannot lift again for itself but can be lifted for it.
func TestAFileThatMayNotGrow(t *testing.T) {
	if path := os.Getenv(limited); path != "" {
		limitedFile(t, path)
		return
	}
	c := exec.Command(os.Args[0], "-test.run=^TestAFileThatMayNotGrow$", "-test.v")
	c.Env = append(os.Environ(), limited+"="+filepath.Join(t.TempDir(), "receipts.db"))
	out, err := c.CombinedOutput()
	require.NoError(t, err, string(out))
	assert.Contains(t, string(out), "--- PASS")
}

func limitedFile(t *testing.T, path string) {
	s, err := sqlite.Open(background, path, true)
	require.NoError(t, err)
	defer s.Close()
	var was syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was))
	// Go ends a process on this signal; the error is what is looked at.
	signal.Ignore(syscall.SIGXFSZ)
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 400_000, Max: was.Max}))
	n := filled(t, s, path)
	require.Positive(t, n)
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was))
	goesOn(t, s, n)
}

// nobody makes files to this goroutine as they are to a user who owns nothing, until it is called
// with false; where tests are not root's, they are so.
func nobody(t *testing.T, is bool) {
	if os.Geteuid() != 0 {
		return
	}
	id := 0
	if is {
		runtime.LockOSThread()
		id = 65534
	} else {
		defer runtime.UnlockOSThread()
	}
	require.NoError(t, syscall.Setfsuid(id))
}

func TestAReadOnlyDatabase(t *testing.T) {
	s, path := open(t)
	require.NoError(t, keeps(s, 0))
	require.NoError(t, s.Close())
	folder := filepath.Dir(path)
	// Others may go through the test's own folders.
	require.NoError(t, os.Chmod(filepath.Dir(folder), 0o755))
	modes := func(file, dir fs.FileMode) {
		require.NoError(t, os.Chmod(path, file))
		require.NoError(t, os.Chmod(folder, dir))
	}
	modes(0o444, 0o555)
	defer modes(0o644, 0o755)
	defer nobody(t, false)
	nobody(t, true)
	_, err := sqlite.Open(background, path, true)
	sentence(t, err, path, "let this user write the file and its folder")
	_, err = sqlite.Open(background, filepath.Join(folder, "other.db"), true)
	sentence(t, err, "other.db", "let this user write the file and its folder")
	read, err := sqlite.Open(background, path, false)
	require.NoError(t, err, "it can be read")
	defer read.Close()
	assert.Len(t, storetest.Entries(t, read, receipts.Query{}), 1)
	sentence(t, keeps(read, 1), path, "it may not be written")
	sentence(t, read.Check(background), path, "it may not be written")
	nobody(t, false)
	modes(0o666, 0o777)
	nobody(t, true)
	goesOn(t, read, 1)
}

func TestADatabaseThatIsLocked(t *testing.T) {
	s, path := open(t)
	defer s.Close()
	require.NoError(t, keeps(s, 0))
	other, err := sqlite3.OpenFlags(path, sqlite3.OPEN_READWRITE)
	require.NoError(t, err)
	defer other.Close()
	require.NoError(t, other.Exec("BEGIN EXCLUSIVE"))
	ctx, cancel := context.WithTimeout(background, 50*time.Millisecond)
	defer cancel()
	_, err = s.Append(ctx, "main", storetest.Noon, storetest.Items(1, 2, storetest.Noon))
	assert.Error(t, err, "it is not waited for longer than the caller waits")
	restore := sqlite.Busy(50 * time.Millisecond)
	defer restore()
	waiting, err := sqlite.Open(background, path, false)
	require.NoError(t, err)
	defer waiting.Close()
	sentence(t, keeps(waiting, 1), path, "another process holds it locked")
	require.NoError(t, other.Exec("ROLLBACK"))
	goesOn(t, waiting, 1)
	storetest.Chained(t, s)
}

// A database whose pages are damaged is told; once a copy is put in its place, it goes on.
func TestADamagedDatabase(t *testing.T) {
	s, path := open(t)
	defer s.Close()
	_, err := s.Append(background, "main", storetest.Noon, storetest.Items(0, 100, storetest.Noon))
	require.NoError(t, err)
	copied := filepath.Join(t.TempDir(), "copy.db")
	from, err := sqlite3.OpenFlags(path, sqlite3.OPEN_READONLY)
	require.NoError(t, err)
	require.NoError(t, from.Backup("main", copied))
	require.NoError(t, from.Close())
	good, err := os.ReadFile(copied)
	require.NoError(t, err)
	for _, c := range []struct {
		name string
		do   func(file []byte) []byte
		says string
	}{
		{"its pages are overwritten", func(file []byte) []byte {
			return append(bytes.Clone(file[:4096]), bytes.Repeat([]byte{0xa5}, len(file)-4096)...)
		}, "it is damaged; restore a copy"},
		{"its beginning is overwritten", func(file []byte) []byte { return append(make([]byte, 100), file[100:]...) }, "it is no SQLite database"},
		{"it is cut", func(file []byte) []byte { return file[:5000] }, "damaged; restore a copy"},
		{"it is text", func([]byte) []byte { return []byte(strings.Repeat("receipts\n", 1000)) }, "it is no SQLite database"},
	} {
		t.Run(c.name, func(t *testing.T) {
			put(t, path, c.do(good))
			sentence(t, keeps(s, 500), path, c.says)
			if s, err := sqlite.Open(background, path, false); err == nil {
				for _, found := range s.Entries(background, receipts.Query{}) {
					err = found
				}
				s.Close()
				sentence(t, err, path, c.says)
			}
			put(t, path, good)
			goesOn(t, s, 100)
		})
	}
}

// put puts another file in a database's place, as a backup is restored.
func put(t *testing.T, path string, file []byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(path+".new", file, 0o600))
	for _, beside := range []string{"-wal", "-shm"} {
		if err := os.Remove(path + beside); err != nil {
			require.ErrorIs(t, err, fs.ErrNotExist)
		}
	}
	require.NoError(t, os.Rename(path+".new", path))
}

// What is kept in a file that nobody can find is not kept: while the file is away, it says so.
func TestADatabaseThatIsMovedAway(t *testing.T) {
	s, path := open(t)
	defer s.Close()
	require.NoError(t, keeps(s, 0))
	for _, beside := range []string{"", "-wal", "-shm"} {
		require.NoError(t, os.Rename(path+beside, path+".away"+beside))
	}
	sentence(t, keeps(s, 1), path, "there is no such file")
	sentence(t, s.Check(background), path, "there is no such file")
	_, err := s.Get(background, storetest.ID(0))
	sentence(t, err, path, "there is no such file")
	_, err = os.Stat(path)
	assert.ErrorIs(t, err, fs.ErrNotExist, "no empty one is made in its place")
	for _, beside := range []string{"", "-wal", "-shm"} {
		if err := os.Rename(path+".away"+beside, path+beside); err != nil {
			require.ErrorIs(t, err, fs.ErrNotExist)
		}
	}
	goesOn(t, s, 1)
}

func TestWhatIsNoDatabaseOfReceipts(t *testing.T) {
	folder := t.TempDir()
	other := filepath.Join(folder, "other.db")
	db, err := sqlite3.Open("file:" + other)
	require.NoError(t, err)
	require.NoError(t, db.Exec("CREATE TABLE bills (n)"))
	require.NoError(t, db.Close())
	newer := filepath.Join(folder, "newer.db")
	s, err := sqlite.Open(background, newer, true)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	db, err = sqlite3.Open("file:" + newer)
	require.NoError(t, err)
	require.NoError(t, db.Exec("PRAGMA user_version = 77"))
	require.NoError(t, db.Close())
	empty := filepath.Join(folder, "empty.db")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	for _, c := range []struct {
		path   string
		create bool
		says   string
	}{
		{other, true, "it is an SQLite database of something else; name another file"},
		{other, false, "it is an SQLite database of something else; name another file"},
		{newer, true, "a newer version of Octroi has written it (schema 77; this one knows up to 1)"},
		{newer, false, "a newer version of Octroi has written it"},
		{folder, true, "it is a folder; name a file in it"},
		{filepath.Join(folder, "none.db"), false, "there is no such file; octroi serve makes one"},
		{filepath.Join(folder, "no", "folder.db"), true, "there is no such folder; make it first"},
		{empty, false, "it is empty"},
	} {
		_, err := sqlite.Open(background, c.path, c.create)
		sentence(t, err, c.path, c.says)
	}
	s, err = sqlite.Open(background, empty, true)
	require.NoError(t, err, "an empty file is as good as none")
	require.NoError(t, s.Close())
}

// Nothing that was erased or pruned can be found in the files.
func TestNothingOfAnErasedReceiptStays(t *testing.T) {
	s, path := open(t)
	defer s.Close()
	_, err := s.Append(background, "main", storetest.Noon, storetest.Items(0, 30, storetest.Noon))
	require.NoError(t, err)
	_, err = s.Append(background, "main", storetest.Noon.Add(time.Hour), storetest.Items(30, 40, storetest.Noon))
	require.NoError(t, err)
	contains := func(id string) (found bool) {
		for _, beside := range []string{"", "-wal"} {
			file, err := os.ReadFile(path + beside)
			require.NoError(t, err)
			found = found || bytes.Contains(file, []byte(id))
		}
		return found
	}
	require.True(t, contains(storetest.ID(35)))
	require.NoError(t, s.Erase(background, storetest.ID(35), storetest.Noon))
	assert.False(t, contains(storetest.ID(35)))
	_, err = s.Prune(background, storetest.Noon.Add(time.Hour))
	require.NoError(t, err)
	for n := range 30 {
		assert.False(t, contains(storetest.ID(n)), n)
	}
	assert.True(t, contains(storetest.ID(31)))
}

// A trigger that somebody puts into the database, to have refusals vanish as they come, does nothing.
func TestATriggerDoesNothing(t *testing.T) {
	s, path := open(t)
	require.NoError(t, s.Close())
	db, err := sqlite3.OpenFlags(path, sqlite3.OPEN_READWRITE)
	require.NoError(t, err)
	require.NoError(t, db.Exec("CREATE TRIGGER vanish AFTER INSERT ON entries BEGIN DELETE FROM entries WHERE seq = new.seq; END"))
	require.NoError(t, db.Close())
	s, err = sqlite.Open(background, path, true)
	require.NoError(t, err)
	defer s.Close()
	require.NoError(t, keeps(s, 0))
	assert.Len(t, storetest.Entries(t, s, receipts.Query{}), 1)
}

// Two processes may write one database, each with a chain of its own or the same.
func TestTwoStoresOfOneFile(t *testing.T) {
	s, path := open(t)
	defer s.Close()
	other, err := sqlite.Open(background, path, true)
	require.NoError(t, err)
	defer other.Close()
	for n := range 10 {
		require.NoError(t, keeps([]*sqlite.Store{s, other}[n%2], n))
	}
	assert.Len(t, storetest.Entries(t, s, receipts.Query{}), 10)
	storetest.Chained(t, other)
}
