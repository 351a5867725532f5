package origin

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/digest"
	"github.com/octroi-consent/octroi/server/receipts"
	"github.com/octroi-consent/octroi/server/receipts/storetest"
)

// running is a server that runs on ports of its own until it is ended.
type running struct {
	*Server
	site, admin string // their addresses
	log         *buffer
	end         func() error // ends it and waits
}

// buffer is one that several may write to.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// start runs a server for a declaration.
func start(t *testing.T, declaration string, change ...func(*Options)) *running {
	t.Helper()
	r := &running{log: new(buffer)}
	o := Options{Read: func() ([]byte, error) { return []byte(declaration), nil }, Path: "/octroi/", Listen: "127.0.0.1:0", Admin: "127.0.0.1:0",
		Drain: 5 * time.Second, Log: slog.New(slog.NewJSONHandler(r.log, nil)), Hosts: []string{"shop.example"}}
	for _, f := range change {
		f(&o)
	}
	var err error
	r.Server, err = New(o)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	listening, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- r.Run(ctx, func(site, admin string) {
			r.site, r.admin = "http://"+site, "http://"+admin
			close(listening)
		})
	}()
	select {
	case <-listening:
	case err := <-ended:
		require.NoError(t, err)
	}
	r.end = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() { r.end() })
	return r
}

var withReceipts = `{"receipts": {"endpoint": "/consent"},` + plain[1:]

// A site's built files come with their types, in the form that the browser takes, and are kept by
// it where their name tells what is in them.
func TestBuiltFilesAreServed(t *testing.T) {
	s := start(t, plain)
	engine := ""
	for name := range s.current.Load().files {
		if strings.HasPrefix(name, "engine.") {
			engine = name
		}
	}
	require.NotEmpty(t, engine)
	const forever, asked = "public, max-age=31536000, immutable", "no-cache"
	for name, want := range map[string][]string{
		"octroi.js":        {"text/javascript; charset=utf-8", asked},
		"octroi.rest.js":   {"text/javascript; charset=utf-8", asked},
		engine:             {"application/wasm", forever},
		"manifest.json":    {"application/json", asked},
		"declaration.json": {"application/json", asked},
	} {
		plain := ask(t, "GET", s.site+"/octroi/"+name)
		require.Equal(t, "200", plain.Status, name)
		assert.Equal(t, want, []string{plain.Header.Get("Content-Type"), plain.Header.Get("Cache-Control")}, name)
		assert.Equal(t, []string{"nosniff", "Accept-Encoding", ""}, []string{plain.Header.Get("X-Content-Type-Options"), plain.Header.Get("Vary"), plain.Header.Get("Content-Encoding")}, name)
		for _, c := range []struct{ accept, coding string }{{"gzip, deflate, br, zstd", "br"}, {"gzip", "gzip"}, {"br;q=0, *", "gzip"}, {"*", "br"}, {"br;q=0,gzip;q=0.0", ""}, {"identity", ""}, {"zstd", ""}, {"BR", "br"}} {
			got := ask(t, "GET", s.site+"/octroi/"+name, "Accept-Encoding", c.accept)
			require.Equal(t, c.coding, got.Header.Get("Content-Encoding"), "%s for %s", name, c.accept)
			var r io.Reader = strings.NewReader(got.Body)
			switch c.coding {
			case "br":
				r = brotli.NewReader(r)
				assert.Less(t, len(got.Body), len(plain.Body), name)
			case "gzip":
				var err error
				r, err = gzip.NewReader(r)
				require.NoError(t, err)
			}
			text, err := io.ReadAll(r)
			require.NoError(t, err)
			assert.Equal(t, plain.Body, string(text), name)
			assert.NotEqual(t, plain.Header.Get("ETag") == got.Header.Get("ETag"), c.coding != "", "each form has a tag of its own")
			assert.Equal(t, "304", ask(t, "GET", s.site+"/octroi/"+name, "Accept-Encoding", c.accept, "If-None-Match", got.Header.Get("ETag")).Status)
		}
	}
	e := *s.current.Load()
	e.files["octroi.worker.js"] = newFile("octroi.worker.js", []byte("1"))
	assert.Equal(t, "/", ask(t, "GET", s.site+"/octroi/octroi.worker.js").Header.Get("Service-Worker-Allowed"))
	assert.Empty(t, ask(t, "GET", s.site+"/octroi/octroi.js").Header.Get("Service-Worker-Allowed"))
	assert.Equal(t, "200", ask(t, "HEAD", s.site+"/octroi/octroi.js").Status)
	assert.Equal(t, "405", ask(t, "POST", s.site+"/octroi/octroi.js").Status)
	assert.Equal(t, "404", ask(t, "GET", s.site+"/octroi/none.js").Status)
	assert.Equal(t, "206", ask(t, "GET", s.site+"/octroi/octroi.js", "Range", "bytes=0-9").Status)
}

