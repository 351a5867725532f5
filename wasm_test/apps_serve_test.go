package wasmtest

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/apps"
)

// parties are the hosts that the apps' declaration names, stats.example and film.example, and
// mark.example, which it does not.
type parties struct {
	mu      sync.Mutex
	got     []string
	changed chan struct{}
}

func newParties() *parties { return &parties{changed: make(chan struct{})} }

func (p *parties) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.got = append(p.got, r.Host+r.URL.RequestURI())
	close(p.changed)
	p.changed = make(chan struct{})
	p.mu.Unlock()
	w.Header().Set("Cache-Control", "no-store") // each use is a request
	switch r.Host + r.URL.Path {
	case "stats.example/tag.js":
		w.Header().Set("Content-Type", "text/javascript")
		fmt.Fprintf(w, "(window.ran ??= []).push(%q)", r.URL.Query().Get("page"))
	case "film.example/film.html":
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<!doctype html><title>film</title>")
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// log is what came, but for marks, and what is closed when more does.
func (p *parties) log() ([]string, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var got []string
	for _, one := range p.got {
		if !strings.HasPrefix(one, "mark.example/") {
			got = append(got, one)
		}
	}
	return got, p.changed
}

func (p *parties) marked(mark string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Contains(p.got, "mark.example/"+mark)
}

func (p *parties) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got = nil
}

// appFront stands between the browser and an app.
type appFront struct {
	app  apps.App
	back *httputil.ReverseProxy

	mu      sync.Mutex
	blocked func(http.ResponseWriter) // answers for octroi.js; nil lets it through
	strict  bool
}

// blocks has a front answer for octroi.js; nil lets it through again.
func (f *appFront) blocks(answer func(http.ResponseWriter)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.blocked = answer
}

// isStrict has a front add a strict policy.
func (f *appFront) isStrict(strict bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.strict = strict
}

var engineFile = regexp.MustCompile(`/octroi\.js$`)

func (f *appFront) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	blocked, strict := f.blocked, f.strict
	f.mu.Unlock()
	if blocked != nil && engineFile.MatchString(r.URL.Path) {
		blocked(w)
		return
	}
	r.Header.Del("Accept-Encoding") // the page is read
	if strict && f.app.Policy == "nonce" {
		nonce := rand.Text()
		r.Header.Set("X-Nonce", nonce)
		r.Header.Set("Content-Security-Policy", policy("'nonce-"+nonce+"' 'strict-dynamic'", "'nonce-"+nonce+"'"))
	}
	f.back.ServeHTTP(w, r)
}

// policy is a strict one: nothing but what is named.
func policy(scripts, styles string) string {
	return "default-src 'none'; base-uri 'none'; object-src 'none'; form-action 'self'; connect-src 'self'; manifest-src 'self'; font-src 'self'; " +
		"img-src 'self' data: http://mark.example; frame-src http://film.example; style-src 'self' " + styles + "; script-src 'report-sample' 'wasm-unsafe-eval' " + scripts
}

var inlineScript = regexp.MustCompile(`(?is)<script([^>]*)>(.*?)</script>`)

// hashes names each script that a page has in it, but for data, which browsers do not run.
func hashes(page []byte) string {
	var all []string
	for _, m := range inlineScript.FindAllSubmatch(page, -1) {
		if attributes := string(m[1]); strings.Contains(attributes, "src=") || strings.Contains(attributes, "json") {
			continue
		}
		sum := sha256.Sum256(m[2])
		all = append(all, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), " ")
}

