// Command demo serves the demo shop and the origin that plays its third parties,
// both on loopback.
package main

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"

	"github.com/octroi-consent/octroi/examples/shop"
)

func main() {
	port := flag.Int("port", 8420, "port of the shop; the third parties and the shop's bad twin get the next two")
	dist := flag.String("dist", "dist", "folder of the built files")
	flag.Parse()
	if err := serve(*port, *dist); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func serve(port int, dist string) error {
	here, err := listen(port)
	if err != nil {
		return err
	}
	there, err := listen(port + 1)
	if err != nil {
		return err
	}
	twin, err := listen(port + 2)
	if err != nil {
		return err
	}
	// Two names of this machine are two sites to a browser; two ports are not.
	s := &shop.Shop{Dist: dist, Third: fmt.Sprintf("http://127.0.0.1:%d", port+1), Log: shop.NewLog()}
	fmt.Printf(`
The shop:                       http://localhost:%d/
Recipes for frameworks:         http://localhost:%d/recipes/plain
What its third parties receive: http://localhost:%d/log
(they are played by             %s)
Its bad twin, for an audit:     http://localhost:%d/   (./build.sh audit http://localhost:%d/)

Open both side by side. Stop with Ctrl-C.
`, port, port, port, s.Third, port+2, port+2)
	failed := make(chan error)
	go func() { failed <- http.Serve(twin, s.Twin()) }()
	go func() { failed <- http.Serve(here, s.Handler()) }()
	go func() { failed <- http.Serve(there, s.ThirdParties()) }()
	return <-failed
}

func listen(port int) (net.Listener, error) {
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("port %d is taken: give another with ./build.sh demo --port N", port), err)
	}
	return l, nil
}
