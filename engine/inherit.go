package engine

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/cookie"
	"github.com/octroi-consent/octroi/engine/jsontext"
	"github.com/octroi-consent/octroi/engine/locale"
)

// inherit takes over what the visitor chose with another manager, where there is no
// record: if it answers for every category, and as far as it is young enough.
func (e *Engine) inherit(header string, now int64) {
	for i := range e.cfg.Inherit {
		in := &e.cfg.Inherit[i]
		if in.Cookie == "" {
			continue
		}
		for _, text := range cookie.Values(header, in.Cookie) {
			if v, err := jsontext.Parse(ascii.Unescape(text)); err == nil && e.take(in, v, now) {
				e.rec.Serial++
				e.rec.Seen = now - now%calendar.Minute
				e.held, e.kept, e.dirty = true, false, true
				return
			}
		}
	}
}

// take makes choices of another manager's answers; it reports whether it made any.
func (e *Engine) take(in *config.Inherit, v *jsontext.Value, now int64) (any bool) {
	at := chosen(in, v, now)
	if at <= 0 || at > now {
		return false
	}
	var taken []*consent.Choice
	for i := range e.terms {
		if e.cfg.Categories[i].Required {
			continue
		}
		granted := e.services(e.draft, i)
		whole, complete := answer(in, v, e.cfg.ID(i), "")
		for k := range granted {
			known := false
			granted[k], known = answer(in, v, e.cfg.Services[e.cfg.Categories[i].From+k].ID, e.cfg.ID(i))
			complete = known && (complete || k == 0)
		}
		if !complete {
			return false
		}
		if c := consent.Decide(&e.terms[i], granted, whole, consent.Other, at); c.Until > now {
			taken = append(taken, c)
		}
	}
	for _, c := range taken {
		e.rec.Put(c)
	}
	return taken != nil
}

// chosen tells when the answers were given, Unix ms: as they say, else as long ago as
// their cookie can last.
func chosen(in *config.Inherit, v *jsontext.Value, now int64) int64 {
	if in.From != "vanilla-cookieconsent" {
		return now - in.Life.Length()
	}
	for _, key := range [...]string{"lastConsentTimestamp", "consentTimestamp"} {
		if item := v.Get(key); item != nil {
			at, _ := calendar.ParseTime(item.Text)
			return at
		}
	}
	return 0
}

// answer tells whether everything that is called id here, or its category, was granted;
// known is false where nothing was answered about it.
func answer(in *config.Inherit, v *jsontext.Value, id, category string) (granted, known bool) {
	granted = true
	for i, name := range in.Names {
		if in.IDs[i] != id && in.IDs[i] != category {
			continue
		}
		yes := false
		if in.From == "vanilla-cookieconsent" {
			// The names of what was granted; a service stands behind its category's.
			list := v.Get("categories")
			first, second, deep := locale.Split(name, "/")
			if deep {
				list = v.Get("services").Get(first)
				name = second
			}
			if list == nil || list.Kind != jsontext.Array {
				return false, false
			}
			for k := range list.Items {
				yes = yes || list.Items[k].Text == name
			}
		} else {
			item := v.Get(name)
			if item == nil || item.Kind != jsontext.Bool {
				return false, false
			}
			yes = item.Text == "true"
		}
		granted, known = granted && yes, true
	}
	return granted && known, known
}

// inherited writes what names of other managers mean here, as JSON.
func (e *Engine) inherited() string {
	var w jsontext.Writer
	for i := range e.cfg.Inherit {
		in := &e.cfg.Inherit[i]
		if i > 0 {
			w.Byte(',')
		}
		w.Put(`{"from":%,"ids":{`, in.From)
		for k := range in.Names {
			if k > 0 {
				w.Byte(',')
			}
			w.Put(`%:%`, in.Names[k], in.IDs[k])
		}
		w.Raw(`}}`)
	}
	return w.String()
}
