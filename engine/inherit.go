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
	at := chosen(in, v, now)
	if at <= 0 || at > now {
		return nil, false
	}
	for i := range e.site.terms {
		if e.site.cfg.Categories[i].Required {
			continue
		}
		granted := make([]bool, len(e.site.terms[i].Services))
		whole, complete := answer(in, v, e.site.cfg.ID(i), "")
		for k := range granted {
			known := false
			granted[k], known = answer(in, v, e.site.cfg.Services[e.site.cfg.Categories[i].From+k].ID, e.site.cfg.ID(i))
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

// chosen tells when the answers were given, Unix ms: as they say, else as long ago as
// their cookie can last.
func chosen(in *config.Inherit, v *jsontext.Value, now int64) (at int64) {
	switch in.From {
	case "vanilla-cookieconsent":
		return instant(v, "lastConsentTimestamp", "consentTimestamp")
	case "onetrust":
		return instant(v, "consentedDate", "")
	case "didomi":
		return instant(v, "updated", "created")
	case "usercentrics":
		// The oldest: each has its own.
		if list := v.Get("consents"); list != nil {
			for i := range list.Items {
				if one := number(list.Items[i].Get("timestampInMillis")); i == 0 || one < at {
					at = one
				}
			}
		}
		return at
	}
	return now - in.Life.Length()
}

// instant reads the time under the first of two keys that is there, 0 for none.
func instant(v *jsontext.Value, key, other string) int64 {
	item := v.Get(key)
	if item == nil {
		item = v.Get(other)
	}
	if item == nil {
		return 0
	}
	at, _ := calendar.ParseTime(item.Text)
	return at
}

// answer tells whether everything that is called id here, or its category, was granted;
// known is false where nothing was answered about it.
func answer(in *config.Inherit, v *jsontext.Value, id, category string) (granted, known bool) {
	granted = true
	for i, name := range in.Names {
		if in.IDs[i] != id && in.IDs[i] != category {
			continue
		}
		yes, answered := said(in.From, v, name)
		if !answered {
			return false, false
		}
		granted, known = granted && yes, true
	}
	return granted && known, known
}

// said tells what a manager says about one of its names.
func said(from string, v *jsontext.Value, name string) (yes, known bool) {
	switch from {
	case "vanilla-cookieconsent":
		// The names of what was granted; a service stands behind its category's.
		list := v.Get("categories")
		first, second, deep := locale.Split(name, "/")
		if deep {
			list, name = v.Get("services").Get(first), second
		}
		return listed(list, name), list != nil && list.Kind == jsontext.Array
	case "onetrust":
		// "C0001:1,C0002:0"
		if groups := v.Get("groups"); groups != nil {
			for rest := groups.Text; rest != ""; {
				var one string
				one, rest, _ = locale.Split(rest, ",")
				if id, answer, found := locale.Split(one, ":"); found && id == name {
					return answer == "1", answer == "1" || answer == "0"
				}
			}
		}
		return false, false
	case "didomi":
		for _, kind := range [...]string{"purposes", "vendors"} {
			yes = yes || listed(v.Get(kind).Get("enabled"), name)
			known = known || listed(v.Get(kind).Get("disabled"), name)
		}
		return yes && !known, yes || known
	case "usercentrics":
		if list := v.Get("consents"); list != nil {
			for i := range list.Items {
				if id := list.Items[i].Get("templateId"); id != nil && id.Text == name {
					return answered(list.Items[i].Get("status"))
				}
			}
		}
		return false, false
	}
	return answered(v.Get(name))
}

// listed reports whether a text is among a list's.
func listed(list *jsontext.Value, text string) bool {
	if list != nil {
		for i := range list.Items {
			if list.Items[i].Text == text {
				return true
			}
		}
	}
	return false
}

// vendorNames writes what names of other managers mean here, as JSON.
func (e *Engine) vendorNames() string {
	var w jsontext.Writer
	for i := range e.site.cfg.Inherit {
		in := &e.site.cfg.Inherit[i]
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
