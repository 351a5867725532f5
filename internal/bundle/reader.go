//go:build !js && !kept

package bundle

import (
	"bytes"
	"context"
	"errors"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// compiled is the whole engine, compiled once for those who make several sites: a runtime that is
// closed forgets what it has compiled.
type compiled struct {
	runtime wazero.Runtime
	code    wazero.CompiledModule
}

var theReader = sync.OnceValues(func() (c compiled, err error) {
	whole, err := part("whole.wasm")
	if err != nil {
		return c, err
	}
	c.runtime = wazero.NewRuntime(context.Background())
	c.code, err = c.runtime.CompileModule(context.Background(), whole)
	return c, err
})

// reader is one run of the whole engine, in wazero. Its error is the first of any call.
type reader struct {
	module api.Module
	err    error
}

func newReader() (*reader, error) {
	whole, err := theReader()
	if err != nil {
		return nil, err
	}
	// Without a name, several may run at once.
	module, err := whole.runtime.InstantiateModule(context.Background(), whole.code, wazero.NewModuleConfig().WithName("").WithStartFunctions())
	return &reader{module: module}, err
}

func (r *reader) close() { r.module.Close(context.Background()) }

// call returns what an exported function does, 0 where it returns nothing or has trapped.
func (r *reader) call(name string, params ...uint32) uint32 {
	wide := make([]uint64, len(params))
	for i, p := range params {
		wide[i] = uint64(p)
	}
	results, err := r.module.ExportedFunction(name).Call(context.Background(), wide...)
	r.err = errors.Join(r.err, err)
	if err != nil || len(results) == 0 {
		return 0
	}
	return api.DecodeU32(results[0])
}

// write reports whether the memory takes these bytes at an address.
func (r *reader) write(at uint32, b []byte) bool { return r.module.Memory().Write(at, b) }

// memory returns a copy of all of it.
func (r *reader) memory() []byte {
	all, _ := r.module.Memory().Read(0, r.module.Memory().Size())
	return bytes.Clone(all)
}
