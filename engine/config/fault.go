package config

import "github.com/octroi-consent/octroi/engine/jsontext"

// Fault is one thing wrong in a declaration.
type Fault struct {
	Path   string // as in JavaScript: $.services[2].cookies[0].life
	Reason string // what is wrong
	Right  string // what would be right
}

// String is the sentence for the console.
func (f *Fault) String() string { return f.Path + ": " + f.Reason + "; " + f.Right }

type faults []Fault

func (f *faults) add(path, reason, right string) { *f = append(*f, Fault{path, reason, right}) }

func index(path string, i int) string { return path + "[" + jsontext.Int(int64(i)) + "]" }
