// Package ascii is the leaf for what protocols compare without regard to case.
package ascii

// Lower turns A to Z into a to z, and leaves all else.
func Lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
