// Package wasmtest tests what is shipped: the compiled engine in wazero, and the
// files of dist/ in real browsers.
package wasmtest

import (
	"context"
	"os"
	"path/filepath"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/enginetest"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/jsbridge"
)

// Dist is the folder of the shipped files, seen from the tests.
const Dist = "../dist"

var compiled = sync.OnceValues(func() (wazero.CompiledModule, error) {
	bytes, err := os.ReadFile(filepath.Join(Dist, "octroi.wasm"))
	if err != nil {
		return nil, err
	}
	return wasmRuntime().CompileModule(context.Background(), bytes)
})

var wasmRuntime = sync.OnceValue(func() wazero.Runtime {
	return wazero.NewRuntimeWithConfig(context.Background(), wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2))
})

// machine is the shipped module behind the same interface as the Go package,
// spoken to by the real protocol.
type machine struct{ module api.Module }

// Wasm instantiates the shipped module.
func Wasm() enginetest.Machine { return newMachine() }

func newMachine() *machine {
	code, err := compiled()
	if err != nil {
		panic(err)
	}
	module, err := wasmRuntime().InstantiateModule(context.Background(), code,
		wazero.NewModuleConfig().WithName("").WithStartFunctions("_initialize"))
	if err != nil {
		panic(err)
	}
	return &machine{module}
}

func (m *machine) call(name string, params ...uint64) uint32 {
	results, err := m.module.ExportedFunction(name).Call(context.Background(), params...)
	if err != nil {
		panic(err)
	}
	return uint32(results[0])
}

// write hands over input; false where the module refuses its length.
func (m *machine) write(b []byte) bool {
	at := m.call("in", api.EncodeI32(int32(len(b))))
	return at != 0 && m.module.Memory().Write(at, b)
}

func (m *machine) handle(kind engine.EventKind, now float64, b []byte) (effects []engine.Effect, ok bool) {
	if !m.write(b) {
		return nil, false
	}
	n := int32(m.call("handle", uint64(kind), api.EncodeF64(now), api.EncodeI32(int32(len(b)))))
	if n < 0 {
		return nil, false
	}
	out, _ := m.module.Memory().Read(m.call("out"), uint32(n))
	return jsbridge.Effects(out)
}

// Handle speaks to the module.
func (m *machine) Handle(ev engine.Event) []engine.Effect {
	effects, ok := m.handle(ev.Kind, float64(ev.Now), jsbridge.AppendArgs(nil, ev.Args...))
	if !ok {
		panic("the module took an event for malformed")
	}
	return effects
}

// Access speaks to the module.
func (m *machine) Access(address string, own bool, now int64) (ids string, open bool) {
	if !m.write([]byte(address)) {
		return "", false
	}
	said := m.call("access", api.EncodeI32(map[bool]int32{true: 1}[own]), api.EncodeF64(float64(now)), api.EncodeI32(int32(len(address))))
	b, _ := m.module.Memory().Read(m.call("out"), said>>1)
	return string(b), said&1 == 1
}

// Decide speaks to the module.
func (m *machine) Decide(ids string, now int64) gate.Verdict {
	if !m.write([]byte(ids)) {
		return gate.Hold
	}
	return gate.Verdict(m.call("decide", api.EncodeF64(float64(now)), api.EncodeI32(int32(len(ids)))))
}
