package receipts_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/digest"
	"github.com/octroi-consent/octroi/server/receipts"
	"github.com/octroi-consent/octroi/server/receipts/storetest"
)

// site is a handler, and what it writes to.
type site struct {
	*receipts.Handler
	store  *flaky
	log    *safe
	now    atomic.Pointer[time.Time]
	watch  *watch
	closed bool
}

// safe is a buffer for several goroutines.
type safe struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safe) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safe) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// watch counts what it is told.
type watch struct {
	mu       sync.Mutex
	answered map[string]int
	batches  []int
}

func (w *watch) Answered(status int, refusal string, took time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answered[fmt.Sprint(status, refusal)]++
}

func (w *watch) Appended(n int, took time.Duration, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.batches = append(w.batches, n)
}

func (*watch) Waiting(int) {}

// flaky is a store that fails or waits when it is told to.
type flaky struct {
	*storetest.Memory
	err  atomic.Pointer[error]
	gate chan struct{} // an Append waits for one, unless it is nil
}

func (f *flaky) Append(ctx context.Context, writer string, received time.Time, items []receipts.Item) ([]receipts.Outcome, error) {
	if f.gate != nil {
		<-f.gate
	}
	if err := f.err.Load(); err != nil {
		return nil, *err
	}
	return f.Memory.Append(ctx, writer, received, items)
}

// start makes a site of shop.example at noon, which has archived the tests' declaration.
func start(t *testing.T, change func(o *receipts.Options, s *flaky)) *site {
	t.Helper()
	s := &site{store: &flaky{Memory: storetest.NewMemory()}, log: &safe{}, watch: &watch{answered: map[string]int{}}}
	require.NoError(t, s.store.Archive(t.Context(), receipts.Hash(digest.Declaration(storetest.Declaration)), []byte(storetest.Declaration)))
	s.at(storetest.Noon)
	o := receipts.Options{
		Hosts: []string{"shop.example", "*.other.example"}, Log: slog.New(slog.NewTextHandler(s.log, nil)), Watch: s.watch,
		Rate: 1e6, Burst: 1e6, Now: func() time.Time { return *s.now.Load() },
	}
	if change != nil {
		change(&o, s.store)
	}
	var err error
	s.Handler, err = receipts.NewHandler(s.store, o)
	require.NoError(t, err)
	t.Cleanup(func() {
		if !s.closed {
			assert.NoError(t, s.Close(context.Background()))
		}
	})
	return s
}

// at sets the site's clock.
func (s *site) at(now time.Time) { s.now.Store(&now) }

