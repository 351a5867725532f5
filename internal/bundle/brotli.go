package bundle

const bestBrotli = 11

// brotliLevel is the best for what ordinary sites have. Of 1 MB that takes a second or more, and
// a declaration at its limits makes 20.
func brotliLevel(content []byte) int {
	if len(content) > 1<<20 {
		return 6
	}
	return bestBrotli
}
