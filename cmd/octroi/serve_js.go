package main

import "errors"

// serve cannot be done under Node: this program listens at no port there.
func (c *serveCommand) serve(streams) error { return unable{errors.New(serveElsewhere())} }

func (c *serveCommand) probe(streams) error { return unable{errors.New(serveElsewhere())} }

// serveElsewhere tells what serves instead.
func serveElsewhere() string {
	if program, _ := nativeProgram(); program != "" {
		return "it listens on a port, which Node leaves to the native program: " + program + " serve"
	}
	return "it listens on a port, which takes the native program: with Go, go install github.com/octroi-consent/octroi/cmd/octroi@latest"
}
