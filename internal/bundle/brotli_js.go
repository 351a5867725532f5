package bundle

import (
	"strconv"
	"syscall/js"
)

// brotliSize returns how many bytes brotli makes of a file. It is Node's own, which works beside
// this program and makes the same of it as the native one; compiled from Go it takes 10 times as long.
func brotliSize(content []byte, level int) int {
	zlib := js.Global().Get("octroiHost").Get("zlib")
	size := make(chan int, 1)
	done := js.FuncOf(func(_ js.Value, args []js.Value) any {
		size <- args[1].Length()
		return nil
	})
	defer done.Release()
	quality := strconv.Itoa(zlib.Get("constants").Get("BROTLI_PARAM_QUALITY").Int())
	zlib.Call("brotliCompress", bytesOf(content), map[string]any{"params": map[string]any{quality: level}}, done)
	return <-size
}
