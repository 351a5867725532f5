//go:build unix

// Package pgtest runs a throw-away PostgreSQL for tests: the real one, in a folder of its own,
// that can be stopped, killed and started again.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Server is one PostgreSQL with its data.
type Server struct {
	bin, folder, data string
	owner             owner
	port              string
	process           *exec.Cmd
	ended             chan struct{}
	schemas           atomic.Int64
}

// shared is the server that the tests of a binary share.
var shared struct {
	once   sync.Once
	server *Server
	err    error
}

// pristine is a cluster that never ran. Making one takes a second or two, so that each binary
// makes one, and each server's data is a copy of it.
var pristine struct {
	once   sync.Once
	server *Server
	err    error
}

// errMissing says that no PostgreSQL is installed here.
var errMissing = errors.New("there is no PostgreSQL here: ./build.sh test installs Debian's package postgresql")

// Main runs a binary's tests, and stops the shared server after them.
func Main(m *testing.M) {
	code := m.Run()
	if shared.server != nil {
		shared.server.Remove()
	}
	Clean()
	os.Exit(code)
}

// Clean removes what later servers would have been copied from.
func Clean() {
	if pristine.server != nil {
		pristine.server.Remove()
	}
}

// Shared is the server that the tests of one binary share; a test without PostgreSQL is skipped.
// The binary's TestMain has to be Main.
func Shared(t testing.TB) *Server {
	t.Helper()
	shared.once.Do(func() {
		shared.server, shared.err = Launch("")
	})
	if errors.Is(shared.err, errMissing) {
		t.Skip(shared.err)
	}
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.server
}

// New is a server of a test's own, for what would disturb others: it may be stopped and killed.
// settings are lines of postgresql.conf.
func New(t testing.TB, settings ...string) *Server {
	t.Helper()
	return NewIn(t, "", settings...)
}

// NewIn is New with its data in a folder, such as a small disk; "" is one of its own.
func NewIn(t testing.TB, folder string, settings ...string) *Server {
	t.Helper()
	s, err := Launch(folder, settings...)
	if errors.Is(err, errMissing) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Remove)
	return s
}

// Schema makes an empty schema, which is made faster than a database, and returns the URL of a
// database of its own, as far as a client sees.
func (s *Server) Schema(t testing.TB) string {
	t.Helper()
	name := "test" + strconv.FormatInt(s.schemas.Add(1), 10)
	if err := s.Run("CREATE SCHEMA " + name); err != nil {
		t.Fatal(err)
	}
	return s.URL() + "?search_path=" + name
}

// URL is that of the database postgres, for the server's superuser.
func (s *Server) URL() string {
	return "postgres://postgres@" + s.Address() + "/postgres"
}

