package digest

import "math/bits"

// sum is a SHA-256 that is being worked out (FIPS 180-4, section 6.2): the standard library's
// would add several kilobytes to the engine.
type sum struct {
	state  [8]uint32
	block  [64]byte
	length uint64 // bytes written
}

// initial and constants are words of 4 bytes, big-endian: the first bits of the fractions of the
// square roots of the first 8 primes, and of the cube roots of the first 64 (FIPS 180-4, sections
// 5.3.3 and 4.2.2). They are texts because a table would stay with the engine's first part.
const (
	initial   = "\x6a\x09\xe6\x67\xbb\x67\xae\x85\x3c\x6e\xf3\x72\xa5\x4f\xf5\x3a\x51\x0e\x52\x7f\x9b\x05\x68\x8c\x1f\x83\xd9\xab\x5b\xe0\xcd\x19"
	constants = "\x42\x8a\x2f\x98\x71\x37\x44\x91\xb5\xc0\xfb\xcf\xe9\xb5\xdb\xa5\x39\x56\xc2\x5b\x59\xf1\x11\xf1\x92\x3f\x82\xa4\xab\x1c\x5e\xd5" +
		"\xd8\x07\xaa\x98\x12\x83\x5b\x01\x24\x31\x85\xbe\x55\x0c\x7d\xc3\x72\xbe\x5d\x74\x80\xde\xb1\xfe\x9b\xdc\x06\xa7\xc1\x9b\xf1\x74" +
		"\xe4\x9b\x69\xc1\xef\xbe\x47\x86\x0f\xc1\x9d\xc6\x24\x0c\xa1\xcc\x2d\xe9\x2c\x6f\x4a\x74\x84\xaa\x5c\xb0\xa9\xdc\x76\xf9\x88\xda" +
		"\x98\x3e\x51\x52\xa8\x31\xc6\x6d\xb0\x03\x27\xc8\xbf\x59\x7f\xc7\xc6\xe0\x0b\xf3\xd5\xa7\x91\x47\x06\xca\x63\x51\x14\x29\x29\x67" +
		"\x27\xb7\x0a\x85\x2e\x1b\x21\x38\x4d\x2c\x6d\xfc\x53\x38\x0d\x13\x65\x0a\x73\x54\x76\x6a\x0a\xbb\x81\xc2\xc9\x2e\x92\x72\x2c\x85" +
		"\xa2\xbf\xe8\xa1\xa8\x1a\x66\x4b\xc2\x4b\x8b\x70\xc7\x6c\x51\xa3\xd1\x92\xe8\x19\xd6\x99\x06\x24\xf4\x0e\x35\x85\x10\x6a\xa0\x70" +
		"\x19\xa4\xc1\x16\x1e\x37\x6c\x08\x27\x48\x77\x4c\x34\xb0\xbc\xb5\x39\x1c\x0c\xb3\x4e\xd8\xaa\x4a\x5b\x9c\xca\x4f\x68\x2e\x6f\xf3" +
		"\x74\x8f\x82\xee\x78\xa5\x63\x6f\x84\xc8\x78\x14\x8c\xc7\x02\x08\x90\xbe\xff\xfa\xa4\x50\x6c\xeb\xbe\xf9\xa3\xf7\xc6\x71\x78\xf2"
)

// word is the word at a place of such a text.
func word(text string, at int) uint32 {
	text = text[4*at : 4*at+4]
	return uint32(text[0])<<24 | uint32(text[1])<<16 | uint32(text[2])<<8 | uint32(text[3])
}

func (s *sum) reset() {
	for i := range s.state {
		s.state[i] = word(initial, i)
	}
}

func (s *sum) write(c byte) {
	s.block[s.length%64] = c
	if s.length++; s.length%64 == 0 {
		s.mix()
	}
}

// mix takes a full block into the state.
func (s *sum) mix() {
	var w [64]uint32
	for i := range 16 {
		w[i] = uint32(s.block[4*i])<<24 | uint32(s.block[4*i+1])<<16 | uint32(s.block[4*i+2])<<8 | uint32(s.block[4*i+3])
	}
	for i := 16; i < 64; i++ {
		a, b := w[i-15], w[i-2]
		w[i] = w[i-16] + w[i-7] +
			(bits.RotateLeft32(a, -7) ^ bits.RotateLeft32(a, -18) ^ a>>3) +
			(bits.RotateLeft32(b, -17) ^ bits.RotateLeft32(b, -19) ^ b>>10)
	}
	v := s.state
	for i := range 64 {
		a, e := v[0], v[4]
		one := v[7] + word(constants, i) + w[i] + (e&v[5] ^ ^e&v[6]) +
			(bits.RotateLeft32(e, -6) ^ bits.RotateLeft32(e, -11) ^ bits.RotateLeft32(e, -25))
		two := (a&v[1] ^ a&v[2] ^ v[1]&v[2]) +
			(bits.RotateLeft32(a, -2) ^ bits.RotateLeft32(a, -13) ^ bits.RotateLeft32(a, -22))
		copy(v[1:], v[:7])
		v[4] += one
		v[0] = one + two
	}
	for i := range s.state {
		s.state[i] += v[i]
	}
}

// end writes the padding, and returns the digest.
func (s *sum) end() (digest [Size]byte) {
	length := s.length * 8
	s.write(0x80)
	for s.length%64 != 56 {
		s.write(0)
	}
	for i := 56; i >= 0; i -= 8 {
		s.write(byte(length >> i))
	}
	for i := range digest {
		digest[i] = byte(s.state[i/4] >> (24 - 8*(i%4)))
	}
	return digest
}
