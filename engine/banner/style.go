package banner

import (
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// shapes are what a theme has besides its colours.
var shapes = [...]string{
	"--radius:var(--octroi-radius,14px);--button-radius:var(--octroi-button-radius,10px);--font:var(--octroi-font,system-ui,sans-serif);--title-font:var(--octroi-title-font,var(--font));--title-weight:650;--edge:2px;--spacing:normal",
	"--radius:var(--octroi-radius,0);--button-radius:var(--octroi-button-radius,0);--font:var(--octroi-font,system-ui,sans-serif);--title-font:var(--octroi-title-font,Didot,'Bodoni MT','Playfair Display',Georgia,serif);--title-weight:400;--edge:1px;--spacing:.04em",
	"--radius:var(--octroi-radius,4px);--button-radius:var(--octroi-button-radius,4px);--font:var(--octroi-font,system-ui,sans-serif);--title-font:var(--octroi-title-font,var(--font));--title-weight:700;--edge:3px;--spacing:normal",
}

// Style writes a theme as CSS. What a site sets as --octroi-… comes first.
func Style(t *config.Theme) string {
	var w jsontext.Writer
	shape := shapes[0]
	switch t.Name {
	case "editorial":
		shape = shapes[1]
	case "contrast":
		shape = shapes[2]
	}
	w.Raw(".octroi{" + shape)
	colors(&w, &t.Light, "")
	w.Raw("}@media(prefers-color-scheme:dark){.octroi{")
	colors(&w, &t.Dark, "dark-")
	w.Raw("}}")
	return w.String()
}

func colors(w *jsontext.Writer, set *[6]string, when string) {
	for i, name := range config.Colors {
		if name == "onAccent" {
			name = "on-accent"
		}
		w.Raw(";--" + name + ":var(--octroi-" + when + name + "," + set[i] + ")")
	}
}
