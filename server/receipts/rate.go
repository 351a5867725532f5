package receipts

import (
	"hash/maphash"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// addressesMost is how many addresses a limiter knows, of each of two generations.
const addressesMost = 10_000

// limiter gives each address a token bucket. It knows addresses by a hash that no other process
// could make, and forgets them: those that were seen longest ago first.
type limiter struct {
	rate  rate.Limit
	burst int
	seed  maphash.Seed

	mu          sync.Mutex
	young, aged map[uint64]*rate.Limiter
}

func newLimiter(each float64, burst int) *limiter {
	return &limiter{rate: rate.Limit(each), burst: burst, seed: maphash.MakeSeed(), young: map[uint64]*rate.Limiter{}}
}

// allow says whether an address may send one more.
func (l *limiter) allow(address string, now time.Time) bool {
	key := maphash.String(l.seed, network(address))
	l.mu.Lock()
	defer l.mu.Unlock()
	bucket := l.young[key]
	if bucket == nil {
		if bucket = l.aged[key]; bucket == nil {
			bucket = rate.NewLimiter(l.rate, l.burst)
		}
		if len(l.young) >= addressesMost {
			l.young, l.aged = map[uint64]*rate.Limiter{}, l.young
		}
		l.young[key] = bucket
	}
	return bucket.AllowN(now, 1)
}

// network is what counts as one address: of IPv6 the first 64 bits, which one household has.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is6() {
		prefix, _ := ip.Prefix(64)
		return prefix.String()
	}
	return ip.String()
}

// Forwarded is the address that a request came from: that of the connection or, where that is of
// this machine or of a private network and so a proxy's of one's own, the last in X-Forwarded-For.
func Forwarded(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	ip, err := netip.ParseAddr(host)
	if err == nil && !ip.Unmap().IsLoopback() && !ip.Unmap().IsPrivate() {
		return host
	}
	if values := r.Header.Values("X-Forwarded-For"); len(values) > 0 {
		list := values[len(values)-1]
		if last := strings.TrimSpace(list[strings.LastIndexByte(list, ',')+1:]); last != "" {
			return last
		}
	}
	return host
}
