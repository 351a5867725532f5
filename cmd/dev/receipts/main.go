// Command receipts measures how fast receipts are kept and verified, on this machine, and prints
// it as tables of Markdown.
//
//	go run ./cmd/dev/receipts [-seconds 5] [-clients 64] [-chain 10000000] [-postgres] [STORE…]
//
// A store is a folder, in which an SQLite database is made, or an empty one's postgres:// address;
// -postgres starts a throw-away PostgreSQL, with its data on the disk of the temporary folder.
// Beside the receipts a second stands how many appends of one receipt's size the same disk takes
// in a second, each waited for by fsync: the ratio says what waiting together for the disk brings,
// and can be compared between machines.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/octroi-consent/octroi/engine/digest"
	"github.com/octroi-consent/octroi/server/receipts"
	"github.com/octroi-consent/octroi/server/receipts/open"
	"github.com/octroi-consent/octroi/server/receipts/postgres/pgtest"
	"github.com/octroi-consent/octroi/server/receipts/storetest"
)

func main() {
	seconds := flag.Float64("seconds", 5, "how long receipts are sent")
	clients := flag.Int("clients", 64, "how many send at once")
	chain := flag.Int("chain", 0, "verify a chain of so many")
	throwAway := flag.Bool("postgres", false, "measure a PostgreSQL that is thrown away too")
	flag.Parse()
	folders := flag.Args()
	if len(folders) == 0 {
		folder, err := os.MkdirTemp("", "octroi-receipts-")
		exit(err)
		defer os.RemoveAll(folder)
		folders = []string{folder}
	}
	if *throwAway {
		server, err := postgres()
		exit(err)
		defer pgtest.Clean()
		defer server.Remove()
		folders = append(folders, server.URL())
	}
	for _, where := range folders {
		exit(measure(where, time.Duration(*seconds*float64(time.Second)), *clients, *chain))
	}
}

// postgres starts a PostgreSQL of its own, with its usual settings.
func postgres() (*pgtest.Server, error) {
	folder, err := os.MkdirTemp("", "octroi-postgres-")
	if err != nil {
		return nil, err
	}
	return pgtest.Launch(folder, "shared_buffers = 128MB")
}

func exit(err error) {
	if err != nil {
		log.SetFlags(0)
		log.Fatal(err)
	}
}

func measure(where string, span time.Duration, clients, chain int) error {
	ctx := context.Background()
	kind, file := "PostgreSQL", os.TempDir()
	if !strings.Contains(where, "://") {
		kind, file = "SQLite", where
		where = filepath.Join(where, "receipts.db")
	}
	store, err := open.Open(ctx, where, true)
	if err != nil {
		return err
	}
	defer store.Close()
	if err := store.Archive(ctx, receipts.Hash(digest.Declaration(storetest.Declaration)), []byte(storetest.Declaration)); err != nil {
		return err
	}
	if chain > 0 {
		return long(ctx, kind, store, chain)
	}
	raw, err := appends(file, min(span, 2*time.Second))
	if err != nil {
		return err
	}
	fmt.Println("| store | clients | receipts a second | p50 | p99 | fsynced appends a second | ratio |\n| --- | --- | --- | --- | --- | --- | --- |")
	next := atomic.Int64{}
	for _, n := range []int{1, clients} {
		rate, times, err := load(store, span, n, &next)
		if err != nil {
			return err
		}
		fmt.Printf("| %s | %d | %.0f | %s | %s | %.0f | %.1f |\n", kind, n, rate, at(times, 0.5), at(times, 0.99), raw, rate/raw)
	}
	return nil
}

// at is what a share of times is within.
func at(times []time.Duration, share float64) time.Duration {
	return times[int(float64(len(times)-1)*share)].Round(10 * time.Microsecond)
}

// appends is how many appends of a receipt's size a file takes in a second, each waited for.
func appends(folder string, span time.Duration) (float64, error) {
	f, err := os.CreateTemp(folder, "appends-")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	body := storetest.Body(0, time.Now())
	started, n := time.Now(), 0
	for ; time.Since(started) < span; n++ {
		if _, err := f.Write(body); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
	}
	return float64(n) / time.Since(started).Seconds(), nil
}

// load has clients send receipts over loopback, each its next one once the last was acknowledged.
func load(store receipts.Store, span time.Duration, clients int, next *atomic.Int64) (rate float64, times []time.Duration, err error) {
	h, err := receipts.NewHandler(store, receipts.Options{Hosts: []string{"shop.example"}, Rate: 1e9, Burst: 1e9, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return 0, nil, err
	}
	server := httptest.NewServer(h)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	defer client.CloseIdleConnections()
	var mu sync.Mutex
	var all sync.WaitGroup
	started := time.Now()
	for range clients {
		all.Go(func() {
			var own []time.Duration
			for time.Since(started) < span {
				sent := time.Now()
				answer, posted := client.Post(server.URL, "text/plain", bytes.NewReader(storetest.Body(int(next.Add(1)), sent)))
				if posted == nil {
					answer.Body.Close()
					if answer.StatusCode != http.StatusAccepted {
						posted = fmt.Errorf("a receipt was answered with %s", answer.Status)
					}
				}
				if posted != nil {
					mu.Lock()
					err = posted
					mu.Unlock()
					return
				}
				own = append(own, time.Since(sent))
			}
			mu.Lock()
			times = append(times, own...)
			mu.Unlock()
		})
	}
	all.Wait()
	took := time.Since(started)
	slices.Sort(times)
	if closed := h.Close(context.Background()); err == nil {
		err = closed
	}
	return float64(len(times)) / took.Seconds(), times, err
}

// long makes a chain of so many, and verifies it at each power of ten from 10,000 on.
func long(ctx context.Context, kind string, store receipts.Store, chain int) error {
	fmt.Println("| store | receipts in one chain | verified in | a second | memory at most |\n| --- | --- | --- | --- | --- |")
	made := 0
	for _, n := range []int{10_000, 100_000, 1_000_000, 10_000_000, 100_000_000} {
		n = min(n, chain)
		for ; made < n; made += 5000 {
			now := time.Now()
			if _, err := store.Append(ctx, "main", now, storetest.Items(made, min(made+5000, n), now)); err != nil {
				return err
			}
		}
		debug.FreeOSMemory()
		// The kernel forgets the most that there was so far.
		os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)
		started := time.Now()
		report, err := receipts.Verify(ctx, store, receipts.Trust{})
		if err != nil {
			return err
		}
		took := time.Since(started)
		if len(report.Faults) > 0 || report.Entries != int64(n) {
			return fmt.Errorf("a chain of %d: %d are there; %v", n, report.Entries, report.Faults)
		}
		fmt.Printf("| %s | %d | %s | %.0f | %s |\n", kind, n, took.Round(10*time.Millisecond), float64(n)/took.Seconds(), peak())
		if n == chain {
			break
		}
	}
	return nil
}

// peak is the most memory that this process had, as Linux tells it.
func peak() string {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if kb, is := strings.CutPrefix(line, "VmHWM:"); is {
			n, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(kb), " kB"))
			return fmt.Sprintf("%d MB", n/1024)
		}
	}
	return "unknown"
}
