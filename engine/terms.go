package engine

import "github.com/octroi-consent/octroi/engine/consent"

// Terms returns what visitors are asked about each category of a declaration that has no fault,
// in its order, for tools that read records without a page.
func Terms(declaration string) []consent.Terms {
	var s site
	s.read(declaration, false)
	return s.terms
}
