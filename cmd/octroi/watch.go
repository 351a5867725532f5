package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
)

// watch builds whenever the declaration changes, until the watching fails.
func (c *buildCommand) watch(s streams, first error) error {
	tell := func(err error) {
		var end exit
		if err != nil && !errors.As(err, &end) {
			fmt.Fprintln(s.err, "octroi build:", err)
		}
	}
	tell(first)
	changes, err := changesOf(c.File)
	if err != nil {
		return unable{err}
	}
	fmt.Fprintf(s.err, "octroi build: watching %s\n", c.File)
	for {
		now, err := os.ReadFile(c.File)
		if err == nil && len(now) > 0 && !bytes.Equal(now, c.read) { // else it is on its way
			tell(c.build(s))
		}
		err, open := <-changes
		if !open {
			return nil
		}
		tell(err)
	}
}
