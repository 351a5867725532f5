package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/digest"
	"github.com/octroi-consent/octroi/server/receipts"
	stores "github.com/octroi-consent/octroi/server/receipts/open"
	"github.com/octroi-consent/octroi/server/receipts/storetest"
)

// receiptsOf makes a database of receipts, and names it.
func receiptsOf(t *testing.T, fill func(s receipts.Store)) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "receipts.db")
	s, err := stores.Open(t.Context(), path, true)
	require.NoError(t, err)
	fill(s)
	require.NoError(t, s.Close())
	return path
}

func filled(t *testing.T) string {
	return receiptsOf(t, func(s receipts.Store) { storetest.Fill(t, s) })
}

func TestReceiptsShow(t *testing.T) {
	store := filled(t)
	out, errs, code := octroi("receipts", "show", storetest.ID(103), "--store", store)
	require.Zero(t, code, errs)
	for _, part := range []string{"receipt      " + storetest.ID(103), "chosen       2026-11-28T13:00Z, until 2027-05-28T13:00Z", "shop.example, with Octroi 2.0.0", "the layout bar, in en",
		", in the archive", "select, first", "statistics: all; video: film; ads: nothing", "entry 10 of chain a, "} {
		assert.Contains(t, out, part)
	}
	out, errs, code = octroi("receipts", "show", storetest.ID(103), "--store", store, "--json")
	require.Zero(t, code, errs)
	var is struct {
		Seq     int
		Receipt struct{ ID string }
	}
	require.NoError(t, json.Unmarshal([]byte(out), &is))
	assert.Equal(t, 10, is.Seq)
	assert.Equal(t, storetest.ID(103), is.Receipt.ID)
	_, errs, code = octroi("receipts", "show", storetest.ID(203), "--store", store)
	assert.Equal(t, 1, code)
	assert.Equal(t, "octroi receipts show: there is no receipt "+storetest.ID(203)+": it was never kept, or was erased or pruned\n", errs)
	_, errs, code = octroi("receipts", "show", "7", "--store", store)
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, `"7" is no receipt's id; it is a UUID in lower case`)
	_, errs, code = octroi("receipts", "show", storetest.ID(1), "--store", store+".none")
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, store+".none: there is no such file")
	_, errs, code = octroi("receipts", "show", storetest.ID(1), "--store", "mysql://localhost/x")
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "mysql:// is no kind of store")
}

func TestReceiptsExport(t *testing.T) {
	store := filled(t)
	out, errs, code := octroi("receipts", "export", "--store", store)
	require.Zero(t, code, errs)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	require.Len(t, lines, 48)
	var first struct {
		Writer  string
		Seq     int
		Receipt json.RawMessage
		Erased  *time.Time
	}
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &first))
	assert.Equal(t, "a", first.Writer)
	assert.Equal(t, 7, first.Seq)
	assert.Equal(t, string(storetest.Body(100, storetest.Noon.AddDate(0, 0, 1))), string(first.Receipt), "byte for byte")
	assert.Equal(t, 2, strings.Count(out, `"erased":`))
	file := filepath.Join(t.TempDir(), "out.csv")
	out, errs, code = octroi("receipts", "export", "--store", store, "--format", "csv", "--from", "2026-11-29", "--to", "2026-11-30", "-o", file)
	require.Zero(t, code, errs)
	assert.Empty(t, out)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 13, "with the column's names; of the erased the minute stays")
	assert.Equal(t, []string{"id", "at", "until"}, rows[0][:3])
	assert.Equal(t, []string{storetest.ID(200), "2026-11-29T12:00Z", "2027-05-29T12:00Z", "shop.example", "2.0.0"}, rows[1][:5])
	assert.Equal(t, `{"statistics":true,"video":["film"],"ads":false}`, rows[1][11])
	assert.Empty(t, rows[4][0])
	assert.NotEmpty(t, rows[4][16], "erased")
	_, errs, code = octroi("receipts", "export", "--store", store, "--from", "yesterday")
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "--from yesterday: no day; write one as 2026-11-27")
	_, errs, code = octroi("receipts", "export", "--store", store, "-o", filepath.Join(file, "x"))
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "cannot be written")
}

func TestReceiptsStats(t *testing.T) {
	store := receiptsOf(t, func(s receipts.Store) {
		_, err := s.Append(t.Context(), "a", storetest.Noon, storetest.Items(0, 40, storetest.Noon))
		require.NoError(t, err)
		var french []receipts.Item
		for n := range 3 {
			item := storetest.Item(100+n, storetest.Noon)
			item.Body = []byte(strings.Replace(string(item.Body), `"en"`, `"fr"`, 1))
			french = append(french, item)
		}
		_, err = s.Append(t.Context(), "a", storetest.Noon, french)
		require.NoError(t, err)
	})
	out, errs, code := octroi("receipts", "stats", "--store", store)
	require.Zero(t, code, errs)
	assert.Contains(t, out, "receipts: 43\n")
	assert.Regexp(t, `statistics +43 +43 \(100.0 %\) +0 \(0.0 %\) +0`, out)
	assert.Regexp(t, `video +43 +0 \(0.0 %\) +43 \(100.0 %\) +0`, out)
	assert.Regexp(t, `en +withheld +`, out)
	assert.Regexp(t, `fr +withheld +`, out)
	assert.NotRegexp(t, `\b(3|40)\b`, out)
	out, _, code = octroi("receipts", "stats", "--store", store, "--json")
	require.Zero(t, code)
	var stats receipts.Stats
	require.NoError(t, json.Unmarshal([]byte(out), &stats))
	assert.EqualValues(t, 43, stats.Receipts)
}

