package main

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// What TCP begins with: ten packets, as RFC 6928 has it.
const (
	packet      = 1460 // bytes
	firstFlight = 10 * packet
	roundTrip   = latency * time.Millisecond
)

// wire is the one connection that a page's answers come over, as one of HTTP/2: one after the
// other, as they were asked for. It starts slowly: what is on its way fits into a window, which
// each acknowledgement widens by what it acknowledges.
type wire struct {
	mutex  sync.Mutex
	window int      // bytes
	flying int      // bytes that are not acknowledged
	most   int      // that were, since none was
	flight []flight // in order
	free   time.Time
}

// flight is a packet whose acknowledgement is yet to come.
type flight struct {
	bytes int
	acked time.Time
}

// connect begins anew.
func (w *wire) connect() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.window, w.flying, w.most, w.flight, w.free = firstFlight, 0, 0, nil, time.Time{}
}

// carry is when a packet has arrived that may arrive from an instant on.
func (w *wire) carry(bytes int, from time.Time) time.Time {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.free.After(from) {
		from = w.free
	}
	for len(w.flight) > 0 && (w.flying+bytes > w.window || !w.flight[0].acked.After(from)) {
		if w.flight[0].acked.After(from) {
			from = w.flight[0].acked
		}
		w.acknowledge()
	}
	w.free = from.Add(time.Duration(float64(bytes) / down * float64(time.Second)))
	w.flying += bytes
	w.most = max(w.most, w.flying)
	w.flight = append(w.flight, flight{bytes, w.free.Add(roundTrip)})
	return w.free
}

// acknowledge takes the first packet off. A window that was not half full is wide enough, as
// Linux has it.
func (w *wire) acknowledge() {
	if w.window < 2*w.most {
		w.window += w.flight[0].bytes
	}
	w.flying -= w.flight[0].bytes
	w.flight = w.flight[1:]
	if w.flying == 0 {
		w.most = 0
	}
}

// wired gives each connection the wire.
type wired struct {
	net.Listener
	wire *wire
}

func (l *wired) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return &carried{Conn: c, wire: l.wire}, err
}

// carried is a connection whose answers come over a wire, a round trip after they were asked
// for at the earliest.
type carried struct {
	net.Conn
	wire  *wire
	asked atomic.Int64 // when, in ns
}

func (c *carried) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.asked.Store(time.Now().UnixNano())
	return n, err
}

func (c *carried) Write(b []byte) (sent int, err error) {
	from := time.Unix(0, c.asked.Load()).Add(roundTrip)
	var arrivals []time.Time
	for at := 0; at < len(b); at += packet {
		arrivals = append(arrivals, c.wire.carry(min(packet, len(b)-at), from))
	}
	for _, at := range arrivals {
		time.Sleep(time.Until(at))
		n, err := c.Conn.Write(b[sent:min(sent+packet, len(b))])
		if sent += n; err != nil {
			return sent, err
		}
	}
	return sent, nil
}