// A folder is served as hosts of static sites do, and nothing of it that is not a page.
func TestAFolderIsServed(t *testing.T) {
	folder := t.TempDir()
	outside := filepath.Join(t.TempDir(), "secret.txt")
	for name, text := range map[string]string{"index.html": "home", "about.html": "about", "a/index.html": "a", "b/c.txt": "c", ".env": "secret", ".git/config": "secret", "b/.htpasswd": "secret", ".well-known/security.txt": "contact", "404.html": "<p>not here", "octroi/octroi.js": "old"} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o777))
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o666))
	}
	require.NoError(t, os.WriteFile(outside, []byte("secret"), 0o666))
	require.NoError(t, os.Symlink(outside, filepath.Join(folder, "link.txt")))
	s := start(t, plain, func(o *Options) { o.Site = folder })
	for path, want := range map[string]string{
		"/": "200 home", "/index.html": "301 ", "/about": "200 about", "/about.html": "200 about", "/about/": "404 <p>not here", "/a": "301 ", "/a/": "200 a", "/b/": "404 <p>not here", "/b/c.txt": "200 c",
		"/.env": "404 <p>not here", "/.git/config": "404 <p>not here", "/b/.htpasswd": "404 <p>not here", "/link.txt": "404 <p>not here", "/.well-known/security.txt": "200 contact",
		"/../secret.txt": "404 <p>not here", "/%2e%2e/secret.txt": "404 <p>not here", "/none": "404 <p>not here", "/b/c.txt%00": "404 <p>not here",
	} {
		got := ask(t, "GET", s.site+path)
		assert.Equal(t, want, got.Status+" "+got.Body, path)
	}
	assert.NotEqual(t, "old", ask(t, "GET", s.site+"/octroi/octroi.js").Body, "the built ones are served")
	assert.Equal(t, "405", ask(t, "POST", s.site+"/").Status)
}

