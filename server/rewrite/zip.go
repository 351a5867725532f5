package rewrite

import (
	"compress/gzip"
	"io"
)

// zipper compresses what goes out.
type zipper interface {
	io.WriteCloser
	Flush() error
}

func newZipper(w io.Writer) zipper {
	z, _ := gzip.NewWriterLevel(w, 5) // a level that there is
	return z
}

// unzipper reads gzip as it comes. Whenever Write returns, all is written that could be read by
// then, and nothing is being written.
type unzipper struct {
	in     chan []byte
	idle   chan struct{} // whoever reads wants more
	rest   []byte
	err    error
	closed bool
}

func newUnzipper(w io.Writer) *unzipper {
	u := &unzipper{in: make(chan []byte), idle: make(chan struct{})}
	go func() {
		defer close(u.idle)
		z, err := gzip.NewReader(u)
		if err == nil {
			_, err = io.Copy(w, z)
		}
		u.err = err
	}()
	<-u.idle
	return u
}

// Read gives the reader of gzip what has come.
func (u *unzipper) Read(b []byte) (int, error) {
	for len(u.rest) == 0 {
		u.idle <- struct{}{}
		var open bool
		if u.rest, open = <-u.in; !open {
			return 0, io.EOF
		}
	}
	n := copy(b, u.rest)
	u.rest = u.rest[n:]
	return n, nil
}

// Write takes in more.
func (u *unzipper) Write(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	select {
	case u.in <- b:
	case <-u.idle: // it has ended
		return len(b), u.err
	}
	if _, more := <-u.idle; !more && u.err != nil {
		return len(b), u.err
	}
	return len(b), nil
}

// close takes in that nothing follows.
func (u *unzipper) close() {
	if u.closed {
		return
	}
	u.closed = true
	close(u.in)
	for range u.idle {
	}
}
