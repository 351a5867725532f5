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
	var granted jsontext.Writer
	refusal, until := "1", int64(0)
	for i := range cfg.Categories {
		c := e.choice(i)
		if c == nil || cfg.Categories[i].Required || c.Until <= p.at {
			continue
		}
		if until == 0 || c.Until < until {
			until = c.Until
		}
		answer := e.grantedOf(i)
		if answer != "false" {
			refusal = ""
		}
		granted.Next()
		granted.Put(`%:#`, cfg.ID(i), answer)
	}
	if e.site.declared == "" {
		e.site.declared = digestOf(e.site.text)
	}
	if until == 0 {
		until = p.at
	}
	e.do(Receipt, `{"format":1,"id":"`, jsontext.Fill(`","at":%,"until":%,"host":%,"octroi":%,"declaration":%,"texts":%,"language":%,"layout":%,"layer":%,"method":%,"granted":{#}}`,
		minute(p.at), minute(until), e.site.page.Name(), e.site.version, e.site.declared, digestOf(e.language.texts.Source), e.language.texts.Lang,
		cfg.Layout, p.where(), p.method(), granted.String()), refusal)
	p.at = 0
}

// noteReceipt takes which receipt the visitor can ask for. The second layer, which may be open from
// the start, shows it unless the visitor is at it.
func (e *Engine) noteReceipt(id string) {
	if e.proof.kept = id; e.dialog.layer == preferences && !e.dialog.moved {
		e.show(preferences)
	}
}

// grantedOf is what is granted of category i, as JSON: all, nothing, or a list of services.
func (e *Engine) grantedOf(i int) string {
	if e.grants.open[i] {
		return "true"
	}
	var services []string
	for k, open := range e.grants.open.ServicesOf(e.site.cfg, i) {
		if open {
			services = append(services, e.site.cfg.Services[e.site.cfg.Categories[i].From+k].ID)
		}
	}
	if services == nil {
		return "false"
	}
	return list(services)
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