// post sends a body, with headers in pairs; one that is "" takes away what is sent otherwise.
func (s *site) post(body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "https://shop.example/consent", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", "https://shop.example")
	for i := 0; i < len(headers); i += 2 {
		if headers[i+1] == "" {
			r.Header.Del(headers[i])
		} else {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func body(n int) string { return string(storetest.Body(n, storetest.Noon)) }

func TestAReceiptIsTaken(t *testing.T) {
	s := start(t, nil)
	w := s.post(body(1))
	assert.Equal(t, http.StatusAccepted, w.Code)
	assert.Empty(t, w.Body.String())
	assert.Equal(t, "no-store", w.Header().Get("Cache-Control"))
	e, err := s.store.Get(t.Context(), storetest.ID(1))
	require.NoError(t, err)
	assert.Equal(t, body(1), string(e.Body), "the bytes as they came")
	assert.Equal(t, "main", e.Writer)
	assert.Equal(t, http.StatusAccepted, s.post(body(1)).Code, "once more")
	assert.Len(t, storetest.Entries(t, s.store, receipts.Query{}), 1)
	for i, headers := range [][]string{
		{"Content-Type", "text/plain;charset=UTF-8"},
		{"Content-Type", "application/json; charset=utf-8"},
		{"Origin", "", "Sec-Fetch-Site", "same-origin"},
		{"Origin", "https://shop.example:8443"},
		{"Origin", "http://shop.example"},
		{"Origin", "https://a.b.other.example", "Sec-Fetch-Site", "cross-site"},
		{"Origin", ""}, // a program, as curl
	} {
		w := s.post(body(10+i), headers...)
		assert.Equal(t, http.StatusAccepted, w.Code, "%v: %s", headers, w.Body)
	}
	assert.Empty(t, s.log.String(), "nothing is logged of what is taken")
}

func with(old, new string) string { return strings.Replace(body(1), old, new, 1) }

// Each of these requests is refused, with its status and one sentence that has nothing of the
// request in it, and logged.
func TestRefusals(t *testing.T) {
	far := string(storetest.Body(1, storetest.Noon.Add(3*time.Minute)))
	old := string(storetest.Body(1, storetest.Noon.Add(-receipts.MaxAge-time.Minute)))
	for _, c := range []struct {
		name, body string
		headers    []string
		status     int
		kind, says string
	}{
		{"another site's page", body(1), []string{"Origin", "https://evil.example"}, 403, "origin", "Receipts are taken from this site's own pages alone."},
		{"one that ends as ours", body(1), []string{"Origin", "https://evilshop.example"}, 403, "origin", ""},
		{"one under ours, which is not declared", body(1), []string{"Origin", "https://a.shop.example"}, 403, "origin", ""},
		{"a page without an origin", body(1), []string{"Origin", "null"}, 403, "origin", ""},
		{"what is no origin", body(1), []string{"Origin", "https://shop.example/x"}, 403, "origin", ""},
		{"an origin with a name in it", body(1), []string{"Origin", "https://a@shop.example"}, 403, "origin", ""},
		{"an origin with a line feed", body(1), []string{"Origin", "https://shop.example\nX: y"}, 403, "origin", ""},
		{"across sites without an origin", body(1), []string{"Origin", "", "Sec-Fetch-Site", "cross-site"}, 403, "origin", ""},
		{"no type", body(1), []string{"Content-Type", ""}, 415, "type", "application/json or text/plain"},
		{"a form", body(1), []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, "type", ""},
		{"another charset", body(1), []string{"Content-Type", "text/plain; charset=utf-16"}, 415, "type", ""},
		{"packed", body(1), []string{"Content-Encoding", "gzip"}, 415, "type", ""},
		{"too much", body(1) + strings.Repeat(" ", 4096), nil, 413, "size", "A receipt has at most 4096 bytes."},
		{"nothing", "", nil, 400, "format", "This is no receipt: byte 0"},
		{"a member too many", with(`"format"`, `"<script>":1,"format"`), nil, 400, "format", "member 1: a receipt has no such member"},
		{"another site's receipt", with("shop.example", "evil.example"), nil, 403, "host", "host: it is none of this site's."},
		{"a file's receipt", with("shop.example", ""), nil, 403, "host", ""},
		{"from the future", far, nil, 422, "future", "at: it is in the future"},
		{"too old", old, nil, 400, "old", "at: it is more than 31 days ago"},
		{"of an unknown declaration", with(`"declaration":"`+digest.Hex(digest.Declaration(storetest.Declaration)), `"declaration":"`+strings.Repeat("0", 64)), nil, 422, "declaration", "declaration: it is not in this server's archive"},
		{"of an unknown category", with(`"ads":false`, `"spy":true`), nil, 400, "choice", "granted, category 3: its declaration does not ask about such a category."},
		{"of an essential category", with(`"ads":false`, `"essential":true`), nil, 400, "choice", "granted, category 3"},
		{"of an unknown service", with(`"film"`, `"clip","count"`), nil, 400, "choice", "granted, category 2, service 2: its declaration has no such service in this category."},
		{"another by a known id", with(`"ads":false`, `"ads":true`), nil, 409, "conflict", "Another receipt is kept by this id."},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, nil)
			if c.status == 409 {
				require.Equal(t, 202, s.post(body(1)).Code)
			}
			before := len(storetest.Entries(t, s.store, receipts.Query{}))
			w := s.post(c.body, c.headers...)
			assert.Equal(t, c.status, w.Code)
			assert.Equal(t, "text/plain; charset=utf-8", w.Header().Get("Content-Type"))
			assert.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
			said := w.Body.String()
			assert.Contains(t, said, c.says)
			assert.Regexp(t, `^[A-Za-z][^\n]*\.\n$`, said, "one sentence")
			if c.status == 422 {
				assert.NotEmpty(t, w.Header().Get("Retry-After"))
			}
			assert.Len(t, storetest.Entries(t, s.store, receipts.Query{}), before)
			assert.Contains(t, s.log.String(), "kind="+c.kind)
			assert.Equal(t, 1, s.watch.answered[fmt.Sprint(c.status, c.kind)])
			for _, mark := range []string{"script", "evil", storetest.ID(1), "192.0.2.1"} {
				assert.NotContains(t, said, mark)
				assert.NotContains(t, s.log.String(), mark)
			}
		})
	}
}

