package digest

import "math/bits"

// sum is a SHA-256 that is being worked out (FIPS 180-4, section 6.2): the standard library's
// would add several kilobytes to the engine.
type sum struct {
	state  [8]uint32
	block  [64]byte
	length uint64 // bytes written
}

var initial = [8]uint32{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}

var constants = [64]uint32{
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
}

func (s *sum) reset() { s.state, s.length = initial, 0 }

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
		one := v[7] + constants[i] + w[i] + (e&v[5] ^ ^e&v[6]) +
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
