package markup

import (
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/internal/loads"
)

// maxForeign is how deep elements are told apart.
const maxForeign = 512

// foreign are the open elements of SVG and MathML, and where HTML goes on in them (HTML,
// "the rules for parsing tokens in foreign content").
type foreign []struct {
	tag, space string
}

var (
	// Tags that end what is foreign.
	breakouts = strings.Fields(`b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta
		nobr ol p pre ruby s small span strong strike sub sup table tt u ul var`)
	// Elements in which HTML goes on.
	integration = strings.Fields("foreignobject desc title mi mo mn ms mtext")
)

// enter takes in a start tag, and tells in which namespace it makes an element. That of
// MathML counts as HTML's, for nothing of either loads in it.
func (f *foreign) enter(e *element, closed bool) loads.Space {
	space := f.space()
	if space != "" && (slices.Contains(breakouts, e.tag) || e.tag == "font" && breaks(e)) {
		for f.space() != "" {
			*f = (*f)[:len(*f)-1]
		}
		space = ""
	}
	if space == "" && (e.tag == "svg" || e.tag == "math") {
		space = e.tag
	}
	if space != "" && !closed && len(*f) < maxForeign {
		inner := space
		if slices.Contains(integration, e.tag) {
			inner = ""
		}
		*f = append(*f, struct{ tag, space string }{e.tag, inner})
	}
	if space == "svg" {
		return loads.SVG
	}
	return loads.HTML
}

// space is the namespace in which elements are made, "" for HTML's.
func (f *foreign) space() string {
	if n := len(*f); n > 0 {
		return (*f)[n-1].space
	}
	return ""
}

// breaks reports whether a font has an attribute by which it ends what is foreign.
func breaks(e *element) bool {
	return slices.ContainsFunc([]string{"color", "face", "size"}, func(attr string) bool {
		_, has := e.attrs[attr]
		return has
	})
}

// leave takes in an end tag.
func (f *foreign) leave(tag string) {
	for i, open := range slices.Backward(*f) {
		if open.tag == tag {
			*f = (*f)[:i]
			return
		}
	}
}
