package config

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// Signal is what one vendor is told of the visitor's choices, as calls of what the vendor's
// own scripts listen to. Package catalog/signals writes them out of a declaration's mappings.
type Signal struct {
	Vendor   string
	Types    []SignalType
	Words    [2]string // what stands for denied and for granted in a call, as JSON
	Code     bool      // it takes octroi.vendors.js, which the calls go to
	OnChange bool      // told only what changes while a page is there, since the vendor counts repeats

	// Lists of calls, as JSON: [[operation, target, arguments], …]. A control character stands
	// for the word of a type: U+0001 of the first, and so on.
	Default string // before anything of the vendor runs: all is denied
	Granted string // once a choice is known or changes: all types are granted
	Denied  string // likewise: not all of them are
}

// SignalType is one kind of consent that a vendor knows.
type SignalType struct {
	name   string
	IDs    string // the categories and services that all have to be granted for it
	Always bool   // essential: granted without a choice, from the first choice on
}

// MaxTypes bounds the types of a signal.
const MaxTypes = 0x1f

// Operations are what a call does with the value at its target, a path below window:
//
//	arguments  push the arguments as an Arguments object, into a list that is made if need be
//	flat       push them one by one
//	array      push them as one list
//	stub       call it; where it is missing, as a function that queues in its property q
//	call       call it, once it is there
//	set        assign the one argument
//	event      dispatch an event of this name on the document, with the argument as its detail
const Operations = "arguments flat array stub call set event"

// NeedsCode reports whether a vendor takes octroi.vendors.js.
func (c *Config) NeedsCode() bool {
	for i := range c.Signals {
		if c.Signals[i].Code {
			return true
		}
	}
	return false
}

// barred are names that no call may touch: they run text as a script, lead out of the page,
// or are this engine's own.
const barred = "eval Function setTimeout setInterval setImmediate document location navigation constructor prototype __proto__ octroi"

// signals reads what vendors are told.
func (f *faults) signals(c *Config, list *jsontext.Value) {
	if list == nil {
		return
	}
	if list.Kind != jsontext.Array {
		f.add("$.signals", notWrittenOut, "")
		return
	}
	c.Signals = make([]Signal, len(list.Items))
	for i := range list.Items {
		f.signal(c, &list.Items[i], &c.Signals[i], index("$.signals", i))
	}
}

func (f *faults) signal(c *Config, v *jsontext.Value, s *Signal, path string) {
	if s.Vendor = str(v, "vendor"); s.Vendor == "" {
		f.add(path+".vendor", missing, "")
	}
	s.OnChange, s.Code = str(v, "repeat") == "change", yes(v, "code")
	s.Words = [2]string{`"denied"`, `"granted"`}
	for i, word := range items(v, "words") {
		// The usual words are constants: each site's own engine carries what is not.
		if text := word.JSON(nil); i < len(s.Words) && text != s.Words[i] {
			s.Words[i] = text
		}
	}
	if types := v.Get("types"); types == nil || types.Kind != jsontext.Object || len(types.Keys) == 0 || len(types.Keys) > MaxTypes {
		f.add(path+".types", notMapping, "")
	} else {
		for k, name := range types.Keys {
			one := SignalType{name: name, IDs: types.Items[k].Text}
			if yes, known := types.Items[k].Bool(); known {
				one.IDs, one.Always = "", yes
			} else if one.IDs == "" {
				f.add(path+".types."+name, notText, "")
			}
			for id, rest := ascii.Word(one.IDs); id != ""; id, rest = ascii.Word(rest) {
				if c.Find(id) < 0 {
					f.add(path+".types."+name, noID, c.ids(true))
				}
			}
			s.Types = append(s.Types, one)
		}
	}
	s.Default = f.calls(s, v, path, "default")
	s.Granted = f.calls(s, v, path, "update", "granted")
	if s.Denied = s.Granted; v.Get("granted") != nil || v.Get("denied") != nil {
		s.Denied = f.calls(s, v, path, "update", "denied")
	}
	for i := range s.Types {
		s.Types[i].name = "" // the calls are written
	}
}

// calls reads lists of calls, and makes one of them.
func (f *faults) calls(s *Signal, v *jsontext.Value, path string, keys ...string) string {
	var w jsontext.Writer
	w.Byte('[')
	for _, key := range keys {
		list := items(v, key)
		for i := range list {
			call, at := &list[i], index(path+"."+key, i)
			if len(call.Items) < 2 || call.Kind != jsontext.Array {
				f.add(at, notCall, "")
				continue
			}
			op, to := call.Items[0].Text, call.Items[1].Text
			f.oneOf(op, index(at, 0), Operations)
			if ascii.HasPrefix(to, "window.") {
				to = to[len("window."):]
			}
			if !target(to, op == "event") {
				f.add(index(at, 1), notTarget, "")
			}
			w.Next()
			w.Put("[%,%,[", op, to)
			for k := 2; k < len(call.Items); k++ {
				if key == "default" && saysGranted(&call.Items[k], s.Words[1]) {
					f.add(index(at, k), grantedAhead, "")
				}
				w.Next()
				w.Value(&call.Items[k], s.placeholder)
			}
			w.Raw("]]")
		}
	}
	w.Byte(']')
	return w.String()
}

// placeholder is what stands for the word of a type that a text asks for; "" for another text.
func (s *Signal) placeholder(text string) string {
	for i := range s.Types {
		if text == "$"+s.Types[i].name {
			return string([]byte{byte(i + 1)})
		}
	}
	return ""
}

// target reports whether a call may go to a path below window. An event has a name.
func target(path string, event bool) bool {
	if event {
		return made(path, "-_:.")
	}
	for more := true; more; {
		var name string
		name, path, more = ascii.Cut(path, ".")
		if !made(name, "_$-") || name[0] >= '0' && name[0] <= '9' || word(barred, name) {
			return false
		}
	}
	return true
}

// saysGranted reports whether a value is a word that grants, or has it in it. Words of yes and no
// are common values: of those none is looked for.
func saysGranted(v *jsontext.Value, granted string) bool {
	if v.Kind == jsontext.String && v.JSON(nil) == granted {
		return true
	}
	for i := range v.Items {
		if saysGranted(&v.Items[i], granted) {
			return true
		}
	}
	return false
}