// send posts a receipt as a page of the site does.
func send(t *testing.T, site string, body []byte) int {
	t.Helper()
	r, err := http.NewRequest("POST", site+"/consent", bytes.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", "https://shop.example")
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer answer.Body.Close()
	return answer.StatusCode
}

// receiptOf is one of the declaration's, made now.
func receiptOf(declaration, id string) []byte {
	of := receipts.Receipt{Format: 1, ID: id, At: receipts.MinuteOf(time.Now()), Until: receipts.MinuteOf(time.Now().AddDate(0, 6, 0)), Host: "shop.example", Octroi: "2.0.0",
		Declaration: digest.Declaration(declaration), Texts: receipts.Hash{1}, Language: "en", Layout: "bar", Layer: "first", Method: "accept", Granted: []receipts.Category{{ID: "counting", Whole: true}}}
	return of.JSON()
}

// Receipts are taken of the declaration that is served, also of one that was served before, and
// the owner sees them, and numbers that name nobody.
func TestReceiptsAreTakenAndShown(t *testing.T) {
	store := storetest.NewMemory()
	s := start(t, withReceipts, func(o *Options) { o.Store, o.Key = store, storetest.Key })
	id := storetest.ID(1)
	assert.Equal(t, 202, send(t, s.site, receiptOf(withReceipts, id)))
	assert.Equal(t, 202, send(t, s.site, receiptOf(withReceipts, id)), "once more")
	assert.Equal(t, 422, send(t, s.site, receiptOf(plain, storetest.ID(2))), "of a declaration that nobody was shown")
	page := ask(t, "GET", s.admin+"/receipt?id="+id)
	assert.Equal(t, "200", page.Status)
	assert.Contains(t, page.Body, `<th scope="row">counting</th><td>all of it</td>`)
	assert.Contains(t, page.Body, digest.Hex(digest.Declaration(withReceipts)))
	numbers := ask(t, "GET", s.admin+"/metrics").Body
	for _, line := range []string{`octroi_receipts_answers_total{refusal="",status="202"} 2`, `octroi_receipts_answers_total{refusal="declaration",status="422"} 1`, `octroi_requests_total{code="202",part="receipts"} 2`,
		`octroi_chain_entries{writer="main"} 1`, `octroi_receipts_append_seconds_count 2`, `octroi_receipts_batch_receipts_sum 2`, `octroi_receipts_waiting 0`} {
		assert.Contains(t, numbers, line+"\n")
	}
	for _, secret := range []string{id, "shop.example", "127.0.0.1"} {
		assert.NotContains(t, numbers, secret)
	}
	require.NoError(t, s.end())
	for _, secret := range []string{id, "127.0.0.1"} {
		assert.NotContains(t, s.log.String(), secret)
	}
}

// The cookies that no script can erase are erased, and it is said that the browser's own no is heeded.
func TestCookiesAreErasedAndTheBrowsersNoIsHeeded(t *testing.T) {
	declaration := strings.NewReplacer(`"language"`, `"erase": {"endpoint": "/erase"}, "language"`, `"text": "How it is used."`, `"text": "How it is used.", "gpc": "refuse"`,
		`"urls"`, `"cookies": [{"name": "uid", "life": "1 day"}], "urls"`).Replace(plain)
	s := start(t, declaration, func(o *Options) { o.Trust = true })
	r, err := http.NewRequest("POST", s.site+"/erase", strings.NewReader(`{"erase": ["uid"]}`))
	require.NoError(t, err)
	for name, value := range map[string]string{"Content-Type": "application/json", "Origin": "https://www.shop.example", "Sec-Fetch-Site": "same-origin", "Cookie": "uid=7", "X-Forwarded-Host": "www.shop.example", "X-Forwarded-Proto": "https"} {
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer answer.Body.Close()
	assert.Equal(t, 204, answer.StatusCode)
	assert.Contains(t, strings.Join(answer.Header["Set-Cookie"], "\n"), "uid=; ")
	statement := ask(t, "GET", s.site+"/.well-known/gpc.json")
	assert.Equal(t, `200 application/json {"gpc": true}`, statement.Status+" "+statement.Header.Get("Content-Type")+" "+strings.TrimSpace(statement.Body))
}

// full is a store that cannot keep anything while it is full.
type full struct {
	*storetest.Memory
	full *bool
}

func (f full) Check(ctx context.Context) error {
	if *f.full {
		return errors.New("the disk of 10.1.2.3 is full")
	}
	return f.Memory.Check(ctx)
}

func TestHealth(t *testing.T) {
	isFull := false
	s := start(t, withReceipts, func(o *Options) { o.Store = full{storetest.NewMemory(), &isFull} })
	for _, at := range []string{s.site, s.admin} {
		assert.Equal(t, "it runs\n", ask(t, "GET", at+"/-/health").Body)
		assert.Equal(t, "it is ready\n", ask(t, "GET", at+"/-/ready").Body)
	}
	isFull = true
	s.ready.at = time.Time{}
	got := ask(t, "GET", s.site+"/-/ready")
	assert.Equal(t, "503 the store cannot keep receipts now\n", got.Status+" "+got.Body)
	assert.Contains(t, s.log.String(), "the disk of … is full")
	assert.Equal(t, "200", ask(t, "GET", s.site+"/-/health").Status, "a restart would not help")
	assert.Equal(t, "200", ask(t, "GET", s.site+"/octroi/octroi.js").Status, "the site goes on")
	isFull = false
	s.ready.at = time.Time{}
	assert.Equal(t, "200", ask(t, "GET", s.site+"/-/ready").Status)
	assert.Contains(t, s.log.String(), "the store can keep receipts again")
}

// slow is a store that takes its time.
type slow struct {
	*storetest.Memory
	came, go_ chan struct{}
}

func (s slow) Append(ctx context.Context, writer string, at time.Time, items []receipts.Item) ([]receipts.Outcome, error) {
	close(s.came)
	<-s.go_
	return s.Memory.Append(ctx, writer, at, items)
}

// What has begun when the server is to end is done first: the receipt that waits for the store is
// kept, and answered.
func TestTheEndLosesNothing(t *testing.T) {
	store := slow{storetest.NewMemory(), make(chan struct{}), make(chan struct{})}
	s := start(t, withReceipts, func(o *Options) { o.Store = store })
	answered, ended := make(chan int, 1), make(chan error, 1)
	go func() { answered <- send(t, s.site, receiptOf(withReceipts, storetest.ID(1))) }()
	<-store.came
	go func() { ended <- s.end() }()
	require.Eventually(t, func() bool { // nobody new comes in
		c, err := net.Dial("tcp", strings.TrimPrefix(s.site, "http://"))
		if err == nil {
			c.Close()
		}
		return err != nil
	}, 5*time.Second, time.Millisecond)
	select {
	case err := <-ended:
		require.Fail(t, "it ended before the receipt was kept", "%v", err)
	default:
	}
	close(store.go_)
	assert.Equal(t, 202, <-answered)
	require.NoError(t, <-ended)
	_, err := store.Get(context.Background(), storetest.ID(1))
	assert.NoError(t, err)
}

// A request that never ends does not keep the server from ending.
func TestTheEndIsBounded(t *testing.T) {
	came, never := make(chan struct{}), make(chan struct{})
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { close(came); <-never }))
	defer site.Close()
	defer close(never)
	u, err := url.Parse(site.URL)
	require.NoError(t, err)
	s := start(t, plain, func(o *Options) { o.Upstream, o.Drain = u, 50*time.Millisecond })
	go http.Get(s.site)
	<-came
	began := time.Now()
	require.NoError(t, s.end())
	assert.Less(t, time.Since(began), 3*time.Second)
	assert.Contains(t, s.log.String(), "some requests did not end in time")
}