// Folder makes a folder for the server's user, beside the server's data.
func (s *Server) Folder(t testing.TB) string {
	t.Helper()
	folder, err := os.MkdirTemp(s.folder, "more")
	if err == nil {
		err = s.owner.give(folder)
	}
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// Address is where the server listens: host and port.
func (s *Server) Address() string { return net.JoinHostPort("127.0.0.1", s.port) }

// Run runs SQL in that database, each statement in a transaction of its own.
func (s *Server) Run(statements ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.URL())
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

// Configure adds lines to postgresql.conf, which the next start reads.
func (s *Server) Configure(settings ...string) error {
	file, err := os.OpenFile(filepath.Join(s.data, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = file.WriteString(strings.Join(settings, "\n") + "\n")
	return err
}

// Start starts the server and waits until it takes connections.
func (s *Server) Start() error {
	deadline := time.Now().Add(time.Minute)
	for {
		// After a kill a dying child may hold the data for a moment.
		err := s.start(deadline)
		if err == nil || time.Now().After(deadline) {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// Stop shuts the server down as an owner does who restarts it: what is under way is rolled back.
func (s *Server) Stop() { s.end(syscall.SIGINT) }

// Restart is Stop and Start.
func (s *Server) Restart() error {
	s.Stop()
	return s.Start()
}

// Kill ends each process of the server with SIGKILL.
func (s *Server) Kill() {
	if s.process == nil {
		return
	}
	children := childrenOf(s.process.Process.Pid)
	s.end(syscall.SIGKILL)
	for _, child := range children {
		_ = syscall.Kill(child, syscall.SIGKILL)
	}
}

// Log is the end of what the server has logged.
func (s *Server) Log() string {
	text, _ := os.ReadFile(filepath.Join(s.folder, "log"))
	return string(text[max(0, len(text)-2000):])
}

func (s *Server) end(signal syscall.Signal) {
	if s.process == nil {
		return
	}
	_ = s.process.Process.Signal(signal)
	<-s.ended
	s.process = nil
}

// Remove ends the server and removes its data.
func (s *Server) Remove() {
	s.end(syscall.SIGQUIT)
	_ = os.RemoveAll(s.folder)
}

// Launch is NewIn without a test: Remove ends the server.
func Launch(folder string, settings ...string) (*Server, error) {
	pristine.once.Do(func() {
		if pristine.server, pristine.err = prepare(""); pristine.err == nil {
			pristine.err = pristine.server.initdb()
		}
	})
	if pristine.err != nil {
		return nil, pristine.err
	}
	s, err := prepare(folder)
	if err != nil {
		return nil, err
	}
	copied := s.command("/bin/cp", "-R", pristine.server.data, s.data)
	if out, err := copied.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("copying the data: %w: %s", err, out)
	}
	if err := s.Configure(settings...); err != nil {
		return nil, err
	}
	return s, s.Start()
}

// prepare makes the folder of a server, which its processes' user owns.
func prepare(folder string) (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	if folder == "" {
		if folder, err = os.MkdirTemp(quickFolder(), "pgtest"); err != nil {
			return nil, err
		}
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin, folder: folder, data: filepath.Join(folder, "data"), port: port}
	if s.owner, err = ownerOf(); err != nil {
		return nil, err
	}
	return s, s.owner.give(folder)
}

// quickFolder is in memory where there is room, since tests wait for hundreds of commits, or "" for
// the usual folder. PostgreSQL and its settings are the same: a kill takes away neither.
func quickFolder() string {
	const folder, room = "/dev/shm", 1 << 30
	var disk syscall.Statfs_t
	if syscall.Statfs(folder, &disk) != nil || disk.Bavail*uint64(disk.Bsize) < room {
		return ""
	}
	return folder
}

// initdb makes a new cluster, with fsync on as every server has it; only its own making is not
// waited for.
func (s *Server) initdb() error {
	made := s.command(filepath.Join(s.bin, "initdb"), "--pgdata="+s.data, "--username=postgres", "--auth=trust",
		"--encoding=UTF8", "--locale=C", "--wal-segsize=1", "--no-sync", "--no-instructions")
	if out, err := made.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	return s.Configure("listen_addresses = '127.0.0.1'", "unix_socket_directories = ''",
		"shared_buffers = 32MB", "fsync = on", "jit = off")
}

// command is run as the user that PostgreSQL runs as.
func (s *Server) command(program string, args ...string) *exec.Cmd {
	command := exec.Command(program, args...)
	command.Dir = s.folder
	command.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC")
	command.SysProcAttr = s.owner.attributes()
	return command
}

func (s *Server) start(deadline time.Time) error {
	log, err := os.OpenFile(filepath.Join(s.folder, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	process := s.command(filepath.Join(s.bin, "postgres"), "-D", s.data, "-p", s.port)
	process.Stdout, process.Stderr = log, log
	ended := make(chan struct{})
	if err := startTied(process, ended); err != nil {
		return err
	}
	s.process, s.ended = process, ended
	for time.Now().Before(deadline) {
		select {
		case <-ended:
			s.process = nil
			return fmt.Errorf("PostgreSQL did not start: %s", s.Log())
		case <-time.After(5 * time.Millisecond):
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		conn, err := pgx.Connect(ctx, s.URL())
		if err == nil {
			err = conn.Close(ctx)
		}
		cancel()
		if err == nil {
			return nil
		}
	}
	return fmt.Errorf("PostgreSQL does not take connections: %s", s.Log())
}

// binaries finds the folder of the newest PostgreSQL, where Debian has it or in PATH.
func binaries() (string, error) {
	folders, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	version := func(folder string) int {
		number, _ := strconv.Atoi(filepath.Base(filepath.Dir(folder)))
		return number
	}
	slices.SortFunc(folders, func(a, b string) int { return version(b) - version(a) })
	for _, folder := range folders {
		if _, err := os.Stat(filepath.Join(folder, "initdb")); err == nil {
			return folder, nil
		}
	}
	if found, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(found), nil
	}
	return "", errMissing
}

func freePort() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	return port, err
}
