package storetest

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/server/receipts"
)

// Serving names the store in the environment of a process that serves it.
const Serving = "OCTROI_SERVE_STORE"

// Main is TestMain of a package that calls Kill: where this process was started by Kill, it opens
// the store, serves it on loopback until it is killed, and does not return.
func Main(m *testing.M, open func(ctx context.Context, where string) (receipts.Store, error)) {
	where, is := os.LookupEnv(Serving)
	if !is {
		os.Exit(m.Run())
	}
	exit := func(err error) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	store, err := open(background, where)
	if err != nil {
		exit(err)
	}
	h, err := receipts.NewHandler(store, receipts.Options{Hosts: []string{"shop.example"}, Rate: 1e9, Burst: 1e9, Key: Key, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		exit(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		exit(err)
	}
	fmt.Println(listener.Addr())
	exit(http.Serve(listener, h))
}

// Kill has a process of its own keep receipts in a store, which is empty, and ends it by kill -9
// in the middle of that, as often as there are rounds. After each, all that was acknowledged is
// there, and the chain verifies; what was not acknowledged is sent again in the next.
func Kill(t *testing.T, where string, rounds int, open func(ctx context.Context, where string) (receipts.Store, error)) {
	k := &killing{t: t, where: where, sent: map[int]bool{}}
	s, err := open(background, where)
	require.NoError(t, err)
	require.NoError(t, s.Archive(background, declarationHash(), []byte(Declaration)))
	require.NoError(t, s.Close())
	for round := range rounds {
		acknowledged, unanswered := k.round()
		s, err := open(background, where)
		require.NoError(t, err)
		r := Verified(t, s, time.Now())
		require.Empty(t, r.Faults, "round %d", round)
		kept := map[string]bool{}
		for _, e := range Entries(t, s, receipts.Query{}) {
			kept[e.ID] = true
		}
		lost, extra := 0, len(kept)
		for n, answered := range k.sent {
			if answered && !kept[ID(n)] {
				lost++
			}
			if answered {
				extra--
			}
		}
		require.Zero(t, lost, "round %d: acknowledged, and not there", round)
		require.LessOrEqual(t, extra, unanswered, "round %d: there, and not sent", round)
		t.Logf("round %2d: %5d acknowledged, %2d sent without an answer, of which %2d are there; %6d in the chain", round+1, acknowledged, unanswered, extra, r.Entries)
		require.NoError(t, s.Close())
	}
}

// killing is what has been sent so far.
type killing struct {
	t     *testing.T
	where string
	mu    sync.Mutex
	sent  map[int]bool // by number; whether it was acknowledged
}

// round serves, sends and kills once.
func (k *killing) round() (acknowledged, unanswered int) {
	const senders = 8
	child := exec.Command(os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), Serving+"="+k.where)
	out, err := child.StdoutPipe()
	require.NoError(k.t, err)
	var said strings.Builder
	child.Stderr = &said
	require.NoError(k.t, child.Start())
	address, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(k.t, err, said.String())
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: senders}, Timeout: 30 * time.Second}
	defer client.CloseIdleConnections()
	// What was sent without an answer in the rounds before goes first.
	var again []int
	for n, answered := range k.sent {
		if !answered {
			again = append(again, n)
		}
	}
	next := len(k.sent)
	started := make(chan struct{}, 1)
	var all sync.WaitGroup
	for range senders {
		all.Go(func() {
			for {
				k.mu.Lock()
				n := next
				if len(again) > 0 {
					n, again = again[0], again[1:]
				} else {
					next++
				}
				k.sent[n] = false
				k.mu.Unlock()
				answer, err := client.Post("http://"+strings.TrimSpace(address)+"/consent", "text/plain", strings.NewReader(string(Body(n, sentAt))))
				if err != nil {
					return // it was killed
				}
				io.Copy(io.Discard, answer.Body)
				answer.Body.Close()
				if !assert.Equal(k.t, http.StatusAccepted, answer.StatusCode) {
					return
				}
				k.mu.Lock()
				k.sent[n] = true
				acknowledged++
				k.mu.Unlock()
				select {
				case started <- struct{}{}:
				default:
				}
			}
		})
	}
	// From the first answer on, at any moment of the next tenth of a second.
	select {
	case <-started:
	case <-time.After(30 * time.Second):
		assert.Fail(k.t, "no receipt was kept", said.String())
	}
	var random [8]byte
	rand.Read(random[:])
	time.Sleep(time.Duration(binary.BigEndian.Uint64(random[:]) % uint64(100*time.Millisecond)))
	require.NoError(k.t, child.Process.Kill())
	var killed *exec.ExitError
	require.True(k.t, errors.As(child.Wait(), &killed))
	require.Equal(k.t, -1, killed.ExitCode(), "by a signal: %s", said.String())
	all.Wait()
	for _, answered := range k.sent {
		if !answered {
			unanswered++
		}
	}
	return acknowledged, unanswered
}

// sentAt is when the receipts that Kill sends are made: the same bytes are sent again.
var sentAt = time.Now()