func TestAnErasedReceiptDoesNotComeBack(t *testing.T) {
	s := start(t, nil)
	require.Equal(t, 202, s.post(body(1)).Code)
	require.NoError(t, s.store.Erase(t.Context(), storetest.ID(1), storetest.Noon))
	w := s.post(body(1))
	assert.Equal(t, http.StatusGone, w.Code)
	assert.Equal(t, "This receipt was kept, and erased since.\n", w.Body.String())
}

func TestOtherMethods(t *testing.T) {
	s := start(t, nil)
	for _, method := range []string{"GET", "HEAD", "PUT", "DELETE"} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(method, "/consent", nil))
		assert.Equal(t, http.StatusMethodNotAllowed, w.Code)
		assert.Equal(t, "POST, OPTIONS", w.Header().Get("Allow"))
	}
}

// A page of another of the site's hosts may read the answer, and no other page.
func TestCORS(t *testing.T) {
	s := start(t, nil)
	for _, c := range []struct {
		origin  string
		allowed bool
	}{{"https://www.other.example", true}, {"https://shop.example", true}, {"https://evil.example", false}, {"null", false}} {
		r := httptest.NewRequest(http.MethodOptions, "https://receipts.shop.example/consent", nil)
		r.Header.Set("Origin", c.origin)
		r.Header.Set("Access-Control-Request-Method", "POST")
		r.Header.Set("Access-Control-Request-Headers", "content-type")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		assert.Equal(t, "Origin", w.Header().Get("Vary"))
		if c.allowed {
			assert.Equal(t, http.StatusNoContent, w.Code)
			assert.Equal(t, c.origin, w.Header().Get("Access-Control-Allow-Origin"))
			assert.Equal(t, "POST", w.Header().Get("Access-Control-Allow-Methods"))
			assert.Equal(t, "Content-Type", w.Header().Get("Access-Control-Allow-Headers"))
		} else {
			assert.Equal(t, http.StatusForbidden, w.Code)
			assert.Empty(t, w.Header().Get("Access-Control-Allow-Origin"))
		}
		assert.Empty(t, w.Header().Get("Access-Control-Allow-Credentials"))
	}
	w := s.post(body(1), "Origin", "https://www.other.example")
	assert.Equal(t, "https://www.other.example", w.Header().Get("Access-Control-Allow-Origin"))
	assert.Equal(t, "https://shop.example", s.post("no", "Origin", "https://shop.example").Header().Get("Access-Control-Allow-Origin"), "a refusal can be read too")
}

// In an app, pages of files have no host and no origin.
func TestApps(t *testing.T) {
	s := start(t, func(o *receipts.Options, _ *flaky) { o.Apps, o.Hosts = true, nil })
	assert.Equal(t, http.StatusAccepted, s.post(with("shop.example", ""), "Origin", "null").Code)
	assert.Equal(t, http.StatusForbidden, s.post(body(2), "Origin", "null").Code)
	assert.Equal(t, http.StatusForbidden, s.post(with("shop.example", "")).Code)
}

