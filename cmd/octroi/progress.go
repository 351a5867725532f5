package main

import (
	"fmt"
	"io"
	"os"
)

// progress tells on a terminal what takes time, in one line; elsewhere it says nothing. The line is
// gone once ended is called.
func (s streams) progress(doing string) {
	if terminal(s.err) {
		fmt.Fprint(s.err, "\r\033[K  "+doing)
	}
}

func (s streams) ended() {
	if terminal(s.err) {
		fmt.Fprint(s.err, "\r\033[K")
	}
}

// terminal reports whether somebody sees at once what is written.
func terminal(w io.Writer) bool {
	file, is := w.(*os.File)
	if !is {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