// From a key to heads that are kept elsewhere, and a verification that uses both.
func TestReceiptsVerify(t *testing.T) {
	now := time.Now().UTC()
	store := receiptsOf(t, func(s receipts.Store) {
		require.NoError(t, s.Archive(t.Context(), digest.Declaration(storetest.Declaration), []byte(storetest.Declaration)))
		for day := -3; day <= 0; day++ {
			at := now.AddDate(0, 0, day)
			_, err := s.Append(t.Context(), "main", at, storetest.Items(100+day*10, 105+day*10, at))
			require.NoError(t, err)
		}
	})
	out, _, code := octroi("receipts", "verify", "--store", store)
	assert.Zero(t, code)
	assert.Contains(t, out, "There are no signed heads")
	assert.Contains(t, out, "chain main: entries 1 to 20, of which 0 erased;")
	assert.Contains(t, out, "no fault; receipts: 20, of which erased: 0; heads: 0; declarations: 1\n")

	key := filepath.Join(t.TempDir(), "key.pem")
	out, errs, code := octroi("receipts", "key", key)
	require.Zero(t, code, errs)
	assert.Regexp(t, `^[0-9a-f]{16}  .*key.pem, .*key.pem.pub\n$`, out)
	info, err := os.Stat(key)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	_, errs, code = octroi("receipts", "key", key)
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "a key is never written over")

	heads, errs, code := octroi("receipts", "heads", "--store", store, "--sign", key)
	require.Zero(t, code, errs)
	assert.Equal(t, 3, strings.Count(heads, "\n"))
	again, _, code := octroi("receipts", "heads", "--store", store)
	require.Zero(t, code)
	assert.Equal(t, heads, again)
	kept := filepath.Join(t.TempDir(), "heads.jsonl")
	require.NoError(t, os.WriteFile(kept, []byte(heads), 0o600))

	out, _, code = octroi("receipts", "verify", "--store", store)
	assert.Zero(t, code)
	assert.Contains(t, out, "Signatures were not looked at: give the key, by --key.")
	out, _, code = octroi("receipts", "verify", "--store", store, "--key", key+".pub", "--kept", kept)
	assert.Zero(t, code, out)
	assert.Contains(t, out, "heads vouch for it up to entry 15 (")
	assert.NotContains(t, out, "kept elsewhere")
	_, errs, code = octroi("receipts", "verify", "--store", store, "--key", kept)
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "no keys in PEM")
	_, errs, code = octroi("receipts", "verify", "--store", store, "--kept", key)
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "head 1: this is none")

	// Somebody removes all, and starts anew.
	require.NoError(t, os.Remove(store))
	s, err := stores.Open(t.Context(), store, true)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	out, _, code = octroi("receipts", "verify", "--store", store, "--key", key, "--kept", kept)
	assert.Equal(t, 1, code)
	assert.Contains(t, out, "truncated: chain main: nothing of it is there, and its heads are\n")
	out, _, code = octroi("receipts", "verify", "--store", store, "--key", key, "--kept", kept, "--json")
	assert.Equal(t, 1, code)
	var report receipts.Report
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	assert.Len(t, report.Faults, 4)
}

func TestReceiptsEraseAndPrune(t *testing.T) {
	store := receiptsOf(t, func(s receipts.Store) {
		for month := -30; month <= 0; month += 6 {
			at := time.Now().AddDate(0, month, 0)
			_, err := s.Append(t.Context(), "main", at, storetest.Items(1000+month*10, 1003+month*10, at))
			require.NoError(t, err)
		}
	})
	out, errs, code := octroi("receipts", "erase", "--store", store, storetest.ID(1001), storetest.ID(1002))
	require.Zero(t, code, errs)
	assert.Equal(t, fmt.Sprintf("erased %s\nerased %s\n", storetest.ID(1001), storetest.ID(1002)), out)
	_, errs, code = octroi("receipts", "erase", "--store", store, storetest.ID(1000), storetest.ID(1001))
	assert.Equal(t, 1, code)
	assert.Contains(t, errs, "there is no receipt "+storetest.ID(1001))
	_, _, code = octroi("receipts", "show", "--store", store, storetest.ID(1000))
	assert.Zero(t, code, "nothing is erased where one of them is not there")
	for span, says := range map[string]string{"2 fortnights": "no span of time", "session": "no span of time", "6 months": "a choice holds for up to 13 months"} {
		_, errs, code = octroi("receipts", "prune", "--store", store, "--older-than", span)
		assert.Equal(t, 2, code)
		assert.Contains(t, errs, says)
	}
	out, errs, code = octroi("receipts", "prune", "--store", store, "--older-than", "13 months")
	require.Zero(t, code, errs)
	assert.Contains(t, out, "pruned 9 receipts, received before ")
	out, errs, code = octroi("receipts", "prune", "--store", store, "--older-than", "7 months", "--force")
	require.Zero(t, code, errs)
	assert.Contains(t, out, "pruned 3 receipts")
	out, _, code = octroi("receipts", "verify", "--store", store)
	assert.Equal(t, 1, code, "the declaration was never archived")
	assert.Contains(t, out, "chain main: entries 13 to 18, of which 2 erased")
	assert.NotContains(t, out, "gap")
}

