package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/digest"
	"github.com/octroi-consent/octroi/internal/octroijson"
	"github.com/octroi-consent/octroi/server/receipts"
	"github.com/octroi-consent/octroi/server/receipts/sqlite"
	"github.com/octroi-consent/octroi/server/receipts/storetest"
)

// TestMain is the command itself where a test runs it as a process of its own.
func TestMain(m *testing.M) {
	if os.Getenv("OCTROI_TEST_RUN") != "" {
		main()
	}
	os.Exit(m.Run())
}

// serving is octroi serve in a process of its own.
type serving struct {
	*exec.Cmd
	folder      string
	site, admin string // addresses
	lines       chan map[string]any
	mu          sync.Mutex
	log         bytes.Buffer
}

// serveIn starts octroi serve in a folder.
func serveIn(t *testing.T, folder string, args ...string) *serving {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	s := &serving{Cmd: exec.Command(program, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...), folder: folder, lines: make(chan map[string]any, 100)}
	s.Dir, s.Env = folder, append(os.Environ(), "OCTROI_TEST_RUN=1")
	log, err := s.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, s.Start())
	t.Cleanup(func() { s.Process.Kill() })
	go func() {
		defer close(s.lines)
		for in := bufio.NewScanner(log); in.Scan(); {
			s.mu.Lock()
			s.log.WriteString(in.Text() + "\n")
			s.mu.Unlock()
			line := map[string]any{}
			json.Unmarshal(in.Bytes(), &line)
			s.lines <- line
		}
	}()
	s.site = s.says(t, "listening")["site"].(string)
	for _, arg := range args {
		if arg == "--admin" {
			s.admin = s.says(t, "listening for the owner")["admin"].(string)
		}
	}
	return s
}

// says waits for a line of the log.
func (s *serving) says(t *testing.T, message string) map[string]any {
	t.Helper()
	timeout := time.After(time.Minute)
	for {
		select {
		case line, open := <-s.lines:
			if !open {
				require.Fail(t, "it ended", "before it said %q: %s", message, s.said())
			}
			if line["msg"] == message {
				return line
			}
		case <-timeout:
			require.Fail(t, "it is silent", "it does not say %q: %s", message, s.said())
		}
	}
}

func (s *serving) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

// terminated ends it as an init system does, and returns its exit code.
func (s *serving) terminated(t *testing.T) int {
	t.Helper()
	require.NoError(t, s.Process.Signal(syscall.SIGTERM))
	for range s.lines {
	}
	s.Wait()
	return s.ProcessState.ExitCode()
}

// fetched is what is at an address.
func fetched(t *testing.T, address string) (status int, body string) {
	t.Helper()
	answer, err := http.Get(address)
	require.NoError(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(text)
}

// A site with receipts, as its owner runs it: the pages of a folder, receipts into SQLite, the
// owner's page, a declaration that changes; what was answered is in the file after SIGTERM.
func TestServe(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o777))
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	declaration := strings.Replace(base, `"site"`, `"receipts": {"endpoint": "/consent"}, "site"`, 1)
	write("octroi.json", declaration)
	write("public/index.html", "<!doctype html><title>Shop</title><p>Hello")
	_, private, _, err := receipts.NewKey()
	require.NoError(t, err)
	write("key.pem", string(private))
	s := serveIn(t, folder, "--site", "public", "--rewrite", "off", "--store", "receipts.db", "--key", "key.pem", "--host", "shop.example", "--admin", "127.0.0.1:0")

	status, body := fetched(t, s.site)
	assert.Equal(t, "200 <!doctype html><title>Shop</title><p>Hello", fmt.Sprint(status, " ", body))
	status, body = fetched(t, s.site+"/octroi/octroi.js")
	assert.Equal(t, 200, status)
	assert.Contains(t, body, "octroi")
	out, errs, code := octroi("serve", "--listen", strings.TrimPrefix(s.site, "http://"), "--probe")
	assert.Equal(t, "it is ready\n0", fmt.Sprint(out, code), errs)

	x, err := octroijson.Expand([]byte(declaration))
	require.NoError(t, err)
	receipt := receipts.Receipt{Format: 1, ID: storetest.ID(1), At: receipts.MinuteOf(time.Now()), Until: receipts.MinuteOf(time.Now().AddDate(0, 6, 0)), Host: "shop.example", Octroi: "2.0.0",
		Declaration: digest.Declaration(x.Text), Texts: receipts.Hash{1}, Language: "en", Layout: "corner", Layer: "first", Method: "accept", Granted: []receipts.Category{{ID: "audience", Whole: true}}}
	sent, err := http.Post(s.site+"/consent", "application/json", bytes.NewReader(receipt.JSON()))
	require.NoError(t, err)
	sent.Body.Close()
	require.Equal(t, 202, sent.StatusCode)
	_, body = fetched(t, s.admin+"/receipt?id="+receipt.ID)
	assert.Contains(t, body, `<th scope="row">audience</th><td>all of it</td>`)
	assert.Contains(t, body, "The engine decides the same, by the declaration as archived")
	_, body = fetched(t, s.admin+"/metrics")
	assert.Contains(t, body, `octroi_chain_entries{writer="main"} 1`)

	// A fault leaves what was there; what is right takes its place.
	write("octroi.json", strings.Replace(declaration, `"site"`, `"sight": 1, "site"`, 1))
	assert.Contains(t, s.says(t, "the declaration has changed and cannot be used: the one before stays")["why"], "octroi.json:2:")
	write("octroi.json", strings.Replace(declaration, `"revision": "1"`, `"revision": "2"`, 1))
	s.says(t, "the declaration has changed")
	_, body = fetched(t, s.site+"/octroi/declaration.json")
	assert.Contains(t, body, `"revision":"2"`)
	require.NoError(t, os.Chtimes(filepath.Join(folder, "octroi.json"), time.Now(), time.Now()))

	assert.Zero(t, s.terminated(t), s.said())
	for _, secret := range []string{receipt.ID, "Mozilla", "/consent"} {
		assert.NotContains(t, s.said(), secret)
	}
	store, err := sqlite.Open(t.Context(), filepath.Join(folder, "receipts.db"), false)
	require.NoError(t, err)
	defer store.Close()
	entry, err := store.Get(t.Context(), receipt.ID)
	require.NoError(t, err)
	assert.Equal(t, string(receipt.JSON()), string(entry.Body))
	kept, err := store.Declarations(t.Context())
	require.NoError(t, err)
	assert.Len(t, kept, 2, "both declarations are archived")
}

