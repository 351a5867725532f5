package banner

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// match gives a theme the colours of a page, and returns the shape of what is on it. What is
// declared stays, and so does what cannot be read of the page; what is too pale is mended.
//
// A look has a line each for the font of the page's texts, that of its titles, their weight, and
// the colours of ground, text and link; then for each thing like a button the colours of its
// ground and text, its radius and the width of its border, in CSS pixels.
func match(t *config.Theme, look string) shape {
	s := neutral
	font, look, _ := ascii.Cut(look, "\n")
	title, look, _ := ascii.Cut(look, "\n")
	weight, look, _ := ascii.Cut(look, "\n")
	colors, look, _ := ascii.Cut(look, "\n")
	if isFont(font) {
		s.font = font
	}
	if isFont(title) {
		s.title = title
	}
	if n, length := ascii.Number(weight, 3); length == 3 && n >= 100 {
		s.weight = weight[:3]
	}
	paper, colors, _ := ascii.Cut(colors, " ")
	ink, accent, _ := ascii.Cut(colors, " ")
	upon := ""
	for look != "" {
		var button string
		button, look, _ = ascii.Cut(look, "\n")
		back, button, _ := ascii.Cut(button, " ")
		text, button, _ := ascii.Cut(button, " ")
		// Of greys near the ground's own colour nobody makes what is most to be seen.
		if config.Contrast(back, paper) >= 3 || config.IsColourful(back) {
			accent, upon = back, text
			radius, edge, _ := ascii.Cut(button, " ")
			s.round(radius, edge)
			break
		}
	}
	if config.Contrast(paper, paper) == 0 {
		return s
	}
	set, own, scheme := &t.Light, t.Own[0], "light"
	if config.Farthest(paper, "#000000", "#ffffff") == "#ffffff" {
		set, own, scheme = &t.Dark, t.Own[1], "dark"
	}
	if t.Scheme == "page" {
		t.Scheme = scheme
	}
	const texts, buttons = 0b001111, 0b110000
	if own&texts == 0 {
		if config.Contrast(ink, paper) > 0 {
			set[0] = ink
		}
		set[1] = paper
		set[0] = config.Mend(set[0], paper, 4.5)
		set[2] = config.Mend(config.Mix(set[0], paper, 10), paper, 4.5)
		set[3] = config.Mend(config.Mix(set[0], paper, 20), paper, 3)
	}
	if own&buttons == 0 {
		if config.Contrast(accent, paper) == 0 {
			accent = set[0]
		}
		// A text near enough has its button darkened or lightened; one that is not is the page's.
		switch c := config.Contrast(upon, accent); {
		case c == 0:
			upon = set[1]
			accent = config.Mend(accent, upon, 4.5)
		case c < 3:
			upon = config.Mend(config.Farthest(accent, set[0], set[1]), accent, 4.5)
		default:
			accent = config.Mend(accent, upon, 4.5)
		}
		set[4], set[5] = accent, upon
	}
	return s
}

// round takes the radius and the edge of a button. A layer is larger and somewhat rounder.
func (s *shape) round(radius, edge string) {
	if n, length := ascii.Number(radius, 9); length > 0 {
		s.button = jsontext.Int(min(n, 24)) + "px"
		s.radius = jsontext.Int(min(n*3/2, 20)) + "px"
	}
	n, _ := ascii.Number(edge, 9)
	s.edge = jsontext.Int(max(1, min(n, 3))) + "px"
}

// isFont reports whether a text is a list of font families, and nothing that could end it.
func isFont(text string) bool {
	quote := byte(0)
	for i := range len(text) {
		switch c := text[i]; {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == ' ' || c == ',' || c == '-' || c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80:
		case quote != 0 && (c == '.' || c == '\'' || c == '&' || c == '+'):
		default:
			return false
		}
	}
	return text != "" && len(text) <= 300 && quote == 0
}
