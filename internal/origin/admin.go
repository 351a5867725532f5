package origin

import "net/http"

// admin answers the owner: the metrics, and how the server is.
func (s *Server) admin() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.metrics.handler())
	mux.HandleFunc("GET "+livePath, live)
	mux.HandleFunc("GET "+readyPath, s.serveReady)
	return recovering(s.Log, mux)
}
