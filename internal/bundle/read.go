//go:build !kept

package bundle

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/jsbridge"
)

// read has the whole engine read a declaration, and returns its memory then, and as it was
// when nothing had run yet.
func read(declaration []byte) (memory, initial []byte, err error) {
	r, err := newReader()
	if err != nil {
		return nil, nil, err
	}
	defer r.close()
	initial = r.memory()
	r.call("_initialize")
	input := jsbridge.AppendArgs(nil, string(declaration))
	if at := r.call("in", uint32(len(input))); at == 0 || !r.write(at, input) {
		err = errors.New("it is too long")
	} else if int32(r.call("handle", uint32(engine.Declare), 0, uint32(len(input)))) < 0 {
		err = errors.New("it is not taken")
	}
	r.call("settle")
	if err = errors.Join(r.err, err); err != nil {
		return nil, nil, fmt.Errorf("the engine could not read the declaration: %w", err)
	}
	return r.memory(), initial, nil
}

// Reading is what package prebuilt keeps of the reading of a declaration, and its name there: the
// length of the memory at first, as 4 bytes, then the memory as it is then, where it was the same
// with zeros. What has no engine to read with takes it from there.
func Reading(declaration []byte) (name string, content []byte, err error) {
	var compacted bytes.Buffer
	if err := json.Compact(&compacted, declaration); err != nil {
		return "", nil, err
	}
	declaration = compacted.Bytes()
	memory, initial, err := read(declaration)
	if err != nil {
		return "", nil, err
	}
	content = binary.LittleEndian.AppendUint32(nil, uint32(len(initial)))
	for i, b := range memory {
		if i < len(initial) {
			b ^= initial[i]
		}
		content = append(content, b)
	}
	name, err = readingName(declaration)
	return name, content, err
}
