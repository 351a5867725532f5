// Package wasmtest tests what is shipped: the compiled engine in wazero, and the
// files of dist/ in real browsers.
package wasmtest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/enginetest"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/internal/bundle"
	"github.com/octroi-consent/octroi/jsbridge"
)

// Dist is the folder of the shipped files, seen from the tests.
const Dist = "../dist"

// parts are the two modules of the engine.
var parts = sync.OnceValues(func() (both [2][]byte, err error) {
	for i, name := range []string{filepath.Join(Dist, "octroi.wasm"), "../build/rest.wasm"} {
		if both[i], err = os.ReadFile(name); err != nil {
			return both, err
		}
	}
	return both, nil
})

// store is where machines of one form run, whose modules have no names: a module is compiled
// once, which takes longer than most tables do.
type store struct {
	runtime wazero.Runtime
	codes   map[string]wazero.CompiledModule // by the modules' bytes
}

// shipped and sites are the stores of the engine for all sites, and of sites' own.
var shipped, sites = &store{}, &store{}

func (s *store) compile(wasm []byte) wazero.CompiledModule {
	ctx := context.Background()
	if s.runtime == nil {
		s.runtime = wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2))
		s.codes = map[string]wazero.CompiledModule{}
	}
	code, known := s.codes[string(wasm)]
	if !known {
		var err error
		if code, err = s.runtime.CompileModule(ctx, wasm); err != nil {
			panic(err)
		}
		s.codes[string(wasm)] = code
	}
	return code
}

// primary is an engine's first part, whose rest is missing.
func (s *store) primary(wasm []byte) api.Module {
	code := s.compile(wasm)
	if s.runtime.Module("placeholder") == nil {
		missing := s.runtime.NewHostModuleBuilder("placeholder")
		for _, f := range code.ImportedFunctions() {
			_, name, _ := f.Import()
			missing.NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(func(context.Context, api.Module, []uint64) {
				panic("a function of the rest was called, which has not come")
			}), f.ParamTypes(), f.ResultTypes()).Export(name)
		}
		if _, err := missing.Instantiate(context.Background()); err != nil {
			panic(err)
		}
	}
	return s.instance(context.Background(), code, "_initialize")
}

// rest completes one first part of all that the store has.
func (s *store) rest(wasm []byte, primary api.Module) api.Module {
	ctx := experimental.WithImportResolver(context.Background(), func(string) api.Module { return primary })
	return s.instance(ctx, s.compile(wasm))
}

func (s *store) instance(ctx context.Context, code wazero.CompiledModule, start ...string) api.Module {
	module, err := s.runtime.InstantiateModule(ctx, code, wazero.NewModuleConfig().WithName("").WithStartFunctions(start...))
	if err != nil {
		panic(err)
	}
	return module
}

// machine is the shipped module behind the same interface as the Go package, spoken to by
// the real protocol. Its rest is added when it asks for it.
type machine struct {
	store  *store
	both   [2][]byte
	module api.Module
	rest   api.Module
	whole  bool
}

// Wasm instantiates the shipped module.
func Wasm() enginetest.Machine { return newMachine() }

// WholeWasm is one whose rest has come before anything else.
func WholeWasm() enginetest.Machine {
	m := newMachine()
	m.complete()
	m.Handle(engine.Event{Kind: engine.RestCame})
	return m
}

func newMachine() *machine {
	both, err := parts()
	if err != nil {
		panic(err)
	}
	return open(shipped, both)
}

func open(in *store, both [2][]byte) *machine {
	return &machine{store: in, both: both, module: in.primary(both[0])}
}

// complete brings the rest.
func (m *machine) complete() {
	m.rest = m.store.rest(m.both[1], m.module)
	m.whole = true
}

// Close lets go what the machine holds.
func (m *machine) Close() error {
	if m.rest != nil {
		m.rest.Close(context.Background())
	}
	return m.module.Close(context.Background())
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

// compiled is a site's own engine, made for the declaration that a page begins with. One with
// faults cannot be built: the whole engine takes its place.
type compiled struct{ *machine }

// Compiled has no engine before a page begins.
func Compiled() enginetest.Machine { return &compiled{newMachine()} }

// siteEngines are the engines that were made, by declaration.
var siteEngines sync.Map

func (c *compiled) Handle(ev engine.Event) []engine.Effect {
	if ev.Kind != engine.Start {
		return c.machine.Handle(ev)
	}
	text := ""
	if len(ev.Args) > 0 {
		text = ev.Args[0]
	}
	made, known := siteEngines.Load(text)
	if !known {
		wasm, err := bundle.Engine([]byte(text))
		var faults bundle.Faults
		if err != nil && !errors.As(err, &faults) {
			panic(err)
		}
		made, _ = siteEngines.LoadOrStore(text, wasm)
	}
	if wasm := made.([]byte); wasm != nil {
		rest, err := bundle.Rest()
		if err != nil {
			panic(err)
		}
		c.Close()
		c.machine = open(sites, [2][]byte{wasm, rest})
		ev.Args = append([]string{""}, ev.Args[1:]...)
	} else {
		c.Close()
		c.machine = newMachine()
	}
	return c.machine.Handle(ev)
}

// Handle speaks to the module.
func (m *machine) Handle(ev engine.Event) []engine.Effect {
	effects, ok := m.handle(ev.Kind, float64(ev.Now), jsbridge.AppendArgs(nil, ev.Args...))
	if !ok {
		panic("the module took an event for malformed")
	}
	n := slices.IndexFunc(effects, func(e engine.Effect) bool { return e.Kind == engine.LoadDeferred })
	if n < 0 {
		return effects
	}
	if m.whole {
		panic("the rest is asked for again")
	}
	again := effects[n].Args[0] == "1"
	effects = slices.Delete(effects, n, n+1)
	m.complete()
	effects = append(effects, m.Handle(engine.Event{Kind: engine.RestCame, Now: ev.Now, Args: []string{"en", enginetest.BuiltIn}})...)
	if again {
		effects = append(effects, m.Handle(ev)...)
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