// strictly gives a page its policy.
func (f *appFront) strictly(answer *http.Response) error {
	f.mu.Lock()
	strict := f.strict
	f.mu.Unlock()
	if !strict || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
		return nil
	}
	page, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	answer.Body.Close()
	const own = "'self' http://stats.example "
	header := policy(own, "")
	switch f.app.Policy {
	case "nonce":
		header = answer.Request.Header.Get("Content-Security-Policy")
		page = bytes.ReplaceAll(page, []byte("__NONCE__"), []byte(answer.Request.Header.Get("X-Nonce")))
	case "hash":
		header = policy(own+hashes(page), "")
	}
	answer.Header.Set("Content-Security-Policy", header)
	answer.Header.Del("ETag") // the next has another nonce
	answer.Body = io.NopCloser(bytes.NewReader(page))
	answer.ContentLength = int64(len(page))
	answer.Header.Set("Content-Length", strconv.Itoa(len(page)))
	return nil
}

// serveApp serves a built app behind a front, and returns that and its address. A script starts
// the app where one is named.
func serveApp(t testing.TB, app apps.App, folder, script string) (*appFront, string) {
	t.Helper()
	var back string
	if script == "" {
		back = listens(t, staticApp{http.Dir(filepath.Join(folder, app.Static)), app.Fallback})
	} else {
		back = startApp(t, folder, script)
	}
	to, err := url.Parse(back)
	require.NoError(t, err)
	f := &appFront{app: app}
	f.back = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host
			r.SetXForwarded()
		},
		ModifyResponse: f.strictly,
		ErrorLog:       nil,
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if !errors.Is(err, r.Context().Err()) {
				t.Logf("%s: %v", r.URL, err)
			}
			w.WriteHeader(http.StatusBadGateway)
		},
	}
	return f, listens(t, f)
}

// listens serves at a port of its own until the test ends.
func listens(t testing.TB, h http.Handler) string {
	l := listenAnew(t)
	server := &http.Server{Handler: h}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return fmt.Sprintf("http://localhost:%d", l.Addr().(*net.TCPAddr).Port)
}

// startApp runs a script of an app's package.json until the test ends, and returns its address.
func startApp(t testing.TB, folder, script string) string {
	t.Helper()
	l := listenAnew(t)
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	said := &strings.Builder{}
	c := exec.Command("npm", "run", script)
	c.Dir = folder
	c.Env = append(os.Environ(), fmt.Sprintf("PORT=%d", port), "HOST=127.0.0.1", "NEXT_TELEMETRY_DISABLED=1", "NUXT_TELEMETRY_DISABLED=1", "ASTRO_TELEMETRY_DISABLED=1")
	c.Stdout, c.Stderr = said, said
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.WaitDelay = time.Second
	require.NoError(t, c.Start())
	ended := make(chan struct{})
	go func() { c.Wait(); close(ended) }()
	t.Cleanup(func() {
		syscall.Kill(-c.Process.Pid, syscall.SIGKILL)
		<-ended
		if t.Failed() {
			t.Logf("npm run %s: %s", script, said)
		}
	})
	for deadline := time.Now().Add(2 * stepTimeout); ; time.Sleep(50 * time.Millisecond) {
		for _, host := range []string{"127.0.0.1", "::1"} {
			address := net.JoinHostPort(host, strconv.Itoa(port))
			if connection, err := net.Dial("tcp", address); err == nil {
				connection.Close()
				return "http://" + address
			}
		}
		select {
		case <-ended:
			t.Fatalf("npm run %s has ended: %s", script, said)
		default:
		}
		require.True(t, time.Now().Before(deadline), "npm run %s does not listen at $PORT", script)
	}
}

// staticApp serves a folder as hosts of static sites do: /film is film.html or film/index.html,
// and what is not there is the fallback, where there is one.
type staticApp struct {
	folder   http.Dir
	fallback string
}

func (s staticApp) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimSuffix(r.URL.Path, "/")
	for _, name := range []string{path, path + ".html", path + "/index.html", "/" + s.fallback} {
		file, err := s.folder.Open(name)
		if err != nil {
			continue
		}
		defer file.Close()
		if info, err := file.Stat(); err == nil && !info.IsDir() {
			http.ServeContent(w, r, info.Name(), time.Time{}, file)
			return
		}
	}
	http.NotFound(w, r)
}
