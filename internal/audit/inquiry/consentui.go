package inquiry

import (
	"fmt"
	"strings"

	"github.com/octroi-consent/octroi/internal/audit/report"
)

// ConsentUI is a consent interface that a page shows, as web/audit/consent-ui.js measures it.
type ConsentUI struct {
	What    string // a selector
	Buttons []Button
}

// Button is a control of an interface, as a visitor sees it.
type Button struct {
	Act     string // what Octroi's own do, or the page says of its: "accept", "refuse", …; "" elsewhere
	Text    string
	Tag     string
	Seen    bool    // it is in sight, and nothing lies on it
	Width   float64 // CSS px
	Height  float64
	Size    float64 // of its letters, CSS px
	Weight  float64 // of its letters
	Opacity float64 // with all around it, 0 to 1
	Ratio   float64 // contrast of its letters with what is behind them, 1 to 21
	Filled  bool    // it has a background of its own
}

// words by which accepting and refusing everything are known, in the languages of most
// sites; refusing is looked for first.
var words = struct{ refuse, accept []string }{
	[]string{"refuse", "reject", "decline", "deny", "without accepting", "without consent", "only necessary", "only essential", "necessary only", "essential only",
		"refuser", "sans accepter", "ablehnen", "nur notwendige", "ohne einwilligung", "rechazar", "rifiuta", "senza accettare", "weiger", "afwijzen", "recusar", "rejeitar", "odrzu", "avvisa", "afvis", "avvis"},
	[]string{"accept", "agree", "allow all", "got it", "j’accepte", "j'accepte", "akzeptieren", "zustimmen", "alle zulassen", "aceptar", "acconsent", "accetta", "accepteren", "akkoord", "toestaan", "aceitar", "akceptuj", "zgadzam", "godkänn", "accepter", "godta"},
}

// act tells what a button does.
func (b *Button) act() string {
	if b.Act != "" {
		return b.Act
	}
	text := strings.ToLower(b.Text)
	for _, w := range words.refuse {
		if strings.Contains(text, w) {
			return "refuse"
		}
	}
	for _, w := range words.accept {
		if strings.Contains(text, w) {
			return "accept"
		}
	}
	return ""
}

// consentUIs judges the consent interfaces that a page shows.
func (q *inquiry) consentUIs(list []ConsentUI, at report.Place) {
	asking := 0
	for _, f := range list {
		var accept, refuse *Button
		for i := range f.Buttons {
			switch b := &f.Buttons[i]; b.act() {
			case "accept":
				if accept == nil || b.Seen && !accept.Seen {
					accept = b
				}
			case "refuse":
				if refuse == nil || b.Seen && !refuse.Seen {
					refuse = b
				}
			}
		}
		if accept == nil || !accept.Seen {
			continue
		}
		if asking++; asking == 2 {
			q.find(secondInterface, f.What, report.Finding{What: "Besides " + list[0].What + ", " + f.What + " asks as well."}, at)
		}
		for _, why := range less(refuse, accept) {
			q.find(lessProminent, f.What, report.Finding{What: "In " + f.What + ", " + why + ".", Fix: "Make both the same element, with the same size, letters and colours, side by side."}, at)
		}
	}
}

// less tells in what refusing is less prominent than accepting (R1.11 to R1.13); where
// several are, the first is enough.
func less(refuse, accept *Button) []string {
	if refuse == nil {
		return []string{"“" + accept.Text + "” has no refusal beside it"}
	}
	say := func(format string, values ...any) []string {
		return []string{"“" + refuse.Text + "” " + fmt.Sprintf(format, values...) + " “" + accept.Text + "”"}
	}
	switch {
	case !refuse.Seen:
		return say("cannot be seen beside")
	case refuse.Tag != accept.Tag:
		return say("is a <%s> beside the <%s>", refuse.Tag, accept.Tag)
	case refuse.Size < accept.Size-.5:
		return say("has letters of %.0f px beside the %.0f px of", refuse.Size, accept.Size)
	case refuse.Weight < accept.Weight:
		return say("has thinner letters than")
	case refuse.Height < accept.Height-1 || refuse.Width < .75*accept.Width:
		return say("is %.0f × %.0f px beside the %.0f × %.0f px of", refuse.Width, refuse.Height, accept.Width, accept.Height)
	case refuse.Opacity < accept.Opacity-.05:
		return say("is paler (opacity %.2f) than", refuse.Opacity)
	case refuse.Ratio < .9*accept.Ratio && refuse.Ratio < 7: // beyond 7:1 letters are read alike (WCAG AAA)
		return say("has a contrast of %.1f:1 beside the %.1f:1 of", refuse.Ratio, accept.Ratio)
	case accept.Filled && !refuse.Filled:
		return say("has no background, unlike")
	}
	return nil
}
