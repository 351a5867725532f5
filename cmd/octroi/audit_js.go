package main

import (
	"errors"
	"fmt"
	"net/url"
)

// audit has the native program do it, which an optional package brings: it drives a browser and
// listens on a port, and what runs here can do neither.
func (c *auditCommand) audit(*url.URL, streams) (worse bool, err error) {
	program, from := nativeProgram()
	if program == "" {
		return false, errors.New(auditElsewhere(from))
	}
	code, err := runProgram(program, arguments()...)
	if err != nil {
		return false, fmt.Errorf("%s does not run: %w", program, err)
	}
	return false, exit(code)
}

// auditElsewhere tells how to have the native program, where its package, of this name, is not
// there; "" where there is none for this machine.
func auditElsewhere(from string) string {
	const compiled = "go install github.com/octroi-consent/octroi/cmd/octroi@latest"
	if from == "" {
		return "it needs a native program, and there is none for this kind of machine: with Go, " + compiled
	}
	return "it needs a native program: npm install --save-dev " + from + "; or, with Go, " + compiled
}
