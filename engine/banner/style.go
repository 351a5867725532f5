package banner

import (
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// shapes are what a theme has besides its colours.
var shapes = [...]string{
	"--radius:var(--octroi-radius,14px);--button-radius:var(--octroi-button-radius,10px);--font:var(--octroi-font,system-ui,sans-serif);--title-font:var(--octroi-title-font,var(--font));--title-weight:650;--edge:2px",
	"--radius:var(--octroi-radius,0);--button-radius:var(--octroi-button-radius,0);--font:var(--octroi-font,system-ui,sans-serif);--title-font:var(--octroi-title-font,Didot,'Bodoni MT','Playfair Display',Georgia,serif);--title-weight:400;--edge:1px",
	"--radius:var(--octroi-radius,4px);--button-radius:var(--octroi-button-radius,4px);--font:var(--octroi-font,system-ui,sans-serif);--title-font:var(--octroi-title-font,var(--font));--title-weight:700;--edge:3px",
}

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
// they are not free. A browser without light-dark() has the light colours.
func Style(t *config.Theme, free bool) string {
	var w jsontext.Writer
	shape := shapes[0]
	switch t.Name {
	case "editorial":
		shape = shapes[1]
	case "contrast":
		shape = shapes[2]
	}
	w.Raw(".octroi{" + shape + ";--scheme:" + scheme(t))
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
