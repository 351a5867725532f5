// Package origin is a site's origin, or stands in front of one: it sends a site's built files, hands
// all else on to the site's own server or takes it from a folder, keeps receipts, erases cookies
// that no script can, and tells its owner how all that goes.
package origin

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/octroi-consent/octroi/server/receipts"
)

// Options are what a server is started with.
type Options struct {
	// Read reads the declaration, with what it uses written out. Its error says in a sentence what
	// is wrong with it.
	Read      func() ([]byte, error)
	Changes   <-chan struct{} // tells when to read it again; nil for never
	Languages []string        // of the interface, besides those that the declaration has texts in

	Listen          string // host:port
	Admin           string // host:port of the admin page and the metrics; "" for none
	AdminBehindAuth bool   // Admin need not be loopback
	Path            string // of the built files' folder, as "/octroi/"

	Site     string   // a folder of files to serve
	Upstream *url.URL // or the server to hand requests on to
	Rewrite  string   // what is gated in its pages, as RewriteCacheable; "" for nothing
	Trust    bool     // X-Forwarded-For, -Proto and -Host are a proxy's of the owner

	Store  receipts.Store     // of receipts; nil for none. It is the caller's to close, after Run
	Key    ed25519.PrivateKey // signs the heads; nil: they are not signed
	Hosts  []string           // whose receipts are taken, as "*.shop.example"; those of the declaration's domain unless given
	Writer string             // names the chain; two processes never share one

	// Replay says in sentences whether the engine gives the decision of a receipt by its
	// declaration; nil: the owner's page does not.
	Replay func(receipt receipts.Receipt, declaration []byte) ([]string, error)

	Drain time.Duration // how long requests may still take when the server is to end
	Log   *slog.Logger
}

// Server serves one site.
type Server struct {
	Options
	current  atomic.Pointer[edition]
	behind   http.Handler      // the site itself, as it is without Octroi; nil for none
	receipts *receipts.Handler // nil without a store
	metrics  *metrics
	ready    readiness
	admin    http.Handler // nil without an address for it
	draining atomic.Bool
	close    []func(context.Context) error // what is to be closed in the end, last first
}

// New makes a server of its declaration. It listens when it runs.
func New(o Options) (*Server, error) {
	s := &Server{Options: o, metrics: newMetrics()}
	if err := s.lookOver(); err != nil {
		return nil, err
	}
	switch {
	case o.Site != "":
		files, err := static(o.Site)
		if err != nil {
			return nil, err
		}
		s.behind = files
	case o.Upstream != nil:
		s.behind = proxy(o.Upstream, o.Trust, errorLog(o.Log), upstreamFailed(o.Log))
	}
	if err := s.load(); err != nil {
		return nil, errors.Join(err, s.closeAll())
	}
	if o.Store != nil {
		s.metrics.registry.MustRegister(newChains(o.Store))
	}
	if o.Admin != "" {
		s.admin = s.newAdmin()
	}
	return s, nil
}

// lookOver says in a sentence which options do not go together.
func (s *Server) lookOver() error {
	switch {
	case s.Site != "" && s.Upstream != nil:
		return errors.New("--site and --upstream: give one of them, the folder that holds the site or the server that does")
	case s.Upstream != nil && (s.Upstream.Scheme != "http" && s.Upstream.Scheme != "https" || s.Upstream.Host == ""):
		return fmt.Errorf("--upstream %s is no address of a server: write one as http://127.0.0.1:3000", s.Upstream.Redacted())
	case s.Admin == "":
		return nil
	}
	host, _, err := net.SplitHostPort(s.Admin)
	if err != nil {
		return fmt.Errorf("--admin %s is no address to listen at: write one as 127.0.0.1:8081", s.Admin)
	}
	if !loopback(host) && !s.AdminBehindAuth {
		return fmt.Errorf("--admin %s is open to others than this machine, and the page asks nobody who they are: listen at 127.0.0.1, or put your own authentication in front and say so with --admin-behind-auth", s.Admin)
	}
	return nil
}

// loopback reports whether a host is this machine and no other can reach it there.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// load reads the declaration and puts what is made of it in the place of what was there.
func (s *Server) load() error {
	text, err := s.Read()
	if err != nil {
		return err
	}
	before := s.current.Load()
	e, err := newEdition(text, s.Path, s.Languages)
	if err != nil {
		return err
	}
	if before != nil {
		if before.sum == e.sum {
			return nil
		}
		e.keepNames(before)
	}
	if err := s.mount(e); err != nil {
		return err
	}
	s.current.Store(e)
	return nil
}

// mount gives an edition what answers for it.
func (s *Server) mount(e *edition) error {
	e.site = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "there is no such page", http.StatusNotFound)
	})
	if s.behind != nil {
		site, err := s.rewritten(e)
		if err != nil {
			return err
		}
		e.site = site
	}
	return s.mountReceipts(e)
}

// mountReceipts has receipts taken where the declaration has them sent. What is archived first is
// known once pages send receipts of it.
func (s *Server) mountReceipts(e *edition) error {
	path := s.endpoint(e.Config())
	switch {
	case path == "" && s.Store != nil:
		s.Log.Warn("a store is given, and the declaration has no receipts sent here: none are taken")
		return nil
	case path == "":
		return nil
	case s.Store == nil:
		return fmt.Errorf("the declaration has receipts sent to %s, and no --store is given: name a file, as --store receipts.db, or a PostgreSQL", path)
	}
	if s.receipts == nil {
		if err := s.takeReceipts(e.Config()); err != nil {
			return err
		}
	}
	if err := s.archive(e.Text()); err != nil {
		return err
	}
	e.parts[path] = part{"receipts", s.receipts}
	return nil
}

