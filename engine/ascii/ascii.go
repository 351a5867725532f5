// Package ascii reads the texts of protocols: without regard to case, in parts, by words and
// in numbers. The package strings would bring what Unicode needs.
package ascii

// Lower turns A to Z into a to z, and leaves all else.
func Lower(s string) string {
	var b []byte // none while nothing is to be changed
	for i := range len(s) {
		if c := s[i]; c >= 'A' && c <= 'Z' {
			if b == nil {
				b = []byte(s)
			}
			b[i] = c + 'a' - 'A'
		}
	}
	if b == nil {
		return s
	}
	return string(b)
}

// HasPrefix reports whether a text begins with another.
func HasPrefix(text, prefix string) bool {
	return len(text) >= len(prefix) && text[:len(prefix)] == prefix
}

// Cut divides a text at the first mark, which it drops.
func Cut(text, mark string) (before, after string, found bool) {
	for i := 0; i+len(mark) <= len(text); i++ {
		if text[i:i+len(mark)] == mark {
			return text[:i], text[i+len(mark):], true
		}
	}
	return text, "", false
}

// Word returns the first word of a text, divided by white space as HTML has it, and what
// comes after it; "" where there is none.
func Word(text string) (word, rest string) {
	start := 0
	for start < len(text) && space(text[start]) {
		start++
	}
	end := start
	for end < len(text) && !space(text[end]) {
		end++
	}
	return text[start:end], text[end:]
}

func space(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' }

// Number reads the digits that a text begins with, most of them at most (18 fit); length is
// how many there were.
func Number(text string, most int) (n int64, length int) {
	for length < len(text) && length < most && text[length] >= '0' && text[length] <= '9' {
		n = n*10 + int64(text[length]-'0')
		length++
	}
	return n, length
}

// Unescape resolves "%" and two hexadecimal digits (RFC 3986, section 2.1); others stay.
func Unescape(s string) string {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) {
			if encoded, ok := Hex(s[i+1], s[i+2]); ok {
				c = encoded
				i += 2
			}
		}
		b = append(b, c)
	}
	return string(b)
}

// Hex reads two hexadecimal digits.
func Hex(high, low byte) (c byte, ok bool) {
	high, low = Digit(high), Digit(low)
	return high<<4 | low, high < 16 && low < 16
}

// Digit reads a hexadecimal digit; 16 or more where c is none.
func Digit(c byte) byte {
	if c >= '0' && c <= '9' {
		return c - '0'
	}
	if c |= 0x20; c >= 'a' && c <= 'f' {
		return c - 'a' + 10
	}
	return 16
}
