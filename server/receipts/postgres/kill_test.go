//go:build unix

package postgres_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/server/receipts"
	"github.com/octroi-consent/octroi/server/receipts/postgres/pgtest"
	"github.com/octroi-consent/octroi/server/receipts/storetest"
)

func TestMain(m *testing.M) {
	if os.Getenv(storetest.Serving) != "" {
		storetest.Main(m, opened)
	}
	pgtest.Main(m)
}

// child is a server in a process of its own.
type child struct {
	*exec.Cmd
	address string
}

func startChild(t testing.TB, url string) *child {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	c := &child{Cmd: exec.Command(program, "-test.run=^$")}
	c.Env = append(os.Environ(), storetest.Serving+"="+url)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	t.Cleanup(c.kill)
	line, _, err := bufio.NewReader(out).ReadLine()
	require.NoError(t, err)
	c.address = string(line)
	return c
}

// kill ends the process with SIGKILL.
func (c *child) kill() {
	c.Process.Kill()
	c.Wait()
}

// visitors send receipts, each until it is acknowledged, as pages do.
type visitors struct {
	address string
	stop    context.CancelFunc
	all     sync.WaitGroup
	next    atomic.Int64

	mu     sync.Mutex
	acked  map[int]string // bodies by number
	other  map[int]int    // other answers, by status; 0 is none
	unsure int            // receipts that were sent more than once
}

func newVisitors(n int, address string) *visitors {
	ctx, stop := context.WithCancel(background)
	v := &visitors{address: address, stop: stop, acked: map[int]string{}, other: map[int]int{}}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: n}, Timeout: 10 * time.Second}
	for range n {
		v.all.Go(func() {
			for ctx.Err() == nil {
				n := int(v.next.Add(1))
				body := storetest.Body(n, time.Now())
				for tries := 0; ctx.Err() == nil; tries++ {
					status := post(client, v.address, body)
					v.mu.Lock()
					if status == http.StatusAccepted {
						v.acked[n] = string(body)
						if tries > 0 {
							v.unsure++
						}
					} else {
						v.other[status]++
					}
					v.mu.Unlock()
					if status == http.StatusAccepted {
						break
					}
					time.Sleep(5 * time.Millisecond)
				}
			}
		})
	}
	return v
}

func post(client *http.Client, address string, body []byte) (status int) {
	answer, err := client.Post("http://"+address+"/", "application/json", bytes.NewReader(body))
	if err != nil {
		return 0
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, answer.Body)
	return answer.StatusCode
}

func (v *visitors) count() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.acked)
}

// more waits until some more are acknowledged, and returns how long that took.
func (v *visitors) more(t testing.TB, n int) time.Duration {
	t.Helper()
	began, want := time.Now(), v.count()+n
	for v.count() < want {
		require.Less(t, time.Since(began), time.Minute, "nothing more is acknowledged: %v", v.other)
		time.Sleep(time.Millisecond)
	}
	return time.Since(began)
}

// rounds is how often a process is killed.
func rounds() int {
	switch {
	case whole:
		return 50
	case testing.Short():
		return 1
	}
	return 3
}

func TestTheServerIsKilled(t *testing.T) {
	storetest.Kill(t, pgtest.Shared(t).Schema(t), rounds(), opened)
}

// PostgreSQL is killed again and again while visitors send receipts: each that was acknowledged is
// there once, with its bytes, in a chain that verifies.
func TestTheDatabaseIsKilled(t *testing.T) {
	server := pgtest.New(t)
	s := open(t, server.URL())
	require.NoError(t, s.Archive(background, sha256.Sum256([]byte(storetest.Declaration)), []byte(storetest.Declaration)))
	c := startChild(t, server.URL())
	v := newVisitors(16, c.address)
	t.Cleanup(v.stop)
	var slowest, sum time.Duration
	for range rounds() {
		v.more(t, 20)
		time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond)
		began := time.Now()
		server.Kill()
		require.NoError(t, server.Start())
		v.more(t, 1)
		took := time.Since(began)
		slowest, sum = max(slowest, took), sum+took
	}
	v.more(t, 20)
	v.stop()
	v.all.Wait()
	c.kill()

	require.Empty(t, storetest.Verified(t, s, time.Now()).Faults)
	there := map[string]string{}
	for _, e := range storetest.Entries(t, s, receipts.Query{}) {
		assert.NotContains(t, there, e.ID)
		there[e.ID] = string(e.Body)
	}
	lost := 0
	for n, body := range v.acked {
		if there[storetest.ID(n)] != body {
			lost++
		}
	}
	assert.Zero(t, lost, "acknowledged, and lost")
	assert.Greater(t, len(v.acked), 20*rounds())
	assert.LessOrEqual(t, len(there)-len(v.acked), 16, "more than what was under way at the end")
	t.Logf("kill -9 of PostgreSQL, %d times: %d acknowledged, %d lost, %d sent again, %d kept; other answers %v; until the next acknowledgement %s on average, %s at most",
		rounds(), len(v.acked), lost, v.unsure, len(there), v.other, (sum / time.Duration(rounds())).Round(time.Millisecond), slowest.Round(time.Millisecond))
}
