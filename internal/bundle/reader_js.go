package bundle

import (
	"errors"
	"fmt"
	"sync"
	"syscall/js"
)

var theReader = sync.OnceValues(func() (code js.Value, err error) {
	whole, err := part("whole.wasm")
	if err != nil {
		return code, err
	}
	defer thrown(&err)
	return js.Global().Get("WebAssembly").Get("Module").New(bytesOf(whole)), nil
})

// reader is one run of the whole engine, in Node's own WebAssembly: wazero would interpret it,
// itself interpreted. Its error is the first of any call.
type reader struct {
	exports js.Value
	err     error
}

func newReader() (r *reader, err error) {
	code, err := theReader()
	if err != nil {
		return nil, err
	}
	defer thrown(&err)
	return &reader{exports: js.Global().Get("WebAssembly").Get("Instance").New(code).Get("exports")}, nil
}

func (r *reader) close() {}

// call returns what an exported function does, 0 where it returns nothing or has trapped.
func (r *reader) call(name string, params ...uint32) uint32 {
	list := make([]any, len(params))
	for i, p := range params {
		list[i] = p
	}
	var err error
	result := func() js.Value {
		defer thrown(&err)
		return r.exports.Call(name, list...)
	}()
	r.err = errors.Join(r.err, err)
	if err != nil || result.Type() != js.TypeNumber {
		return 0
	}
	return uint32(int32(result.Int())) // JavaScript has it with a sign
}

// write reports whether the memory takes these bytes at an address.
func (r *reader) write(at uint32, b []byte) bool {
	memory := r.view()
	if int(at)+len(b) > memory.Length() {
		return false
	}
	js.CopyBytesToJS(memory.Call("subarray", at, int(at)+len(b)), b)
	return true
}

// memory returns a copy of all of it.
func (r *reader) memory() []byte {
	memory := r.view()
	all := make([]byte, memory.Length())
	js.CopyBytesToGo(all, memory)
	return all
}

// view is the memory as it stands now: it may have grown.
func (r *reader) view() js.Value {
	return js.Global().Get("Uint8Array").New(r.exports.Get("memory").Get("buffer"))
}

func bytesOf(b []byte) js.Value {
	array := js.Global().Get("Uint8Array").New(len(b))
	js.CopyBytesToJS(array, b)
	return array
}

// thrown makes an error of what JavaScript has thrown; to be deferred.
func thrown(err *error) {
	switch failure := recover().(type) {
	case nil:
	case js.Error:
		*err = fmt.Errorf("%s", failure.Error())
	default:
		panic(failure)
	}
}
