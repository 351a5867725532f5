package bundle

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/internal/wasmfile"
)

const pageSize = 64 << 10 // of WebAssembly's memory, in bytes

// Faults are those of a declaration: nothing is made of one that has any.
type Faults []config.Fault

func (f Faults) Error() string { return f[0].String() }

// readingName is that of what is kept of a declaration's reading: it is made of all that tells what
// is read.
func readingName(declaration []byte) (string, error) {
	whole, err := part("whole.wasm")
	sum := sha256.New()
	sum.Write(whole)
	sum.Write(declaration)
	return short([sha256.Size]byte(sum.Sum(nil))), err
}

// Rest returns the module that completes what [Engine] returns; it is the same for all sites.
func Rest() ([]byte, error) { return part("rest.wasm") }

// Engine returns a site's own engine: the module without the code that reads declarations, in
// whose memory this one stands. It needs no "_initialize", and [jsbridge]'s Start brings it no
// declaration. [Faults] are an error.
func Engine(declaration []byte) ([]byte, error) {
	if faults := engine.Faults(string(declaration)); len(faults) > 0 {
		return nil, Faults(faults)
	}
	memory, initial, err := read(declaration)
	if err != nil {
		return nil, err
	}
	text, err := part("engine.wasm")
	if err != nil {
		return nil, err
	}
	module, err := wasmfile.Read(text)
	if err != nil {
		return nil, err
	}
	// The code's own constants are where the whole engine has them.
	image := make([]byte, len(memory))
	for _, s := range module.Segments {
		copy(image[s.At:], s.Bytes)
	}
	// Below its constants is the stack, on which nothing is called yet.
	for i := int(module.Segments[0].At); i < len(memory); i++ {
		if i >= len(initial) || memory[i] != initial[i] {
			image[i] = memory[i]
		}
	}
	if err := keepTexts(image); err != nil {
		return nil, err
	}
	module.Memory(len(memory) / pageSize)
	return module.With(runs(image), 8), nil
}

// keepTexts writes those constants into an image that code left out would have brought, and
// that what was read points to.
func keepTexts(image []byte) error {
	b, err := part("texts.json")
	if err != nil {
		return err
	}
	var texts []wasmfile.Segment
	if err := json.Unmarshal(b, &texts); err != nil {
		return err
	}
	at := make([]int, len(image)) // which text stands at an address, from 1 on
	for i, s := range texts {
		for k := range s.Bytes {
			at[int(s.At)+k] = i + 1
		}
	}
	for i := 0; i+4 <= len(image); i += 4 {
		if word := int(binary.LittleEndian.Uint32(image[i:])); word < len(at) && at[word] > 0 {
			s := texts[at[word]-1]
			copy(image[s.At:], s.Bytes)
		}
	}
	return nil
}

// runs returns what of an image is not zero.
func runs(image []byte) (list []wasmfile.Segment) {
	for i := 0; i < len(image); i++ {
		if image[i] == 0 {
			continue
		}
		from := i
		for i < len(image) && image[i] != 0 {
			i++
		}
		list = append(list, wasmfile.Segment{At: int64(from), Bytes: image[from:i]})
	}
	return list
}
