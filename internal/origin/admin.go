package origin

import (
	"crypto/ed25519"
	"net"
	"net/http"

	"github.com/octroi-consent/octroi/server/admin"
	"github.com/octroi-consent/octroi/server/receipts"
)

// newAdmin answers the owner: the page of the receipts, the metrics, and how the server is.
func (s *Server) newAdmin() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.metrics.handler())
	mux.HandleFunc("GET "+livePath, live)
	mux.HandleFunc("GET "+readyPath, s.serveReady)
	if s.Store != nil {
		keys := receipts.Keys{}
		if s.Key != nil {
			public := s.Key.Public().(ed25519.PublicKey)
			keys[receipts.KeyName(public)] = public
		}
		mux.Handle("/", admin.Handler(admin.Options{Store: s.Store, Keys: keys, Replay: s.Replay, Log: s.Log}))
	}
	return recovering(s.Log, s.byName(mux))
}

// byName answers only who asks for this machine by its own names, where the page asks nobody who
// they are: any site may have a name of its own lead to loopback, and its pages then read whatever
// answers there.
func (s *Server) byName(next http.Handler) http.Handler {
	if s.AdminBehindAuth {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if !loopback(host) {
			http.Error(w, "this page is for its owner: ask for it as 127.0.0.1 or localhost", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}
