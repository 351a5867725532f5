//go:build !js && !kept

package bundle

import "github.com/andybalholm/brotli"

// brotliSize returns how many bytes brotli makes of a file.
func brotliSize(content []byte, level int) int {
	var size counter
	w := brotli.NewWriterLevel(&size, level)
	_, _ = w.Write(content) // a counter takes all
	_ = w.Close()
	return int(size)
}

// counter counts the bytes that are written to it.
type counter int

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}
