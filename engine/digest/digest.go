// Package digest names what a visitor was shown, by its hash: a declaration, and the interface's
// texts. A receipt of consent carries these names, and a server that archives both finds them by
// the same functions.
package digest

// Size is how many bytes a digest has.
const Size = 32

// Declaration is the SHA-256 of a declaration's text without the blanks outside its strings: of
// what the engine reads, with everything from the catalogue written out. A file that is indented
// has the digest of the same file without indentation; one that spells a letter or a number in
// another way has another.
func Declaration[T string | []byte](text T) [Size]byte { return compact(text) }

// Texts is the SHA-256 of the interface's texts in one language, without the blanks outside
// strings: of one file of web/locales.
func Texts[T string | []byte](text T) [Size]byte { return compact(text) }

// compact hashes JSON without the white space that stands outside strings (RFC 8259, section 2),
// nor the byte order mark that may stand before it.
func compact[T string | []byte](text T) [Size]byte {
	var s sum
	s.reset()
	if len(text) >= 3 && text[0] == 0xef && text[1] == 0xbb && text[2] == 0xbf {
		text = text[3:]
	}
	quoted, escaped := false, false
	for i := range len(text) {
		c := text[i]
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = c == '\\', c != '"'
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			continue
		default:
			quoted = c == '"'
		}
		s.write(c)
	}
	return s.end()
}

// Hex writes a digest in lower-case hexadecimal digits.
func Hex(digest [Size]byte) string {
	const digits = "0123456789abcdef"
	text := make([]byte, 0, 2*Size)
	for _, b := range digest {
		text = append(text, digits[b>>4], digits[b&15])
	}
	return string(text)
}