// A changed declaration takes the place of the one before; one with a fault does not. Pages that
// are open find the engine that they were loaded with.
func TestTheDeclarationIsReadAgain(t *testing.T) {
	var mu sync.Mutex
	text, wrong := plain, error(nil)
	changes := make(chan struct{})
	s := start(t, "", func(o *Options) {
		o.Changes = changes
		o.Read = func() ([]byte, error) { mu.Lock(); defer mu.Unlock(); return []byte(text), wrong }
	})
	change := func(to string, err error) {
		mu.Lock()
		text, wrong = to, err
		mu.Unlock()
		changes <- struct{}{}
		changes <- struct{}{} // the one before is done
	}
	old := s.current.Load()
	shows := func(word string) bool {
		return strings.Contains(ask(t, "GET", s.site+"/octroi/declaration.json").Body, word)
	}
	change("", errors.New("octroi.json:3:5: $.site: missing; give it an object"))
	assert.True(t, shows("Counts."))
	assert.Contains(t, s.log.String(), "octroi.json:3:5: $.site: missing")
	change(strings.Replace(plain, "Counts.", "Counts visits.", 1), nil)
	assert.True(t, shows("Counts visits."))
	for name := range old.files {
		if strings.HasPrefix(name, "engine.") {
			assert.Equal(t, "200", ask(t, "GET", s.site+"/octroi/"+name).Status, "a page that is open asks for it")
		}
	}
	numbers := ask(t, "GET", s.admin+"/metrics").Body
	assert.Contains(t, numbers, `octroi_declaration_changes_total{result="taken"} 1`)
	assert.Contains(t, numbers, `octroi_declaration_changes_total{result="refused"} 2`)
}

