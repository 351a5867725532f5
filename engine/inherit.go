package engine

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/cookie"
	"github.com/octroi-consent/octroi/engine/jsontext"
	"github.com/octroi-consent/octroi/engine/vendors"
)

// inherit takes over what the visitor chose with another manager, where there is no
// record: if it answers for every category, and as far as it is young enough.
//
//go:noinline
func (e *Engine) inherit(header string, now int64) {
	for i := range e.site.cfg.Inherit {
		in := &e.site.cfg.Inherit[i]
		if in.Cookie == "" {
			continue
		}
		for _, text := range cookie.Values(header, in.Cookie) {
			v, err := jsontext.Parse(ascii.Unescape(text))
			if err != nil {
				continue
			}
			if taken, _ := e.readAnswers(in, v, now); taken != nil {
				e.adoptChoices(taken, now)
				return
			}
		}
	}
}

// readAnswers makes choices of another manager's answers; complete tells whether they are
// about every category, though some may be too old.
func (e *Engine) readAnswers(in *config.Inherit, v *jsontext.Value, now int64) (taken []*consent.Choice, complete bool) {
	vendor := vendors.Find(in.From)
	at := now - in.Life.Length() // no older than the cookie can be
	if vendor.Time != nil {
		at = vendor.Time(v)
	}
	if at <= 0 || at > now {
		return nil, false
	}
	for i := range e.site.terms {
		if e.site.cfg.Categories[i].Required {
			continue
		}
		granted := make([]bool, len(e.site.terms[i].Services))
		whole, complete := answer(vendor, in, v, e.site.cfg.ID(i), "")
		for k := range granted {
			known := false
			granted[k], known = answer(vendor, in, v, e.site.cfg.Services[e.site.cfg.Categories[i].From+k].ID, e.site.cfg.ID(i))
			complete = known && (complete || k == 0)
		}
		if !complete {
			return nil, false
		}
		if c := consent.Decide(&e.site.terms[i], granted, whole, consent.Other, at); c.Until > now {
			taken = append(taken, c)
		}
	}
	return taken, true
}

// answer tells whether everything that is called id here, or its category, was granted;
// known is false where nothing was answered about it.
func answer(vendor *vendors.Vendor, in *config.Inherit, v *jsontext.Value, id, category string) (granted, known bool) {
	granted = true
	for i, name := range in.Names {
		if in.IDs[i] != id && in.IDs[i] != category {
			continue
		}
		yes, answered := vendor.Says(v, name)
		if !answered {
			return false, false
		}
		granted, known = granted && yes, true
	}
	return granted && known, known
}

// vendorNames writes what names of other managers mean here, as JSON.
func (e *Engine) vendorNames() string {
	var w jsontext.Writer
	for i := range e.site.cfg.Inherit {
		in := &e.site.cfg.Inherit[i]
		w.Next()
		w.Put(`{"from":%,"ids":{`, in.From)
		for k := range in.Names {
			w.Next()
			w.Put(`%:%`, in.Names[k], in.IDs[k])
		}
		w.Raw(`}}`)
	}
	return w.String()
}
