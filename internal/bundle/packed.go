package bundle

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Packed is a place in a script where the bytes of a module come: web/core/bytes.js unpacks them.
type Packed struct {
	wasm, rare string
	sum        string
}

// The sums have as many digits as in hexadecimal, which minifiers write where it is shorter.
//
// First and Second are those of scripts that bring one module, or two.
var (
	First  = Packed{"__OCTROI_WASM__", "__OCTROI_RARE__", "314159265358979"}
	Second = Packed{"__OCTROI_WASM_2__", "__OCTROI_RARE_2__", "299792458299792"}
)

// Mark is what stands there, as a list of JavaScript.
func (p Packed) Mark() string { return "['" + p.wasm + "', '" + p.rare + "', " + p.sum + "]" }

// Put puts the bytes there.
func (p Packed) Put(script string, wasm []byte) (string, error) {
	rare := rarest(wasm)
	for _, one := range [][2]string{{`"` + p.wasm + `"`, literal(wasm, rare)}, {p.rare, rare}, {p.sum, strconv.Itoa(int(sum(wasm)))}} {
		if strings.Count(script, one[0]) != 1 {
			return "", fmt.Errorf("the engine's bytes found no place in the script")
		}
		script = strings.Replace(script, one[0], one[1], 1)
	}
	return script, nil
}

// awkward are the bytes that a JavaScript string must escape.
const awkward = "\x00\n\r\"\\"

// rarest returns as many printable bytes as there are awkward ones, those that b
// has fewest of: the two kinds change places, so that next to nothing is escaped.
func rarest(b []byte) string {
	var count [256]int
	for _, c := range b {
		count[c]++
	}
	var printable []byte
	for c := byte('!'); c <= '~'; c++ {
		if !strings.ContainsRune(awkward+"<", rune(c)) {
			printable = append(printable, c)
		}
	}
	slices.SortStableFunc(printable, func(x, y byte) int { return count[x] - count[y] })
	return string(printable[:len(awkward)])
}

// literal writes bytes as a JavaScript string with one character for each byte.
// Base64 would cost a quarter more after brotli, this costs a fiftieth.
func literal(b []byte, rare string) string {
	var s strings.Builder
	s.WriteByte('"')
	for i, c := range b {
		if k := strings.IndexByte(awkward, c); k >= 0 {
			c = rare[k]
		} else if k := strings.IndexByte(rare, c); k >= 0 {
			fmt.Fprintf(&s, `\x%02x`, awkward[k])
			continue
		}
		if c == '<' && i+1 < len(b) && (b[i+1] == '/' || b[i+1] == '!') {
			s.WriteString(`\x3c`) // so that the file can stand inside a page
			continue
		}
		s.WriteRune(rune(c))
	}
	s.WriteByte('"')
	return s.String()
}

// sum is FNV-1a, as a signed number because JavaScript's Math.imul gives one.
func sum(b []byte) int32 {
	h := uint32(2166136261)
	for _, c := range b {
		h = (h ^ uint32(c)) * 16777619
	}
	return int32(h)
}
