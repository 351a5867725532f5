package config

// Code tells what is wrong in a declaration, for who treats some of it apart.
type Code = wrong

// Faults that break a rule of the law, and not only one of the declaration's form.
const (
	EssentialThirdParty Code = thirdParty
	OverLaw             Code = overLaw
)

// Is reports whether a fault is of a kind.
func (f *Fault) Is(code Code) bool {
	kind := faults{{what: code}}.worded()
	return f.Reason == kind[0].Reason
}
