package banner

import (
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// shape is what a theme has besides its colours, in the order of [shapes].
type shape [7]string

// shapes are how round layers and buttons are, what texts and titles are written in, how bold
// titles are, and how wide edges and the lines within.
var shapes = [...]string{"radius", "button-radius", "font", "title-font", "title-weight", "edge", "hair"}

const (
	sans   = "system-ui,sans-serif"
	didone = "Didot,'Bodoni MT','Playfair Display',Georgia,serif"
)

var (
	neutral   = shape{"14px", "10px", sans, "var(--font)", "650", "2px", "1px"}
	editorial = shape{"0px", "0px", sans, didone, "400", "1px", "1px"}
	contrast  = shape{"4px", "4px", sans, "var(--font)", "700", "3px", "2px"}
)

// scheme says by which scheme the colours go, as a value of the property color-scheme. That of
// the page is inherited, which no custom property can say: the style sheet does where it is unset.
func scheme(t *config.Theme) string {
	switch t.Scheme {
	case "auto":
		return "light dark"
	case "page":
		return "initial"
	}
	return t.Scheme
}

// Style writes a theme as CSS. What a site sets as --octroi-… comes first, but for colours where
// they are not free. A browser without light-dark() has the light colours. The theme "plain" is
// made of how the page looks, as [match] reads it; it says --wait where nothing is known of that.
func Style(t *config.Theme, look string, free bool) string {
	var w jsontext.Writer
	shape := neutral
	w.Raw(".octroi{")
	switch t.Name {
	case "editorial":
		shape = editorial
	case "contrast":
		shape = contrast
	case "plain":
		if look == "" {
			w.Raw("--wait:1;")
			break
		}
		matched := *t
		t = &matched
		shape = match(t, look)
	}
	for i, name := range shapes {
		w.Raw("--" + name + ":var(--octroi-" + name + "," + shape[i] + ");")
	}
	mark := "--mark:var(--accent);--on-mark:var(--on-accent)"
	if !marks(&t.Light) || !marks(&t.Dark) {
		mark = "--mark:var(--ink);--on-mark:var(--paper)"
	}
	w.Raw(mark + ";--scheme:" + scheme(t))
	for i, name := range config.Colors {
		w.Raw(";--" + property(name) + ":" + color(name, "", t.Light[i], free))
	}
	w.Raw("}@supports(color:light-dark(red,red)){.octroi{")
	for i, name := range config.Colors {
		w.Raw("--" + property(name) + ":light-dark(" + color(name, "", t.Light[i], free) + "," + color(name, "dark-", t.Dark[i], free) + ");")
	}
	w.Raw("}}")
	return w.String()
}

// marks reports whether the accent can mark what has no ground of its own, as the edge of a button
// or a switch: it is seen on the layer's ground (WCAG 2.2, 1.4.11), as no yellow is on white, and
// the text that is legible on it is not of the other side, as white is on a dark layer.
func marks(set *[6]string) bool {
	ink, paper, accent, onAccent := set[0], set[1], set[4], set[5]
	return config.Ratio(accent, paper) >= 3 && config.Farthest(onAccent, ink, paper) == ink
}

// property is what a colour is called in CSS.
func property(name string) string {
	if name == "onAccent" {
		return "on-accent"
	}
	return name
}

// color is the site's own, where it is free to set one, or that of the theme.
func color(name, when, theme string, free bool) string {
	if !free {
		return theme
	}
	return "var(--octroi-" + when + property(name) + "," + theme + ")"
}
