package shop

import (
	"errors"
	"fmt"
	"net"
	"net/http"
)

// Serve serves the shop, its third parties and its bad twin on three ports of this machine,
// with the built files from a folder; the pages load the drop-in, or what octroi build makes of
// their declarations. The shop's own handler is wrapped.
func Serve(port int, dist string, dropIn bool, wrap func(http.Handler) http.Handler) error {
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
	s := &Shop{Dist: dist, Third: fmt.Sprintf("http://127.0.0.1:%d", port+1), Log: NewLog()}
	loads := "the drop-in, dist/octroi.js"
	if !dropIn {
		loads = "what octroi build makes of their declarations; with --drop-in, the drop-in"
		if err := s.Compile(); err != nil {
			return err
		}
	}
	fmt.Printf(`
The shop:                       http://localhost:%d/
Recipes for frameworks:         http://localhost:%d/recipes/plain
What its third parties receive: http://localhost:%d/log
(they are played by             %s)
Its bad twin, for an audit:     http://localhost:%d/   (./build.sh audit http://localhost:%d/)
To try a declaration:           the configurator, by ./build.sh site --serve

Its pages load %s.
Open both side by side. Stop with Ctrl-C.
`, port, port, port, s.Third, port+2, port+2, loads)
	failed := make(chan error)
	go func() { failed <- http.Serve(twin, s.Twin()) }()
	go func() { failed <- http.Serve(here, wrap(s.Handler())) }()
	go func() { failed <- http.Serve(there, s.ThirdParties()) }()
	return <-failed
}

func listen(port int) (net.Listener, error) {
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("port %d is taken: give another with --port N", port), err)
	}
	return l, nil
}