func TestOneAddressSendsNoMoreThanItsShare(t *testing.T) {
	s := start(t, func(o *receipts.Options, _ *flaky) {
		o.Rate, o.Burst = 1, 3
		o.From = func(r *http.Request) string { return r.Header.Get("From") }
	})
	codes := func(from string, n int) (codes []int) {
		for i := range n {
			codes = append(codes, s.post(body(i), "From", from).Code)
		}
		return codes
	}
	assert.Equal(t, []int{202, 202, 202, 429, 429}, codes("192.0.2.7", 5))
	assert.Equal(t, []int{202}, codes("192.0.2.8", 1), "another")
	assert.Equal(t, []int{202, 202, 202}, codes("2001:db8::1", 3))
	assert.Equal(t, []int{429}, codes("2001:db8::2", 1), "one household")
	assert.Equal(t, []int{202}, codes("2001:db8:0:1::2", 1))
	s.at(storetest.Noon.Add(2 * time.Second))
	assert.Equal(t, []int{202, 202, 429}, codes("192.0.2.7", 3))
	assert.NotContains(t, s.log.String(), "192.0.2")
	assert.Equal(t, "60", s.post(body(1), "From", "192.0.2.7").Header().Get("Retry-After"))
}

func TestForwarded(t *testing.T) {
	for _, c := range []struct{ remote, header, want string }{
		{"192.0.2.1:1234", "", "192.0.2.1"},
		{"192.0.2.1:1234", "198.51.100.1", "192.0.2.1"},
		{"127.0.0.1:1234", "198.51.100.1, 198.51.100.2", "198.51.100.2"},
		{"[::1]:1234", "198.51.100.1", "198.51.100.1"},
		{"10.0.0.2:1234", "", "10.0.0.2"},
		{"10.0.0.2:1234", "2001:db8::1", "2001:db8::1"},
		{"@", "198.51.100.1", "198.51.100.1"},
	} {
		r := httptest.NewRequest("POST", "/", nil)
		r.RemoteAddr = c.remote
		if c.header != "" {
			r.Header.Set("X-Forwarded-For", c.header)
		}
		assert.Equal(t, c.want, receipts.Forwarded(r), "%+v", c)
	}
}

// While the store cannot keep receipts each answer says so; then it goes on, with nothing lost
// and nothing kept by half.
func TestAStoreThatFails(t *testing.T) {
	s := start(t, nil)
	full := errors.New("/var/lib/receipts.db: the disk is full")
	s.store.err.Store(&full)
	for range 3 {
		w := s.post(body(1))
		assert.Equal(t, http.StatusServiceUnavailable, w.Code)
		assert.Equal(t, "Receipts cannot be kept at the moment; send it again later.\n", w.Body.String(), "nothing of the server's")
		assert.Equal(t, "30", w.Header().Get("Retry-After"))
	}
	assert.Equal(t, 1, strings.Count(s.log.String(), "\n"), "logged once")
	assert.Contains(t, s.log.String(), "the disk is full")
	s.store.err.Store(nil)
	assert.Equal(t, http.StatusAccepted, s.post(body(1)).Code)
	assert.Contains(t, s.log.String(), "receipts are kept again")
	s.store.err.Store(&full)
	s.post(body(2))
	assert.Equal(t, 3, strings.Count(s.log.String(), "\n"), "and anew")
}

// Refusals of one kind are logged once, and again after ten minutes with how many there were.
func TestRefusalsAreLoggedOnce(t *testing.T) {
	s := start(t, nil)
	for range 50 {
		s.post("x")
	}
	assert.Equal(t, 1, strings.Count(s.log.String(), "kind=format"))
	s.at(storetest.Noon.Add(11 * time.Minute))
	s.post("x")
	assert.Equal(t, 2, strings.Count(s.log.String(), "kind=format"))
	assert.Contains(t, s.log.String(), "unlogged=49")
}

// A clock that was turned back by a little does no harm; by more, receipts wait until it is right.
func TestTheClockTurnedBack(t *testing.T) {
	s := start(t, nil)
	require.Equal(t, 202, s.post(body(1)).Code)
	s.at(storetest.Noon.Add(-time.Minute))
	assert.Equal(t, 202, s.post(body(2)).Code)
	e, err := s.store.Get(t.Context(), storetest.ID(2))
	require.NoError(t, err)
	assert.Equal(t, storetest.Noon, e.Received)
	s.at(storetest.Noon.Add(-time.Hour))
	w := s.post(body(3))
	assert.Equal(t, http.StatusServiceUnavailable, w.Code)
	assert.Contains(t, s.log.String(), "kind=clock")
	assert.Contains(t, s.log.String(), "the clock is behind the last receipt")
	assert.ErrorIs(t, s.Check(t.Context()), receipts.ErrClock)
	s.at(storetest.Noon)
	assert.NoError(t, s.Check(t.Context()))
	assert.Equal(t, 202, s.post(body(3)).Code)
	storetest.Chained(t, s.store)
}