// The owner's page asks nobody who they are: others than this machine do not reach it, nor pages of
// sites whose name leads here.
func TestTheOwnersPageIsTheOwners(t *testing.T) {
	for at, open := range map[string]bool{"127.0.0.1:0": false, "localhost:0": false, "[::1]:8081": false, "127.9.9.9:1": false, "0.0.0.0:8081": true, ":8081": true, "[::]:8081": true, "192.0.2.1:8081": true, "admin.example:8081": true} {
		o := Options{Admin: at}
		err := (&Server{Options: o}).lookOver()
		if open {
			require.ErrorContains(t, err, "is open to others than this machine", at)
			o.AdminBehindAuth = true
			err = (&Server{Options: o}).lookOver()
		}
		assert.NoError(t, err, at)
	}
	s := start(t, withReceipts, func(o *Options) { o.Store = storetest.NewMemory() })
	for host, status := range map[string]int{"127.0.0.1:8081": 200, "localhost": 200, "[::1]:1": 200, "evil.example": 421, "127.0.0.1.evil.example:80": 421, "10.0.0.1": 421} {
		for _, path := range []string{"/", "/metrics"} {
			r, err := http.NewRequest("GET", s.admin+path, nil)
			require.NoError(t, err)
			r.Host = host
			answer, err := http.DefaultClient.Do(r)
			require.NoError(t, err)
			answer.Body.Close()
			assert.Equal(t, status, answer.StatusCode, host)
		}
	}
	assert.Equal(t, "404", ask(t, "GET", s.site+"/metrics").Status, "visitors are not told")
}

// Options that do not go together are told of in a sentence.
func TestOptionsAreLookedOver(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	at := taken.Addr().String()
	for want, c := range map[string]struct {
		declaration string
		change      func(*Options)
	}{
		"--site and --upstream: give one of them":                            {plain, func(o *Options) { o.Site, o.Upstream = ".", &url.URL{} }},
		"is no folder that can be read":                                      {plain, func(o *Options) { o.Site = "none" }},
		"--upstream ftp://x is no address of a server":                       {plain, func(o *Options) { o.Upstream = &url.URL{Scheme: "ftp", Host: "x"} }},
		"the declaration has receipts sent to /consent, and no --store":      {withReceipts, func(o *Options) {}},
		"whose receipts are kept? name the site's host by --host":            {withReceipts, func(o *Options) { o.Store, o.Hosts = storetest.NewMemory(), nil }},
		"--listen " + at + " is taken by another program":                    {plain, func(o *Options) { o.Listen = at }},
		"--admin " + at + " is taken by another program":                     {plain, func(o *Options) { o.Admin = at }},
		"--listen 192.0.2.1:80 is no address of this machine":                {plain, func(o *Options) { o.Listen = "192.0.2.1:80" }},
		"--listen nowhere is no address to listen at":                        {plain, func(o *Options) { o.Listen = "nowhere" }},
		"--admin 127.0.0.1 is no address to listen at: write one as 127.0.0": {plain, func(o *Options) { o.Admin = "127.0.0.1" }},
	} {
		o := Options{Read: func() ([]byte, error) { return []byte(c.declaration), nil }, Path: "/octroi/", Listen: "127.0.0.1:0", Log: slog.New(slog.DiscardHandler), Hosts: []string{"shop.example"}}
		c.change(&o)
		s, err := New(o)
		if err == nil {
			err = s.Run(t.Context(), nil)
		}
		assert.ErrorContains(t, err, want)
	}
}

// Who sends half of a request keeps nobody busy, and what net/http says of a visitor names none.
func TestTheLogNamesNobody(t *testing.T) {
	for text, want := range map[string]string{
		"http: panic serving 203.0.113.9:4711: x":                          "http: panic serving …: x",
		"read tcp 10.0.0.1:80->[2001:db8::1]:4711: reset":                  "read tcp …->…: reset",
		"http: TLS handshake error from [fe80::1%eth0]:9: EOF":             "http: TLS handshake error from …: EOF",
		"2026-11-27T17:33:00Z: a time stays":                               "2026-11-27T17:33:00Z: a time stays",
		"octroi.json:3:5: $.site: missing; give it an object":              "octroi.json:3:5: $.site: missing; give it an object",
		"http: superfluous response.WriteHeader call from f (file.go:123)": "http: superfluous response.WriteHeader call from f (file.go:123)",
	} {
		assert.Equal(t, want, withoutAddresses(text))
	}
	s := start(t, plain)
	e := *s.current.Load()
	e.site = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("203.0.113.9 broke it") })
	s.current.Store(&e)
	ask(t, "GET", s.site+"/account?user=jane")
	assert.Contains(t, s.log.String(), "a request ended in a panic")
	for _, secret := range []string{"127.0.0.1", "203.0.113.9", "jane", "account"} {
		assert.NotContains(t, s.log.String(), secret)
	}
}
