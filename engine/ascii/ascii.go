// Package ascii is the leaf for what protocols compare without regard to case.
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
	high, low = digit(high), digit(low)
	return high<<4 | low, high < 16 && low < 16
}

// digit is 16 or more where c is none.
func digit(c byte) byte {
	if c >= '0' && c <= '9' {
		return c - '0'
	}
	if c |= 0x20; c >= 'a' && c <= 'f' {
		return c - 'a' + 10
	}
	return 16
}