// What comes while the store is busy is kept together; what is too much is refused at once.
func TestGroups(t *testing.T) {
	gate := make(chan struct{})
	s := start(t, func(_ *receipts.Options, f *flaky) { f.gate = gate })
	var all sync.WaitGroup
	var taken, refused atomic.Int64
	const most = 1024
	for i := range most + 300 {
		all.Go(func() {
			switch w := s.post(body(i)); w.Code {
			case 202:
				taken.Add(1)
			case 503:
				refused.Add(1)
				assert.Equal(t, "5", w.Header().Get("Retry-After"))
			default:
				assert.Fail(t, "another status", w.Code)
			}
		})
	}
	require.Eventually(t, func() bool { return refused.Load() > 0 }, 10*time.Second, time.Millisecond)
	close(gate)
	all.Wait()
	assert.EqualValues(t, most+300, taken.Load()+refused.Load())
	assert.Len(t, storetest.Entries(t, s.store, receipts.Query{}), int(taken.Load()))
	storetest.Chained(t, s.store)
	assert.Contains(t, s.watch.batches, 256, "as many at once as can be")
}

// Whoever has left before the answer, the receipt is kept.
func TestAVisitorWhoLeaves(t *testing.T) {
	gate := make(chan struct{})
	s := start(t, func(_ *receipts.Options, f *flaky) { f.gate = gate })
	ctx, leave := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		r := httptest.NewRequest(http.MethodPost, "/consent", strings.NewReader(body(1))).WithContext(ctx)
		r.Header.Set("Content-Type", "text/plain")
		s.ServeHTTP(httptest.NewRecorder(), r)
	}()
	gate <- struct{}{} // it is with the store
	leave()
	<-ended
	close(gate)
	require.Eventually(t, func() bool { return len(storetest.Entries(t, s.store, receipts.Query{})) == 1 }, 10*time.Second, time.Millisecond)
}

// At its end a handler keeps what waits, takes no more, and signs the heads of days past.
func TestClosing(t *testing.T) {
	gate := make(chan struct{})
	s := start(t, func(o *receipts.Options, f *flaky) { f.gate = gate; o.Key = storetest.Key })
	codes := make(chan int, 10)
	for i := range 10 {
		go func() { codes <- s.post(body(i)).Code }()
	}
	gate <- struct{}{}
	require.Eventually(t, func() bool { return len(storetest.Entries(t, s.store, receipts.Query{})) > 0 }, 10*time.Second, time.Millisecond)
	s.at(storetest.Noon.AddDate(0, 0, 1))
	ended := make(chan error)
	go func() { ended <- s.Close(context.Background()) }()
	close(gate)
	require.NoError(t, <-ended)
	s.closed = true
	kept := 0
	for range 10 {
		if <-codes == 202 {
			kept++
		}
	}
	assert.Len(t, storetest.Entries(t, s.store, receipts.Query{}), kept)
	w := s.post(string(storetest.Body(99, storetest.Noon.AddDate(0, 0, 1))))
	assert.Equal(t, http.StatusServiceUnavailable, w.Code)
	assert.Equal(t, "5", w.Header().Get("Retry-After"))
	assert.Error(t, s.Check(t.Context()))
	assert.Len(t, storetest.Heads(t, s.store), 1)
	assert.Empty(t, storetest.Verified(t, s.store, storetest.Noon.AddDate(0, 0, 1)).Faults)
	assert.NoError(t, s.Close(context.Background()), "twice")
}

// A store that never answers does not hold the end up for longer than it is given.
func TestClosingAStoreThatHangs(t *testing.T) {
	gate := make(chan struct{})
	s := start(t, func(_ *receipts.Options, f *flaky) { f.gate = gate })
	go s.post(body(1))
	time.AfterFunc(20*time.Millisecond, func() { close(gate) })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.closed = true
	if err := s.Close(ctx); err != nil {
		assert.ErrorIs(t, err, context.Canceled)
	}
}

