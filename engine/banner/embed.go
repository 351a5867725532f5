package banner

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/locale"
)

// Embed is an element that is held: what services would show there.
type Embed struct {
	Services []int
	Video    bool   // the element is a player by itself
	Title    string // its own, "" for none
	Lang     string // of the title, BCP 47; "" where nothing says it
	Poster   string // its own, "" for none
	Until    int64  // when a choice that always allows them ends, Unix ms; 0 with the visit
}

// Embed stands for an element: what it is, whose it is, what it would set, and two ways to
// let it load. It has all texts in their long form and in a short one, of which the style sheet
// shows what there is room for. Assistive technology is told the long ones.
func (v *View) Embed(e *Embed) string {
	w := writer{View: v}
	var names, providers []string
	poster, plays := e.Poster, len(e.Services) > 0
	for _, n := range e.Services {
		s := &v.Config.Services[n]
		names = append(names, w.in(s.Name))
		if len(providers) == 0 || providers[len(providers)-1] != s.Provider {
			providers = append(providers, s.Provider)
		}
		if poster == "" {
			poster = s.Poster
		}
		plays = plays && s.Plays
	}
	whose := locale.Join(names)
	called, title := whose, shorten(e.Title)
	if title == whose {
		title = ""
	} else if title != "" {
		called = title
	}
	w.put(`["div",{"class":"octroi-embed-body","role":"group","aria-label":%,"lang":%,"dir":%}`, called, v.Texts.Tag, locale.Direction(v.Texts.Lang))
	if poster != "" {
		w.put(`,["img",{"class":"octroi-poster","alt":"","src":%}]`, poster)
	}
	w.put(`,["div",{"class":"octroi-body"},["div",{"class":"octroi-told"}`)
	if title != "" {
		w.put(`,["p",{"class":"octroi-named","lang":%,"dir":"auto"},%]`, e.Lang, title)
	}
	w.put(`,["p",{"class":"octroi-fine"},["strong",{},%],["span",{}," ",%]]`, whose, locale.Fill(v.Texts.Get("embed"), "{provider}", locale.Join(providers)))
	before := len(w.B)
	w.put(`,["details",{},["summary",{},$sets],["table",{},["tbody",{}`)
	any := false
	for _, n := range e.Services {
		any = w.items(&v.Config.Services[n], "") || any
	}
	if w.put(`]]]`); !any {
		w.B = w.B[:before]
	}
	class, once := "octroi-button", "loadonce"
	if plays || e.Video {
		class, once = "octroi-button octroi-play", "playonce"
	}
	w.put(`],["div",{"class":"octroi-actions"},`+
		`["button",{"type":"button","class":%,"data-octroi-act":"once"},%],`+
		`["button",{"type":"button","class":"octroi-button octroi-select","data-octroi-act":"always"},["span",{"class":"octroi-whole"},%," ",["small",{},"("`,
		class, v.Texts.Get(once), locale.Fill(v.Texts.Get("alwaysnames"), "{names}", whose))
	if e.Until != 0 {
		w.dated(w.Texts.Get("valid"), e.Until)
	} else {
		w.put(`,%`, v.Texts.Get("once"))
	}
	w.put(`,")"]],["span",{"class":"octroi-brief","aria-hidden":"true"},$alwaysallow]]]]]`)
	return w.String()
}

// Shut stands for something that cannot be let load.
func (v *View) Shut() string {
	w := writer{View: v}
	w.put(`["div",{"class":"octroi-embed-body","lang":%,"dir":%},["div",{"class":"octroi-body"},["p",{},$shut]]]`, v.Texts.Tag, locale.Direction(v.Texts.Lang))
	return w.String()
}

// longest is how many letters of a title a stand-in shows.
const longest = 120

// shorten puts a text that a page has written into one line, and ends it early where it is long.
func shorten(text string) (line string) {
	for word, rest := ascii.Word(text); word != ""; word, rest = ascii.Word(rest) {
		if line != "" {
			line += " "
		}
		line += word
	}
	letters := 0
	for i := range line {
		if letters == longest {
			return line[:i] + "…"
		}
		letters++
	}
	return line
}
