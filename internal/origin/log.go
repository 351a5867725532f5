package origin

import (
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"net/netip"
	"regexp"
	"runtime/debug"
	"strings"
)

// candidates finds what may be an address of IP, version 4 or 6, with a port or without.
var candidates = regexp.MustCompile(`\[[0-9a-fA-F:.]+(%[\w-]+)?\](:\d+)?|[0-9a-fA-F:.]*[:.][0-9a-fA-F:.]*[0-9a-fA-F](%[\w-]+)?`)

// withoutAddresses is a text without addresses of IP.
func withoutAddresses(text string) string {
	return candidates.ReplaceAllStringFunc(text, func(found string) string {
		_, wrong := netip.ParseAddr(strings.Trim(found, "[]"))
		if _, err := netip.ParseAddrPort(found); err != nil && wrong != nil {
			return found
		}
		return "…"
	})
}

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
				l.Error("a request ended in a panic", "panic", withoutAddresses(fmt.Sprint(what)), "stack", string(debug.Stack()))
				panic(http.ErrAbortHandler)
			}
		}()
		next.ServeHTTP(w, r)
	})
}
