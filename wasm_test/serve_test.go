package wasmtest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// served runs octroi serve in a folder until the test ends. It returns the addresses of the site,
// as its visitors write it, and of the owner's page, and what ends it.
func served(t *testing.T, folder string, args ...string) (site, admin string, end func()) {
	t.Helper()
	cmd := exec.Command(ownersCommand(t), append([]string{"serve", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"}, args...)...)
	cmd.Dir = folder
	log, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	ended := make(chan error, 1)
	lines := bufio.NewScanner(log)
	var said bytes.Buffer
	for admin == "" && lines.Scan() {
		said.WriteString(lines.Text() + "\n")
		var line struct{ Site, Admin string }
		require.NoError(t, json.Unmarshal(lines.Bytes(), &line), lines.Text())
		site, admin = site+strings.Replace(line.Site, "127.0.0.1", "localhost", 1), line.Admin
	}
	require.NotEmpty(t, admin, said.String())
	go func() {
		for lines.Scan() { // it must not wait for a reader
		}
		ended <- cmd.Wait()
	}()
	t.Cleanup(func() { cmd.Process.Kill() })
	return site, admin, func() {
		require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
		require.NoError(t, <-ended)
	}
}

// The shop behind octroi serve: what a visitor accepts is in the store, and the owner sees it.
func TestAChoiceIsKeptAndShown(t *testing.T) {
	once(t)
	s := newSite(t)
	s.busy = true
	// The shop as it was before it had Octroi: octroi serve puts it into the pages.
	whole := regexp.MustCompile(`(?s)<script type="application/json" id="octroi-config">.*?</script>\s*<script src="/octroi/octroi.js"></script>`)
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page := httptest.NewRecorder()
		s.ServeHTTP(page, r)
		for name, values := range page.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(page.Code)
		w.Write(whole.ReplaceAll(page.Body.Bytes(), nil))
	}))
	t.Cleanup(upstream.Close)
	folder := t.TempDir()
	declaration := strings.Replace(s.Declaration(), `{`, `{"receipts": {"endpoint": "/consent"},`, 1)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "octroi.json"), []byte(declaration), 0o600))
	site, admin, end := served(t, folder, "--upstream", upstream.URL, "--store", "receipts.db", "--host", "localhost")

	_, tab := visit(t, s)
	tab.away(site + "/")
	tab.until(`document.querySelector('[data-octroi-act="accept"]')`)
	assert.Empty(t, s.Log.Requests(), "nobody is called before")
	tab.press("accept")
	fetched := func(path string) string {
		answer, err := http.Get(admin + path)
		require.NoError(t, err)
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		return string(text)
	}
	await(t, "the receipt", func() bool { return strings.Contains(fetched("/metrics"), `octroi_chain_entries{writer="main"} 1`) })
	var id string
	tab.eval(`octroi.receipt()`, &id)
	require.NotEmpty(t, id, "by its id the visitor can ask for it")

	owner := tab.visitor.tab()
	owner.away(admin + "/")
	owner.click("#id")
	owner.key(id + "\r")
	owner.comes(`document.querySelector('h1').textContent === 'Receipt'`)
	var told string
	owner.eval(`document.querySelector('main').innerText`, &told)
	for _, part := range []string{id, "accept, on layer “first”", "localhost", "all of it"} {
		assert.Contains(t, told, part)
	}
	assert.NotContains(t, told, "nothing")
	assert.NotContains(t, told, "not archived")
	owner.away(admin + "/")
	owner.click("form[action=verify] button")
	owner.comes(`document.querySelector('.right')?.textContent.includes('Entries: 1; none was changed')`)
	end()
}
