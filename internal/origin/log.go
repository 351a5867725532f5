package origin

import (
	"log"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"strings"
)

// addresses finds what may be somebody's: addresses of IP, version 4 and 6, with their ports.
var addresses = regexp.MustCompile(`\[?[0-9a-fA-F]*:[0-9a-fA-F:]*:[0-9a-fA-F:.]*(%[\w.-]+)?\]?(:\d+)?|\b\d{1,3}(\.\d{1,3}){3}(:\d+)?`)

// withoutAddresses is a text without addresses of IP.
func withoutAddresses(text string) string { return addresses.ReplaceAllString(text, "…") }

// errorLog is for what net/http says itself: it names visitors' addresses.
func errorLog(l *slog.Logger) *log.Logger { return log.New(lines{l}, "", 0) }

type lines struct{ *slog.Logger }

func (l lines) Write(line []byte) (int, error) {
	first, _, _ := strings.Cut(string(line), "\n") // a stack names what was called with
	l.Warn("net/http", "says", withoutAddresses(first))
	return len(line), nil
}

// recovering answers 500 where a handler panics. net/http's own way would write the visitor's
// address down.
func recovering(l *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch what := recover(); what {
			case nil:
			case http.ErrAbortHandler: // how a proxy ends an answer that it cannot finish
				panic(what)
			default:
				l.Error("a request ended in a panic", "panic", what, "stack", string(debug.Stack()))
				panic(http.ErrAbortHandler)
			}
		}()
		next.ServeHTTP(w, r)
	})
}