// The engine makes the choice of a receipt again.
func TestReceiptsReplay(t *testing.T) {
	at := storetest.Noon
	body := func(n int, method, granted, until string) receipts.Item {
		item := storetest.Item(n, at)
		item.Body = []byte(strings.NewReplacer(`"select"`, fmt.Sprintf("%q", method), `{"statistics":true,"video":["film"],"ads":false}`, granted, "2027-05-27T12:00Z", until).Replace(string(item.Body)))
		return item
	}
	store := receiptsOf(t, func(s receipts.Store) {
		require.NoError(t, s.Archive(t.Context(), digest.Declaration(storetest.Declaration), []byte(storetest.Declaration)))
		unknown := storetest.Item(9, at)
		unknown.Body = []byte(strings.Replace(string(unknown.Body), `"declaration":"`+digest.Hex(digest.Declaration(storetest.Declaration)), `"declaration":"`+strings.Repeat("0", 64), 1))
		_, err := s.Append(context.Background(), "main", at, []receipts.Item{
			storetest.Item(0, at),
			body(1, "accept", `{"statistics":true,"video":true,"ads":true}`, "2027-05-27T12:00Z"),
			body(2, "refuse", `{"statistics":false,"video":false,"ads":false}`, "2027-05-27T12:00Z"),
			body(3, "page", `{"ads":true}`, "2027-05-27T12:00Z"),
			body(4, "refuse", `{"statistics":false,"video":false,"ads":true}`, "2027-05-27T12:00Z"),
			body(5, "accept", `{"statistics":true,"video":["film"],"ads":true}`, "2027-05-27T12:00Z"),
			body(6, "accept", `{"statistics":true,"video":true,"ads":true}`, "2027-11-27T12:00Z"),
			body(7, "select", `{}`, "2026-11-27T12:00Z"),
			unknown,
		})
		require.NoError(t, err)
	})
	for n, want := range []int{0, 0, 0, 0, 1, 1, 1, 0} {
		out, errs, code := octroi("receipts", "replay", storetest.ID(n), "--store", store)
		assert.Equal(t, want, code, "receipt %d: %s%s", n, out, errs)
		assert.Contains(t, out, []string{"\nthe same decision\n", "\nanother decision\n"}[want])
	}
	out, _, _ := octroi("receipts", "replay", storetest.ID(0), "--store", store)
	assert.Regexp(t, `statistics +granted +granted`, out)
	assert.Regexp(t, `  film +granted +granted`, out)
	assert.Regexp(t, `  clip +not granted +not granted`, out)
	assert.Regexp(t, `until +2027-05-27T12:00Z +2027-05-27T12:00Z`, out)
	out, _, _ = octroi("receipts", "replay", storetest.ID(5), "--store", store)
	assert.Regexp(t, `  clip +not granted +granted +differs`, out)
	_, errs, code := octroi("receipts", "replay", storetest.ID(9), "--store", store)
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "is not in the archive: octroi receipts archive puts it there")
}

// What is archived has the hash by which the page of a build names it.
func TestReceiptsArchive(t *testing.T) {
	store := receiptsOf(t, func(receipts.Store) {})
	declaration := "../../examples/shop/octroi.json"
	built := t.TempDir()
	_, errs, code := octroi("build", declaration, "-o", built, "--no-sizes")
	require.Zero(t, code, errs)
	made, err := os.ReadFile(filepath.Join(built, "declaration.json"))
	require.NoError(t, err)
	want := digest.Hex(digest.Declaration(made))
	for _, file := range []string{declaration, filepath.Join(built, "declaration.json")} {
		out, errs, code := octroi("receipts", "archive", file, "--store", store)
		require.Zero(t, code, errs)
		assert.Equal(t, want+"  "+file+"\n", out)
	}
	out, _, code := octroi("receipts", "verify", "--store", store)
	assert.Zero(t, code)
	assert.Contains(t, out, "declarations: 1\n")
	_, errs, code = octroi("receipts", "archive", declaration, "nothing.json", "--store", store)
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "nothing.json: no such file")
}
