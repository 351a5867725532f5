// Package jsbridge is the Go half of the one boundary between the engine and
// JavaScript; bridge.js is the other half. Both open with the same text:
//
// # PROTOCOL 4
//
// The module exports
//
//	abi() → version             4; a page half of another version leaves all shut
//	in(n) → pointer             where n bytes of input go; 0 where n is above 16 MiB
//	handle(kind, now, n) → m    an event or a question whose arguments are n bytes of
//	                            input; its effects are m bytes at out(); -1 if it was
//	                            malformed, or has more arguments than its kind takes
//	decide(now, n) → verdict    n bytes of input name categories and services;
//	                            0 hold, 1 allow, 2 unknown
//	access(own, now, n) → m     n bytes of input are an address, own is 1 for the
//	                            page's origin; m is 1 if it is open, and 2 for each
//	                            byte at out() that names its services
//	out() → pointer             where the effects or names are
//
// now is in Unix milliseconds. An argument is a length of 4 bytes, little-endian,
// and so many bytes of UTF-8. An effect is a byte for its kind, a byte for the
// number of its arguments, and the arguments. The kinds and their arguments stand in
// jsbridge/protocol.go. Pointers and views are good until the next call.
//
// The module is a part of the engine. It imports, from "placeholder", functions that
// it calls once the rest has come only; the rest is a module that imports the first
// one's exports from "primary" and takes those places.
//
// END
package jsbridge

import "github.com/octroi-consent/octroi/engine"

// Version is the protocol's, exported by the module as abi.
const Version = 4

// MaxInput is the most bytes that one call may bring.
const MaxInput = 16 << 20

// AppendArgs writes arguments.
func AppendArgs(dst []byte, args ...string) []byte {
	for _, a := range args {
		n := len(a)
		dst = append(dst, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
		dst = append(dst, a...)
	}
	return dst
}

// Args reads all of b as arguments; ok is false where it does not end with one.
func Args(b []byte) (args []string, ok bool) {
	for len(b) > 0 {
		var a string
		if a, b, ok = arg(b); !ok {
			return nil, false
		}
		args = append(args, a)
	}
	return args, true
}

func arg(b []byte) (a string, rest []byte, ok bool) {
	if len(b) < 4 {
		return "", nil, false
	}
	n := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24
	if n > uint64(len(b)-4) {
		return "", nil, false
	}
	return string(b[4 : 4+n]), b[4+n:], true
}

// AppendEffects writes effects.
func AppendEffects(dst []byte, effects []engine.Effect) []byte {
	for _, e := range effects {
		dst = append(dst, byte(e.Kind), byte(len(e.Args)))
		dst = AppendArgs(dst, e.Args...)
	}
	return dst
}

// Effects reads effects: what bridge.js does, for tests and other hosts.
func Effects(b []byte) (effects []engine.Effect, ok bool) {
	for len(b) > 0 {
		if len(b) < 2 {
			return nil, false
		}
		e := engine.Effect{Kind: engine.EffectKind(b[0])}
		n := int(b[1])
		b = b[2:]
		for range n {
			var a string
			if a, b, ok = arg(b); !ok {
				return nil, false
			}
			e.Args = append(e.Args, a)
		}
		effects = append(effects, e)
	}
	return effects, true
}

// Time turns a JavaScript time value into Unix milliseconds; what is no time is 0,
// at which the engine trusts no record.
func Time(now float64) int64 {
	if now > 0 && now < 8.64e15 {
		return int64(now)
	}
	return 0
}