// When it begins a handler signs what days before it have left.
func TestSigningAtTheBeginning(t *testing.T) {
	memory := storetest.NewMemory()
	_, err := memory.Append(t.Context(), "main", storetest.Noon, storetest.Items(0, 3, storetest.Noon))
	require.NoError(t, err)
	s := start(t, func(o *receipts.Options, f *flaky) {
		f.Memory, o.Key = memory, storetest.Key
		o.Now = func() time.Time { return storetest.Noon.AddDate(0, 0, 3) }
	})
	require.Eventually(t, func() bool { return len(storetest.Heads(t, s.store)) == 1 }, 10*time.Second, time.Millisecond)
}

// A chain that was changed is not signed.
func TestABrokenChainIsNotSigned(t *testing.T) {
	memory := storetest.NewMemory()
	_, err := memory.Append(t.Context(), "main", storetest.Noon, storetest.Items(0, 3, storetest.Noon))
	require.NoError(t, err)
	s := &changing{memory}
	n, err := receipts.SignHeads(t.Context(), s, storetest.Key, storetest.Noon.AddDate(0, 0, 1))
	assert.Zero(t, n)
	assert.ErrorContains(t, err, "chain main, entry 2: it does not follow what is ahead of it")
	assert.Empty(t, storetest.Heads(t, s))
}

// changing is a store whose second entry somebody has changed.
type changing struct{ *storetest.Memory }

func (c *changing) Entries(ctx context.Context, q receipts.Query) iter.Seq2[receipts.Entry, error] {
	return func(yield func(receipts.Entry, error) bool) {
		for e, err := range c.Memory.Entries(ctx, q) {
			if e.Seq == 2 {
				e.Body = bytes.ReplaceAll(e.Body, []byte("false"), []byte("true"))
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

func TestOptionsThatAreWrong(t *testing.T) {
	for _, c := range []struct {
		o    receipts.Options
		want string
	}{
		{receipts.Options{}, "no hosts are given; name those of the site, as shop.example"},
		{receipts.Options{Hosts: []string{"https://shop.example"}}, `"https://shop.example" is no host; name one in lower case, without a scheme`},
		{receipts.Options{Hosts: []string{"*."}}, "is no host"},
		{receipts.Options{Hosts: []string{"shop.example"}, Writer: "a\nb"}, "the writer's name"},
	} {
		_, err := receipts.NewHandler(storetest.NewMemory(), c.o)
		assert.ErrorContains(t, err, c.want)
	}
}

func TestKeys(t *testing.T) {
	key, private, public, err := receipts.NewKey()
	require.NoError(t, err)
	read, err := receipts.ParseKey(private)
	require.NoError(t, err)
	assert.Equal(t, key, read)
	name := receipts.KeyName(key.Public().(ed25519.PublicKey))
	keys, err := receipts.ParseKeys(append(public, private...))
	require.NoError(t, err)
	assert.Equal(t, receipts.Keys{name: key.Public().(ed25519.PublicKey)}, keys)
	for _, text := range []string{"", "x", string(public[:40]), string(public) + "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"} {
		_, err := receipts.ParseKeys([]byte(text))
		assert.ErrorContains(t, err, "key", text)
		_, err = receipts.ParseKey([]byte(text))
		assert.ErrorContains(t, err, "octroi receipts key makes one")
	}
}

// Through a real server and its connections.
func TestAServer(t *testing.T) {
	s := start(t, nil)
	server := httptest.NewServer(s)
	defer server.Close()
	post := func(body io.Reader) *http.Response {
		r, err := http.NewRequest(http.MethodPost, server.URL, body)
		require.NoError(t, err)
		r.Header.Set("Content-Type", "text/plain")
		answer, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		defer answer.Body.Close()
		return answer
	}
	assert.Equal(t, 202, post(strings.NewReader(body(1))).StatusCode)
	// Without a length, and more than any limit.
	assert.Equal(t, 413, post(io.LimitReader(strings.NewReader(strings.Repeat("x", 1<<20)), 1<<20)).StatusCode)
}