// reload follows the declaration until the context ends. One with a fault changes nothing.
func (s *Server) reload(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case _, open := <-s.Changes:
			if !open {
				return
			}
		}
		before := s.current.Load()
		err := s.load()
		switch {
		case err != nil:
			s.metrics.reloads.WithLabelValues("refused").Inc()
			s.Log.Error("the declaration has changed and cannot be used: the one before stays", "why", err.Error())
		case s.current.Load() != before:
			s.metrics.reloads.WithLabelValues("taken").Inc()
			s.Log.Info("the declaration has changed")
		}
	}
}

// ServeHTTP answers the site's visitors.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e := s.current.Load()
	s.believe(r)
	answers := part{"site", e.site}
	name, inFolder := strings.CutPrefix(r.URL.Path, s.Path)
	named, declared := e.parts[r.URL.Path]
	switch {
	case r.Method == http.MethodConnect:
		answers = part{"none", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Error(w, "this is no proxy for others", http.StatusMethodNotAllowed)
		})}
	case r.URL.Path == livePath:
		answers = part{"health", http.HandlerFunc(live)}
	case r.URL.Path == readyPath:
		answers = part{"health", http.HandlerFunc(s.serveReady)}
	case declared:
		answers = part{named.name, brief(named)}
	case inFolder && s.Path != "/":
		answers = part{"files", brief(e.fileOr(name, r, http.HandlerFunc(http.NotFound)))}
	case inFolder:
		answers = part{"site", e.fileOr(name, r, e.site)}
	}
	s.metrics.count(answers.name, recovering(s.Log, answers.Handler)).ServeHTTP(w, r)
}

// believe takes from a request what a proxy of the owner's says of it, and what another claims to be
// said by one out of it. Whose address it came from is for the pace of receipts alone, which reads
// it where the connection is of this machine or a private network.
func (s *Server) believe(r *http.Request) {
	if !s.Trust {
		r.Header.Del("X-Forwarded-Host")
		r.Header.Del("X-Forwarded-Proto")
	} else if host := r.Header.Get("X-Forwarded-Host"); host != "" {
		r.Host = host
	}
}

// fileOr is what sends a built file, or other where there is none of that name.
func (e *edition) fileOr(name string, r *http.Request, other http.Handler) http.Handler {
	for _, one := range []string{name + "?" + r.URL.RawQuery, name} {
		if f := e.files[one]; f != nil {
			return f
		}
	}
	return other
}

// brief lets nobody send or take what is Octroi's own slower than a bad line does.
func brief(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := http.NewResponseController(w)
		// A connection that has no deadlines, as in a test, needs none.
		_ = c.SetReadDeadline(time.Now().Add(15 * time.Second))
		_ = c.SetWriteDeadline(time.Now().Add(2 * time.Minute))
		next.ServeHTTP(w, r)
		_ = c.SetReadDeadline(time.Time{})
		_ = c.SetWriteDeadline(time.Time{})
	})
}

// Run serves until the context ends; then it takes no new requests, lets those that have begun end
// within the time to drain, and closes what is open. started is told where it listens.
func (s *Server) Run(ctx context.Context, started func(site, admin string)) (err error) {
	defer func() { err = errors.Join(err, s.closeAll()) }()
	site, err := listen("--listen", s.Listen)
	if err != nil {
		return err
	}
	defer site.Close()
	servers := map[*http.Server]net.Listener{s.server(s): site}
	var adminAt string
	var last *http.Server
	if s.Admin != "" {
		l, err := listen("--admin", s.Admin)
		if err != nil {
			return err
		}
		defer l.Close()
		last, adminAt = s.server(s.admin), l.Addr().String()
		servers[last] = l
	}
	failed := make(chan error, len(servers))
	for server, l := range servers {
		go func() { failed <- server.Serve(l) }()
	}
	following, stop := context.WithCancel(ctx)
	var all sync.WaitGroup
	all.Go(func() { s.reload(following) })
	defer all.Wait()
	defer stop()
	if started != nil {
		started(site.Addr().String(), adminAt)
	}
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	s.draining.Store(true)
	s.Log.Info("ending: requests that have begun may take so long", "seconds", s.Drain.Seconds())
	soon, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Drain)
	defer cancel()
	for server := range servers {
		if server != last {
			s.shut(soon, server)
		}
	}
	if last != nil { // what is measured to the end can be read to the end
		s.shut(soon, last)
	}
	return nil
}

// shut ends a server, by force where it takes too long.
func (s *Server) shut(soon context.Context, server *http.Server) {
	if err := server.Shutdown(soon); err != nil {
		s.Log.Warn("some requests did not end in time")
		server.Close()
	}
}

// closeAll closes what is open, last first, within the time to drain.
func (s *Server) closeAll() error {
	soon, cancel := context.WithTimeout(context.Background(), max(s.Drain, time.Second))
	defer cancel()
	var errs []error
	for i := len(s.close) - 1; i >= 0; i-- {
		errs = append(errs, s.close[i](soon))
	}
	s.close = nil
	return errors.Join(errs...)
}

// server is one that nobody can keep busy with half of a request.
func (s *Server) server(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          errorLog(s.Log),
		// OPTIONS * is for the site to answer.
		DisableGeneralOptionsHandler: true,
	}
}

// listen says in a sentence why nothing can listen at an address.
func listen(option, address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s %s is taken by another program: end that, or name another port", option, address)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("%s %s is not for this user: ports below 1024 are the system's, so name a higher one", option, address)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, fmt.Errorf("%s %s is no address of this machine: name one of its own, as 127.0.0.1:8080", option, address)
	}
	return nil, fmt.Errorf("%s %s is no address to listen at (%w): write one as 127.0.0.1:8080", option, address, err)
}
