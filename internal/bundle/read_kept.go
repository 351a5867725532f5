//go:build kept

package bundle

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/octroi-consent/octroi/internal/wasmfile"
	"github.com/octroi-consent/octroi/wasm/prebuilt"
)

// ErrNotKept is [Build]'s where a declaration would have to be read, and there is no engine to do
// it with.
var ErrNotKept = errors.New("what the engine reads in this declaration is not kept")

// read takes from package prebuilt what the whole engine has read of a declaration; see Reading.
func read(declaration []byte) (memory, initial []byte, err error) {
	name, err := readingName(declaration)
	if err != nil {
		return nil, nil, err
	}
	content, err := prebuilt.Reading(name)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrNotKept, err)
	}
	whole, err := part("whole.wasm")
	if err != nil {
		return nil, nil, err
	}
	module, err := wasmfile.Read(whole)
	if err != nil {
		return nil, nil, err
	}
	initial = make([]byte, binary.LittleEndian.Uint32(content))
	for _, s := range module.Segments {
		copy(initial[s.At:], s.Bytes)
	}
	memory = content[4:]
	for i, b := range initial {
		memory[i] ^= b
	}
	return memory, initial, nil
}
