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
// the colours of ground, texts and links; then for each thing like a button for the colours of its
// ground and text, its radius, and the width of its border, in CSS pixels.
func match(t *config.Theme, look string) shape {
	s := neutral
	var page [6]string
	look = lines(look, page[:])
	for i := range 2 {
		if isFont(page[i]) {
			s[2+i] = page[i]
		}
	}
	if n, length := ascii.Number(page[2], 3); n >= 100 {
		s[4] = page[2][:length]
	}
	paper, ink, accent, upon := page[3], page[4], page[5], ""
	for look != "" {
		var button [4]string
		look = lines(look, button[:])
		// Of greys near the ground's own colour nobody makes what is most to be seen.
		if config.Ratio(button[0], paper) >= 3 || config.IsColourful(button[0]) {
			accent, upon = button[0], button[1]
			s.round(button[2], button[3])
			break
		}
	}
	if config.Ratio(paper, paper) == 0 {
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
		if config.Ratio(ink, paper) > 0 {
			set[0] = ink
		}
		set[1] = paper
		set[0] = config.Mend(set[0], paper, 4.5)
		set[2] = config.Mend(config.Mix(set[0], paper, 10), paper, 4.5)
		set[3] = config.Mend(config.Mix(set[0], paper, 20), paper, 3)
	}
	if own&buttons == 0 {
		if config.Ratio(accent, paper) == 0 {
			accent = set[0]
		}
		// A text near enough has its button darkened or lightened; one that is not is the page's.
		switch c := config.Ratio(upon, accent); {
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

// lines fills a list with a text's first lines, and returns the others.
func lines(text string, list []string) string {
	for i := range list {
		list[i], text, _ = ascii.Cut(text, "\n")
	}
	return text
}

// round takes the radius and the edge of a button. A layer is larger and somewhat rounder.
func (s *shape) round(radius, edge string) {
	if n, length := ascii.Number(radius, 9); length > 0 {
		s[0] = jsontext.Int(min(n*3/2, 20)) + "px"
		s[1] = jsontext.Int(min(n, 24)) + "px"
	}
	n, _ := ascii.Number(edge, 9)
	s[5] = jsontext.Int(max(1, min(n, 3))) + "px"
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