// SIGHUP has the declaration read again; the site's own server is asked meanwhile.
func TestServeReadsAgainOnSIGHUP(t *testing.T) {
	came, answer := make(chan struct{}), make(chan struct{})
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(came)
		<-answer
		io.WriteString(w, "done")
	}))
	defer site.Close()
	folder, elsewhere := t.TempDir(), t.TempDir()
	file := filepath.Join(elsewhere, "octroi.json")
	require.NoError(t, os.WriteFile(file, []byte(base), 0o600))
	require.NoError(t, os.Symlink(file, filepath.Join(folder, "octroi.json"))) // whose folder does not change
	s := serveIn(t, folder, "--upstream", site.URL, "--rewrite", "off", "--drain", "30s")
	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(base, `"revision": "1"`, `"revision": "2"`, 1)), 0o600))
	require.NoError(t, s.Process.Signal(syscall.SIGHUP))
	s.says(t, "the declaration has changed")

	// Whoever is asked when the end comes still answers.
	body := make(chan string, 1)
	go func() {
		got, err := http.Get(s.site)
		if err != nil {
			body <- err.Error()
			return
		}
		defer got.Body.Close()
		text, _ := io.ReadAll(got.Body)
		body <- string(text)
	}()
	<-came
	require.NoError(t, s.Process.Signal(syscall.SIGTERM))
	s.says(t, "ending: requests that have begun may take so long")
	close(answer)
	assert.Equal(t, "done", <-body)
	s.says(t, "ended")
	assert.NoError(t, s.Wait())
}

// What cannot be served is told in a sentence, before anything listens.
func TestServeSaysWhatIsWrong(t *testing.T) {
	folder := t.TempDir()
	path := func(name, text string) string {
		file := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		return file
	}
	good := path("octroi.json", base)
	faulty := path("faulty.json", strings.Replace(base, `"site"`, `"sight": 1, "site"`, 1))
	for line, want := range map[string]struct {
		code int
		says string
	}{
		"--declaration " + folder + "/none.json":                     {2, "none.json: no such file"},
		"--declaration " + faulty:                                    {1, "$.sight: unknown key"},
		"--declaration " + good + " --upstream nowhere":              {2, `--upstream "nowhere" is no address of a server: write one as http://127.0.0.1:3000`},
		"--declaration " + good + " --upstream http://127.0.0.1/?a":  {2, "an address without ? and #"},
		"--declaration " + good + " --admin 0.0.0.0:8081":            {2, "is open to others than this machine"},
		"--declaration " + good + " --site " + folder + "/none":      {2, "is no folder that can be read"},
		"--declaration " + good + " --key " + good:                   {2, "no private key in PEM"},
		"--declaration " + good + " --store " + folder + "/a/b/x.db": {2, "x.db"},
		"--declaration " + good + " --store mysql://db/octroi":       {2, "mysql:// is no kind of store"},
		"--declaration " + good + " --lang xx":                       {2, `no texts in "xx"`},
		"--declaration " + good + " --rewrite on":                    {2, "must be one of"},
		"--declaration " + good + " --drain soon":                    {2, "drain"},
		"--declaration " + good + " --listen 256.0.0.1:80":           {2, "--listen 256.0.0.1:80"},
		"--listen 127.0.0.1:1 --probe":                               {1, "the server is not ready: nothing answers at 127.0.0.1:1"},
	} {
		out, errs, code := octroi(append([]string{"serve"}, strings.Fields(line)...)...)
		assert.Equal(t, want.code, code, line)
		assert.Contains(t, out+errs, want.says, line)
		assert.NotContains(t, out+errs, `"listening"`, line)
	}
}

// Each option can come from the environment.
func TestServeTakesTheEnvironment(t *testing.T) {
	t.Setenv("OCTROI_LISTEN", "127.0.0.1:1")
	_, errs, code := octroi("serve", "--probe")
	assert.Equal(t, 1, code)
	assert.Contains(t, errs, "127.0.0.1:1")
	for _, c := range newParser(streams{io.Discard, io.Discard}).Model.Children {
		if c.Name != "serve" {
			continue
		}
		for _, f := range c.Flags {
			if f.Name != "probe" && f.Name != "help" {
				assert.Equal(t, []string{"OCTROI_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))}, f.Envs)
			}
		}
	}
}
