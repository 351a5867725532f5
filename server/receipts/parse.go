package receipts

// isHash says whether a text is 64 digits of lower-case hex.
func isHash(text string) bool {
	for _, c := range []byte(text) {
		if c < '0' || c > '9' && c < 'a' || c > 'f' {
			return false
		}
	}
	return len(text) == 64
}
