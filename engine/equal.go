package engine

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// look is how a button of the page's looks: sizes in CSS px, colours as "#1c1b1a".
type look struct {
	state         string // "seen", or why it is of no use: "hidden", "dead", "silent"
	width, height int64
	letters       int64
	ink, ground   string
}

// readLook reads what [Pressed] tells of a button.
func readLook(text string) (l look) {
	l.state, text = ascii.Word(text)
	for _, to := range [...]*int64{&l.width, &l.height, &l.letters} {
		var number string
		number, text = ascii.Word(text)
		*to, _ = ascii.Number(number, 6)
	}
	l.ink, text = ascii.Word(text)
	l.ground, _ = ascii.Word(text)
	return l
}

// unequal tells in what refusing is harder than accepting (R1.11 to R1.13), and what would be
// right: of several refusals by the one that comes nearest; "" where one is as plain.
func unequal(accepting string, refusals []string) (fault string) {
	accept := readLook(accepting)
	nearest := -1
	for _, refusal := range refusals {
		why, rule := readLook(refusal).less(&accept)
		if why == "" {
			return ""
		}
		if rule > nearest {
			fault, nearest = why, rule
		}
	}
	if nearest < 0 {
		return `nothing refuses beside it; show a button that does, with data-octroi-answer="refuse"`
	}
	return fault
}

// less tells in what a refusal is less than what accepts, and the number of the rule that says
// so; "" for in nothing.
func (l look) less(accept *look) (why string, rule int) {
	switch {
	case l.state == "dead":
		return "the refusal cannot be pressed; let it be, as what accepts", 1
	case l.state == "silent":
		return "the refusal says nothing; write on it what it does", 2
	case l.state != "seen":
		return "the refusal cannot be seen; show it beside what accepts, with nothing over it", 0
	case 5*l.width*l.height < 4*accept.width*accept.height:
		return "the refusal has " + size(&l) + " px beside " + size(accept) + " px; make it as large", 3
	case l.letters < accept.letters:
		return "the refusal has letters of " + jsontext.Int(l.letters) + " px beside " + jsontext.Int(accept.letters) + " px; make them as large", 4
	}
	own, other := config.Ratio(l.ink, l.ground), config.Ratio(accept.ink, accept.ground)
	if own != 0 && own < 4.5 && (other == 0 || own < other) {
		return "the refusal's letters of " + l.ink + " on " + l.ground + " can hardly be read; make their contrast 4.5:1 or more", 5
	}
	return "", 6
}

func size(l *look) string { return jsontext.Int(l.width) + " × " + jsontext.Int(l.height) }
