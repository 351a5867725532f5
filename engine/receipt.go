package engine

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/digest"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// proof owns what the receipt of the latest choice needs, and which receipt the visitor can ask for.
type proof struct {
	at    int64 // when the choice was made, Unix ms; 0 once its receipt is made
	how   consent.Method
	layer layer  // where
	kept  string // id of the latest receipt that the browser keeps; "" for none
}

// wantsReceipts reports whether choices on this page have receipts. A choice in a frame is made once
// more in the page around it, which has the receipt.
func (s *site) wantsReceipts() bool { return s.cfg.Receipts != "" && !s.framed }

// prove notes a choice that a receipt is due of.
func (e *Engine) prove(how consent.Method, where layer, now int64) {
	e.proof.at, e.proof.how, e.proof.layer = now, how, where
}

// makeReceipt makes the receipt of the latest choice, but for its id, which is random. docs/receipts.md
// describes it.
//
//go:noinline
func (e *Engine) makeReceipt() {
	p, cfg := &e.proof, e.site.cfg
	granted, refusal, until := e.granted(false)
	if len(granted) > mostListed {
		granted, _, _ = e.granted(true)
	}
	if e.site.declared == "" {
		e.site.declared = digestOf(e.site.text)
	}
	if until == 0 {
		until = p.at
	}
	e.do(Receipt, `{"format":1,"id":"`, jsontext.Fill(`","at":%,"until":%,"host":%,"octroi":%,"declaration":%,"texts":%,"language":%,"layout":%,"layer":%,"method":%,"granted":{#}}`,
		minute(p.at), minute(until), e.site.page.Name(), e.site.version, e.site.declared, digestOf(e.language.texts.Source), e.language.texts.Lang,
		cfg.Layout, p.where(), p.method(), granted), refusal)
	p.at = 0
}

// mostListed is how many bytes of answers name services. With more, each category has marks instead: a
// receipt of a declaration at its limits is then below the 4,096 bytes that endpoints take.
const mostListed = 2048

// granted is what is granted of each category about which the visitor has decided, as the inside of
// a JSON object; refusal is "1" if nothing is, and until when the first of the choices ends.
func (e *Engine) granted(marked bool) (text, refusal string, until int64) {
	var all jsontext.Writer
	refusal = "1"
	for i := range e.site.cfg.Categories {
		c := e.choice(i)
		if c == nil || e.site.cfg.Categories[i].Required || c.Until <= e.proof.at {
			continue
		}
		if until == 0 || c.Until < until {
			until = c.Until
		}
		answer := e.grantedOf(i, marked)
		if answer != "false" {
			refusal = ""
		}
		all.Next()
		all.Put(`%:#`, e.site.cfg.ID(i), answer)
	}
	return all.String(), refusal, until
}

// noteReceipt takes which receipt the visitor can ask for. The second layer, which may be open from
// the start, shows it unless the visitor is at it.
func (e *Engine) noteReceipt(id string) {
	if e.proof.kept = id; e.dialog.layer == preferences && !e.dialog.moved {
		e.show(preferences)
	}
}

// grantedOf is what is granted of category i, as JSON: all, nothing, or a list of services; marked, in
// the place of a list, a string of hexadecimal digits with a bit for each service.
func (e *Engine) grantedOf(i int, marked bool) string {
	if e.grants.open[i] {
		return "true"
	}
	var services []string
	marks := []byte{'"'}
	for k, open := range e.grants.open.ServicesOf(e.site.cfg, i) {
		if k%4 == 0 {
			marks = append(marks, 0)
		}
		if open {
			services = append(services, e.site.cfg.Services[e.site.cfg.Categories[i].From+k].ID)
			marks[len(marks)-1] |= 8 >> (k % 4)
		}
	}
	if services == nil {
		return "false"
	}
	if !marked {
		return list(services)
	}
	for k := 1; k < len(marks); k++ {
		marks[k] = "0123456789abcdef"[marks[k]]
	}
	return string(append(marks, '"'))
}

// method is the word for how the choice was made.
func (p *proof) method() string {
	word, rest := ascii.Word("accept refuse select page inherit app")
	for range p.how - consent.Accept {
		word, rest = ascii.Word(rest)
	}
	return word
}

// where is the word for where the choice was made.
func (p *proof) where() string {
	switch {
	case p.how == consent.App:
		return "app"
	case p.how >= consent.Page:
		return "page"
	case p.layer == preferences:
		return "second"
	case p.layer == embedded:
		return "stand-in"
	}
	return "first"
}

// minute writes an instant in whole minutes, UTC: "2026-11-27T17:33Z".
func minute(at int64) string {
	m := at % calendar.Day / calendar.Minute
	text := []byte(calendar.Date(at) + "T00:00Z")
	for _, digit := range [...]struct {
		place int
		value int64
	}{{11, m / 600}, {12, m / 60 % 10}, {14, m % 60 / 10}, {15, m % 10}} {
		text[digit.place] += byte(digit.value)
	}
	return string(text)
}

// digestOf is the digest of a declaration, or of texts, in hexadecimal digits.
//
//go:noinline
func digestOf(text string) string { return digest.Hex(digest.Declaration(text)) }
