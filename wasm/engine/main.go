//go:build tinygo

// The visitor's engine as a WebAssembly module: the bridge's exports around one
// engine. jsbridge/bridge.go describes them.
package main

import (
	"unsafe"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/jsbridge"
	"github.com/octroi-consent/octroi/wasm/heap"
)

// Package-level buffers keep what JavaScript points to in sight of the collector.
var (
	theEngine = engine.Engine{Partial: true}
	small     [4096]byte
	input     = small[:]
	output    []byte
)

//go:wasmexport abi
func abi() int32 { return jsbridge.Version }

//go:wasmexport in
func in(n int32) unsafe.Pointer {
	// The one place where no other function of the module is active.
	heap.Collect()
	switch {
	case n < 0 || n > jsbridge.MaxInput:
		return nil
	case int(n) <= len(small):
		input = small[:]
	default:
		input = make([]byte, n)
	}
	return unsafe.Pointer(&input[0])
}

//go:wasmexport handle
func handle(kind int32, now float64, n int32) int32 {
	if n < 0 || int(n) > len(input) || kind < 0 || kind > 255 {
		return -1
	}
	args, ok := jsbridge.Args(input[:n])
	if !ok {
		return -1
	}
	event := engine.Event{Kind: engine.EventKind(kind), Now: jsbridge.Time(now), Args: args}
	if !event.Valid() {
		return -1
	}
	effects := theEngine.Handle(event)
	output = jsbridge.AppendEffects(output[:0], effects)
	return int32(len(output))
}

//go:wasmexport decide
func decide(now float64, n int32) int32 {
	if n < 0 || int(n) > len(input) {
		return 0
	}
	return int32(theEngine.Decide(unsafe.String(&input[0], n), jsbridge.Time(now)))
}

//go:wasmexport access
func access(own int32, now float64, n int32) int32 {
	if n < 0 || int(n) > len(input) {
		return 0
	}
	ids, open := theEngine.Access(unsafe.String(&input[0], n), own != 0, jsbridge.Time(now))
	output = append(output[:0], ids...)
	m := int32(len(ids)) * 2
	if open {
		m++
	}
	return m
}

//go:wasmexport out
func out() unsafe.Pointer {
	if len(output) == 0 {
		return nil
	}
	return unsafe.Pointer(&output[0])
}

// settle leaves nothing in memory but what the engine needs. Only the module has it that the
// owner's command runs.
//
//go:wasmexport settle
func settle() {
	input, output = small[:], nil
	clear(small[:])
	heap.Settle()
}

func main() {}
