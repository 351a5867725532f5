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
		if c == '%' && i+2 < len(s) && digit(s[i+1]) < 16 && digit(s[i+2]) < 16 {
			c = digit(s[i+1])<<4 | digit(s[i+2])
			i += 2
		}
		b = append(b, c)
	}
	return string(b)
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
