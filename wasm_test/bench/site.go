package main

import (
	"bytes"
	"mime"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// site serves every manager's page and files, squeezed by brotli at its highest level, and
// counts what it sends. Files may be kept by the browser, pages may not.
type site struct {
	*httptest.Server
	slow    *httptest.Server // the same, over a wire
	wire    wire
	pages   []manager
	modules string
	built   map[string][]byte

	mutex    sync.Mutex
	squeezed map[string][]byte
	bytes    int // of managers' files since the last reset
	requests int
}

func newSite(pages []manager, modules string, built map[string][]byte) *site {
	s := &site{pages: pages, modules: modules, built: built, squeezed: map[string][]byte{}}
	s.Server = httptest.NewServer(s)
	s.slow = httptest.NewUnstartedServer(s)
	s.slow.Listener = &wired{s.slow.Listener, &s.wire}
	s.slow.Start()
	return s
}

func (s *site) close() {
	s.Close()
	s.slow.Close()
}

// reset starts a new count and returns the old one.
func (s *site) reset() (bytes, requests int) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	bytes, requests = s.bytes, s.requests
	s.bytes, s.requests = 0, 0
	return bytes, requests
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if rest, ok := strings.CutPrefix(r.URL.Path, "/page/"); ok {
		which, count, _ := strings.Cut(rest, "/")
		n, _ := strconv.Atoi(which)
		tags, _ := strconv.Atoi(count)
		if csp := s.pages[n].csp; csp != "" {
			w.Header().Set("Content-Security-Policy", csp)
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		s.send(w, "", []byte(s.page(&s.pages[n], tags)), false)
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(r.URL.Path)))
	switch {
	case r.URL.Path == "/tag.js":
		w.Header().Set("Content-Type", "text/javascript")
		w.Write([]byte("window.ran = (window.ran || 0) + 1; window.released = performance.now()"))
		return
	case strings.HasPrefix(r.URL.Path, "/bundle/"):
		content, there := s.built[strings.TrimPrefix(r.URL.Path, "/bundle/")]
		if !there {
			http.NotFound(w, r)
			return
		}
		s.send(w, r.URL.Path, content, true)
		return
	}
	file := ""
	if rest, ok := strings.CutPrefix(r.URL.Path, "/npm/"); ok {
		file = filepath.Join(s.modules, filepath.FromSlash(path.Clean("/"+rest)))
	} else if rest, ok := strings.CutPrefix(r.URL.Path, "/dist/"); ok {
		file = filepath.Join("dist", filepath.FromSlash(path.Clean("/"+rest)))
	}
	content, err := os.ReadFile(file)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	s.send(w, file, content, true)
}

// squeeze compresses as far as brotli goes.
func squeeze(content []byte) []byte {
	var b bytes.Buffer
	z := brotli.NewWriterLevel(&b, brotli.BestCompression)
	z.Write(content)
	z.Close()
	return b.Bytes()
}

// weight is how many bytes of a manager's stand in each page itself.
func (s *site) weight(m *manager) float64 {
	if !m.inline {
		return 0
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.squeezed[m.head] == nil {
		s.squeezed[m.head] = squeeze(s.built[m.head])
	}
	return float64(len(s.squeezed[m.head]))
}

// send squeezes what it sends, once where it has a key.
func (s *site) send(w http.ResponseWriter, key string, content []byte, counts bool) {
	s.mutex.Lock()
	small := s.squeezed[key]
	if small == nil {
		small = squeeze(content)
		if key != "" {
			s.squeezed[key] = small
		}
	}
	if counts {
		s.bytes += len(small)
		s.requests++
	}
	s.mutex.Unlock()
	w.Header().Set("Content-Encoding", "br")
	w.Header().Set("Content-Length", strconv.Itoa(len(small)))
	w.Write(small)
}
