package site_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/digest"
	"github.com/octroi-consent/octroi/internal/octroijson"
	"github.com/octroi-consent/octroi/internal/site"
	"github.com/octroi-consent/octroi/server/receipts"
)

// The guide to receipts is followed command by command, with a receipt as a page sends it.
func TestTheGuideToProof(t *testing.T) {
	const file = "docs/guides/proof.md"
	source, err := os.ReadFile(filepath.Join(root, file))
	require.NoError(t, err)
	folder, tools := t.TempDir(), commands(t)
	require.NoError(t, os.CopyFS(folder, os.DirFS(filepath.Join(root, "examples/start/proof"))))
	shell := func(text string) *exec.Cmd {
		run := exec.Command("bash", "-euo", "pipefail", "-c", text)
		run.Dir, run.Env = folder, append(os.Environ(), "PATH="+tools+":"+os.Getenv("PATH"), "NO_COLOR=1", "OCTROI_LISTEN=127.0.0.1:0")
		return run
	}
	id, steps := "0b9d0d6e-6a3c-4f5e-9a51-2f6d8c1e7b42", ""
	for _, b := range site.Blocks(file, source) {
		if b.Language != "sh" {
			continue
		}
		if !strings.Contains(b.Text, "octroi serve") {
			out, err := shell(strings.ReplaceAll(b.Text, " ID", " "+id)).CombinedOutput()
			require.NoError(t, err, "%s\n%s", b.Text, out)
			steps += string(out)
			continue
		}
		server := shell("exec " + b.Text)
		log, err := server.StderrPipe()
		require.NoError(t, err)
		require.NoError(t, server.Start())
		t.Cleanup(func() { _ = server.Process.Kill(); _ = server.Wait() })
		var line struct{ Site string }
		for in := bufio.NewScanner(log); line.Site == "" && in.Scan(); {
			require.NoError(t, json.Unmarshal(in.Bytes(), &line), in.Text())
		}
		require.NotEmpty(t, line.Site, "it ended")
		send(t, line.Site, folder, id)
	}
	for _, says := range []string{id, "the same decision", "There are no signed heads", "no fault; receipts: 1,"} {
		assert.Contains(t, steps, says)
	}
}

// send sends a receipt as a page of the site does.
func send(t *testing.T, address, folder, id string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "octroi.json"))
	require.NoError(t, err)
	x, err := octroijson.Expand(text)
	require.NoError(t, err)
	now := time.Now().UTC()
	for now.Day() > 28 { // six months later there is such a day
		now = now.AddDate(0, 0, -1)
	}
	receipt := receipts.Receipt{Format: 1, ID: id, At: receipts.MinuteOf(now), Until: receipts.MinuteOf(now.AddDate(0, 6, 0)), Host: "localhost", Octroi: "2.0.0",
		Declaration: digest.Declaration(x.Text), Texts: receipts.Hash{1}, Language: "en", Layout: "corner", Layer: "first", Method: "accept", Granted: []receipts.Category{{ID: "statistics", Whole: true}}}
	// A server that is busy says so, and is sent the same again.
	require.Eventually(t, func() bool {
		answer, err := http.Post(address+"/consent", "text/plain", bytes.NewReader(receipt.JSON()))
		if err != nil {
			return false
		}
		defer answer.Body.Close()
		return answer.StatusCode == http.StatusAccepted
	}, time.Minute, 100*time.Millisecond)
}
