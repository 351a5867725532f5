package banner

import (
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/engine/jsontext"
	"github.com/octroi-consent/octroi/engine/locale"
)

// device is where the second layer lists what lies on the device, once it is opened. What is
// said goes to where it is seen only if it stays true: a row goes, or says that it could not.
const device = `,["details",{"class":"octroi-device"},["summary",{"data-octroi-act":%},["h3",{},$device," ",["span",{}]]],["p",{"class":"octroi-spoken","role":"status"}]]`

// Item is something that lies on the device.
type Item struct {
	Area    config.Area
	Name    string
	Own     bool  // keeps the visitor's choices, or the proof of them
	Session bool  // ends with the visit
	Kept    bool  // could not be deleted
	Since   int64 // Unix ms; 0 where it is not known
	Until   int64
}

// Items is a table of what lies on the device: what each item is, whose, since when and until when
// it is there, and a button that deletes it. The record of the visitor's choices has none: without
// it, all that was refused would be asked again.
func (v *View) Items(items []Item) string {
	w := writer{View: v}
	w.put(`["table",{},["thead",{},["tr",{},["th",{"scope":"col"},$name],["th",{"scope":"col"},$kind],["th",{"scope":"col"},$who],["th",{"scope":"col"},$life],["td",{}]]],["tbody",{}`)
	for i := range items {
		item := &items[i]
		w.put(`,["tr",{},["th",{"scope":"row"},%],["td",{},%],["td",{}`, item.Name, kinds[item.Area])
		w.owners(item)
		w.put(`],["td",{}`)
		w.lasts(item)
		w.put(`],["td",{}`)
		if !item.Own {
			w.put(`,["button",{"type":"button","class":"octroi-link","data-octroi-act":%,"aria-label":%},$delete]`,
				ActDelete+jsontext.Int(int64(item.Area))+item.Name, w.Texts.Get("delete")+": "+item.Name+" ("+kinds[item.Area]+")")
		}
		w.put(`]]`)
	}
	w.put(`]]`)
	return w.String()
}

// owners tells whose an item is, and what it is for.
func (w *writer) owners(item *Item) {
	if item.Own {
		what := "record"
		if item.Area == config.Databases {
			what = "receipts"
		}
		w.put(`,%,["br",{}],%,["br",{}],%`, w.in(w.Config.Site.Name), w.Config.Site.Controller, w.Texts.Get(what))
		return
	}
	declared, needed := false, false
	for i := range w.Config.Services {
		s := &w.Config.Services[i]
		for k := range s.Items[item.Area] {
			if !gate.Match(s.Items[item.Area][k].Name, item.Name) {
				continue
			}
			if declared {
				w.put(`,["br",{}]`)
			}
			w.put(`,^,["br",{}],%,["br",{}],^`, w.node(s.Name), s.Provider, w.node(s.Purpose))
			declared, needed = true, needed || w.Config.Categories[s.Category].Required
			break
		}
	}
	if !declared {
		w.put(`,%`, w.Texts.Get("undeclared"))
	}
	if needed {
		w.put(`,["br",{}],["strong",{},$needed]`)
	}
}

// lasts tells since when an item is there and until when, and that it could not be deleted.
func (w *writer) lasts(item *Item) {
	if item.Since != 0 {
		w.dated(w.Texts.Get("since"), item.Since)
		w.put(`,["br",{}]`)
	}
	switch {
	case item.Until != 0:
		w.dated(w.Texts.Get("until"), item.Until)
	case item.Session:
		w.put(`,%`, w.Texts.Get("session"))
	case item.Since == 0:
		w.put(`,"–"`)
	}
	if item.Kept {
		w.put(`,["br",{}],["strong",{},%]`, locale.Fill(w.Texts.Get("left"), "{names}", item.Name))
	}
}
